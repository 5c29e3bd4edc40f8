package java

import "strings"

// PrettyPrint reports whether the answer to a request with this raw query is
// laid out over several lines. The first parameter prettyPrint decides: "true"
// in any case says yes, everything else, also no value at all, says no. Without
// the parameter it is what the server does by default.
func PrettyPrint(rawQuery string, byDefault bool) bool {
	for rawQuery != "" {
		var pair string
		pair, rawQuery, _ = strings.Cut(rawQuery, "&")
		key, value, _ := strings.Cut(pair, "=")
		if name, err := unescape(key); err != nil || name != "prettyPrint" {
			continue
		}
		text, err := unescape(value)
		return err == nil && strings.EqualFold(text, "true")
	}
	return byDefault
}
