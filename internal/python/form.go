package python

import "strings"

// A pair is one name and value of a query or form.
type pair struct{ name, value string }

// parseForm reads a query or form as Python 2's urlparse.parse_qs does with
// blank values kept: pairs end at & or ;, a plus is a blank, a malformed escape
// stays as it is, and what is between two separators may be missing. Ok is
// false if there are more than limit pairs.
func parseForm(s string, limit int) (pairs []pair, ok bool) {
	for s != "" {
		one := s
		if i := strings.IndexAny(s, "&;"); i >= 0 {
			one, s = s[:i], s[i+1:]
		} else {
			s = ""
		}
		if one == "" {
			continue
		}
		if len(pairs) == limit {
			return nil, false
		}
		name, value, _ := strings.Cut(one, "=")
		pairs = append(pairs, pair{unescapePlus(name), unescapePlus(value)})
	}
	return pairs, true
}

// unescapePlus is Python 2's urllib.unquote_plus.
func unescapePlus(s string) string {
	return unescape(strings.ReplaceAll(s, "+", " "))
}

// unescape is Python 2's urllib.unquote: malformed escapes stay as they are.
func unescape(s string) string {
	i := strings.IndexByte(s, '%')
	if i < 0 {
		return s
	}
	buf := append(make([]byte, 0, len(s)), s[:i]...)
	for ; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, ok1 := unhex(s[i+1])
			low, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				buf = append(buf, high<<4|low)
				i += 2
				continue
			}
		}
		buf = append(buf, s[i])
	}
	return string(buf)
}

// unhex returns the value of a hexadecimal digit.
func unhex(c byte) (byte, bool) {
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
