package java

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A scalar is one value as the binder of the original sees it: a JSON scalar,
// or the text of a parameter, which counts as a JSON string.
type scalar struct {
	kind kind
	text string // of a number or string
}

// blank reports whether a text stands for null where a number or bool is
// wanted: if it is empty or "null", blanks around it aside.
func (s scalar) blank() (trimmed string, null bool) {
	t := trim(s.text)
	return t, t == "" || t == "null"
}

// trim removes blanks as String.trim does: everything up to U+0020.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// convert returns s as a value of a field that is no message. A value that
// comes out as null is invalid, which is no fault.
func convert(fd protoreflect.FieldDescriptor, s scalar) (v protoreflect.Value, f *fault) {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return toBool(s)
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, null, f := toInt(s, 32)
		return orNull(protoreflect.ValueOfInt32(int32(n)), null), f
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		n, null, f := toInt(s, 64)
		return orNull(protoreflect.ValueOfInt64(n), null), f
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		n, null, f := toUint(s, 32)
		return orNull(protoreflect.ValueOfUint32(uint32(n)), null), f
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		n, null, f := toUint(s, 64)
		return orNull(protoreflect.ValueOfUint64(n), null), f
	case protoreflect.FloatKind:
		x, null, f := toFloat(s, 32)
		return orNull(protoreflect.ValueOfFloat32(float32(x)), null), f
	case protoreflect.DoubleKind:
		x, null, f := toFloat(s, 64)
		return orNull(protoreflect.ValueOfFloat64(x), null), f
	case protoreflect.EnumKind:
		return toEnum(fd.Enum(), s)
	case protoreflect.BytesKind:
		return toBytes(s)
	}
	text, f := toText(s)
	return orNull(protoreflect.ValueOfString(text), s.kind == kindNull), f
}

func orNull(v protoreflect.Value, null bool) protoreflect.Value {
	if null {
		return protoreflect.Value{}
	}
	return v
}

// toBool reads true and false, the texts "true", "True", "false" and "False",
// and JSON integers, of which all but zero are true.
func toBool(s scalar) (v protoreflect.Value, f *fault) {
	switch s.kind {
	case kindNull:
		return v, nil
	case kindTrue, kindFalse:
		return protoreflect.ValueOfBool(s.kind == kindTrue), nil
	case kindInt:
		return protoreflect.ValueOfBool(s.text != "0" && s.text != "-0"), nil
	case kindString:
		t, null := s.blank()
		switch {
		case null:
			return v, nil
		case t == "true" || t == "True":
			return protoreflect.ValueOfBool(true), nil
		case t == "false" || t == "False":
			return protoreflect.ValueOfBool(false), nil
		}
	}
	return v, &fault{text: "is not a boolean"}
}

