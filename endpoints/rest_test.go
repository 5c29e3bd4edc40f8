package endpoints_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A reply is what a test expects: an absent header field is one with the value
// "-".
type reply struct {
	status int
	header map[string]string
	body   string
}

func (want reply) check(t *testing.T, resp *http.Response) {
	t.Helper()
	body := text(t, resp)
	if resp.StatusCode != want.status {
		t.Errorf("status: want %d, got %d; body %s", want.status, resp.StatusCode, body)
	}
	for name, value := range want.header {
		got := resp.Header.Get(name)
		if value == "-" && resp.Header.Values(name) == nil {
			continue
		}
		if got != value {
			t.Errorf("header %s: want %q, got %q", name, value, got)
		}
	}
	if diff := cmp.Diff(want.body, body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

const shelfJSON = `{"name":"shelves/a","theme":"fiction"}`

// envelope is the body of an error in the default format.
func envelope(code, reason, message string) string {
	return `{"error":{"errors":[{"domain":"global","reason":"` + reason + `","message":"` + message + `"}],"code":` + code + `,"message":"` + message + `"}}`
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	get := exchange{request: "GET /library/v1/shelves/a"}
	tests := []struct {
		name     string
		profile  endpoints.Profile
		impl     library
		exchange exchange
		want     reply
	}{
		{
			name: "a reply", profile: endpoints.Frameworks(), exchange: get,
			want: reply{200, map[string]string{"Content-Type": "application/json; charset=UTF-8"}, shelfJSON},
		},
		{
			name: "an exception", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: raise(exceptions.NewNotFound("No such shelf."))},
			want: reply{404, nil, envelope("404", "notFound", "No such shelf.")},
		},
		{
			name: "the policy changes a status once", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: raise(exceptions.NewMethodNotAllowed("Not this way."))},
			want: reply{501, nil, envelope("501", "unsupportedMethod", "Not this way.")},
		},
		{
			name: "modern sends what is raised", profile: endpoints.Modern(), exchange: get,
			impl: library{getShelf: raise(exceptions.NewTooManyRequests("Slower."))},
			want: reply{429, nil, `{"error":{"code":429,"message":"Slower.","status":"RESOURCE_EXHAUSTED","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","domain":"global"}]}}`},
		},
		{
			name: "modern, problem details for who asks", profile: endpoints.Modern(),
			exchange: exchange{request: get.request, header: map[string]string{"Accept": "text/html, application/problem+json;q=0.5"}},
			impl:     library{getShelf: raise(exceptions.NewNotFound("No such shelf."))},
			want: reply{404, map[string]string{"Content-Type": "application/problem+json"},
				`{"type":"about:blank","title":"Not Found","status":404,"detail":"No such shelf.","reason":"notFound","domain":"global"}`},
		},
		{
			name: "modern, problem details for who likes JSON better", profile: endpoints.Modern(),
			exchange: exchange{request: get.request, header: map[string]string{"Accept": "application/json, application/problem+json;q=0.9"}},
			impl:     library{getShelf: raise(exceptions.NewNotFound("No such shelf."))},
			want: reply{404, map[string]string{"Content-Type": "application/json; charset=UTF-8"}, `{"error":{"code":404,"message":"No such shelf.","status":"NOT_FOUND","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}`},
		},
		{
			name: "problem details for who asks", profile: endpoints.Frameworks(),
			exchange: exchange{request: get.request, header: map[string]string{"Accept": "application/json, application/problem+json;q=0.9"}},
			impl:     library{getShelf: raise(&libraryv1.ShelfLocked{Shelf: "a", Holder: "bob"})},
			want: reply{409, map[string]string{"Content-Type": "application/problem+json", "Vary": "Accept"},
				`{"type":"https://type.googleapis.com/library.v1.ShelfLocked","title":"Conflict","status":409,"detail":"Shelf \"a\" is held by bob.",` +
					`"reason":"shelfLocked","domain":"library","shelf":"a","holder":"bob","details":[` +
					`{"@type":"type.googleapis.com/library.v1.ShelfLocked","shelf":"a","holder":"bob"},` +
					`{"@type":"type.googleapis.com/library.v1.ShelfError","shelf":"a"}]}`},
		},
		{
			name: "problem details for who refuses", profile: endpoints.Frameworks(),
			exchange: exchange{request: get.request, header: map[string]string{"Accept": "application/*, application/problem+json; q=0.0"}},
			impl:     library{getShelf: raise(exceptions.NewNotFound("No such shelf."))},
			want:     reply{404, nil, envelope("404", "notFound", "No such shelf.")},
		},
		{
			name: "nothing", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) { return nil, nil }},
			want: reply{204, map[string]string{"Content-Type": "-", "Content-Length": "-"}, ""},
		},
		{
			name: "nothing, python", profile: endpoints.Python(), exchange: get,
			impl: library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) { return nil, nil }},
			want: reply{503, nil, "{\n \"error\": {\n  \"code\": 503, \n  \"errors\": [\n   {\n    \"domain\": \"global\", \n    \"message\": \"Internal Server Error\", \n    \"reason\": \"backendError\"\n   }\n  ], \n  \"message\": \"Internal Server Error\"\n }\n}"},
		},
		{
			name: "Empty", profile: endpoints.Frameworks(), exchange: exchange{request: "DELETE /library/v1/shelves/a"},
			want: reply{204, map[string]string{"Content-Type": "-"}, ""},
		},
		{
			name: "Empty, modern", profile: endpoints.Modern(), exchange: exchange{request: "DELETE /library/v1/shelves/a"},
			want: reply{200, map[string]string{"Content-Type": "application/json; charset=UTF-8"}, "{}"},
		},
		{
			name: "a declared status", profile: endpoints.Frameworks(),
			exchange: exchange{request: "POST /library/v1/shelves", body: `{"theme":"fiction"}`},
			want:     reply{201, nil, `{"theme":"fiction"}`},
		},
		{
			name: "an unknown path", profile: endpoints.Frameworks(), exchange: exchange{request: "GET /nowhere"},
			want: reply{404, nil, envelope("404", "notFound", "Nothing is served at this path with the verb GET.")},
		},
		{
			name: "another verb", profile: endpoints.Frameworks(), exchange: exchange{request: "PUT /library/v1/shelves"},
			want: reply{404, map[string]string{"Allow": "-"}, envelope("404", "notFound", "Nothing is served at this path with the verb PUT.")},
		},
		{
			name: "another verb, modern", profile: endpoints.Modern(), exchange: exchange{request: "PUT /library/v1/shelves"},
			want: reply{405, map[string]string{"Allow": "GET, HEAD, POST, OPTIONS"},
				`{"error":{"code":405,"message":"The verb PUT is not allowed here.","status":"UNIMPLEMENTED","details":[` +
					`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"UNSUPPORTED_METHOD","domain":"global"}]}}`},
		},
		{
			name: "OPTIONS, modern", profile: endpoints.Modern(), exchange: exchange{request: "OPTIONS /library/v1/shelves"},
			want: reply{204, map[string]string{"Allow": "GET, HEAD, POST, OPTIONS"}, ""},
		},
		{
			name: "an override without a verb", profile: endpoints.Frameworks(),
			exchange: exchange{request: "POST /library/v1/shelves", header: map[string]string{"X-Http-Method-Override": ""}},
			want:     reply{404, nil, envelope("404", "notFound", `Nothing is served at this path with the verb \"\".`)},
		},
		{
			name: "no route, java", profile: endpoints.Java(), exchange: exchange{request: "GET /nowhere"},
			want: reply{404, map[string]string{"Content-Type": "text/plain; charset=utf-8"}, "Not Found"},
		},
		{
			name: "a long path, python", profile: endpoints.Python(), exchange: exchange{request: "GET /" + strings.Repeat("a", 9000)},
			want: reply{400, map[string]string{"Content-Type": "text/plain"}, "The path is longer than 8192 bytes."},
		},
		{
			name: "OPTIONS", profile: endpoints.Frameworks(), exchange: exchange{request: "OPTIONS /library/v1/shelves"},
			want: reply{204, map[string]string{"Allow": "GET, POST, OPTIONS"}, ""},
		},
		{
			name: "HEAD, modern", profile: endpoints.Modern(), exchange: exchange{request: "HEAD /library/v1/shelves/a"},
			want: reply{200, map[string]string{"Content-Length": "38"}, ""},
		},
		{
			name: "method override on POST", profile: endpoints.Frameworks(),
			exchange: exchange{request: "POST /library/v1/shelves/a", header: map[string]string{"X-HTTP-Method-Override": "delete"}},
			want:     reply{204, nil, ""},
		},
		{
			name: "no method override on GET", profile: endpoints.Frameworks(),
			exchange: exchange{request: get.request, header: map[string]string{"X-HTTP-Method-Override": "DELETE"}},
			want:     reply{200, nil, shelfJSON},
		},
		{
			name: "no method override in modern", profile: endpoints.Modern(),
			exchange: exchange{request: "POST /library/v1/shelves/a", header: map[string]string{"X-HTTP-Method-Override": "DELETE"}},
			want: reply{405, nil, `{"error":{"code":405,"message":"The verb POST is not allowed here.","status":"UNIMPLEMENTED","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"UNSUPPORTED_METHOD","domain":"global"}]}}`},
		},
		{
			name: "an error that is no exception keeps its text", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				return nil, errors.New("pq: password authentication failed")
			}},
			want: reply{503, nil, envelope("503", "backendError", "backend error")},
		},
		{
			name: "a panic", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) { panic("secret") }},
			want: reply{503, nil, envelope("503", "backendError", "backend error")},
		},
		{
			name: "a panic with an exception is no answer", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				panic(exceptions.NewNotFound("x"))
			}},
			want: reply{503, nil, envelope("503", "backendError", "backend error")},
		},
		{
			name: "a reply that cannot be encoded", profile: endpoints.Frameworks(), exchange: get,
			impl: library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				return &libraryv1.Shelf{Theme: "\xff"}, nil
			}},
			want: reply{503, nil, envelope("503", "backendError", "backend error")},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newLibrary(t, &test.impl, endpoints.WithProfile(test.profile))
			test.want.check(t, test.exchange.do(t, api))
		})
	}
}

