package normalize

import (
	"iter"
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// Formats returns the error formats of this package with their names:
// "envelope", "aip193", "problem", "detail" and "error".
func Formats() iter.Seq2[string, Format] {
	return func(yield func(string, Format) bool) {
		for _, f := range formats {
			if !yield(f.name, f.format) {
				return
			}
		}
	}
}

var formats = [...]struct {
	name   string
	format Format
}{
	{"envelope", Envelope()},
	{"aip193", aip193{}},
	{"problem", problem{}},
	{"detail", detail{}},
	{"error", errorFormat{}},
}

// appendComma appends a comma unless nothing stands after first.
func appendComma(dst []byte, first int) []byte {
	if len(dst) > first {
		return append(dst, ',')
	}
	return dst
}

// appendMember appends a member of an object unless its value is empty. open is
// the length of dst where the object begins.
func appendMember(dst []byte, open int, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = appendComma(dst, open)
	dst = append(dst, '"')
	dst = append(dst, name...)
	dst = append(dst, `":`...)
	return appendString(dst, value)
}

// appendStatus appends a status, which as a rule has three digits:
// strconv.AppendInt takes ten times as long.
func appendStatus(dst []byte, status int) []byte {
	if status < 100 || status > 999 {
		return strconv.AppendInt(dst, int64(status), 10)
	}
	return append(dst, byte('0'+status/100), byte('0'+status/10%10), byte('0'+status%10))
}

// appendString appends s as a JSON string, which is always valid UTF-8: each
// byte of s that is not becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	out, err := jsonpb.AppendString(dst, s)
	if err != nil {
		out, _ = jsonpb.AppendString(dst, string([]rune(s)))
	}
	return out
}
