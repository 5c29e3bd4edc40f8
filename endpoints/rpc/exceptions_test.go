package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
)

// teapot is an exception that is only a status, and whose text is private.
type teapot struct{}

func (teapot) Error() string   { return "private: the kettle is at 10.0.0.7" }
func (teapot) HTTPStatus() int { return 418 }

// outOfCode is an exception whose class has a code that no protocol knows.
type outOfCode struct{}

func (outOfCode) Error() string   { return "x" }
func (outOfCode) HTTPStatus() int { return 500 }
func (outOfCode) DescribeException() exceptions.Description {
	return exceptions.Description{Class: &exceptions.Class{Name: "Odd", Status: 500, Code: 17}, Message: "Odd."}
}

// A told is what a caller is told by one protocol.
type told struct {
	Code    connect.Code
	Message string
	Details []proto.Message
	Header  http.Header // the fields that the exceptions below bring
}

// info is the detail that all errors have; metadata are names and values.
func info(reason, domain string, metadata ...string) *errdetails.ErrorInfo {
	d := &errdetails.ErrorInfo{Reason: reason, Domain: domain}
	for i := 0; i+1 < len(metadata); i += 2 {
		if d.Metadata == nil {
			d.Metadata = map[string]string{}
		}
		d.Metadata[metadata[i]] = metadata[i+1]
	}
	return d
}

// cases are exceptions with the REST status that the policy Frameworks makes of
// them, the HTTP status of Connect, and what callers are told.
var cases = []struct {
	name          string
	err           error
	rest, connect int
	told          told
}{
	{
		name: "a predefined class", err: exceptions.NewNotFound("No shelf has the name %q.", "shelves/x"),
		rest: 404, connect: 404,
		told: told{Code: connect.CodeNotFound, Message: `No shelf has the name "shelves/x".`, Details: []proto.Message{info("NOT_FOUND", "global")}},
	},
	{
		name: "a code that the status does not tell", err: exceptions.NewFailedPrecondition("The shelf is not empty."),
		rest: 400, connect: 400,
		told: told{Code: connect.CodeFailedPrecondition, Message: "The shelf is not empty.", Details: []proto.Message{info("BAD_REQUEST", "global")}},
	},
	{
		name: "a status that the policy changes, and a header", err: exceptions.Raise(exceptions.NewMethodNotAllowed("Not now."), exceptions.Header("Allow", "GET")),
		rest: 501, connect: 501,
		told: told{Code: connect.CodeUnimplemented, Message: "Not now.", Details: []proto.Message{info("UNSUPPORTED_METHOD", "global")},
			Header: http.Header{"Allow": {"GET"}}},
	},
	{
		name: "when to come back", err: exceptions.Raise(exceptions.NewTooManyRequests("Slow down."), exceptions.RetryAfter(1500*time.Millisecond)),
		rest: 404, connect: 429,
		told: told{Code: connect.CodeResourceExhausted, Message: "Slow down.",
			Details: []proto.Message{info("RATE_LIMIT_EXCEEDED", "global"), &errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)}},
			Header:  http.Header{"Retry-After": {"2"}}},
	},
	{
		name: "a challenge", err: exceptions.Raise(exceptions.NewUnauthorized("Who are you?"), exceptions.Header("WWW-Authenticate", "Bearer"), exceptions.Header("X-Tries", "1"), exceptions.Header("X-Tries", "2")),
		rest: 401, connect: 401,
		told: told{Code: connect.CodeUnauthenticated, Message: "Who are you?", Details: []proto.Message{info("REQUIRED", "global")},
			Header: http.Header{"Www-Authenticate": {"Bearer"}, "X-Tries": {"1", "2"}}},
	},
	{
		name: "an exception that is a message", err: &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"},
		rest: 409, connect: 409,
		told: told{Code: connect.CodeAborted, Message: `Shelf "shelves/a" is held by kim.`, Details: []proto.Message{
			info("SHELF_LOCKED", "library", "shelf", "shelves/a", "holder", "kim"),
			&libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"}, &libraryv1.ShelfError{Shelf: "shelves/a"},
		}},
	},
	{
		name: "violations, and a reason of its own", err: exceptions.Raise(exceptions.NewBadRequest("Two fields are wrong."), exceptions.Reason("badShelf"), exceptions.Domain("library"),
			exceptions.Violations(exceptions.Violation{Location: "shelf.theme", Reason: "tooLong", Message: "At most 20 characters."})),
		rest: 400, connect: 400,
		told: told{Code: connect.CodeInvalidArgument, Message: "Two fields are wrong.", Details: []proto.Message{
			info("BAD_SHELF", "library"),
			&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "shelf.theme", Description: "At most 20 characters.", Reason: "TOO_LONG"}}},
		}},
	},
	{
		name: "a typed detail, wrapped by private text", err: fmt.Errorf("reading %s: %w", "/etc/secret",
			exceptions.Raise(exceptions.NewServiceUnavailable("The catalogue is closed."), exceptions.Cause(io.ErrClosedPipe), exceptions.Details(&libraryv1.Shelf{Name: "shelves/a"}))),
		rest: 503, connect: 503,
		told: told{Code: connect.CodeUnavailable, Message: "The catalogue is closed.", Details: []proto.Message{info("BACKEND_ERROR", "global"), &libraryv1.Shelf{Name: "shelves/a"}}},
	},
	{
		name: "an error that nobody authored", err: errors.New("dial tcp 10.0.0.7:5432: refused"),
		rest: 503, connect: 500,
		told: told{Code: connect.CodeUnknown, Message: "Internal Server Error", Details: []proto.Message{info("INTERNAL_ERROR", "global")}},
	},
	{
		name: "only a status", err: teapot{},
		rest: 404, connect: 400,
		told: told{Code: connect.CodeFailedPrecondition, Message: "I'm a teapot", Details: []proto.Message{info("TEAPOT", "global")}},
	},
	{
		name: "without a message", err: &exceptions.Gone{},
		rest: 410, connect: 404,
		told: told{Code: connect.CodeNotFound, Message: "Gone", Details: []proto.Message{info("DELETED", "global")}},
	},
	{
		name: "an unknown code", err: outOfCode{},
		rest: 503, connect: 500,
		told: told{Code: connect.CodeUnknown, Message: "Odd.", Details: []proto.Message{info("INTERNAL_ERROR", "global")}},
	},
	{
		name: "characters that headers cannot carry", err: exceptions.NewConflict("Grüße, 日本\n100 %% \"done\""),
		rest: 409, connect: 409,
		told: told{Code: connect.CodeAborted, Message: "Grüße, 日本\n100 % \"done\"", Details: []proto.Message{info("CONFLICT", "global")}},
	},
}

