package endpoints_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

const page, stranger = "https://app.example", "https://evil.example"

func allow(t testing.TB, c cors.Config) endpoints.Option {
	t.Helper()
	if c.Origins == nil {
		c.Origins = []string{page}
	}
	p, err := cors.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return endpoints.WithCORS(p)
}

// ask sends a request from a page and returns the reply.
func ask(h http.Handler, method, target, origin string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Header.Set("Origin", origin)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestCORSReplies(t *testing.T) {
	t.Parallel()
	impl := &library{getShelf: func(_ context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		switch r.GetName() {
		case "shelves/busy":
			return nil, exceptions.Raise(exceptions.NewServiceUnavailable("busy"), exceptions.Header("Retry-After", "3"), exceptions.Header("Vary", "Accept"))
		case "shelves/panic":
			panic("bug")
		}
		return &libraryv1.Shelf{Name: r.GetName()}, nil
	}}
	for _, profile := range []endpoints.Profile{endpoints.Modern(), endpoints.Java(), endpoints.Python(), endpoints.FastAPI()} {
		api := newLibrary(t, impl, endpoints.WithProfile(profile), allow(t, cors.Config{}))
		for _, test := range []struct {
			target, origin, allowed string
		}{
			{"/library/v1/shelves/a", page, page},
			{"/library/v1/shelves/busy", page, page},
			{"/library/v1/shelves/panic", page, page},
			{"/nope", page, page},
			{"/library/v1/shelves/a", stranger, ""},
			{"/library/v1/shelves/panic", stranger, ""},
		} {
			t.Run(profile.Name()+test.target+" from "+test.origin, func(t *testing.T) {
				resp := ask(api, "GET", test.target, test.origin)
				if got := resp.Header.Get("Access-Control-Allow-Origin"); got != test.allowed {
					t.Errorf("%d: allowed %q, want %q", resp.StatusCode, got, test.allowed)
				}
				if got := resp.Header.Get("Access-Control-Allow-Credentials"); got != "" {
					t.Errorf("credentials %q", got)
				}
				vary := strings.Join(resp.Header.Values("Vary"), ", ")
				if !strings.Contains(vary, "Origin") || strings.HasSuffix(test.target, "busy") && !strings.Contains(vary, "Accept") {
					t.Errorf("Vary %q", vary)
				}
				if exposed := resp.Header.Get("Access-Control-Expose-Headers"); test.allowed != "" && !strings.Contains(strings.ToLower(exposed), "retry-after") {
					t.Errorf("exposed %q", exposed)
				}
			})
		}
	}
}

func TestCORSPreflights(t *testing.T) {
	t.Parallel()
	declaredHeaders := declared(t, &endpointsv1.MethodOptions{RequestHeaders: headers("X-Cost", "cost"), ResponseHeaders: headers("X-Request-Cost", "")}, item)
	api, err := serveDeclared(declaredHeaders, allow(t, cors.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	shelves := newLibrary(t, &library{}, allow(t, cors.Config{}))
	fixed := newLibrary(t, &library{}, allow(t, cors.Config{Methods: []string{"PUT"}}))
	tests := []struct {
		name           string
		api            http.Handler
		target, origin string
		method, header string
		status         int
		methods        string
	}{
		{"verb of the route", shelves, "/library/v1/shelves/a", page, "DELETE", "", 204, "DELETE"},
		{"verb of another route", shelves, "/library/v1/shelves", page, "DELETE", "", 403, ""},
		{"verb of no route", shelves, "/library/v1/shelves/a", page, "PUT", "", 403, ""},
		{"unknown path, verb of the API", shelves, "/nope", page, "DELETE", "", 204, "DELETE"},
		{"verb of the policy", fixed, "/library/v1/shelves/a", page, "PUT", "", 204, "PUT"},
		{"not a verb of the policy", fixed, "/library/v1/shelves/a", page, "DELETE", "", 403, ""},
		{"stranger", shelves, "/library/v1/shelves/a", stranger, "DELETE", "", 403, ""},
		{"declared header", api, "/items/a", page, "GET", "x-cost", 204, "GET"},
		{"other header", api, "/items/a", page, "GET", "x-other", 403, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fields := []string{"Access-Control-Request-Method", test.method}
			if test.header != "" {
				fields = append(fields, "Access-Control-Request-Headers", test.header)
			}
			resp := ask(test.api, "OPTIONS", test.target, test.origin, fields...)
			if got := resp.Header.Get("Access-Control-Allow-Methods"); resp.StatusCode != test.status || got != test.methods {
				t.Errorf("got %d and methods %q, want %d and %q", resp.StatusCode, got, test.status, test.methods)
			}
		})
	}
	if exposed := ask(api, "GET", "/items/a", page).Header.Get("Access-Control-Expose-Headers"); !strings.Contains(strings.ToLower(exposed), "x-request-cost") {
		t.Errorf("a declared response header is not exposed: %q", exposed)
	}
}

func TestCORSGuardsWebSockets(t *testing.T) {
	t.Parallel()
	var seen int
	count := endpoints.OnException(func(context.Context, *endpoints.Call, *exceptions.Forbidden) error {
		seen++
		return nil
	})
	api := newLibrary(t, &library{}, allow(t, cors.Config{}), count)
	for origin, want := range map[string]int{stranger: 403, "null": 403, page: 404} { // there is no transport for WebSockets here
		resp := ask(api, "GET", "/ws", origin, "Connection", "Upgrade", "Upgrade", "websocket")
		if resp.StatusCode != want {
			t.Errorf("%s: got %d, want %d", origin, resp.StatusCode, want)
		}
	}
	if seen != 2 {
		t.Errorf("%d refusals took the way of exceptions, want 2", seen)
	}
}

func TestCORSNeedsAPolicy(t *testing.T) {
	_, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{}, item), endpoints.WithCORS(nil))
	if err == nil || !strings.Contains(err.Error(), "WithCORS: the policy is nil") {
		t.Errorf("got %v", err)
	}
}

func ExampleWithCORS() {
	policy, err := cors.New(cors.Config{Origins: []string{"https://app.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	api := endpoints.New(endpoints.WithCORS(policy), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	// ... register services ...
	r := httptest.NewRequest("GET", "/nope", nil)
	r.Header.Set("Origin", "https://app.example")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output: 404 https://app.example
}
