package python

import (
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// ContentType is the media type of replies and errors. It has no parameters.
const ContentType = "application/json"

// NotFound is the body of the answer to a request that no method takes. Its
// status is 404 and its type [NotFoundType]; it is no error envelope.
const (
	NotFound     = "Not Found"
	NotFoundType = "text/plain"
)

// Format is the error format of the Python framework: the Google envelope with
// sorted keys, in the layout of [Append]. An exception without a message sends
// the empty text. Details are not part of the format.
//
// The framework reported one error at a time. With one violation, it is that
// error with its place; with several, errors holds one entry for each, and the
// message beside it is that of the exception.
type Format struct{}

var _ normalize.Format = Format{}

// ContentType returns [ContentType].
func (Format) ContentType() string { return ContentType }

// Append appends the body to dst and returns the extended buffer.
func (Format) Append(dst []byte, v *normalize.Verdict) []byte {
	l := layout{buf: dst}
	l.open('{')
	l.next(true)
	l.key("error")
	l.open('{')
	l.next(true)
	l.key("code")
	l.buf = strconv.AppendInt(l.buf, int64(v.Status), 10)
	l.next(false)
	l.key("errors")
	l.open('[')
	l.entries(v)
	l.close(']', false)
	l.next(false)
	l.key("message")
	l.buf = appendString(l.buf, v.Message)
	l.close('}', false)
	l.close('}', false)
	return l.buf
}

func (l *layout) entries(v *normalize.Verdict) {
	if len(v.Violations) < 2 {
		var place exceptions.Violation
		if len(v.Violations) == 1 {
			place = v.Violations[0]
		}
		place.Message = v.Message
		l.next(true)
		l.entry(v, &place)
		return
	}
	for i := range v.Violations {
		l.next(i == 0)
		l.entry(v, &v.Violations[i])
	}
}

func (l *layout) entry(v *normalize.Verdict, at *exceptions.Violation) {
	l.open('{')
	l.next(true)
	l.text("domain", v.Domain)
	if at.Location != "" {
		l.next(false)
		l.text("location", at.Location)
	}
	if at.LocationType != "" {
		l.next(false)
		l.text("locationType", at.LocationType)
	}
	l.next(false)
	l.text("message", at.Message)
	l.next(false)
	reason := v.Reason
	if at.Reason != "" {
		reason = at.Reason
	}
	l.text("reason", reason)
	l.close('}', false)
}

func (l *layout) text(key, value string) {
	l.key(key)
	l.buf = appendString(l.buf, value)
}