// TestExceptions raises the same exceptions on every protocol.
func TestExceptions(t *testing.T) {
	t.Parallel()
	var raised error
	s := serve(t, newAPI(t, library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return nil, raised
	}}, desk{}, nil, endpoints.WithPolicy(normalize.Frameworks())))
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			raised = tt.err
			resp, err := s.old.Get(s.url + "/library/v1/shelves/a")
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != tt.rest {
				t.Errorf("REST status = %d, want %d", resp.StatusCode, tt.rest)
			}
			for _, p := range protocols {
				t.Run(p.label, func(t *testing.T) {
					_, err := getShelf(s, p).CallUnary(t.Context(), shelf("shelves/a"))
					checkTold(t, err, tt.told)
				})
			}
			resp, err = s.old.Post(s.url+"/library.v1.Library/GetShelf", "application/json", strings.NewReader(`{"name":"shelves/a"}`))
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != tt.connect {
				t.Errorf("status of Connect = %d, want %d", resp.StatusCode, tt.connect)
			}
		})
	}
}

// checkTold compares what a client of package connect got.
func checkTold(t *testing.T, err error, want told) {
	t.Helper()
	got, ok := errors.AsType[*connect.Error](err)
	if !ok {
		t.Fatalf("error = %v, want one of package connect", err)
	}
	is := told{Code: got.Code(), Message: got.Message()}
	for _, d := range got.Details() {
		m, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		is.Details = append(is.Details, m)
	}
	for _, name := range []string{"Allow", "Retry-After", "Www-Authenticate", "X-Tries"} {
		if values := got.Meta()[name]; len(values) > 0 {
			if is.Header == nil {
				is.Header = http.Header{}
			}
			is.Header[name] = values
		}
	}
	if diff := cmp.Diff(want, is, protocmp.Transform()); diff != "" {
		t.Errorf("the caller is told (-want +got):\n%s", diff)
	}
}

