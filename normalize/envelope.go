package normalize

import (
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
func Envelope() Format { return envelope{} }

type envelope struct{}

func (envelope) ContentType() string { return "application/json; charset=UTF-8" }

func (envelope) Append(dst []byte, v *Verdict) []byte {
	message := v.text()
	dst = append(dst, `{"error":{"errors":[`...)
	if len(v.Violations) == 0 {
		return appendSimpleEnvelope(dst, v, message)
	}
	for i := range v.Violations {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendEnvelopeViolation(dst, v, &v.Violations[i], message)
	}
	dst = append(dst, `],"code":`...)
	dst = appendStatus(dst, v.Status)
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, message)
	return append(dst, `}}`...)
}

// appendSimpleEnvelope appends the rest of the body if there is one error. The
// text stands there twice and is escaped once.
func appendSimpleEnvelope(dst []byte, v *Verdict, message string) []byte {
	dst = appendEnvelopeItem(dst, v, v.Reason)
	start := len(dst)
	dst = appendString(dst, message)
	end := len(dst)
	dst = append(dst, `}],"code":`...)
	dst = appendStatus(dst, v.Status)
	dst = append(dst, `,"message":`...)
	dst = append(dst, dst[start:end]...)
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
