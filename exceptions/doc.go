// Package exceptions holds the errors that a service authors for its callers.
//
// An exception is a type: its class. The predefined classes are named after the
// statuses of HTTP; a class of one's own embeds its parent and is caught as both:
//
//	type ShelfLocked struct { exceptions.Conflict; Holder string }
//
//	return nil, exceptions.NewNotFound("No shelf with the id %q exists.", id)
//	return nil, exceptions.Raise(&ShelfLocked{Holder: "bob"}, exceptions.Cause(err))
//	return nil, &librarypb.ShelfLocked{Holder: "bob"} // declared in a proto file
//
//	if conflict, ok := errors.AsType[*exceptions.Conflict](err); ok { ... }
//
// What an exception says is for the caller; its cause, and the text of every other
// error, is for logs only. Exceptions never change and may be shared by goroutines.
package exceptions
