package client

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// isText says whether JSON writes a message as a scalar, so that a path or a
// query can hold it.
func isText(m protoreflect.MessageDescriptor) bool {
	switch m.FullName() {
	case "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask":
		return true
	}
	return isWrapper(m)
}

func isWrapper(m protoreflect.MessageDescriptor) bool {
	switch m.FullName() {
	case "google.protobuf.DoubleValue", "google.protobuf.FloatValue",
		"google.protobuf.Int64Value", "google.protobuf.UInt64Value",
		"google.protobuf.Int32Value", "google.protobuf.UInt32Value",
		"google.protobuf.BoolValue", "google.protobuf.StringValue", "google.protobuf.BytesValue":
		return true
	}
	return false
}

// valueAt returns the field at the end of a chain as a text. A field that is
// not set is its default; a message that is not set is empty.
func valueAt(m protoreflect.Message, chain []protoreflect.FieldDescriptor) (string, error) {
	last := len(chain) - 1
	for _, f := range chain[:last] {
		m = m.Get(f).Message()
	}
	if chain[last].Message() != nil && !m.Has(chain[last]) {
		return "", nil
	}
	return valueText(chain[last], m.Get(chain[last]))
}

// valueText writes a value of a field, or an element of one, as path and query
// hold it: as JSON does, without quotes.
func valueText(f protoreflect.FieldDescriptor, v protoreflect.Value) (string, error) {
	switch f.Kind() {
	case protoreflect.StringKind:
		if !utf8.ValidString(v.String()) {
			return "", errors.New("it is not valid UTF-8")
		}
		return v.String(), nil
	case protoreflect.BoolKind:
		return strconv.FormatBool(v.Bool()), nil
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind,
		protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return strconv.FormatInt(v.Int(), 10), nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return strconv.FormatUint(v.Uint(), 10), nil
	case protoreflect.FloatKind:
		return floatText(v.Float(), 32), nil
	case protoreflect.DoubleKind:
		return floatText(v.Float(), 64), nil
	case protoreflect.BytesKind:
		return base64.StdEncoding.EncodeToString(v.Bytes()), nil
	case protoreflect.EnumKind:
		if known := f.Enum().Values().ByNumber(v.Enum()); known != nil {
			return string(known.Name()), nil
		}
		return strconv.FormatInt(int64(v.Enum()), 10), nil
	}
	if m := v.Message(); isWrapper(m.Descriptor()) {
		inner := m.Descriptor().Fields().ByNumber(1)
		return valueText(inner, m.Get(inner))
	}
	// The JSON of the others is a string without anything that is escaped.
	text, err := jsonpb.Append(nil, v.Message().Interface(), jsonpb.AppendOptions{})
	if err != nil {
		return "", fmt.Errorf("it cannot be written: %w", err)
	}
	return strings.Trim(string(text), `"`), nil
}

func floatText(x float64, bits int) string {
	switch {
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}