// TestExceptionsPolicies proves that no policy touches what RPC clients get.
func TestExceptionsPolicies(t *testing.T) {
	t.Parallel()
	for name := range normalize.Names() {
		t.Run(name, func(t *testing.T) {
			policy, _ := normalize.ByName(name)
			s := serve(t, newAPI(t, library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				return nil, exceptions.NewTooManyRequests("Slow down.")
			}}, desk{}, nil, endpoints.WithPolicy(policy)))
			for _, p := range protocols {
				_, err := getShelf(s, p).CallUnary(t.Context(), shelf("shelves/a"))
				if connect.CodeOf(err) != connect.CodeResourceExhausted {
					t.Errorf("%s: error = %v", p.label, err)
				}
			}
		})
	}
}

// TestWithoutErrorInfo leaves the details of the exception alone.
func TestWithoutErrorInfo(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return nil, &libraryv1.ShelfError{Shelf: "shelves/a"}
	}}, desk{}, rpc.Transport(rpc.WithoutErrorInfo())))
	for _, p := range protocols {
		_, err := getShelf(s, p).CallUnary(t.Context(), shelf("shelves/a"))
		checkTold(t, err, told{Code: connect.CodeAborted, Message: `Shelf "shelves/a" cannot be changed now.`,
			Details: []proto.Message{&libraryv1.ShelfError{Shelf: "shelves/a"}}})
	}
}

// TestConnectErrorBody asserts the bytes.
func TestConnectErrorBody(t *testing.T) {
	t.Parallel()
	api := newAPI(t, library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return nil, exceptions.Raise(&libraryv1.ShelfError{Shelf: "shelves/ä"}, exceptions.Header("Content-Type", "text/plain"))
	}}, desk{}, nil)
	got := post(t, api, "library.v1.Library/GetShelf", "application/json", `{"name":"shelves/a"}`)
	want := `{"code":"aborted","message":"Shelf \"shelves/ä\" cannot be changed now.","details":[` +
		`{"type":"google.rpc.ErrorInfo","value":"CgtTSEVMRl9FUlJPUhIHbGlicmFyeRoTCgVzaGVsZhIKc2hlbHZlcy/DpA","debug":{"reason":"SHELF_ERROR","domain":"library","metadata":{"shelf":"shelves/ä"}}},` +
		`{"type":"library.v1.ShelfError","value":"CgpzaGVsdmVzL8Ok","debug":{"shelf":"shelves/ä"}}]}`
	if got.Code != 409 || got.Body.String() != want || got.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s\n got %s\nwant %s", got.Code, got.Header(), got.Body, want)
	}
}

// coded is an exception with any code.
type coded exceptions.Code

func (coded) Error() string   { return "x" }
func (coded) HTTPStatus() int { return 500 }
func (c coded) DescribeException() exceptions.Description {
	return exceptions.Description{Class: &exceptions.Class{Name: "Coded", Status: 500, Code: exceptions.Code(c)}}
}

// TestCodes raises every code and some that are none: the name and the status of
// Connect are those of the table in docs/rpc.md.
func TestCodes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/rpc.md")
	if err != nil {
		t.Fatal(err)
	}
	for code := range exceptions.Code(22) {
		api := newAPI(t, library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
			return nil, coded(code)
		}}, desk{}, nil)
		w := post(t, api, "library.v1.Library/GetShelf", "application/json", `{"name":"shelves/a"}`)
		name, _, _ := strings.Cut(strings.TrimPrefix(w.Body.String(), `{"code":"`), `"`)
		if code == exceptions.CodeOK || code > exceptions.CodeUnauthenticated {
			if name != "unknown" && name != "internal" || w.Code != 500 {
				t.Errorf("code %d is sent as %s, %d", code, name, w.Code)
			}
			continue
		}
		if row := fmt.Sprintf("\n| %s | %s | %d", code, name, w.Code); !strings.Contains(string(page), row) {
			t.Errorf("docs/rpc.md has no row %q", row[1:])
		}
	}
}
