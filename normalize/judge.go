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
	p.Judge(&v, e)
	return v
}

// Judge is [Policy.Verdict] for servers that have memory for the verdict of each
// call: whatever is in v is replaced. A verdict is large, so that to return one
// takes longer than to make it; each field is set once for the same reason.
func (p *Policy) Judge(v *Verdict, e exceptions.ServiceException) {
	status, ok := statusOf(e)
	if !ok {
		e = &exceptions.UnknownError{}
	}
	a := p.raised[slot(status)]
	d := exceptions.Describe(e)
	v.Raised, v.Status, v.Class = status, a.Status, d.Class
	v.Code, v.Reason, v.Domain = p.name(status, a, &d)
	v.Header, v.RetryAfter = FitHeader(d.Header, status, a.Status, d.RetryAfter), d.RetryAfter
	v.Level = d.Level
	if a.MessageKept() {
		v.Message, v.Blank = d.Message, d.Blank
		v.Value, v.Violations, v.Details = d.Value, d.Violations, d.Details
	} else {
		v.Message, v.Blank = a.Message, false
		v.Value, v.Violations, v.Details = nil, nil, nil
	}
	if v.Message == "" && !v.Blank && d.Class == unknownClass {
		v.Message = p.definition.UnknownMessage
	}
}

// name returns how programs tell the exception from others.
func (p *Policy) name(status int, a *Answer, d *exceptions.Description) (code exceptions.Code, reason, domain string) {
	reason, domain = d.Reason, d.Domain
	if d.Class != nil {
		code = d.Class.Code
		if reason == "" {
			reason = d.Class.Reason
		}
	}
	if code == exceptions.CodeOK {
		code = codeOf(status)
	}
	if reason == "" {
		reason = a.Reason
	}
	if domain == "" {
		domain = a.Domain
	}
	return code, reason, domain
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
