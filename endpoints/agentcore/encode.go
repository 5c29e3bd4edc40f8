package agentcore

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
)

// encode returns v as JSON: a message by the JSON mapping of protobuf, anything
// else as encoding/json writes it, without escapes for HTML.
func encode(v any) ([]byte, error) {
	if m, ok := v.(proto.Message); ok {
		return jsonpb.Append(nil, m, jsonpb.AppendOptions{})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// appendText appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD.
func appendText(dst []byte, s string) []byte {
	dst, _ = jsonpb.AppendString(dst, strings.ToValidUTF8(s, "\uFFFD")) // fails on nothing else
	return dst
}
