package python

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// A layout writes JSON the way that Python 2's json.dumps does with an indent
// of one and sorted keys: one space per level, a blank between a comma and the
// line break, ASCII only, no final line break.
type layout struct {
	buf   []byte
	depth int
}

// open begins an object or array. The first member follows with next(true).
func (l *layout) open(c byte) {
	l.buf = append(l.buf, c)
	l.depth++
}

// next goes to the line of the next member or element.
func (l *layout) next(first bool) {
	if !first {
		l.buf = append(l.buf, ',', ' ')
	}
	l.line()
}

// close ends what open began. Empty says that there was no member.
func (l *layout) close(c byte, empty bool) {
	l.depth--
	if !empty {
		l.line()
	}
	l.buf = append(l.buf, c)
}

func (l *layout) line() {
	const blanks = "                                "
	l.buf = append(l.buf, '\n')
	n := l.depth
	for ; n > len(blanks); n -= len(blanks) {
		l.buf = append(l.buf, blanks...)
	}
	l.buf = append(l.buf, blanks[:n]...)
}

// key writes a member's name with its colon.
func (l *layout) key(name string) {
	l.buf = appendString(l.buf, name)
	l.buf = append(l.buf, ':', ' ')
}

// appendString appends s as a JSON string in ASCII. What is not printable
// ASCII becomes \uXXXX, above the basic plane a surrogate pair; bytes that are
// not UTF-8 become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		r, size := utf8.DecodeRuneInString(s[i:])
		dst = appendEscape(dst, r)
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	if r > 0xffff {
		r -= 0x10000
		return appendUnit(appendUnit(dst, 0xd800+r>>10), 0xdc00+r&0x3ff)
	}
	return appendUnit(dst, r)
}

func appendUnit(dst []byte, u rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}

// appendFloat appends f as Python 2's repr writes it: the shortest digits that
// give f back, a fraction always, an exponent below 1e-4 and from 1e16 on. What
// JSON has no number for is a string. Bits is 32 or 64.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	return appendRepr(dst, f, bits)
}

// appendRepr is appendFloat for finite numbers.
func appendRepr(dst []byte, f float64, bits int) []byte {
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	if exp := exponent(dst[start:]); exp < -4 || exp >= 16 {
		return dst
	}
	dst = strconv.AppendFloat(dst[:start], f, 'f', -1, bits)
	for _, c := range dst[start:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, '.', '0')
}

// exponent returns the exponent of a number in the form d.ddde±dd.
func exponent(number []byte) int {
	for i := len(number) - 1; i > 0; i-- {
		if number[i] == 'e' {
			n, err := strconv.Atoi(string(number[i+1:]))
			if err != nil {
				return 0
			}
			return n
		}
	}
	return 0
}
