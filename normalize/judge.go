package normalize

import (
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// unknownClass is the class of an error that no service authored: it has no
// public text, and the policy supplies one.
var unknownClass = exceptions.Describe(&exceptions.UnknownError{}).Class

// Verdict says what the caller will be told about e. It is total: a nil e is an
// error that no service authored.
//
// The status is that of the policy. A reason and a domain that the exception
// sets survive a change of status; others are the policy's. If the policy
// replaces or drops the text, the violations and details of the exception,
// which would say the same in other words, are left out as well. The code is
// that of the class, and follows the raised status only where there is no
// class.
func (p *Policy) Verdict(e exceptions.ServiceException) Verdict {
	status, ok := statusOf(e)
	if !ok {
		e = &exceptions.UnknownError{}
	}
	d := exceptions.Describe(e)
	a := p.raised[slot(status)]
	v := Verdict{
		Raised: status, Status: a.Status,
		Class:  d.Class,
		Reason: d.Reason, Domain: d.Domain,
		Message: d.Message, Blank: d.Blank,
		RetryAfter: d.RetryAfter,
		Header:     FitHeader(d.Header, status, a.Status, d.RetryAfter),
		Level:      d.Level,
	}
	if d.Class != nil {
		v.Code = d.Class.Code
		if v.Reason == "" {
			v.Reason = d.Class.Reason
		}
	} else {
		v.Code = exceptions.CodeOfStatus(status)
	}
	if v.Reason == "" {
		v.Reason = a.Reason
	}
	if v.Domain == "" {
		v.Domain = a.Domain
	}
	switch {
	case !a.MessageKept():
		v.Message, v.Blank = a.Message, false
	default:
		v.Violations, v.Details = d.Violations, d.Details
	}
	if v.Message == "" && !v.Blank && d.Class == unknownClass {
		v.Message = p.definition.UnknownMessage
	}
	return v
}

// statusOf returns what e raises, and 500 and false if e is nil or its method
// panics, as a nil pointer to a class that embeds another does.
func statusOf(e exceptions.ServiceException) (status int, ok bool) {
	defer func() {
		if !ok {
			recover()
			status = http.StatusInternalServerError
		}
	}()
	if e == nil {
		return 0, false
	}
	return e.HTTPStatus(), true
}
