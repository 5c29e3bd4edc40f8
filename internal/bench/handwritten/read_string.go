package handwritten

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a JSON string.
func (d *Dec) String() string {
	if d.peek() != '"' {
		d.syntax()
		return ""
	}
	return d.rawString(d.Clone)
}

var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x80; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return
}()

func (d *Dec) rawString(clone bool) string {
	s := d.S
	start := d.i + 1
	i := start
	for i+8 <= len(s) {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		q := x ^ (ones * '"')
		e := x ^ (ones * '\\')
		if ((x-ones*0x20)|(q-ones)|(e-ones)|x)&highs != 0 {
			break
		}
		i += 8
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	if i >= len(s) {
		d.i = len(s)
		d.Fail(errEOF)
		return ""
	}
	if s[i] == '"' {
		d.i = i + 1
		if clone {
			return strings.Clone(s[start:i])
		}
		return s[start:i]
	}
	return d.slowString(start, i, clone)
}

// slowString handles escapes and non-ASCII; s[start:i] is known to be plain.
func (d *Dec) slowString(start, i int, clone bool) string {
	s := d.S
	var out []byte
	from := start
	for i < len(s) {
		c := s[i]
		switch {
		case c == '"':
			d.i = i + 1
			if out == nil {
				if clone {
					return strings.Clone(s[start:i])
				}
				return s[start:i]
			}
			return string(append(out, s[from:i]...))
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				d.i = i
				d.Fail(ErrUTF8)
				return ""
			}
			i += n
		case c < 0x20:
			d.i = i
			d.failf("invalid control character in string")
			return ""
		case c == '\\':
			out = append(out, s[from:i]...)
			if i+1 >= len(s) {
				d.i = len(s)
				d.Fail(errEOF)
				return ""
			}
			switch e := s[i+1]; e {
			case '"', '\\', '/':
				out = append(out, e)
				i += 2
			case 'b':
				out = append(out, '\b')
				i += 2
			case 'f':
				out = append(out, '\f')
				i += 2
			case 'n':
				out = append(out, '\n')
				i += 2
			case 'r':
				out = append(out, '\r')
				i += 2
			case 't':
				out = append(out, '\t')
				i += 2
			case 'u':
				r, ok := hex4(s, i+2)
				n := 6
				if ok && utf16.IsSurrogate(r) {
					ok = false
					if i+12 <= len(s) && s[i+6] == '\\' && s[i+7] == 'u' {
						if r2, ok2 := hex4(s, i+8); ok2 {
							if r = utf16.DecodeRune(r, r2); r != utf8.RuneError {
								ok, n = true, 12
							}
						}
					}
				}
				if !ok {
					d.i = i
					d.failf("invalid escape code in string")
					return ""
				}
				out = utf8.AppendRune(out, r)
				i += n
			default:
				d.i = i
				d.failf("invalid escape code in string")
				return ""
			}
			from = i
			if out == nil {
				out = []byte{}
			}
		default:
			i++
		}
	}
	d.i = len(s)
	d.Fail(errEOF)
	return ""
}

func hex4(s string, i int) (rune, bool) {
	if i+4 > len(s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[i : i+4]) {
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