// toInt reads decimal digits with a sign, and JSON numbers, of which the
// fraction is cut off. What does not fit is a fault, where Jackson 2.9 wraps
// it around.
func toInt(s scalar, bits int) (n int64, null bool, f *fault) {
	var err error
	switch s.kind {
	case kindNull:
		return 0, true, nil
	case kindInt:
		n, err = strconv.ParseInt(s.text, 10, bits)
	case kindFloat:
		x, _ := strconv.ParseFloat(s.text, 64) // out of range is infinite
		x = math.Trunc(x)
		if limit := math.Ldexp(1, bits-1); -limit <= x && x < limit {
			return int64(x), false, nil
		}
		err = strconv.ErrRange
	case kindString:
		t, null := s.blank()
		if null {
			return 0, true, nil
		}
		n, err = strconv.ParseInt(t, 10, bits)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil {
		return 0, false, &fault{text: "is not an integer of " + strconv.Itoa(bits) + " bits"}
	}
	return n, false, nil
}

// toUint is toInt for the types that Java does not have.
func toUint(s scalar, bits int) (n uint64, null bool, f *fault) {
	var err error
	switch s.kind {
	case kindNull:
		return 0, true, nil
	case kindInt:
		n, err = strconv.ParseUint(unsigned(s.text), 10, bits)
	case kindFloat:
		x, _ := strconv.ParseFloat(s.text, 64)
		if x = math.Trunc(x); 0 <= x && x < math.Ldexp(1, bits) {
			return uint64(x), false, nil
		}
		err = strconv.ErrRange
	case kindString:
		t, null := s.blank()
		if null {
			return 0, true, nil
		}
		n, err = strconv.ParseUint(unsigned(t), 10, bits)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil {
		return 0, false, &fault{text: "is not an unsigned integer of " + strconv.Itoa(bits) + " bits"}
	}
	return n, false, nil
}

// unsigned removes the sign that does not change a number.
func unsigned(s string) string {
	if t, ok := strings.CutPrefix(s, "+"); ok && (t == "" || t[0] != '+') {
		return t
	}
	if t, ok := strings.CutPrefix(s, "-"); ok && t != "" && strings.Trim(t, "0") == "" {
		return t
	}
	return s
}

// toFloat reads decimal numbers, of which those that are too large become
// infinite, and the names NaN, Infinity, INF, -Infinity and -INF.
func toFloat(s scalar, bits int) (x float64, null bool, f *fault) {
	switch s.kind {
	case kindNull:
		return 0, true, nil
	case kindInt, kindFloat:
		x, _ = strconv.ParseFloat(s.text, 64) // narrowed afterwards, as in the original
		if s.kind == kindInt && x == 0 {
			x = 0 // an int has no negative zero
		}
		return x, false, nil
	case kindString:
		t, null := s.blank()
		switch {
		case null:
			return 0, true, nil
		case t == "NaN":
			return math.NaN(), false, nil
		case t == "Infinity" || t == "INF":
			return math.Inf(1), false, nil
		case t == "-Infinity" || t == "-INF":
			return math.Inf(-1), false, nil
		case isDecimal(t):
			x, _ = strconv.ParseFloat(t, bits)
			return x, false, nil
		}
	}
	return 0, false, &fault{text: "is not a number"}
}

// isDecimal reports whether s is a decimal number; the digits on one side of
// the point may be missing. Java's suffixes and hexadecimal numbers are not.
func isDecimal(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	mantissa, exponent, ok := strings.Cut(strings.ReplaceAll(s, "E", "e"), "e")
	if ok {
		if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
			exponent = exponent[1:]
		}
		if exponent == "" || !allDigits(exponent) {
			return false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	return whole+fraction != "" && allDigits(whole) && allDigits(fraction)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// toText reads a string; numbers and bools become their text in Java.
func toText(s scalar) (string, *fault) {
	switch s.kind {
	case kindNull, kindString:
		return s.text, nil
	case kindTrue:
		return "true", nil
	case kindFalse:
		return "false", nil
	case kindInt:
		if s.text == "-0" {
			return "0", nil
		}
		return s.text, nil
	case kindFloat:
		x, _ := strconv.ParseFloat(s.text, 64)
		return string(appendDecimal(nil, x, 64)), nil
	}
	return "", &fault{text: "is not a string"}
}

// toEnum reads the exact name of a value, or its number as a JSON integer or a
// text that begins with a digit.
func toEnum(ed protoreflect.EnumDescriptor, s scalar) (v protoreflect.Value, f *fault) {
	number := ""
	switch s.kind {
	case kindNull:
		return v, nil
	case kindInt:
		number = s.text
	case kindString:
		if d := ed.Values().ByName(protoreflect.Name(s.text)); d != nil {
			return protoreflect.ValueOfEnum(d.Number()), nil
		}
		if t := trim(s.text); t != "" && '0' <= t[0] && t[0] <= '9' {
			number = t
		}
	}
	if n, err := strconv.ParseInt(number, 10, 32); err == nil {
		if d := ed.Values().ByNumber(protoreflect.EnumNumber(n)); d != nil {
			return protoreflect.ValueOfEnum(d.Number()), nil
		}
	}
	return v, &fault{text: "is not a value of its enumeration"}
}

// urlAlphabet maps the URL-safe alphabet of base64 to the standard one.
var urlAlphabet = strings.NewReplacer("-", "+", "_", "/")

// toBytes reads base64 in either alphabet, with or without all of its padding,
// but without white space.
func toBytes(s scalar) (v protoreflect.Value, f *fault) {
	switch s.kind {
	case kindNull:
		return v, nil
	case kindString:
		text := urlAlphabet.Replace(s.text)
		if len(text)%4 == 0 {
			text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
		}
		if !strings.ContainsAny(text, "\r\n") {
			if b, err := base64.RawStdEncoding.DecodeString(text); err == nil {
				return protoreflect.ValueOfBytes(b), nil
			}
		}
	}
	return v, &fault{text: "is not base64"}
}