// TestCallControlsTheReply: what a handler says through the call beats the
// declaration, an explicit response beats both, an exception beats all.
func TestCallControlsTheReply(t *testing.T) {
	t.Parallel()
	shelf := func(control func(*endpoints.Call)) library {
		return library{getShelf: func(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
			control(endpoints.CallFrom(ctx))
			return &libraryv1.Shelf{Name: r.GetName(), Theme: "fiction"}, nil
		}}
	}
	tests := []struct {
		name   string
		impl   library
		policy *normalize.Policy
		want   reply
	}{
		{
			name: "status and header", impl: shelf(func(c *endpoints.Call) {
				c.SetStatus(202)
				c.Header().Set("X-Cost", "7")
			}),
			want: reply{202, map[string]string{"X-Cost": "7"}, shelfJSON},
		},
		{
			name: "the policy has the last word on a status", impl: shelf(func(c *endpoints.Call) { c.SetStatus(302) }),
			want: reply{404, nil, envelope("404", "unsupportedProtocol", "Not Found")},
		},
		{
			name: "identity keeps it", impl: shelf(func(c *endpoints.Call) { c.SetStatus(302) }), policy: normalize.Identity(),
			want: reply{302, nil, shelfJSON},
		},
		{
			name: "a status without a body", impl: shelf(func(c *endpoints.Call) { c.SetStatus(205) }),
			want: reply{205, map[string]string{"Content-Type": "-"}, ""},
		},
		{
			name: "a response passes through", impl: shelf(func(c *endpoints.Call) {
				c.SetStatus(202)
				c.Header().Set("X-Cost", "7")
				c.Respond(&endpoints.Response{Status: 418, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("tea")})
			}),
			want: reply{418, map[string]string{"Content-Type": "text/plain", "X-Cost": "7"}, "tea"},
		},
		{
			name: "a response that cannot be sent", impl: shelf(func(c *endpoints.Call) { c.Respond(&endpoints.Response{Status: 99}) }),
			want: reply{503, nil, envelope("503", "backendError", "backend error")},
		},
		{
			name: "an exception drops what was set", impl: library{getShelf: func(ctx context.Context, _ *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				c := endpoints.CallFrom(ctx)
				c.SetStatus(202)
				c.Header().Set("X-Cost", "7")
				c.Respond(&endpoints.Response{})
				return nil, exceptions.Raise(exceptions.NewServiceUnavailable("Later."), exceptions.Header("Retry-After", "3"))
			}},
			want: reply{503, map[string]string{"X-Cost": "-", "Retry-After": "3"}, envelope("503", "backendError", "Later.")},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var options []endpoints.Option
			if test.policy != nil {
				options = append(options, endpoints.WithPolicy(test.policy))
			}
			api := newLibrary(t, &test.impl, options...)
			test.want.check(t, exchange{request: "GET /library/v1/shelves/a"}.do(t, api))
		})
	}
}

