package normalize

import (
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Detail is the error format of FastAPI: {"detail":"..."}, or with violations
//
//	{"detail":[{"type":"invalidParameter","loc":["query","shelf"],"msg":"..."}]}
//
// where loc begins with the source ("query" for a parameter) and goes on with
// the names and indices of the place. An exception's JSON value takes the place
// of both. Without a text there is the phrase of the status that is sent. The
// schema is endpoints.v1.DetailReply, but for such values.
func Detail() Format { return detail{} }

type detail struct{}

func (detail) ContentType() string { return "application/json" }

func (detail) Append(dst []byte, v *Verdict) []byte {
	dst = append(dst, `{"detail":`...)
	if v.Value != nil || len(v.Violations) == 0 {
		return append(v.appendText(dst), '}')
	}
	for i := range v.Violations {
		sep := byte(',')
		if i == 0 {
			sep = '['
		}
		dst = appendDetailItem(append(dst, sep), v, &v.Violations[i])
	}
	return append(dst, `]}`...)
}

func appendDetailItem(dst []byte, v *Verdict, violation *exceptions.Violation) []byte {
	reason, message := violation.Reason, violation.Message
	if reason == "" {
		reason = v.Reason
	}
	if message == "" {
		message = v.text()
	}
	dst = append(dst, `{"type":`...)
	dst = appendString(dst, reason)
	dst = append(dst, `,"loc":[`...)
	dst = appendString(dst, source(violation.LocationType))
	for s := range steps(violation.Location) {
		dst = append(dst, ',')
		if s.index {
			dst = append(dst, s.name...)
		} else {
			dst = appendString(dst, s.name)
		}
	}
	dst = append(dst, `],"msg":`...)
	dst = appendString(dst, message)
	return append(dst, '}')
}

// source says where a value came from as FastAPI names it. A violation that
// says "path" or "cookie" itself is believed.
func source(locationType string) string {
	switch locationType {
	case "":
		return "body"
	case "parameter":
		return "query"
	}
	return locationType
}
