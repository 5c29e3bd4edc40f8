package bind

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A problem says what is wrong with a value, for its caller; "" is nothing. It
// never holds the value.
type problem string

const notUTF8 problem = "not valid UTF-8"

// parseScalar reads the text of a parameter for a scalar field, or for an
// element of one that is a list:
//
//   - strings as they are, which must be UTF-8;
//   - integers in decimal, with "-" before them if need be;
//   - numbers as in JSON, also NaN, Infinity and -Infinity;
//   - true, false, 1 and 0;
//   - base64 in either alphabet, padded or not;
//   - enum values by name or number.
func parseScalar(desc protoreflect.FieldDescriptor, text string) (protoreflect.Value, problem) {
	switch desc.Kind() {
	case protoreflect.StringKind:
		if !utf8.ValidString(text) {
			return protoreflect.Value{}, notUTF8
		}
		return protoreflect.ValueOfString(text), ""
	case protoreflect.BoolKind:
		switch text {
		case "true", "1":
			return protoreflect.ValueOfBool(true), ""
		case "false", "0":
			return protoreflect.ValueOfBool(false), ""
		}
		return protoreflect.Value{}, "not true or false"
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, p := parseInt(text, 32)
		return protoreflect.ValueOfInt32(int32(n)), p
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		n, p := parseInt(text, 64)
		return protoreflect.ValueOfInt64(n), p
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		n, p := parseUint(text, 32)
		return protoreflect.ValueOfUint32(uint32(n)), p
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		n, p := parseUint(text, 64)
		return protoreflect.ValueOfUint64(n), p
	case protoreflect.FloatKind:
		x, p := parseFloat(text, 32)
		return protoreflect.ValueOfFloat32(float32(x)), p
	case protoreflect.DoubleKind:
		x, p := parseFloat(text, 64)
		return protoreflect.ValueOfFloat64(x), p
	case protoreflect.BytesKind:
		b, ok := parseBytes(text)
		if !ok {
			return protoreflect.Value{}, "not valid base64"
		}
		return protoreflect.ValueOfBytes(b), ""
	case protoreflect.EnumKind:
		return parseEnum(desc.Enum(), text)
	}
	return protoreflect.Value{}, "a message cannot be set as a whole, only its fields can"
}

// isInteger reports whether text is a decimal integer.
func isInteger(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return digits != ""
}

func outOfRange(what string, bits int) problem {
	return problem("out of the range of " + what + " with " + strconv.Itoa(bits) + " bits")
}

func parseInt(text string, bits int) (int64, problem) {
	if n, ok := parseShort(text); ok {
		return n, ""
	}
	if !isInteger(text) {
		return 0, "not an integer"
	}
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		return 0, outOfRange("an integer", bits)
	}
	return n, ""
}

// parseShort reads a number of up to nine digits, which fits all integers. It
// is false for everything else.
func parseShort(text string) (int64, bool) {
	if len(text) == 0 || len(text) > 9 {
		return 0, false
	}
	var n int64
	for i := range len(text) {
		d := text[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = 10*n + int64(d)
	}
	return n, true
}

func parseUint(text string, bits int) (uint64, problem) {
	if !isInteger(text) {
		return 0, "not an integer"
	}
	if strings.TrimLeft(text, "-0") == "" {
		return 0, "" // also -0
	}
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		return 0, outOfRange("an unsigned integer", bits)
	}
	return n, ""
}

func parseFloat(text string, bits int) (float64, problem) {
	switch text {
	case "NaN":
		return math.NaN(), ""
	case "Infinity":
		return math.Inf(1), ""
	case "-Infinity":
		return math.Inf(-1), ""
	}
	if !isNumber(text) {
		return 0, "not a number"
	}
	x, err := strconv.ParseFloat(text, bits)
	if errors.Is(err, strconv.ErrRange) {
		return 0, outOfRange("a floating-point number", bits)
	}
	return x, ""
}

// isNumber reports whether text is a number as in JSON (RFC 8259, section 6);
// zeros before it are allowed. ParseFloat alone takes much more.
func isNumber(text string) bool {
	text = strings.TrimPrefix(text, "-")
	digits := func() bool {
		n := 0
		for n < len(text) && '0' <= text[n] && text[n] <= '9' {
			n++
		}
		text = text[n:]
		return n > 0
	}
	if !digits() {
		return false
	}
	if strings.HasPrefix(text, ".") {
		text = text[1:]
		if !digits() {
			return false
		}
	}
	if text != "" && text[0]|0x20 == 'e' {
		text = text[1:]
		if text != "" && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		if !digits() {
			return false
		}
	}
	return text == ""
}

// parseBytes decodes base64 in the standard or the URL-safe alphabet, with or
// without padding.
func parseBytes(text string) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") { // which Decode would skip
		return nil, false
	}
	encoding := base64.StdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.URLEncoding
	}
	if len(text)%4 != 0 {
		encoding = encoding.WithPadding(base64.NoPadding)
	}
	b, err := encoding.DecodeString(text)
	return b, err == nil
}

func parseEnum(desc protoreflect.EnumDescriptor, text string) (protoreflect.Value, problem) {
	const unknown problem = "not a value of the enumeration"
	if v := desc.Values().ByName(protoreflect.Name(text)); v != nil {
		return protoreflect.ValueOfEnum(v.Number()), ""
	}
	if !isInteger(text) {
		return protoreflect.Value{}, unknown
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || desc.IsClosed() && desc.Values().ByNumber(protoreflect.EnumNumber(n)) == nil {
		return protoreflect.Value{}, unknown
	}
	return protoreflect.ValueOfEnum(protoreflect.EnumNumber(n)), ""
}
