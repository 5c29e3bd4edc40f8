package java

import "strings"

// CleanPath returns the path that a request is routed by: that of the request
// target, still escaped, without the slashes that follow base or end the path,
// however many there are. Nothing else is cleaned: dot segments, empty segments
// within and escapes stay, so "s%61me" is not "same", and a segment between two
// slashes is an empty one, which a variable matches. Variables match the raw
// text of one segment, which [DecodeVariable] decodes.
//
// A path that is not under base, such as "/_ah/api/", is returned as it is.
func CleanPath(path, base string) string {
	base = strings.TrimRight(base, "/") + "/"
	rest, ok := strings.CutPrefix(path, base)
	if !ok {
		return path
	}
	trimmed := strings.Trim(rest, "/")
	if len(trimmed) == len(rest) {
		return path
	}
	return base + trimmed
}

// DecodeVariable decodes the raw text of a path variable once: "%2F" is a
// slash, and a plus sign is a blank as in a query. Bytes that are not UTF-8
// become U+FFFD. An escape that is malformed is an error.
func DecodeVariable(raw string) (string, error) {
	return unescape(raw)
}
