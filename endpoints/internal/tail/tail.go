// Package tail writes and knows the end of a stream that failed.
package tail

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Error returns the body of an error as an object with the only key "error",
// which no message of a stream can be taken for unless it has such a field alone. A
// body of another form becomes the value of that key.
func Error(body []byte) []byte {
	if IsError(body) {
		return body
	}
	return append(append([]byte(`{"error":`), body...), '}')
}

// IsError says whether body is an object with the only key "error", written
// without escapes. Most bodies are not, and are told by their beginning.
func IsError(body []byte) bool {
	const space = " \t\r\n"
	inner, ok := bytes.CutPrefix(bytes.TrimLeft(body, space), []byte("{"))
	if !ok || !bytes.HasPrefix(bytes.TrimLeft(inner, space), []byte(`"error"`)) {
		return false
	}
	var only map[string]json.RawMessage
	return json.Unmarshal(body, &only) == nil && len(only) == 1 && only["error"] != nil
}

// Ambiguous says whether a message may look like the end of a stream that
// failed.
func Ambiguous(m protoreflect.MessageDescriptor) bool {
	switch m.FullName() {
	case "google.protobuf.Struct", "google.protobuf.Value":
		return true
	}
	return m.Fields().ByJSONName("error") != nil || m.Fields().ByName("error") != nil
}
