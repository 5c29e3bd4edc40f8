package normalize

import (
	"context"
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
	d := exceptions.Describe(e)
	p.judge(&v, status, &d)
	return v
}

// Judge puts into v what the caller will be told about err, whatever it is:
// [Policy.Verdict] of its [exceptions.Resolve]. Whatever is in v is replaced.
//
// It is for servers that have memory for the verdict of each call: a verdict is
// large, so that to return one takes longer than to make it.
func (p *Policy) Judge(ctx context.Context, v *Verdict, err error) {
	var d exceptions.Description
	p.judge(v, exceptions.Explain(ctx, err, &d), &d)
}

// judge makes the verdict on an exception. Each field is set once, since v is
// memory that the garbage collector watches.
func (p *Policy) judge(v *Verdict, status int, d *exceptions.Description) {
	at := slot(status)
	a := p.raised[at]
	v.Raised, v.Status, v.Class, v.Level = status, a.Status, d.Class, d.Level
	code, reason, domain := exceptions.Code(codes[at]), d.Reason, d.Domain
	if d.Class != nil {
		if d.Class.Code != exceptions.CodeOK {
			code = d.Class.Code
		}
		if reason == "" {
			reason = d.Class.Reason
		}
	}
	if reason == "" {
		reason = a.Reason
	}
	if domain == "" {
		domain = a.Domain
	}
	v.Code, v.Reason, v.Domain = code, reason, domain
	header := d.Header
	if header != nil || d.RetryAfter > 0 {
		header = FitHeader(header, status, a.Status, d.RetryAfter)
	}
	v.Header, v.RetryAfter = header, d.RetryAfter
	if !a.MessageKept() {
		d.Message, d.Blank = a.Message, false
		d.Value, d.Violations, d.Details = nil, nil, nil
	}
	if d.Message == "" && !d.Blank && d.Class == unknownClass {
		d.Message = p.definition.UnknownMessage
	}
	v.Message, v.Blank = d.Message, d.Blank
	v.Value, v.Violations, v.Details = d.Value, d.Violations, d.Details
}

// codes has for each slot of a table the code of an error without a class.
var codes = func() (all [len(table{})]uint8) {
	for at := range all {
		all[at] = uint8(codeOf(at - 1))
	}
	return all
}()

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
