package route

// unescape returns the byte that s, which starts with a percent sign, stands
// for.
func unescape(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	hi, ok1 := hexDigit(s[1])
	lo, ok2 := hexDigit(s[2])
	return hi<<4 | lo, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// appendDecoded appends s to dst with its percent-encoding undone. It stops
// with false at an escape that is none.
func appendDecoded(dst []byte, s string) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			dst = append(dst, s[i])
			continue
		}
		c, ok := unescape(s[i:])
		if !ok {
			return dst, false
		}
		dst = append(dst, c)
		i += 2
	}
	return dst, true
}

// decodeLiteral undoes the percent-encoding of s, unless it is longer than any
// literal.
func decodeLiteral(buf *[MaxLiteral]byte, s string) ([]byte, bool) {
	if len(s) > 3*MaxLiteral {
		return nil, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			var ok bool
			if c, ok = unescape(s[i:]); !ok {
				return nil, false
			}
			i += 2
		}
		if n == len(buf) {
			return nil, false
		}
		buf[n] = c
		n++
	}
	return buf[:n], true
}
