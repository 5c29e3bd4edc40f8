package java

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"
)

const hexUpper = "0123456789ABCDEF"

// appendText appends s as a JSON string. Quotes, backslashes and controls below
// U+0020 are escaped, runes outside the basic plane are written as an escaped
// surrogate pair, everything else stands for itself, also U+007F and U+2028.
// Bytes that are not UTF-8 become U+FFFD.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if r < 0x10000 && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
		}
		dst = append(dst, s[done:i]...)
		dst = appendEscape(dst, r)
		i += size
		done = i
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, `\b`...)
	case '\t':
		return append(dst, `\t`...)
	case '\n':
		return append(dst, `\n`...)
	case '\f':
		return append(dst, `\f`...)
	case '\r':
		return append(dst, `\r`...)
	case utf8.RuneError:
		return utf8.AppendRune(dst, r)
	}
	if r >= 0x10000 {
		r -= 0x10000
		return appendUnit(appendUnit(dst, 0xD800|r>>10), 0xDC00|r&0x3FF)
	}
	return appendUnit(dst, r)
}

// appendUnit appends the escape of one UTF-16 code unit.
func appendUnit(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', hexUpper[u>>12&15], hexUpper[u>>8&15], hexUpper[u>>4&15], hexUpper[u&15])
}

// appendFloat appends f, which has bits bits, as Double.toString and
// Float.toString write it, or as a string if it is not finite.
func appendFloat(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		dst = append(dst, '"')
		dst = appendDecimal(dst, f, bits)
		return append(dst, '"')
	}
	return appendDecimal(dst, f, bits)
}

// appendDecimal appends the text of a floating point number: the fewest digits
// that give it back, at least one on each side of the point, and an exponent
// for what is below 10^-3 or not below 10^7.
func appendDecimal(dst []byte, f float64, bits int) []byte {
	switch abs := math.Abs(f); {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case abs == 0 || abs >= 1e-3 && abs < 1e7:
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		if bytes.IndexByte(dst[start:], '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	if bytes.IndexByte(dst[start:], '.') < 0 {
		// Two digits are the least that Java writes, so it takes the best two:
		// the smallest double is 4.9E-324 and not 5.0E-324.
		dst = strconv.AppendFloat(dst[:start], f, 'e', 1, bits)
	}
	e := start + bytes.IndexByte(dst[start:], 'e')
	dst[e] = 'E'
	digits := e + 2
	if dst[e+1] == '-' {
		e++
	}
	for digits < len(dst)-1 && dst[digits] == '0' {
		digits++
	}
	return append(dst[:e+1], dst[digits:]...)
}
