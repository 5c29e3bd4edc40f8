package exceptions

import (
	"maps"
	"net/http"
	"net/textproto"
	"strings"
)

// The header fields of an exception are checked where they come in, once for
// every protocol: an HTTP/1 server alone would split a reply at a line break
// that a careless author copied from a request into a value.

// clean returns h if all its fields can be sent, else a copy with those that
// can. It is cheap for the many exceptions that have none.
func clean(h http.Header) http.Header {
	for key, values := range h {
		if !cleanField(key, values) {
			return cleaned(h)
		}
	}
	return h
}

func cleanField(key string, values []string) bool {
	name, ok := fieldName(key)
	if !ok || name != key {
		return false
	}
	for _, v := range values {
		if v != fieldValue(v) {
			return false
		}
	}
	return true
}

func cleaned(h http.Header) http.Header {
	c := make(http.Header, len(h))
	for key, values := range h {
		name, ok := fieldName(key)
		if !ok {
			continue
		}
		for _, v := range values {
			c[name] = append(c[name], fieldValue(v))
		}
	}
	return c
}

// override returns the fields of base with those of top in place of its own.
// Neither is changed; the result may be one of them.
func override(base, top http.Header) http.Header {
	switch {
	case len(top) == 0:
		return base
	case len(base) == 0:
		return top
	}
	h := maps.Clone(base)
	maps.Copy(h, top)
	return h
}

// fieldName returns the canonical form of a field name and whether it is one:
// a token of RFC 9110, section 5.6.2.
func fieldName(key string) (string, bool) {
	if key == "" {
		return "", false
	}
	for i := range len(key) {
		if !tokenByte(key[i]) {
			return "", false
		}
	}
	return textproto.CanonicalMIMEHeaderKey(key), true
}

func tokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// fieldValue replaces what a field value must not contain by spaces and trims
// it, as RFC 9110, section 5.5, asks of those who pass a value on.
func fieldValue(v string) string {
	for i := range len(v) {
		if control(v[i]) {
			v = blanked(v)
			break
		}
	}
	return strings.Trim(v, " \t")
}

func blanked(v string) string {
	b := []byte(v)
	for i, c := range b {
		if control(c) {
			b[i] = ' '
		}
	}
	return string(b)
}

func control(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }
