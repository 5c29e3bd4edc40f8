package bind

import (
	"strings"
	"unicode/utf8"
)

// escapes says what percent-decoding does with the rest.
type escapes uint8

const (
	plusIsSpace escapes = 1 << iota // a query: "+" stands for a space
	keepSlash                       // "%2F" stays as it is
)

// plainLength returns how many bytes at the start of s stand for themselves in
// any part of a request target, and are ASCII. Those that do but are less than a
// comma do not count, which makes it one comparison. Most values are short and
// plain: to know that by one look at each byte takes less time than to search
// them for percent signs, for pluses and for bytes that are not UTF-8.
func plainLength(s string) int {
	n := 0
	for n < len(s) && s[n]-',' < utf8.RuneSelf-',' {
		n++
	}
	return n
}

// isPlain reports whether decode returns s itself, which is ASCII.
func isPlain(s string) bool { return plainLength(s) == len(s) }

// decode undoes the percent-encoding of a part of a request target (RFC 3986,
// section 2.1). It returns s itself if there is nothing to undo, and false if
// an escape is none.
func decode(s string, e escapes) (string, bool) {
	if isPlain(s) {
		return s, true
	}
	i := strings.IndexByte(s, '%')
	if e&plusIsSpace != 0 {
		if j := strings.IndexByte(s, '+'); j >= 0 && (i < 0 || j < i) {
			i = j
		}
	}
	if i < 0 {
		return s, true
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			if i+2 >= len(s) {
				return "", false
			}
			hi, ok1 := hexDigit(s[i+1])
			lo, ok2 := hexDigit(s[i+2])
			if !ok1 || !ok2 {
				return "", false
			}
			if c = hi<<4 | lo; c == '/' && e&keepSlash != 0 {
				b.WriteString(s[i : i+3])
			} else {
				b.WriteByte(c)
			}
			i += 2
		case c == '+' && e&plusIsSpace != 0:
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}
