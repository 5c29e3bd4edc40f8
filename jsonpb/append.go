package jsonpb

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"
)

// The functions in this file are for generated code. They append to a buffer
// and return it extended, as append does.

var errUTF8 = errors.New("invalid UTF-8")

// Eight bytes are looked at in one word: a byte of the result's high bits is
// set where the byte is a control character, a quote, a backslash or not ASCII.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func special(w uint64) uint64 {
	quote := w ^ ones*'"'
	slash := w ^ ones*'\\'
	return ((w - ones*0x20) | (quote - ones) | (slash - ones) | w) & highs
}

// plain tells the bytes that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// AppendString appends s as a JSON string, with the escapes that protojson
// writes. Invalid UTF-8 is an error.
//
// It copies first and looks at the copy: a string without special characters,
// the usual one, costs one copy and one scan.
func AppendString(b []byte, s string) ([]byte, error) {
	at := len(b) + 1
	end := at + len(s)
	if end >= cap(b) {
		b = slices.Grow(b, len(s)+2)
	}
	b = b[:end+1]
	b[at-1], b[end] = '"', '"'
	c := b[at:end]
	copy(c, s)
	i := 0
	for ; i+8 <= len(c); i += 8 {
		if special(binary.LittleEndian.Uint64(c[i:])) != 0 {
			return appendEscaped(b[:at], s, i)
		}
	}
	if i == len(c) {
		return b, nil
	}
	if len(c) > 8 { // the last eight bytes, some of them again
		if special(binary.LittleEndian.Uint64(c[len(c)-8:])) != 0 {
			return appendEscaped(b[:at], s, i)
		}
		return b, nil
	}
	for ; i < len(c); i++ {
		if !plain[c[i]] {
			return appendEscaped(b[:at], s, i)
		}
	}
	return b, nil
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends s, of which s[:i] is plain, and the closing quote.
func appendEscaped(b []byte, s string, i int) ([]byte, error) {
	from := 0
	for i < len(s) {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				return append(append(b, s[from:i]...), '"'), errUTF8 // ended, for the place in the error
			}
			i += n
			continue
		}
		b = append(append(b, s[from:i]...), '\\')
		switch c {
		case '"', '\\':
			b = append(b, c)
		case '\b':
			b = append(b, 'b')
		case '\f':
			b = append(b, 'f')
		case '\n':
			b = append(b, 'n')
		case '\r':
			b = append(b, 'r')
		case '\t':
			b = append(b, 't')
		default:
			b = append(b, 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"'), nil
}

// AppendKey appends a member name, given in its two forms with all that stands
// around it, as mode wants it.
func AppendKey(b []byte, mode Mode, json, proto string) []byte {
	if mode&ProtoNames != 0 {
		json = proto
	}
	return append(b, json...)
}

// AppendEnd ends an object whose members, each with a comma before it, stand in
// b[start:]: it turns the first comma into the opening brace.
func AppendEnd(b []byte, start int) []byte {
	if start == len(b) {
		return append(b, '{', '}')
	}
	b[start] = '{'
	return append(b, '}')
}

// AppendClose ends an object that has been opened: it turns the comma behind the
// last member into the closing brace.
func AppendClose(b []byte) []byte {
	if n := len(b) - 1; b[n] == ',' {
		b[n] = '}'
		return b
	}
	return append(b, '}')
}

// AppendCloseList ends a list in the same way.
func AppendCloseList(b []byte) []byte {
	if n := len(b) - 1; b[n] == ',' {
		b[n] = ']'
		return b
	}
	return append(b, ']')
}

// AppendBool appends true or false.
func AppendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendInt32 appends v as a number.
func AppendInt32(b []byte, v int32) []byte { return strconv.AppendInt(b, int64(v), 10) }

// AppendUint32 appends v as a number.
func AppendUint32(b []byte, v uint32) []byte { return strconv.AppendUint(b, uint64(v), 10) }

// AppendInt64 appends v as a string of digits.
func AppendInt64(b []byte, v int64) []byte {
	return append(strconv.AppendInt(append(b, '"'), v, 10), '"')
}

// AppendUint64 appends v as a string of digits.
func AppendUint64(b []byte, v uint64) []byte {
	return append(strconv.AppendUint(append(b, '"'), v, 10), '"')
}

// AppendBytes appends v in base64, standard alphabet, padded.
func AppendBytes(b, v []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(b, '"'), v), '"')
}

// NotSet is the error of a required field that is not set.
func NotSet(name string) error { return errors.New("required field " + name + " is not set") }
