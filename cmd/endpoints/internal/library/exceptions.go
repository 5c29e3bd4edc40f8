package library

import (
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// A ShelfError is a Conflict about one shelf: the parent of what the library
// raises when a shelf is not in the right state.
type ShelfError struct {
	exceptions.Conflict
	Shelf string
}

// As makes a ShelfError catchable in its subclasses.
func (e *ShelfError) As(target any) bool { return exceptions.ParentOf(e, &e.Conflict, target) }

// A ShelfLocked says that somebody holds the shelf.
type ShelfLocked struct {
	ShelfError
	Holder string
}

// DescribeException implements [exceptions.Described].
func (e *ShelfLocked) DescribeException() exceptions.Description {
	d := e.Conflict.DescribeException()
	d.Reason, d.Domain = "shelfLocked", "library"
	d.Message = fmt.Sprintf("Shelf %q is held by %s.", e.Shelf, e.Holder)
	return d
}

// A ShelfNotEmpty says that there are books on the shelf.
type ShelfNotEmpty struct {
	ShelfError
	Books int
}

// DescribeException implements [exceptions.Described].
func (e *ShelfNotEmpty) DescribeException() exceptions.Description {
	d := e.Conflict.DescribeException()
	d.Reason, d.Domain = "shelfNotEmpty", "library"
	d.Message = fmt.Sprintf("Shelf %q has %d books on it: send force=true to remove them too.", e.Shelf, e.Books)
	return d
}

// unlocked fails if somebody holds the shelf.
func unlocked(shelf *libraryv1.Shelf) error {
	if shelf.GetHolder() == "" {
		return nil
	}
	return &ShelfLocked{ShelfError: ShelfError{Shelf: shelf.GetName()}, Holder: shelf.GetHolder()}
}

func noShelf(name string) error {
	return exceptions.NewNotFound("No shelf with the name %q exists.", name)
}

func noBook(name string) error {
	return exceptions.NewNotFound("No book with the name %q exists.", name)
}

// invalid is a bad value of one field.
func invalid(field, format string, args ...any) error {
	e := exceptions.NewBadRequest(format, args...)
	return exceptions.Raise(e, exceptions.Reason("invalidParameter"), exceptions.Violations(exceptions.Violation{
		Location: field, LocationType: "parameter", Reason: "invalidParameter", Message: exceptions.Describe(e).Message,
	}))
}
