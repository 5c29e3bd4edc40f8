package exceptions

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Raise returns e with the circumstances of one occurrence attached: a private
// cause, headers, details. It never changes e and keeps its type, whatever that
// is: [errors.As], [errors.AsType] and [errors.Is] see e and the cause.
//
// Without options Raise is not needed: an exception is an error and can be
// returned as it is.
//
// An error of Raise may be raised again. Then the new options are added:
// details and violations behind those already there, causes beside each other,
// while a reason, domain, level, retry time or header field that is named again
// replaces the old one. An exception that was [Received] becomes this service's
// own by being raised.
//
// To raise nil, or a nil pointer of some exception, is a mistake in the program
// that does not panic: it becomes an [UnknownError] whose private text says so.
func Raise(e ServiceException, with ...Option) error {
	return raise(e, false, with)
}

// Received returns e marked as an error that another service sent. Clients
// call it. The mark does not hide the type: errors.As and errors.AsType find e.
// But [Of] does not, so that a service that merely returns what it received
// answers with an internal error of its own, and the other's text stays in the
// log. To pass it on, [Raise] it again.
//
// The options are those of Raise: what came along on the wire, such as a reason
// and details, for an exception that was rebuilt from its status alone.
func Received(e ServiceException, with ...Option) error {
	return raise(e, true, with)
}

// Bare returns what was given to [Raise] or [Received]: e without what was
// attached to it, so also without its causes. An exception that was not raised
// so is returned as it is.
func Bare(e ServiceException) ServiceException {
	if r, ok := e.(*raised); ok && r != nil {
		return r.exception
	}
	return e
}

func raise(e ServiceException, remote bool, with []Option) *raised {
	r := &raised{}
	old, again := e.(*raised)
	switch {
	case isNil(e):
		r.exception = &UnknownError{}
		r.chain[0] = r.exception
		r.add(fmt.Errorf("exceptions: a nil %T was raised", e))
		again = false
	case again:
		*r = *old
		r.own.Header = nil
	default:
		r.exception = e
		r.chain[0] = e
	}
	r.remote = remote
	for _, o := range with {
		if o != nil {
			o.attach(r)
		}
	}
	if again {
		r.own.Header = override(old.own.Header, r.own.Header)
	}
	return r
}

// raised is an exception with the circumstances of one occurrence. It never
// holds a nil pointer or another raised.
type raised struct {
	exception ServiceException
	chain     [2]error    // the exception and, if there is one, the cause
	own       Description // what the options said
	remote    bool        // received from another service
}

// add adds a cause.
func (r *raised) add(cause error) {
	if r.chain[1] != nil {
		cause = causes{r.chain[1], cause}
	}
	r.chain[1] = cause
}

// HTTPStatus returns the status of the exception.
func (r *raised) HTTPStatus() int { return r.exception.HTTPStatus() }

// Error returns the text of the exception and of its cause, for logs.
func (r *raised) Error() string {
	if r.chain[1] == nil {
		return text(r.exception)
	}
	return text(r.exception) + ": " + text(r.chain[1])
}

// Unwrap returns the exception and, if there is one, its cause.
func (r *raised) Unwrap() []error {
	if r.chain[1] == nil {
		return r.chain[:1:1]
	}
	return r.chain[:]
}

// DescribeException returns what the exception says, with what was attached.
func (r *raised) DescribeException() Description {
	d := Describe(r.exception)
	if r.own.Reason != "" {
		d.Reason = r.own.Reason
	}
	if r.own.Domain != "" {
		d.Domain = r.own.Domain
	}
	if r.own.Level != nil {
		d.Level = r.own.Level
	}
	if r.own.Value != nil {
		d.Value = r.own.Value
	}
	if r.own.RetryAfter != 0 {
		d.RetryAfter = r.own.RetryAfter
	}
	d.Details = join(d.Details, r.own.Details)
	d.Violations = join(d.Violations, r.own.Violations)
	d.Header = override(d.Header, r.own.Header)
	return d
}

// LogValue returns the parts of the error as a group: class, status, reason,
// the text and the private cause.
func (r *raised) LogValue() slog.Value {
	d := Describe(r)
	attrs := make([]slog.Attr, 0, 6)
	if d.Class != nil {
		attrs = append(attrs, slog.String("class", d.Class.Name))
	}
	attrs = append(attrs, slog.Int("status", r.HTTPStatus()))
	if d.Reason != "" {
		attrs = append(attrs, slog.String("reason", d.Reason))
	}
	attrs = append(attrs, slog.String("text", text(r.exception)))
	if r.chain[1] != nil {
		attrs = append(attrs, slog.String("cause", text(r.chain[1])))
	}
	if r.remote {
		attrs = append(attrs, slog.Bool("received", true))
	}
	return slog.GroupValue(attrs...)
}

// causes are several causes of one exception, in the order of their attaching.
type causes []error

func (c causes) Error() string {
	texts := make([]string, len(c))
	for i, err := range c {
		texts[i] = text(err)
	}
	return strings.Join(texts, "; ")
}

func (c causes) Unwrap() []error { return c }

// join appends without writing to what a or b shares with others.
func join[T any](a, b []T) []T {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	return slices.Concat(a, b)
}

// text is err.Error() that does not panic: the text of an error whose method
// does is only wanted for the log, where it must not do more harm.
func text(err error) (s string) {
	defer func() {
		if p := recover(); p != nil {
			s = fmt.Sprintf("%T, whose Error method panicked", err)
		}
	}()
	return err.Error()
}
