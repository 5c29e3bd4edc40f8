package exceptions_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
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
			explained := exceptions.Description{Class: &exceptions.Class{}, Reason: "old", Message: "old", Blank: true, RetryAfter: 1}
			if status := exceptions.Explain(test.ctx, test.err, &explained); status != e.HTTPStatus() || !reflect.DeepEqual(explained, exceptions.Describe(e)) {
				t.Errorf("explained: %d, %+v", status, explained)
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

// TestExplain explains what TestResolve has not: exceptions that say more than a
// text, and those whose methods panic.
func TestExplain(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		want   exceptions.Description
	}{
		{"speaks", speaking{exceptions.Description{Reason: "full", Blank: true}}, 418, exceptions.Description{Reason: "full", Blank: true}},
		{"header to be cleaned", speaking{exceptions.Description{Header: http.Header{"x-a": {"b"}}}}, 418,
			exceptions.Description{Header: http.Header{"X-A": {"b"}}}},
		{"a detail that is nil", speaking{exceptions.Description{Details: []proto.Message{nil, (*emptypb.Empty)(nil)}}}, 418,
			exceptions.Description{Details: []proto.Message{}}},
		{"says only its status", brief{}, 410, exceptions.Description{}},
		{"does not say what it is", mute{}, 418, exceptions.Description{}},
		{"raised", exceptions.Raise(mute{}, exceptions.Reason("full")), 418, exceptions.Description{Reason: "full"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := exceptions.Description{Reason: "old", Details: []proto.Message{&emptypb.Empty{}}}
			if status := exceptions.Explain(t.Context(), tt.err, &got); status != tt.status || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %d, %+v, want %d, %+v", status, got, tt.status, tt.want)
			}
		})
	}
}

type speaking struct{ says exceptions.Description }

func (speaking) Error() string                               { return "speaking" }
func (speaking) HTTPStatus() int                             { return 418 }
func (s speaking) DescribeException() exceptions.Description { return s.says }

// brief is an exception that is only a status.
type brief struct{}

func (brief) Error() string   { return "brief" }
func (brief) HTTPStatus() int { return 410 }

// mute panics when it is asked what it says.
type mute struct{}

func (mute) Error() string                             { return "mute" }
func (mute) HTTPStatus() int                           { return 418 }
func (mute) DescribeException() exceptions.Description { panic("mute") }
