package exceptions_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

func TestResolve(t *testing.T) {
	live := context.Background()
	canceled, cancel := context.WithCancel(live)
	cancel()
	expired, cancel := context.WithDeadline(live, time.Unix(1, 0))
	defer cancel()
	with := func(cause error) context.Context {
		ctx, cancel := context.WithCancelCause(live)
		cancel(cause)
		return ctx
	}
	expiredWith := func(cause error) context.Context {
		ctx, cancel := context.WithDeadlineCause(live, time.Unix(1, 0), cause)
		cancel()
		return ctx
	}
	tests := []struct {
		name string
		ctx  context.Context
		err  error
		want string // status, class and text
	}{
		{"own", live, exceptions.NewNotFound("no shelf"), "404 NotFound: no shelf"},
		{"own, wrapped", live, fmt.Errorf("private: %w", exceptions.NewNotFound("no shelf")), "404 NotFound: no shelf"},
		{"own after the end", canceled, errors.Join(context.Canceled, exceptions.NewNotFound("no shelf")), "404 NotFound: no shelf"},
		{"foreign", live, io.EOF, "500 UnknownError: unknown error: EOF"},
		{"foreign after the end", canceled, io.EOF, "500 UnknownError: unknown error: EOF"},
		{"received", live, exceptions.Received(exceptions.NewNotFound("theirs")), "500 UnknownError: unknown error: theirs"},
		{"received after the end", expired, exceptions.Received(exceptions.NewGatewayTimeout("theirs")), "500 UnknownError: unknown error: theirs"},

		{"canceled", canceled, context.Canceled, "499 ClientClosedRequest: client closed request: context canceled"},
		{"canceled, wrapped", canceled, fmt.Errorf("query: %w", context.Canceled), "499 ClientClosedRequest: client closed request: query: context canceled"},
		{"canceled, told as deadline", canceled, context.DeadlineExceeded, "499 ClientClosedRequest: client closed request: context deadline exceeded"},
		{"expired", expired, context.DeadlineExceeded, "504 GatewayTimeout: gateway timeout: context deadline exceeded"},
		{"expired, by a client", expired, &url.Error{Op: "Get", URL: "/", Err: context.DeadlineExceeded}, `504 GatewayTimeout: gateway timeout: Get "/": context deadline exceeded`},
		{"expired, told as canceled", expired, context.Canceled, "504 GatewayTimeout: gateway timeout: context canceled"},
		{"cause returned", with(io.EOF), fmt.Errorf("x: %w", io.EOF), "499 ClientClosedRequest: client closed request: x: EOF"},
		{"cause is a deadline", with(context.DeadlineExceeded), context.Canceled, "504 GatewayTimeout: gateway timeout: context canceled"},
		{"cause of a deadline", expiredWith(io.EOF), context.DeadlineExceeded, "504 GatewayTimeout: gateway timeout: context deadline exceeded"},
		{"cause is an exception", with(exceptions.NewServiceUnavailable("closing")), context.Canceled, "503 ServiceUnavailable: closing: context canceled"},
		{"cause is a nil exception", with((*shelfLocked)(nil)), context.Canceled, "499 ClientClosedRequest: client closed request: context canceled"},
		{"cause is a broken exception", with(broken{}), context.Canceled, "499 ClientClosedRequest: client closed request: context canceled"},

		{"another's cancellation", live, context.Canceled, "500 UnknownError: unknown error: context canceled"},
		{"another's deadline", live, context.DeadlineExceeded, "500 UnknownError: unknown error: context deadline exceeded"},
		{"a file's deadline", expired, os.ErrDeadlineExceeded, "500 UnknownError: unknown error: i/o timeout"},
		{"no context", nil, context.Canceled, "500 UnknownError: unknown error: context canceled"},

		{"nil", live, nil, "500 UnknownError: unknown error: exceptions: a nil <nil> was returned as an error"},
		{"nil after the end", canceled, nil, "500 UnknownError: unknown error: exceptions: a nil <nil> was returned as an error"},
		{"typed nil", live, (*shelfLocked)(nil), "500 UnknownError: unknown error: exceptions: a nil *exceptions_test.shelfLocked was returned as an error"},
		{"typed nil foreign", canceled, (*wrapper)(nil), "500 UnknownError: unknown error: exceptions: a nil *exceptions_test.wrapper was returned as an error"},
		{"typed nil inside", canceled, errors.Join((*shelfLocked)(nil)), "500 UnknownError: unknown error: *errors.joinError, whose Error method panicked"},
		{"broken Is", canceled, brokenIs{}, "500 UnknownError: unknown error: broken"},
		{"broken", live, broken{}, "500 UnknownError: unknown error: exceptions: the HTTPStatus method of a exceptions_test.broken panicked"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := exceptions.Resolve(test.ctx, test.err)
			got := fmt.Sprintf("%d %v: %v", e.HTTPStatus(), exceptions.Describe(e).Class, e)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			// Nothing of a foreign error is public.
			if d := exceptions.Describe(e); d.Class.Name == "UnknownError" && (d.Message != "" || d.Blank) {
				t.Errorf("public text %q", d.Message)
			}
			if again := exceptions.Resolve(test.ctx, e); again != e {
				t.Errorf("resolved again it is %v", again)
			}
		})
	}
	e := exceptions.Resolve(canceled, fmt.Errorf("x: %w", context.Canceled))
	if !errors.Is(e, context.Canceled) {
		t.Error("the cause is lost")
	}
}

// brokenIs is an error that cannot be asked what it is.
type brokenIs struct{}

func (brokenIs) Error() string { return "broken" }
func (brokenIs) Is(error) bool { panic("broken") }
