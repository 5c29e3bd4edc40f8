package normalize

import (
	"strconv"
	"sync/atomic"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Envelope is the error format of the Endpoints Frameworks and of Google's older
// APIs, on one line:
//
//	{"error":{"errors":[{"domain":"global","reason":"notFound","message":"..."}],"code":404,"message":"..."}}
//
// Each violation has an entry of its own in errors, with location and
// locationType. An exception without a message has the phrase of the status
// that is sent. The schema is endpoints.v1.ErrorEnvelope. The profiles that
// imitate one edition to the byte have formats of their own.
func Envelope() Format { return &envelope{} }

type envelope struct{}

func (*envelope) ContentType() string { return "application/json; charset=UTF-8" }

func (*envelope) Append(dst []byte, v *Verdict) []byte {
	f := frameOf(v)
	if f == nil {
		return appendEnvelope(dst, v)
	}
	// The text stands there twice and is escaped once.
	dst = append(dst, f.head...)
	start := len(dst)
	dst = appendString(dst, v.text())
	end := len(dst)
	dst = append(dst, f.middle...)
	dst = append(dst, dst[start:end]...)
	return append(dst, `}}`...)
}

// A frame is what stands around the text in an envelope with one error.
type frame struct {
	domain, reason string
	head, middle   string
}

// frames are those of the reasons that came first with their status, which as a
// rule has no other. They change nothing that anybody sees, but to put one together
// takes half the time of a short body.
var frames [900]atomic.Pointer[frame]

// frameOf returns the frame for v, nil if it has none.
func frameOf(v *Verdict) *frame {
	at := v.Status - 100
	if len(v.Violations) > 0 || uint(at) >= uint(len(frames)) {
		return nil
	}
	f := frames[at].Load()
	if f == nil {
		f = newFrame(v)
		frames[at].Store(f)
	}
	if f.reason != v.Reason || f.domain != v.Domain {
		return nil
	}
	return f
}

func newFrame(v *Verdict) *frame {
	head := appendEnvelopeItem([]byte(`{"error":{"errors":[`), v, v.Reason)
	return &frame{v.Domain, v.Reason, string(head), `}],"code":` + strconv.Itoa(v.Status) + `,"message":`}
}

// appendEnvelope appends an envelope with an error for each violation, one if there
// is none.
func appendEnvelope(dst []byte, v *Verdict) []byte {
	message := v.text()
	dst = append(dst, `{"error":{"errors":[`...)
	for i := range v.Violations {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendEnvelopeViolation(dst, v, &v.Violations[i], message)
	}
	if len(v.Violations) == 0 {
		dst = append(appendString(appendEnvelopeItem(dst, v, v.Reason), message), '}')
	}
	dst = append(dst, `],"code":`...)
	dst = appendStatus(dst, v.Status)
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, message)
	return append(dst, `}}`...)
}

// appendEnvelopeItem appends an object up to its message.
func appendEnvelopeItem(dst []byte, v *Verdict, reason string) []byte {
	dst = append(dst, `{"domain":`...)
	dst = appendString(dst, v.Domain)
	dst = append(dst, `,"reason":`...)
	dst = appendString(dst, reason)
	return append(dst, `,"message":`...)
}

func appendEnvelopeViolation(dst []byte, v *Verdict, violation *exceptions.Violation, message string) []byte {
	reason := violation.Reason
	if reason == "" {
		reason = v.Reason
	}
	if violation.Message != "" {
		message = violation.Message
	}
	dst = appendEnvelopeItem(dst, v, reason)
	dst = appendString(dst, message)
	if violation.Location != "" {
		dst = append(dst, `,"location":`...)
		dst = appendString(dst, violation.Location)
	}
	if violation.LocationType != "" {
		dst = append(dst, `,"locationType":`...)
		dst = appendString(dst, violation.LocationType)
	}
	return append(dst, '}')
}

// text returns the text that a caller reads: that of the exception, or else of
// its first violation, or else the phrase of the status that is sent. It is
// empty only if the exception means it to be.
func (v *Verdict) text() string {
	if v.Message != "" || v.Blank {
		return v.Message
	}
	if len(v.Violations) > 0 && v.Violations[0].Message != "" {
		return v.Violations[0].Message
	}
	return phrase(v.Status)
}
