package exceptions_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// tell shows what a caller may learn of an error, before any policy.
func tell(err error) {
	e := exceptions.Resolve(context.Background(), err)
	d := exceptions.Describe(e)
	fmt.Printf("%d %s %q\n", e.HTTPStatus(), d.Class, d.Message)
}

// A predefined exception is an error like any other. What it says is for the
// caller; what is wrapped around it is not.
func Example() {
	getShelf := func(id string) error {
		return exceptions.NewNotFound("No shelf with the id %q exists.", id)
	}
	err := fmt.Errorf("select from table shelves: %w", getShelf("a"))
	tell(err)
	if _, ok := errors.AsType[*exceptions.NotFound](err); ok {
		fmt.Println("caught")
	}
	// Output:
	// 404 NotFound "No shelf with the id \"a\" exists."
	// caught
}

// ShelfLocked is a class of one's own: it embeds its parent, and that is all.
type ShelfLocked struct {
	exceptions.Conflict
	Holder string
}

func Example_subclass() {
	// The parent says the message; no method is needed.
	err := fmt.Errorf("update: %w", &ShelfLocked{
		Conflict: *exceptions.NewConflict("The shelf is locked."),
		Holder:   "bob",
	})
	tell(err)
	if locked, ok := errors.AsType[*ShelfLocked](err); ok {
		fmt.Println("held by", locked.Holder)
	}
	// Output:
	// 409 Conflict "The shelf is locked."
	// held by bob
}

// Code that knows only the parent catches the child.
func Example_catchTheParent() {
	var err error = &ShelfLocked{Holder: "bob"}
	conflict, ok := errors.AsType[*exceptions.Conflict](err)
	fmt.Println(ok, conflict.HTTPStatus())
	_, ok = errors.AsType[*exceptions.NotFound](err)
	fmt.Println(ok)
	// Output:
	// true 409
	// false
}

// BookError is a class that others embed: it adds the one line.
type BookError struct{ exceptions.Conflict }

func (e *BookError) As(target any) bool { return exceptions.ParentOf(e, &e.Conflict, target) }

// BookLost is two levels below Conflict.
type BookLost struct{ BookError }

func ExampleParentOf() {
	var err error = &BookLost{}
	_, lost := errors.AsType[*BookLost](err)
	_, book := errors.AsType[*BookError](err)
	_, conflict := errors.AsType[*exceptions.Conflict](err)
	fmt.Println(lost, book, conflict)
	// Output: true true true
}

// QuotaExceeded has a reason and a message of its own: it says what its parent
// says, and more.
type QuotaExceeded struct {
	exceptions.TooManyRequests
	Limit int
}

func (e *QuotaExceeded) DescribeException() exceptions.Description {
	d := e.TooManyRequests.DescribeException()
	d.Reason = "quotaExceeded"
	d.Message = fmt.Sprintf("At most %d requests a minute.", e.Limit)
	return d
}

func Example_subclassWithReason() {
	d := exceptions.Describe(&QuotaExceeded{Limit: 60})
	fmt.Println(d.Class, d.Reason, d.Message)
	// Output: TooManyRequests quotaExceeded At most 60 requests a minute.
}

// Raise attaches what belongs to one occurrence. The type survives, and the
// cause stays private.
func ExampleRaise() {
	err := exceptions.Raise(&ShelfLocked{Holder: "bob"},
		exceptions.Cause(sql.ErrConnDone),
		exceptions.Header("Retry-After", "3"),
		exceptions.Reason("shelfLocked"))

	e, _ := exceptions.Of(err)
	d := exceptions.Describe(e)
	fmt.Println(d.Reason, d.Header)
	locked, _ := errors.AsType[*ShelfLocked](err)
	fmt.Println(locked.Holder, errors.Is(err, sql.ErrConnDone))
	fmt.Println("log:", err)
	// Output:
	// shelfLocked map[Retry-After:[3]]
	// bob true
	// log: conflict: sql: connection is already closed
}

// Several places of a request can be wrong at once.
func ExampleViolations() {
	err := exceptions.Raise(exceptions.NewUnprocessableEntity("The book is not valid."), exceptions.Violations(
		exceptions.Violation{Location: "book.title", LocationType: "body", Reason: "required", Message: "A title is required."},
		exceptions.Violation{Location: "book.pages", LocationType: "body", Reason: "invalid", Message: "A book has at least one page."},
	))
	e, _ := exceptions.Of(err)
	for _, v := range exceptions.Describe(e).Violations {
		fmt.Println(v.Location, v.Message)
	}
	// Output:
	// book.title A title is required.
	// book.pages A book has at least one page.
}

// A header value cannot smuggle in another field.
func ExampleHeader() {
	err := exceptions.Raise(&exceptions.Unauthorized{}, exceptions.Header("WWW-Authenticate", "Bearer\r\nSet-Cookie: a=b"))
	e, _ := exceptions.Of(err)
	fmt.Println(exceptions.Describe(e).Header)
	// Output: map[Www-Authenticate:[Bearer  Set-Cookie: a=b]]
}

