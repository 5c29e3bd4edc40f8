// Package everyprotocol_test raises the same exceptions over every protocol, and
// shows what is on the wire and what typed clients make of it: in
// testdata/modern.txt and testdata/frameworks.txt, one section for each row of
// the table in this file. Run the tests with -update to write them.
package everyprotocol_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// A row is an exception, what there is of it in numbers, and what a client gets
// back. The numbers do not depend on the policy of the API, but for status,
// which is that of profile Modern.
type row struct {
	name   string
	raised error

	status int // over REST, and before the first message of a stream
	code   exceptions.Code
	close  int // of a WebSocket

	// as finds the type that every client rebuilds, and returns its text.
	as      func(error) (text string, ok bool)
	message string // that text
	reason  string
}

// is is row.as for a type.
func is[E error](err error) (string, bool) {
	e, ok := errors.AsType[E](err)
	if !ok {
		return "", false
	}
	return e.Error(), true
}

var rows = []row{
	{
		name:   "a predefined class",
		raised: exceptions.NewNotFound("No shelf has the name %q: 100 %% \"Grüße\", 日本.", "shelves/x"),
		status: 404, code: exceptions.CodeNotFound, close: 1008,
		as: is[*exceptions.NotFound], message: `No shelf has the name "shelves/x": 100 % "Grüße", 日本.`, reason: "notFound",
	},
	{
		name:   "a class that its status does not tell",
		raised: exceptions.NewFailedPrecondition("The shelf is not empty."),
		status: 400, code: exceptions.CodeFailedPrecondition, close: 1008,
		as: is[*exceptions.FailedPrecondition], message: "The shelf is not empty.", reason: "badRequest",
	},
	{
		name:   "a subclass in Go",
		raised: &shelfFull{Conflict: *exceptions.NewConflict("The shelf is full."), books: 20},
		status: 409, code: exceptions.CodeAborted, close: 1008,
		as: is[*exceptions.Conflict], message: "The shelf is full.", reason: "conflict",
	},
	{
		name:   "declared in proto, three levels deep",
		raised: &libraryv1.BookLocked{Shelf: "shelves/a", Holder: "kim", Book: "shelves/a/books/emma"},
		status: 409, code: exceptions.CodeAborted, close: 1008,
		as: is[*libraryv1.BookLocked], message: `Book "shelves/a/books/emma" cannot be changed: shelf "shelves/a" is held by kim.`, reason: "shelfLocked",
	},
	{
		name: "with headers",
		raised: exceptions.Raise(exceptions.NewUnauthorized("Who are you?"),
			exceptions.Header("WWW-Authenticate", "Bearer"), exceptions.Header("X-Tries", "1"), exceptions.Header("X-Tries", "2")),
		status: 401, code: exceptions.CodeUnauthenticated, close: 3000,
		as: is[*exceptions.Unauthorized], message: "Who are you?", reason: "required",
	},
	{
		name:   "when to come back",
		raised: exceptions.Raise(exceptions.NewTooManyRequests("Slow down."), exceptions.RetryAfter(1500*time.Millisecond)),
		status: 429, code: exceptions.CodeResourceExhausted, close: 1013,
		as: is[*exceptions.TooManyRequests], message: "Slow down.", reason: "rateLimitExceeded",
	},
	{
		name: "with violations, a reason and a domain",
		raised: exceptions.Raise(exceptions.NewBadRequest("Two fields are wrong."), exceptions.Reason("badShelf"), exceptions.Domain("library"),
			exceptions.Violations(
				exceptions.Violation{Location: "shelf.theme", LocationType: "body", Reason: "tooLong", Message: "At most 20 characters."},
				exceptions.Violation{Location: "books[3].pages", LocationType: "body", Message: "Not a number."})),
		status: 400, code: exceptions.CodeInvalidArgument, close: 1008,
		as: is[*exceptions.BadRequest], message: "Two fields are wrong.", reason: "badShelf",
	},
	{
		name: "with a detail, and a cause",
		raised: exceptions.Raise(exceptions.NewServiceUnavailable("The catalogue is closed."),
			exceptions.Cause(errors.New("private: 10.0.0.7 refused")), exceptions.Details(&libraryv1.Shelf{Name: "shelves/a", Theme: "poetry"})),
		status: 503, code: exceptions.CodeUnavailable, close: 1013,
		as: is[*exceptions.ServiceUnavailable], message: "The catalogue is closed.", reason: "backendError",
	},
	{
		name:   "a bare status",
		raised: teapot{},
		status: 418, code: exceptions.CodeFailedPrecondition, close: 1008,
		as: nil, message: "I'm a teapot", reason: "teapot", // 418 has no class, so protocols without statuses tell another one
	},
	{
		name:   "wrapped by another error",
		raised: fmt.Errorf("private: reading %s: %w", "/etc/secret", exceptions.NewForbidden("Not yours.")),
		status: 403, code: exceptions.CodePermissionDenied, close: 3003,
		as: is[*exceptions.Forbidden], message: "Not yours.", reason: "forbidden",
	},
	{
		name:   "an error that nobody authored",
		raised: errors.New("private: dial tcp 10.0.0.7:5432"),
		status: 500, code: exceptions.CodeUnknown, close: 1011,
		as: nil, message: "Internal Server Error", reason: "internalError",
	},
	{
		name:   "the end of somebody else's time",
		raised: context.DeadlineExceeded,
		status: 500, code: exceptions.CodeUnknown, close: 1011,
		as: nil, message: "Internal Server Error", reason: "internalError",
	},
}

// shelfFull is a class of this program alone: no wire knows its name.
type shelfFull struct {
	exceptions.Conflict
	books int
}

// teapot is an exception that is only a status, and whose text is private.
type teapot struct{}

func (teapot) Error() string   { return "private: the kettle is at 10.0.0.7" }
func (teapot) HTTPStatus() int { return 418 }
