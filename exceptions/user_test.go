package exceptions_test

import (
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// The classes of a user of the package, on which the tests stand.

// shelfLocked is one level below a predefined class: nothing to write.
type shelfLocked struct {
	exceptions.Conflict
	holder string
	Reason string // an ordinary field name stays usable
}

// shelfError is embedded in turn: one line.
type shelfError struct {
	Shelf string // the parent does not stand first
	exceptions.Conflict
}

func (e *shelfError) As(target any) bool { return exceptions.ParentOf(e, &e.Conflict, target) }

// shelfGone is two levels down and changes the status.
type shelfGone struct{ shelfError }

func (*shelfGone) HTTPStatus() int { return 410 }

func (e *shelfGone) As(target any) bool { return exceptions.ParentOf(e, &e.shelfError, target) }

// shelfBurnt is three levels down.
type shelfBurnt struct{ shelfGone }

// shelfFull has a reason of its own.
type shelfFull struct {
	exceptions.Conflict
	limit int
}

func (e *shelfFull) DescribeException() exceptions.Description {
	d := e.Conflict.DescribeException()
	d.Reason, d.Domain = "shelfFull", "library.example.com"
	return d
}

// teapot has the two methods and nothing else, by value.
type teapot struct{}

func (teapot) Error() string   { return "internal text" }
func (teapot) HTTPStatus() int { return 418 }

// broken panics in every method, as a struct with a forgotten pointer does.
type broken struct{ e *shelfLocked }

func (b broken) Error() string                             { return b.e.holder }
func (b broken) HTTPStatus() int                           { return len(b.e.holder) }
func (b broken) DescribeException() exceptions.Description { return b.e.DescribeException() }
