package python

import (
	"math"
	"strconv"
	"strings"
)

// str is what Python 2's str gives for v.
func (v value) str() string {
	switch v.kind {
	case float:
		return floatStr(v.text)
	case text:
		return v.text
	default:
		return string(v.appendRepr(nil))
	}
}

// appendRepr appends what Python 2's repr gives for v. Members keep their
// order, where Python has that of its hash table.
func (v value) appendRepr(dst []byte) []byte {
	switch v.kind {
	case null:
		return append(dst, "None"...)
	case boolean:
		return append(append(dst, v.text[0]&^0x20), v.text[1:]...)
	case integer:
		if v.text == "-0" {
			return append(dst, '0')
		}
		return append(dst, v.text...)
	case float:
		f, _ := strconv.ParseFloat(v.text, 64)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return append(dst, floatStr(v.text)...)
		}
		return appendRepr(dst, f, 64)
	case text:
		return appendQuoted(append(dst, 'u'), v.text)
	case list:
		dst = append(dst, '[')
		for i, item := range v.elements() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = item.appendRepr(dst)
		}
		return append(dst, ']')
	case dictionary:
		dst = append(dst, '{')
		for i, m := range v.object.members {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendQuoted(append(dst, 'u'), m.name)
			dst = append(dst, ": "...)
			dst = m.value.appendRepr(dst)
		}
		return append(dst, '}')
	}
	return dst
}

// floatStr is Python 2's str of a float: twelve digits, never without a
// fraction or exponent.
func floatStr(literal string) string {
	f, _ := strconv.ParseFloat(literal, 64)
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 11, 64), 64)
	s := strconv.AppendFloat(nil, short, 'e', -1, 64)
	if exp := exponent(s); exp < -4 || exp >= 11 {
		return string(s)
	}
	t := strconv.FormatFloat(short, 'f', -1, 64)
	if !strings.Contains(t, ".") {
		t += ".0"
	}
	return t
}

// quoted is Python 2's repr of a byte string.
func quoted(s string) string { return string(appendQuoted(nil, s)) }

// appendQuoted appends Python 2's repr of a byte string: single quotes unless
// s has such and no double ones, \x for what is not printable ASCII.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	dst = append(dst, quote)
	for i := range len(s) {
		switch c := s[i]; {
		case c == quote || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < ' ' || c >= 0x7f:
			dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, quote)
}
