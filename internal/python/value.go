package python

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A kind is what a JSON value is to Python.
type kind uint8

const (
	null kind = iota
	boolean
	integer // a number without fraction and exponent, of any size
	float   // any other number, also NaN and the infinities
	text
	list
	dictionary
)

// A value is one JSON value of a request, or what a parameter stands for.
type value struct {
	kind kind
	// text is that of a string, the literal of a number, or "true" or "false".
	text   string
	items  []value
	object *object
}

// An object is a JSON object. Its members keep the order in which they came
// first.
type object struct {
	names  []string
	values map[string]value
}

func newObject() *object { return &object{values: make(map[string]value)} }

// set adds a member or replaces the one of that name.
func (o *object) set(name string, v value) {
	if _, ok := o.values[name]; !ok {
		o.names = append(o.names, name)
	}
	o.values[name] = v
}

// merge puts the members of from into o. Objects on both sides are merged
// member by member, anything else replaces what was there, null too.
func (o *object) merge(from *object) {
	for _, name := range from.names {
		v := from.values[name]
		if old := o.values[name]; v.kind == dictionary && old.kind == dictionary {
			old.object.merge(v.object)
			continue
		}
		o.set(name, v)
	}
}

// falsy says whether Python takes v for false.
func (v value) falsy() bool {
	switch v.kind {
	case null:
		return true
	case boolean:
		return v.text == "false"
	case integer, float:
		f, _ := strconv.ParseFloat(v.text, 64)
		return f == 0
	case text:
		return v.text == ""
	case list:
		return len(v.items) == 0
	case dictionary:
		return len(v.object.names) == 0
	}
	return false
}

// utf8 says whether all strings within v, names included, are UTF-8.
func (v value) utf8() bool {
	switch v.kind {
	case text:
		return utf8.ValidString(v.text)
	case list:
		for _, item := range v.items {
			if !item.utf8() {
				return false
			}
		}
	case dictionary:
		for _, name := range v.object.names {
			if !utf8.ValidString(name) || !v.object.values[name].utf8() {
				return false
			}
		}
	}
	return true
}

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
		for i, item := range v.items {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = item.appendRepr(dst)
		}
		return append(dst, ']')
	case dictionary:
		dst = append(dst, '{')
		for i, name := range v.object.names {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendQuoted(append(dst, 'u'), name)
			dst = append(dst, ": "...)
			dst = v.object.values[name].appendRepr(dst)
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

// appendJSON appends v as JSON. NaN and the infinities stay bare words.
func (v value) appendJSON(dst []byte) []byte {
	switch v.kind {
	case null:
		return append(dst, "null"...)
	case text:
		return appendString(dst, v.text)
	case list:
		dst = append(dst, '[')
		for i, item := range v.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.appendJSON(dst)
		}
		return append(dst, ']')
	case dictionary:
		dst = append(dst, '{')
		for i, name := range v.object.names {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, name), ':')
			dst = v.object.values[name].appendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, v.text...)
}