// Teapot is an error of one's own that has the two methods and nothing else.
// Its text stays private, because nothing says that it is meant for the caller.
type Teapot struct{ Pot string }

func (t Teapot) Error() string   { return "brewed in " + t.Pot }
func (t Teapot) HTTPStatus() int { return 418 }

func ExampleServiceException() {
	err := fmt.Errorf("brew: %w", Teapot{"pot 3"})
	tell(err)
	// Raise can give it more.
	e, _ := exceptions.Of(exceptions.Raise(Teapot{"pot 3"}, exceptions.Reason("teapot"), exceptions.RetryAfter(time.Minute)))
	d := exceptions.Describe(e)
	fmt.Println(e.HTTPStatus(), d.Reason, d.RetryAfter)
	// Output:
	// 418 none ""
	// 418 teapot 1m0s
}

// New raises any status, as an instance of the class that the status has.
func ExampleNew() {
	for _, status := range []int{404, 418, 299} {
		e := exceptions.New(status, "The status is %d.", status)
		fmt.Printf("%T %d %s\n", e, e.HTTPStatus(), e)
	}
	// Output:
	// *exceptions.NotFound 404 The status is 404.
	// *exceptions.Exception 418 The status is 418.
	// *exceptions.Exception 299 The status is 299.
}

// No message and the empty message differ: some error formats send null for the
// one and "" for the other.
func ExampleNewStatus() {
	for _, e := range []exceptions.ServiceException{exceptions.NewStatus(404), &exceptions.NotFound{}, exceptions.NewNotFound("")} {
		d := exceptions.Describe(e)
		fmt.Printf("%q %v\n", d.Message, d.Blank)
	}
	// Output:
	// "" false
	// "" false
	// "" true
}

// The two answer different questions: errors.As whether an error is in there, Of
// which one speaks to the caller.
func ExampleOf() {
	cause := exceptions.NewNotFound("no row for user 7 in the table of locks")
	err := fmt.Errorf("update: %w", exceptions.Raise(exceptions.NewConflict("Try again."), exceptions.Cause(cause)))

	_, in := errors.AsType[*exceptions.NotFound](err)
	fmt.Println("NotFound is in there:", in)
	e, ok := exceptions.Of(err)
	fmt.Println(ok, exceptions.Describe(e).Message)

	// A nil pointer returned as an error is a mistake; it harms nobody.
	var forgotten *ShelfLocked
	_, ok = exceptions.Of(forgotten)
	fmt.Println(ok)
	// Output:
	// NotFound is in there: true
	// true Try again.
	// false
}

// What another service said to us is not what we say to our caller.
func ExampleReceived() {
	callStock := func() error { // what a client does
		return exceptions.Received(exceptions.NewNotFound("no item 17 at rack 4"))
	}
	err := callStock()
	tell(err) // merely returned

	if _, ok := errors.AsType[*exceptions.NotFound](err); ok { // handled
		tell(exceptions.Raise(exceptions.NewConflict("Sold out."), exceptions.Cause(err)))
	}
	if theirs, ok := errors.AsType[exceptions.ServiceException](err); ok { // passed on
		tell(exceptions.Raise(theirs))
	}
	// Output:
	// 500 UnknownError ""
	// 409 Conflict "Sold out."
	// 404 NotFound "no item 17 at rack 4"
}

// A context error answers for the request only if the request's own context has
// ended.
func ExampleResolve() {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	err := fmt.Errorf("query: %w", context.DeadlineExceeded)
	for _, ctx := range []context.Context{ctx, context.Background()} {
		e := exceptions.Resolve(ctx, err)
		fmt.Println(e.HTTPStatus(), exceptions.Describe(e).Class)
	}
	// Output:
	// 504 GatewayTimeout
	// 500 UnknownError
}

// Whoever ends a request can say why.
func ExampleResolve_cause() {
	ctx, stop := context.WithCancelCause(context.Background())
	stop(exceptions.NewServiceUnavailable("The service is restarting."))
	<-ctx.Done()
	e := exceptions.Resolve(ctx, ctx.Err())
	fmt.Println(e.HTTPStatus(), exceptions.Describe(e).Message)
	// Output: 503 The service is restarting.
}

func ExampleClasses() {
	for c := range exceptions.Classes() {
		if c.Retryable {
			fmt.Println(c.Status, c.Name, c.Code)
		}
	}
	// Output:
	// 408 RequestTimeout DEADLINE_EXCEEDED
	// 429 TooManyRequests RESOURCE_EXHAUSTED
	// 502 BadGateway UNAVAILABLE
	// 503 ServiceUnavailable UNAVAILABLE
	// 504 GatewayTimeout DEADLINE_EXCEEDED
}

// A raised error logs itself in parts.
func ExampleRaise_log() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
	err := exceptions.Raise(exceptions.NewNotFound("No shelf."), exceptions.Cause(sql.ErrNoRows))
	log.Warn("failed", "err", err)
	// Output: level=WARN msg=failed err.class=NotFound err.status=404 err.text="No shelf." err.cause="sql: no rows in result set"
}
