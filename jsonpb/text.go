package jsonpb

import (
	"encoding/base64"
	"unicode/utf16"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/structpb"
)

// String reads a string.
func (d *Decoder) String() string {
	data := d.data
	start := d.i + 1
	if start > len(data) || data[start-1] != '"' {
		d.wrong("a string")
		return ""
	}
	i := plainEnd(data, start)
	if i < len(data) && data[i] == '"' {
		d.i = i + 1
		return d.keep(data[start:i])
	}
	s, _ := d.quotedFrom(i)
	return d.keep(s)
}

// Strings up to shortText bytes share allocations of at most textChunk bytes:
// what a message keeps alive beyond its own is no more than that.
const (
	shortText = 64
	textChunk = 256
)

// keep returns a copy of s that is the message's.
func (d *Decoder) keep(s []byte) string {
	at := d.own.Len()
	if n := len(s); n > d.own.Cap()-at {
		if n > shortText {
			return string(s)
		}
		d.own.Reset()
		d.own.Grow(max(n, min(n+(len(d.data)-d.i)/4, textChunk)))
		at = 0
	}
	d.own.Write(s)
	return d.own.String()[at:]
}

// quoted reads the string at the next unread byte. The result may be part of
// the input.
func (d *Decoder) quoted() ([]byte, bool) {
	data, start := d.data, d.i+1
	i := plainEnd(data, start)
	if i < len(data) && data[i] == '"' {
		d.i = i + 1
		return data[start:i:i], true
	}
	return d.quotedFrom(i)
}

// quotedFrom reads the string at the next unread byte, of which everything
// before data[i] is plain.
func (d *Decoder) quotedFrom(i int) ([]byte, bool) {
	data := d.data
	from := d.i + 1
	var out []byte
	for i < len(data) {
		c := data[i]
		switch {
		case plain[c]:
			i = plainEnd(data, i)
		case c == '"':
			d.i = i + 1
			if out == nil {
				return data[from:i:i], true
			}
			return append(out, data[from:i]...), true
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				d.fail(i, "invalid UTF-8")
				return nil, false
			}
			i += n
		case c == '\\':
			r, n := unescape(data[i:])
			if n == 0 {
				d.fail(i, "invalid escape in a string")
				return nil, false
			}
			if out == nil {
				out = make([]byte, 0, 2*(i-from)+16)
			}
			out = utf8.AppendRune(append(out, data[from:i]...), r)
			i += n
			from = i
		default:
			d.fail(i, "control character in a string")
			return nil, false
		}
	}
	d.i = len(data)
	d.unexpected()
	return nil, false
}

// unescape returns the character that the escape at the start of b stands for
// and the length of the escape, 0 if it is none. A surrogate that is not half
// of a pair is none.
func unescape(b []byte) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\', '/':
		return rune(b[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(b[2:])
		if !ok {
			return 0, 0
		}
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
			if low, ok := hex4(b[8:]); ok {
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					return r, 12
				}
			}
		}
	}
	return 0, 0
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	switch {
	case d.literal("true"):
		d.i += len("true")
		return true
	case d.literal("false"):
		d.i += len("false")
		return false
	}
	d.wrong("a boolean")
	return false
}

// Bytes reads base64 of the standard or the URL alphabet, padded or not. The
// result is never nil but after an error.
func (d *Decoder) Bytes() []byte {
	at := d.i
	if at >= len(d.data) || d.data[at] != '"' {
		d.wrong("a string of base64")
		return nil
	}
	s, ok := d.quoted()
	if !ok {
		return nil
	}
	enc, url := base64.StdEncoding, false
	for _, c := range s {
		url = url || c == '-' || c == '_'
	}
	switch padded := len(s)%4 == 0; {
	case url && padded:
		enc = base64.URLEncoding
	case url:
		enc = base64.RawURLEncoding
	case !padded:
		enc = base64.RawStdEncoding
	}
	out := make([]byte, enc.DecodedLen(len(s)))
	n, err := enc.Decode(out, s)
	if err != nil {
		d.invalid(at, "a string of base64")
		return nil
	}
	return out[:n]
}

// Enum reads an enum value, by name or as a number. ok is false after an error
// and for an unknown name where unknown fields are ignored: then the field
// stays as it is.
func (d *Decoder) Enum(byName func(name []byte) (int32, bool)) (v int32, ok bool) {
	at := d.i
	if at >= len(d.data) || d.data[at] != '"' {
		neg, v, ok := d.enumNumber()
		if !ok {
			return 0, false
		}
		if neg {
			return int32(-int64(v)), true
		}
		return int32(v), true
	}
	s, ok := d.quoted()
	if !ok {
		return 0, false
	}
	if v, ok = byName(s); !ok && (!d.discard || d.enums) {
		d.fail(at, "unknown enum value")
	}
	return v, ok
}

// enumNumber reads a bare 32-bit integer.
func (d *Decoder) enumNumber() (neg bool, v uint64, ok bool) {
	const want = "the name or number of an enum value"
	at := d.i
	tok, ok := d.number(want)
	if !ok {
		return false, 0, false
	}
	neg, v, ok = integer(tok)
	if !ok || v > 1<<31 || !neg && v == 1<<31 {
		d.invalid(at, want)
		return false, 0, false
	}
	return neg, v, true
}

// NullValue reads null, or the one value of google.protobuf.NullValue by name
// or number. It reports what Enum reports.
func (d *Decoder) NullValue() (structpb.NullValue, bool) {
	if d.null() {
		return 0, true
	}
	v, ok := d.Enum(func(name []byte) (int32, bool) { return 0, string(name) == "NULL_VALUE" })
	return structpb.NullValue(v), ok
}
