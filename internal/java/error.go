package java

import (
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A RequestError says that a request cannot be bound: it is a BadRequest whose
// text is the original's where that has one for callers, and otherwise a text
// of our own that names the place and not the value, where the original sent
// what its JSON library said.
//
// The log rule of the original asks how it came about, see Unreadable and
// Severe.
type RequestError struct {
	exceptions.BadRequest
	place      string
	source     string
	date       bool
	unreadable bool
	severe     bool
}

var _ exceptions.ServiceException = (*RequestError)(nil)

// Unreadable reports whether the original logs the failure twice: first that
// the request could not be read, then that the method or its parameters failed,
// both as INFO. It does so for what its JSON library refused, not for what it
// found wrong itself, such as a missing parameter.
func (e *RequestError) Unreadable() bool { return e.unreadable }

// Severe reports whether the original logs the failure as SEVERE, and once: it
// does so for a parameter of a method that is a time and has no such form.
func (e *RequestError) Severe() bool { return e.severe }

// DescribeException returns the description of a BadRequest, with the place as
// a violation.
func (e *RequestError) DescribeException() exceptions.Description {
	d := e.BadRequest.DescribeException()
	if e.place != "" {
		d.Violations = []exceptions.Violation{{
			Location: e.place, LocationType: e.source, Reason: "invalidParameter", Message: d.Message,
		}}
	}
	return d
}

// refused is an error that the original finds itself.
func refused(text string) *RequestError {
	return &RequestError{BadRequest: *exceptions.NewBadRequest("%s", text)}
}

// unreadable is an error of its JSON library.
func unreadable(text string) *RequestError {
	e := refused(text)
	e.unreadable = true
	return e
}

// missing is the error for a parameter that is required and null.
func missing(name string) *RequestError {
	e := refused("null value for parameter '" + name + "' not allowed")
	e.place, e.source = name, "parameter"
	return e
}

// A fault is what is wrong with one value. It becomes a RequestError when the
// whole place is known.
type fault struct {
	// text says what the value should have been: "is not a 32-bit integer".
	text string
	// place is where it stands within the value at hand, such as "[3].pages".
	place string
	// date says that it is a text that is no time.
	date bool
}

// in returns f with the name or index of what holds it.
func (f *fault) in(name string) *fault {
	switch {
	case f.place == "" || strings.HasPrefix(f.place, "["):
		f.place = name + f.place
	default:
		f.place = name + "." + f.place
	}
	return f
}

// along returns f with the names of the fields that lead to it.
func (f *fault) along(path []protoreflect.FieldDescriptor) *fault {
	for _, fd := range slices.Backward(path) {
		f = f.in(fd.JSONName())
	}
	return f
}

// report makes an error of f, found in a source: "parameter" or "body".
func (f *fault) report(source string) *RequestError {
	what := f.place
	if what == "" {
		what = "the " + source
	}
	e := unreadable(what + " " + f.text)
	e.place, e.source, e.date = f.place, source, f.date
	return e
}