// TestContextEnds: only the end of the request's own context speaks for itself.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	api := newLibrary(t, &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return nil, context.DeadlineExceeded // of something else
	}}, endpoints.WithPolicy(normalize.Identity()))
	reply{500, nil, envelope("500", "internalError", "Internal Server Error")}.check(t, exchange{request: "GET /library/v1/shelves/a"}.do(t, api))

	api = newLibrary(t, &library{deleteShelf: func(ctx context.Context, _ *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}, endpoints.WithPolicy(normalize.Identity()), endpoints.WithLimits(endpoints.Limits{CallTime: 1}))
	resp := exchange{request: "DELETE /library/v1/shelves/a"}.do(t, api)
	if resp.StatusCode != 504 {
		t.Errorf("a call out of time: want 504, got %d", resp.StatusCode)
	}
}

func TestAbortHandlerIsLeftAlone(t *testing.T) {
	t.Parallel()
	api := newLibrary(t, &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		panic(http.ErrAbortHandler)
	}})
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("want the panic of net/http to pass, got %v", v)
		}
	}()
	exchange{request: "GET /library/v1/shelves/a"}.do(t, api)
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	api := newLibrary(t, &library{}, endpoints.WithBasePath("/api/"))
	reply{200, nil, shelfJSON}.check(t, exchange{request: "GET /api/library/v1/shelves/a"}.do(t, api))
	if resp := (exchange{request: "GET /library/v1/shelves/a"}).do(t, api); resp.StatusCode != 404 {
		t.Errorf("without the prefix: want 404, got %d", resp.StatusCode)
	}
}

