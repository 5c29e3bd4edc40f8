package endpoints_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// fails serves a library whose GetShelf fails with err. Errors are sent as
// {"detail": ...} with the status that was raised.
func fails(t testing.TB, err error, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	impl := &library{getShelf: func(ctx context.Context, _ *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		endpoints.CallFrom(ctx).Header().Set("X-Handled", "of a success")
		return nil, err
	}}
	return newLibrary(t, impl, append([]endpoints.Option{
		endpoints.WithProfile(endpoints.Modern()), endpoints.WithErrorFormat(normalize.Detail()),
	}, options...)...)
}

type (
	shelfError  struct{ exceptions.Conflict }
	shelfLocked struct {
		shelfError
		holder string
	}
	plainError struct{ text string }
)

func (e *shelfError) As(t any) bool  { return exceptions.ParentOf(e, &e.Conflict, t) }
func (e *shelfLocked) As(t any) bool { return exceptions.ParentOf(e, &e.shelfError, t) }
func (e *plainError) Error() string  { return e.text }

// named answers with 299 and a name, so that tests see who answered.
func named[E error](name string) endpoints.Option {
	return endpoints.OnException(func(_ context.Context, call *endpoints.Call, _ E) error {
		call.Respond(&endpoints.Response{Status: 299, Body: []byte(name)})
		return nil
	})
}

func onStatus(status int, name string) endpoints.Option {
	return endpoints.OnStatus(status, func(_ context.Context, call *endpoints.Call, _ exceptions.ServiceException) error {
		call.Respond(&endpoints.Response{Status: 299, Body: []byte(name)})
		return nil
	})
}

func TestOnExceptionChoice(t *testing.T) {
	var (
		locked  = &shelfLocked{holder: "bob"}
		parent  = named[*exceptions.Conflict]("Conflict")
		child   = named[*shelfError]("shelfError")
		every   = named[exceptions.ServiceException]("every")
		unknown = named[*exceptions.UnknownError]("unknown")
		broad   = named[error]("error")
	)
	tests := []struct {
		name     string
		err      error
		handlers []endpoints.Option
		want     string
	}{
		{"most derived", locked, []endpoints.Option{parent, named[*shelfLocked]("shelfLocked"), child}, "shelfLocked"},
		{"most derived, any order", locked, []endpoints.Option{child, parent}, "shelfError"},
		{"parent", exceptions.NewConflict("x"), []endpoints.Option{child, parent}, "Conflict"},
		{"type before status", locked, []endpoints.Option{onStatus(409, "409"), parent}, "Conflict"},
		{"status before interface", locked, []endpoints.Option{every, onStatus(409, "409")}, "409"},
		{"interface", locked, []endpoints.Option{broad, every, onStatus(404, "404")}, "every"},
		{"any error", &plainError{"x"}, []endpoints.Option{broad}, "error"},
		{"raised", exceptions.Raise(locked, exceptions.Reason("r")), []endpoints.Option{child}, "shelfError"},
		{"wrapped", fmt.Errorf("private: %w", locked), []endpoints.Option{child}, "shelfError"},
		{"a private cause is nobody's", exceptions.Raise(exceptions.NewNotFound("x"), exceptions.Cause(locked)), []endpoints.Option{child, parent}, `{"detail":"x"}`},
		{"plain error by type", fmt.Errorf("wrap: %w", &plainError{"x"}), []endpoints.Option{unknown, onStatus(500, "500"), named[*plainError]("plain")}, "plain"},
		{"plain error by status", &plainError{"x"}, []endpoints.Option{unknown, onStatus(500, "500")}, "500"},
		{"plain error", &plainError{"x"}, []endpoints.Option{every, unknown}, "unknown"},
		{"raised 500 is not unknown", exceptions.NewInternalServerError("told"), []endpoints.Option{unknown}, `{"detail":"told"}`},
		{"nobody", locked, []endpoints.Option{unknown, onStatus(404, "404")}, `{"detail":"Conflict"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := fails(t, test.err, test.handlers...)
			w := httptest.NewRecorder()
			api.ServeHTTP(w, httptest.NewRequest("GET", "/library/v1/shelves/1", nil))
			if got := w.Body.String(); got != test.want {
				t.Errorf("got %d %s, want %s", w.Code, got, test.want)
			}
		})
	}
}

func TestOnExceptionResults(t *testing.T) {
	conflict := func(handle func(call *endpoints.Call) error) endpoints.Option {
		return endpoints.OnException(func(_ context.Context, call *endpoints.Call, _ *exceptions.Conflict) error { return handle(call) })
	}
	gone := named[*exceptions.Gone]("not reached")
	tests := []struct {
		name    string
		handler endpoints.Option
		status  int
		body    string
		header  string
	}{
		{"nothing", conflict(func(*endpoints.Call) error { return nil }), 409, `{"detail":"held"}`, ""},
		{"another exception", conflict(func(*endpoints.Call) error { return exceptions.NewGone("went") }), 410, `{"detail":"went"}`, ""},
		{"another error", conflict(func(*endpoints.Call) error { return errors.New("secret") }), 500, `{"detail":"Internal Server Error"}`, ""},
		{"panic", conflict(func(*endpoints.Call) error { panic("secret") }), 500, `{"detail":"Internal Server Error"}`, ""},
		{"response", conflict(func(call *endpoints.Call) error {
			call.Header().Set("X-Handled", "yes")
			call.Respond(&endpoints.Response{Status: 423, Header: http.Header{"Content-Type": {"a/b"}}, Body: []byte("mine")})
			return nil
		}), 423, `mine`, "yes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var log strings.Builder
			api := fails(t, exceptions.NewConflict("held"), test.handler, gone, endpoints.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			w := httptest.NewRecorder()
			api.ServeHTTP(w, httptest.NewRequest("GET", "/library/v1/shelves/1", nil))
			if got := w.Body.String(); w.Code != test.status || got != test.body || w.Header().Get("X-Handled") != test.header {
				t.Errorf("got %d %s %q, want %d %s %q", w.Code, got, w.Header().Get("X-Handled"), test.status, test.body, test.header)
			}
			if !strings.Contains(log.String(), fmt.Sprintf("sent=%d", test.status)) {
				t.Errorf("the log does not say what was sent: %s", log.String())
			}
		})
	}
}

// Errors that arise before a handler take the same way.
func TestOnExceptionBeforeHandlers(t *testing.T) {
	api := fails(t, nil,
		named[*exceptions.NotFound]("no route"), onStatus(400, "bad parameter"), onStatus(405, "wrong verb"))
	for target, want := range map[string]string{"GET /nope": "no route", "GET /library/v1/shelves?pageSize=x": "bad parameter", "TRACE /library/v1/shelves": "wrong verb"} {
		method, path, _ := strings.Cut(target, " ")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		if got := w.Body.String(); got != want {
			t.Errorf("%s: got %d %s, want %s", target, w.Code, got, want)
		}
	}
}

func TestOnExceptionTwice(t *testing.T) {
	api := endpoints.New(named[*exceptions.Gone]("a"), named[*exceptions.Gone]("b"), onStatus(404, "a"), onStatus(404, "b"))
	err := api.Register(endpoints.Service{Descriptor: libraryv1.File_library_v1_library_proto.Services().Get(0)})
	for _, want := range []string{"two exception handlers for the type *exceptions.Gone", "two exception handlers for the status 404"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
