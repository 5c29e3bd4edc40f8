package exceptions

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// said is all the state of a predefined exception: what it says to its caller.
// It is fixed by the constructor; there are no mutators, because a promoted
// one would return the parent and lose the child.
type said struct {
	text   string
	spoken bool // the text is meant, even if it is empty
	// origin is what an exception of a subclass says of which this one is the
	// projection; nil for all others.
	origin *Description
}

func say(format string, args ...any) said {
	if len(args) == 0 && !strings.Contains(format, "%") {
		return said{text: format, spoken: true} // Sprintf would copy it
	}
	if len(args) == 1 && format == "%s" { // for texts that may hold a percent sign
		if text, ok := args[0].(string); ok {
			return said{text: text, spoken: true}
		}
	}
	return said{text: fmt.Sprintf(format, args...), spoken: true}
}

func (s *said) describe(c *Class) Description {
	if s.origin != nil {
		d := *s.origin
		d.Class = c
		return d
	}
	return Description{Class: c, Message: s.text, Blank: s.spoken && s.text == ""}
}

// log returns the text for logs: what was said, or what the status means.
func (s *said) log(phrase string) string {
	if s.text == "" {
		return phrase
	}
	return s.text
}

// New returns an exception that raises the status, which may be any int, with a
// message for the caller that is formatted as by [fmt.Sprintf]. A status that
// has a predefined class gives an instance of it, so New(404, "...") is a
// [*NotFound]; any other gives an [*Exception].
//
// With an empty format the message is the empty text; [NewStatus] makes an
// exception that has none.
func New(status int, format string, args ...any) ServiceException {
	return instance(status, say(format, args...))
}

// NewStatus returns what [New] returns, but without a message: each error
// format sends what its clients expect then.
func NewStatus(status int) ServiceException {
	return instance(status, said{})
}

func instance(status int, s said) ServiceException {
	if e := instanceOfStatus(status, s); e != nil {
		return e
	}
	return &Exception{said: s, status: status, given: true}
}

// An Exception is an exception whose status has no predefined class. [New]
// makes it. It may be embedded by a type that has an HTTPStatus of its own; by
// itself the zero value raises 500.
type Exception struct {
	said
	status int
	given  bool
}

// Error returns the message, or what the status means, for logs.
func (e *Exception) Error() string {
	status := e.HTTPStatus()
	phrase := http.StatusText(status)
	if phrase == "" {
		phrase = "status " + strconv.Itoa(status)
	}
	if e == nil {
		return phrase
	}
	return e.log(phrase)
}

// HTTPStatus returns the status that New was given.
func (e *Exception) HTTPStatus() int {
	if e == nil || !e.given {
		return http.StatusInternalServerError
	}
	return e.status
}

// DescribeException returns the message. There is no class.
func (e *Exception) DescribeException() Description {
	if e == nil {
		return Description{}
	}
	return e.describe(nil)
}

// As makes a type that embeds an Exception catchable as an *Exception. It is
// called by [errors.As] and [errors.AsType].
func (e *Exception) As(target any) bool {
	t, ok := target.(**Exception)
	if ok = ok && e != nil; ok {
		*t = e
	}
	return ok
}
