package library

import (
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// unlocked fails if somebody holds the shelf.
func unlocked(shelf *libraryv1.Shelf) error {
	if shelf.GetHolder() == "" {
		return nil
	}
	return &libraryv1.ShelfLocked{Shelf: shelf.GetName(), Holder: shelf.GetHolder()}
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
