package normalize

import (
	"fmt"
	"strconv"
)

// A Finding is something that a policy does to its callers and that its author
// should know. It is no error: policies such as [Frameworks] do it on purpose.
type Finding struct {
	// Kind names it for programs, see the constants.
	Kind string
	// From and To are the raised statuses that it is about, both included, and
	// Sent is what they become.
	From, To, Sent int
	// Text says for people what happens.
	Text string
}

// String returns the finding in one line, such as "raised 429 -> 404: ...".
func (f Finding) String() string {
	return "raised " + spanText(f.From, f.To) + " -> " + strconv.Itoa(f.Sent) + ": " + f.Text
}

// The kinds of findings.
const (
	// RetryLost: callers would try again, and no longer do.
	RetryLost = "retry-lost"
	// RetryGained: callers would not try again, and now do.
	RetryGained = "retry-gained"
	// BlameMoved: an error of the caller is sent as one of the service, or the
	// other way round.
	BlameMoved = "blame-moved"
	// HeaderLost: a header that the raised status needs does not fit the one
	// that is sent.
	HeaderLost = "header-lost"
	// HeaderMissing: the status that is sent needs a header that exceptions of
	// the raised status do not carry.
	HeaderMissing = "header-missing"
	// ErrorHidden: an error is sent as a success or a redirect.
	ErrorHidden = "error-hidden"
	// BodyLost: the status that is sent has no body, so that the caller learns
	// nothing of the error.
	BodyLost = "body-lost"
)

// Lint returns what the policy does to errors, raised with 400 to 599, in the
// order of their statuses; for each kind as few ranges as possible.
func Lint(p *Policy) []Finding {
	var findings []Finding
	open := map[string]int{} // the latest finding of each kind
	for status := 400; status <= 599; status++ {
		sent := p.Raised(status).Status
		for _, check := range checks {
			text := check.text(status, sent)
			if text == "" {
				continue
			}
			i, ok := open[check.kind]
			if ok && findings[i].To == status-1 && findings[i].Text == text && findings[i].Sent == sent {
				findings[i].To = status
				continue
			}
			open[check.kind] = len(findings)
			findings = append(findings, Finding{Kind: check.kind, From: status, To: status, Sent: sent, Text: text})
		}
	}
	return findings
}

// checks say of a status that is raised and what is sent for it what is worth
// knowing; nothing if the text is empty.
var checks = [...]struct {
	kind string
	text func(raised, sent int) string
}{
	{RetryLost, func(raised, sent int) string {
		if retryable(raised) && !retryable(sent) {
			return "callers that would try again give up"
		}
		return ""
	}},
	{RetryGained, func(raised, sent int) string {
		if !retryable(raised) && retryable(sent) {
			return "callers try again what will fail again"
		}
		return ""
	}},
	{BlameMoved, func(raised, sent int) string {
		switch {
		case raised < 500 && sent >= 500:
			return "an error of the caller is sent as one of the service, and counts as its failure"
		case raised >= 500 && sent >= 400 && sent < 500:
			return "an error of the service is sent as one of the caller"
		}
		return ""
	}},
	{HeaderLost, func(raised, sent int) string {
		name := needs(raised)
		if name == "" || fits(name, raised, sent) {
			return ""
		}
		return fmt.Sprintf("its %s header is dropped", fieldName(name))
	}},
	{HeaderMissing, func(raised, sent int) string {
		name := needs(sent)
		if name == "" || needs(raised) == name {
			return ""
		}
		return fmt.Sprintf("a %d must have the header %s, which the exception does not bring", sent, fieldName(name))
	}},
	{ErrorHidden, func(_, sent int) string {
		switch {
		case sent < 300:
			return "an error is sent as a success"
		case sent < 400:
			return "an error is sent as a redirect"
		}
		return ""
	}},
	{BodyLost, func(_, sent int) string {
		if BodyAllowed(sent) {
			return ""
		}
		return "the status has no body, so that the caller learns nothing of the error"
	}},
}

// retryable says whether callers commonly repeat a request that was answered
// so (RFC 9110 sections 15.5.9 and 15.6, RFC 6585 section 4, RFC 8470 section
// 5.2).
func retryable(status int) bool {
	switch status {
	case 408, 425, 429, 502, 503, 504:
		return true
	}
	return false
}

// needs returns the canonical name of the header that the status must have
// (RFC 9110), or empty.
func needs(status int) string {
	switch status {
	case 401:
		return "Www-Authenticate"
	case 405:
		return "Allow"
	case 407:
		return "Proxy-Authenticate"
	case 426:
		return "Upgrade"
	}
	return ""
}

// fieldName returns the name as it is usually written.
func fieldName(canonical string) string {
	if canonical == "Www-Authenticate" {
		return "WWW-Authenticate"
	}
	return canonical
}
