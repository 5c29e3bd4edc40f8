package normalize

import (
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Problem is the error format of RFC 9457, application/problem+json:
//
//	{"type":"about:blank","title":"Not Found","status":404,"detail":"...","reason":"notFound","domain":"global"}
//
// title is the phrase of the status that is sent, as "about:blank" asks for
// (section 4.2.1); detail is there if the exception has a text. reason and
// domain are extension members, and so is errors, with one object for each
// violation: its detail and reason, and its place as "pointer" (a JSON Pointer
// into the body, RFC 6901 section 6), "parameter" or "header".
//
// A class that has a type is named by it. The fields of an exception that is
// declared in proto are extension members under their JSON names, but for those
// whose names have a meaning here already; details holds it as a whole, as
// AIP193 does, and all other details.
//
//	{"type":"https://type.googleapis.com/library.v1.ShelfLocked","title":"Conflict","status":409,
//	 "detail":"...","reason":"shelfLocked","domain":"global","shelf":"a","holder":"bob",
//	 "details":[{"@type":"type.googleapis.com/library.v1.ShelfLocked","shelf":"a","holder":"bob"}]}
//
// The schema is endpoints.v1.Problem.
func Problem() Format { return problem{} }

type problem struct{}

func (problem) ContentType() string { return "application/problem+json" }

func (problem) Append(dst []byte, v *Verdict) []byte {
	var room [maxMembers]member
	start := len(dst)
	dst, x := v.appendSpread(dst, room[:0])
	end := len(dst)
	dst = append(dst, `{"type":`...)
	if v.Class != nil && v.Class.Type != "" {
		dst = appendString(dst, v.Class.Type)
	} else {
		dst = append(dst, `"about:blank"`...)
	}
	dst = append(dst, `,"title":`...)
	dst = appendString(dst, phrase(v.Status))
	dst = append(dst, `,"status":`...)
	dst = appendStatus(dst, v.Status)
	if v.Message != "" || v.Blank {
		dst = append(dst, `,"detail":`...)
		dst = appendString(dst, v.Message)
	}
	dst = append(dst, `,"reason":`...)
	dst = appendString(dst, v.Reason)
	dst = append(dst, `,"domain":`...)
	dst = appendString(dst, v.Domain)
	for i := range v.Violations {
		if i == 0 {
			dst = append(dst, `,"errors":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = appendProblemItem(dst, &v.Violations[i])
	}
	if len(v.Violations) > 0 {
		dst = append(dst, ']')
	}
	dst = x.appendMembers(dst)
	if len(v.Details) > 0 {
		before := len(dst)
		dst = append(dst, `,"details":[`...)
		first := len(dst)
		if dst = appendDetails(dst, first, v, &x); len(dst) == first {
			dst = dst[:before]
		} else {
			dst = append(dst, ']')
		}
	}
	return takeAway(append(dst, '}'), start, end)
}

func appendProblemItem(dst []byte, violation *exceptions.Violation) []byte {
	dst = append(dst, '{')
	open := len(dst)
	dst = appendMember(dst, open, "detail", violation.Message)
	dst = appendMember(dst, open, "reason", violation.Reason)
	switch violation.LocationType {
	case "body":
		dst = append(appendComma(dst, open), `"pointer":"`...)
		dst = appendPointer(dst, violation.Location)
		dst = append(dst, '"')
	case "header":
		dst = appendMember(dst, open, "header", violation.Location)
	default:
		dst = appendMember(dst, open, "parameter", violation.Location)
	}
	return append(dst, '}')
}

// appendPointer appends a location as a JSON Pointer in its form for URI
// fragments: "shelf.books[3].pages" becomes "#/shelf/books/3/pages". What a
// fragment does not allow is percent-encoded, so that nothing is left to escape
// in JSON.
func appendPointer(dst []byte, location string) []byte {
	dst = append(dst, '#')
	for token := range steps(location) {
		dst = append(dst, '/')
		for i := range len(token.name) {
			switch c := token.name[i]; {
			case c == '~':
				dst = append(dst, "~0"...)
			case c == '/':
				dst = append(dst, "~1"...)
			case unreserved(c):
				dst = append(dst, c)
			default:
				const hex = "0123456789ABCDEF"
				dst = append(dst, '%', hex[c>>4], hex[c&0xf])
			}
		}
	}
	return dst
}

// unreserved says whether a fragment may hold c as it is and it has no meaning
// there (RFC 3986 section 2.3, and a few of section 2.2 that names may hold).
func unreserved(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	}
	switch c {
	case '-', '.', '_', '!', '$', '*', '@', ':':
		return true
	}
	return false
}
