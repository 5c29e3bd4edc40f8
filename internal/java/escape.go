package java

import (
	"errors"
	"unicode/utf8"
)

var errEscape = errors.New("malformed percent-encoding")

// unescape decodes a part of a query, a form or a path variable: escapes, and
// plus signs as blanks. Bytes that are not UTF-8 become U+FFFD.
func unescape(s string) (string, error) {
	plain := true
	for i := range len(s) {
		if c := s[i]; c == '%' || c == '+' {
			plain = false
			break
		}
	}
	if plain {
		return repairString(s), nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, ' ')
		case '%':
			if i+2 >= len(s) {
				return "", errEscape
			}
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi < 0 || lo < 0 {
				return "", errEscape
			}
			b = append(b, byte(hi<<4|lo))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return repairString(string(b)), nil
}

// hexDigit returns the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func repairString(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string(repair([]byte(s)))
}

// repair returns b with every malformed sequence replaced by one U+FFFD, as the
// decoder of Java 8 and later does: a sequence is the longest start of a
// character, and an encoded surrogate is one sequence of three bytes. It
// returns b itself if it is UTF-8.
func repair(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/2)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			size = malformed(b[i:])
			out = utf8.AppendRune(out, utf8.RuneError)
		} else {
			out = append(out, b[i:i+size]...)
		}
		i += size
	}
	return out
}

// malformed returns the length of the malformed sequence that b begins with.
func malformed(b []byte) int {
	var want int
	low, high := byte(0x80), byte(0xBF)
	switch c := b[0]; {
	case c == 0xE0:
		want, low = 3, 0xA0
	case c == 0xED && len(b) > 2 && b[1] >= 0xA0 && b[1] <= 0xBF && b[2] >= 0x80 && b[2] <= 0xBF:
		return 3
	case 0xE0 < c && c <= 0xEF:
		want = 3
	case c == 0xF0:
		want, low = 4, 0x90
	case 0xF0 < c && c < 0xF4:
		want = 4
	case c == 0xF4:
		want, high = 4, 0x8F
	default:
		return 1
	}
	n := 1
	for n < want-1 && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}
