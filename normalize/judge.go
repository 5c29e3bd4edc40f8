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
// class. It is never OK, whatever was raised: a caller would take the error for
// a reply.
func (p *Policy) Verdict(e exceptions.ServiceException) (v Verdict) {
	status, ok := statusOf(e)
	if !ok {
		e = &exceptions.UnknownError{}
	}
	a := p.raised[slot(status)]
	d := exceptions.Describe(e)
	v.Raised, v.Status = status, a.Status
	v.Class = d.Class
	v.Reason, v.Domain = d.Reason, d.Domain
	v.RetryAfter = d.RetryAfter
	v.Header = FitHeader(d.Header, status, a.Status, d.RetryAfter)
	v.Level = d.Level
	if d.Class != nil {
		v.Code = d.Class.Code
		if v.Reason == "" {
			v.Reason = d.Class.Reason
		}
	}
	if v.Code == exceptions.CodeOK {
		v.Code = codeOf(status)
	}
	if v.Reason == "" {
		v.Reason = a.Reason
	}
	if v.Domain == "" {
		v.Domain = a.Domain
	}
	if a.MessageKept() {
		v.Message, v.Blank = d.Message, d.Blank
		v.Value, v.Violations, v.Details = d.Value, d.Violations, d.Details
	} else {
		v.Message = a.Message
	}
	if v.Message == "" && !v.Blank && d.Class == unknownClass {
		v.Message = p.definition.UnknownMessage
	}
	return v
}

// Verdict says what the caller will be told about a reply, or about none, that
// the policy answers as an error. replied is the status of the reply, 0 if there
// was none. The text is that of the answer if it has one, else message.
func (a Answer) Verdict(replied int, message string) Verdict {
	if !a.MessageKept() {
		message = a.Message
	}
	code := codeOf(replied)
	if replied < 400 {
		code = codeOf(a.Status)
	}
	return Verdict{Raised: replied, Status: a.Status, Code: code, Reason: a.Reason, Domain: a.Domain, Message: message}
}

// codeOf is the code of an error that has no class.
func codeOf(status int) exceptions.Code {
	if c := exceptions.CodeOfStatus(status); c != exceptions.CodeOK {
		return c
	}
	return exceptions.CodeUnknown
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