// TestOptionsForParts: a part of a profile can be replaced by that of another.
func TestOptionsForParts(t *testing.T) {
	t.Parallel()
	put, remove := exchange{request: "PUT /library/v1/shelves"}, exchange{request: "DELETE /library/v1/shelves/a"}
	tests := []struct {
		name     string
		profile  endpoints.Profile
		option   endpoints.Option
		exchange exchange
		want     reply
	}{
		{"verbs are told", endpoints.Frameworks(), endpoints.WithMethodNotAllowed(true), put,
			reply{501, map[string]string{"Allow": "-"}, envelope("501", "unsupportedMethod", "The verb PUT is not allowed here.")}},
		{"verbs are hidden", endpoints.Modern(), endpoints.WithMethodNotAllowed(false), put,
			reply{404, map[string]string{"Allow": "-"}, `{"error":{"code":404,"message":"Nothing is served at this path with the verb PUT.","status":"NOT_FOUND","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}`}},
		{"Empty as a message", endpoints.Frameworks(), endpoints.WithEmptyAsNothing(false), remove, reply{200, nil, "{}"}},
		{"Empty as nothing", endpoints.Modern(), endpoints.WithEmptyAsNothing(true), remove, reply{204, map[string]string{"Content-Type": "-"}, ""}},
		{"another error format", endpoints.Frameworks(), endpoints.WithErrorFormat(normalize.Detail()), put,
			reply{404, nil, `{"detail":"Nothing is served at this path with the verb PUT."}`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newLibrary(t, &library{}, endpoints.WithProfile(test.profile), test.option)
			test.want.check(t, test.exchange.do(t, api))
		})
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	t.Parallel()
	api := endpoints.New(endpoints.WithBasePath("api/{x}"))
	err := api.Register(endpoints.Service{})
	for _, part := range []string{`base path "api/{x}"`, "needs a descriptor"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("want an error that says %q, got %v", part, err)
		}
	}
}

