package endpoints_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// TestInterceptorsSeeEveryCall: also those that fail before the handler.
func TestInterceptorsSeeEveryCall(t *testing.T) {
	t.Parallel()
	var seen []string
	watch := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
		return func(ctx context.Context, c *endpoints.Call) (proto.Message, error) {
			m, err := next(ctx, c)
			name := "none"
			if c.Method() != nil {
				name = c.Method().FullName()
			}
			status := 0
			if e, ok := exceptions.Of(err); ok {
				status = e.HTTPStatus()
			}
			seen = append(seen, fmt.Sprintf("%s request=%t raised=%d", name, c.Request() != nil, status))
			return m, err
		}
	}
	api := newLibrary(t, &library{}, endpoints.WithInterceptors(watch))
	for _, request := range []exchange{
		{request: "GET /library/v1/shelves/a"},
		{request: "GET /nowhere"},
		{request: "GET /library/v1/shelves?pageSize=many"},
		{request: "POST /library/v1/shelves", body: `{"theme":`},
		{request: "POST /library/v1/shelves", body: strings.Repeat(" ", 5<<20)},
	} {
		request.do(t, api)
	}
	want := []string{
		"library.v1.Library.GetShelf request=true raised=0",
		"none request=false raised=404",
		"library.v1.Library.ListShelves request=false raised=400",
		"library.v1.Library.CreateShelf request=false raised=400",
		"library.v1.Library.CreateShelf request=false raised=413",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestInterceptorOrderAndChange(t *testing.T) {
	t.Parallel()
	var order []string
	named := func(name string) endpoints.Interceptor {
		return func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
			return func(ctx context.Context, c *endpoints.Call) (proto.Message, error) {
				order = append(order, name)
				return next(ctx, c)
			}
		}
	}
	replace := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
		return func(ctx context.Context, c *endpoints.Call) (proto.Message, error) {
			if _, err := next(ctx, c); err != nil {
				return &libraryv1.Shelf{Theme: "found anyway"}, nil
			}
			return nil, exceptions.NewConflict("It worked.")
		}
	}
	api := newLibrary(t, &library{}, endpoints.WithInterceptors(named("a"), named("b")), endpoints.WithInterceptors(named("c"), replace))
	reply{409, nil, envelope("409", "conflict", "It worked.")}.check(t, exchange{request: "GET /library/v1/shelves/a"}.do(t, api))
	reply{200, nil, `{"theme":"found anyway"}`}.check(t, exchange{request: "GET /nowhere"}.do(t, api))
	if want := []string{"a", "b", "c", "a", "b", "c"}; !slices.Equal(want, order) {
		t.Errorf("order: want %v, got %v", want, order)
	}
}

// TestLog: every failure leaves one record, with both statuses and the private
// text; a panic leaves its stack.
func TestLog(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options []endpoints.Option
		err     error
		want    []string // parts of the one record; none: no record
	}{
		{name: "a success is silent"},
		{name: "a success with access log", options: []endpoints.Option{endpoints.WithAccessLog()}, want: []string{"level=INFO", "sent=200"}},
		{
			name: "below 500", err: exceptions.Raise(exceptions.NewTooManyRequests("Slower."), exceptions.Cause(fmt.Errorf("quota table"))),
			want: []string{"level=WARN", "raised=429", "sent=404", "method=library.v1.Library.GetShelf", "quota table", "request_id=r1"},
		},
		{name: "from 500", err: fmt.Errorf("disk full"), want: []string{"level=ERROR", "raised=500", "sent=503", "disk full"}},
		{
			name: "a level of its own", err: exceptions.Raise(exceptions.NewNotFound("x"), exceptions.Level(slog.LevelDebug)),
			want: []string{"level=DEBUG"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
			impl := &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				return &libraryv1.Shelf{}, test.err
			}}
			api := newLibrary(t, impl, append(test.options, endpoints.WithLogger(logger))...)
			exchange{request: "GET /library/v1/shelves/a", header: map[string]string{"X-Request-Id": "r1"}}.do(t, api)
			if records := strings.Count(out.String(), `msg="call `); records != min(1, len(test.want)) {
				t.Fatalf("want %d records, got %d:\n%s", min(1, len(test.want)), records, out.String())
			}
			for _, part := range test.want {
				if !strings.Contains(out.String(), part) {
					t.Errorf("want a record with %q, got %s", part, out.String())
				}
			}
		})
	}
}

// broken is a message that cannot be looked at.
type broken struct{}

func (broken) ProtoReflect() protoreflect.Message { panic("boom") }

// TestLogOfAPanicHasItsStack: wherever it comes from, the caller gets an internal
// error, and the log the stack.
func TestLogOfAPanicHasItsStack(t *testing.T) {
	t.Parallel()
	service := func(change func(*endpoints.Method)) endpoints.Service {
		m := endpoints.Method{
			Name:       "GetShelf",
			NewRequest: func() proto.Message { return new(libraryv1.GetShelfRequest) },
			Call:       func(context.Context, proto.Message) (proto.Message, error) { return new(libraryv1.Shelf), nil },
		}
		change(&m)
		s := endpoints.Service{Descriptor: libraryv1.File_library_v1_library_proto.Services().ByName("Library"), Methods: []endpoints.Method{m}}
		for i := range s.Descriptor.Methods().Len() {
			if d := s.Descriptor.Methods().Get(i); d.Name() != "GetShelf" {
				s.Methods = append(s.Methods, endpoints.Method{Name: string(d.Name()), NewRequest: m.NewRequest, Call: m.Call})
			}
		}
		return s
	}
	for name, change := range map[string]func(*endpoints.Method){
		"handler": func(m *endpoints.Method) {
			m.Call = func(context.Context, proto.Message) (proto.Message, error) { panic("boom") }
		},
		"request": func(m *endpoints.Method) { m.NewRequest = func() proto.Message { panic("boom") } },
		"reply": func(m *endpoints.Method) {
			m.Call = func(context.Context, proto.Message) (proto.Message, error) { return broken{}, nil }
		},
	} {
		for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Java(), endpoints.Python()} {
			t.Run(name+"/"+profile.Name(), func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				api := endpoints.New(endpoints.WithProfile(profile), endpoints.WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
				if err := api.Register(service(change)); err != nil {
					t.Fatal(err)
				}
				resp := exchange{request: "GET /library/v1/shelves/a"}.do(t, api)
				if body := text(t, resp); resp.StatusCode != 503 || strings.Contains(body, "boom") {
					t.Errorf("want a 503 that says nothing, got %d: %s", resp.StatusCode, body)
				}
				for _, part := range []string{"panic: boom", "stack=", "interceptor_test.go"} {
					if !strings.Contains(out.String(), part) {
						t.Errorf("want a record with %q, got %s", part, out.String())
					}
				}
				if n := strings.Count(out.String(), "\n"); n != 1 {
					t.Errorf("want one record, got %d", n)
				}
			})
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, sent string
		kept       bool
	}{
		{"plain", "abc-123", true},
		{"none", "", false},
		{"a blank could forge a record", "a b", false},
		{"too long", strings.Repeat("x", 129), false},
		{"beyond ASCII", "é", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var id string
			impl := &library{getShelf: func(ctx context.Context, _ *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				id = endpoints.CallFrom(ctx).RequestID()
				return nil, nil
			}}
			exchange{request: "GET /library/v1/shelves/a", header: map[string]string{"X-Request-Id": test.sent}}.do(t, newLibrary(t, impl))
			if (id == test.sent) != test.kept || id == "" {
				t.Errorf("sent %q, got %q", test.sent, id)
			}
		})
	}
}