// TestEscapesInPaths: whatever form a path came in, handlers get its text.
func TestEscapesInPaths(t *testing.T) {
	t.Parallel()
	type test struct{ path, name string }
	tests := []test{
		{"a", "shelves/a"},
		{"a%20b", "shelves/a b"},
		{"%61", "shelves/a"},
		{"%C3%A9", "shelves/é"},
		{"é", "shelves/é"},
		{"100%25", "shelves/100%"},
		{"%2561", "shelves/%61"},
		{"a+b", "shelves/a+b"},
		{"a%2Bb", "shelves/a+b"},
		{"a%3Ab", "shelves/a:b"},
	}
	slash := map[string]string{"frameworks": "shelves/a%2Fb", "modern": "shelves/a%2Fb", "fastapi": "shelves/a/b"}
	for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Modern(), endpoints.FastAPI()} {
		api := newLibrary(t, &library{}, endpoints.WithProfile(profile), endpoints.WithPolicy(normalize.Identity()))
		for _, tt := range append(tests, test{"a%2Fb", slash[profile.Name()]}) {
			resp := exchange{request: "GET /library/v1/shelves/" + tt.path}.do(t, api)
			var shelf struct{ Name string }
			if body := text(t, resp); resp.StatusCode != 200 || json.Unmarshal([]byte(body), &shelf) != nil || shelf.Name != tt.name {
				t.Errorf("%s: %s: want %q, got %d, %s", profile.Name(), tt.path, tt.name, resp.StatusCode, body)
			}
		}
		for _, path := range []string{"/library/v1/shel%76es/a%20b", "/library%2Fv1/shelves/a"} {
			resp := exchange{request: "GET " + path}.do(t, api)
			if found := resp.StatusCode == 200; found != !strings.Contains(path, "%2F") {
				t.Errorf("%s: %s: got %d", profile.Name(), path, resp.StatusCode)
			}
		}
	}
}

// TestStart: who may ask when a call began gets to know it.
func TestStart(t *testing.T) {
	t.Parallel()
	pass := func(next endpoints.HandlerFunc) endpoints.HandlerFunc { return next }
	keep := func(context.Context, *endpoints.Call, *exceptions.NotFound) error { return nil }
	loud := slog.New(slog.NewTextHandler(io.Discard, nil))
	tests := []struct {
		name   string
		option endpoints.Option
		want   bool
	}{
		{"nothing", endpoints.WithPolicy(normalize.Identity()), false},
		{"a logger", endpoints.WithLogger(loud), true},
		{"an interceptor", endpoints.WithInterceptors(pass), true},
		{"an exception handler", endpoints.OnException(keep), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var start time.Time
			api := newLibrary(t, &library{getShelf: func(ctx context.Context, _ *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				start = endpoints.CallFrom(ctx).Start()
				return nil, nil
			}}, tt.option)
			before := time.Now()
			exchange{request: "GET /library/v1/shelves/a"}.do(t, api)
			if noted := !start.IsZero(); noted != tt.want || noted && (start.Before(before.Add(-time.Millisecond)) || start.After(time.Now())) {
				t.Errorf("the call began at %v, want a time: %t", start, tt.want)
			}
		})
	}
}
