package cors_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/google/go-cmp/cmp"
)

// listed is the configuration of most behaviours.
func listed() cors.Config {
	return cors.Config{
		Origins: []string{"https://a.example"}, Methods: []string{"GET", "PUT", "DELETE"},
		RequestHeaders: []string{"X-Custom"}, ExposedHeaders: []string{"X-Req-Id", "X-B"}, MaxAge: 600,
	}
}

// with changes a copy of the configuration.
func with(c cors.Config, change func(*cors.Config)) cors.Config {
	change(&c)
	return c
}

func mustNew(t testing.TB, c cors.Config) *cors.Policy {
	t.Helper()
	p, err := cors.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// request makes a request from lines such as "Origin: https://a.example".
func request(method string, lines ...string) *http.Request {
	r := httptest.NewRequest(method, "/", nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, strings.TrimPrefix(value, " "))
	}
	return r
}

// corsHeaders returns Vary and the headers of the protocol, with short names.
func corsHeaders(h http.Header) map[string]string {
	got := map[string]string{}
	for name, values := range h {
		if short, ok := strings.CutPrefix(name, "Access-Control-"); ok || name == "Vary" {
			got[short] = strings.Join(values, ", ")
		}
	}
	return got
}

type fields = map[string]string

var (
	varyOnly = fields{"Vary": "Origin"}
	granted  = fields{"Allow-Origin": "https://a.example", "Expose-Headers": "X-Req-Id, X-B", "Vary": "Origin"}
)

// preflightOf returns the headers of a good answer to a preflight.
func preflightOf(method, headers string) fields {
	f := fields{"Allow-Origin": "https://a.example", "Max-Age": "600", "Vary": "Origin"}
	if method != "" {
		f["Allow-Methods"] = method
	}
	if headers != "" {
		f["Allow-Headers"] = headers
	}
	return f
}

// TestBehaviour has a row for every request whose answer the Fetch standard
// leaves to the server, or on which CORS libraries disagree.
func TestBehaviour(t *testing.T) {
	const (
		origin  = "Origin: https://a.example"
		put     = "Access-Control-Request-Method: PUT"
		private = "Access-Control-Request-Private-Network: true"
	)
	ok := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("inner")) }
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", code) }
	}
	setting := func(name, value string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(name, value)
			w.WriteHeader(http.StatusOK)
		}
	}
	any := with(listed(), func(c *cors.Config) { c.Origins = []string{"*"} })
	credentials := with(listed(), func(c *cors.Config) { c.Credentials = true })
	mirrored := with(credentials, func(c *cors.Config) { c.Methods, c.RequestHeaders = []string{"*"}, []string{"*"} })
	wildcard := with(listed(), func(c *cors.Config) { c.Origins = []string{"https://*.example.com"} })
	expression := with(listed(), func(c *cors.Config) { c.Origins, c.OriginRegexp = nil, `https://.*\.example\.com` })
	aged := func(seconds int) cors.Config { return with(listed(), func(c *cors.Config) { c.MaxAge = seconds }) }

	for _, tt := range []struct {
		name    string
		config  cors.Config
		inner   http.HandlerFunc
		request *http.Request
		status  int
		want    fields
		body    string
	}{
		{"no Origin", listed(), ok, request("GET"), 200, varyOnly, "inner"},
		{"empty Origin", listed(), ok, request("GET", "Origin:"), 200, varyOnly, "inner"},
		{"listed origin", listed(), ok, request("GET", origin), 200, granted, "inner"},
		{"listed origin with credentials", credentials, ok, request("GET", origin), 200,
			fields{"Allow-Origin": "https://a.example", "Allow-Credentials": "true", "Expose-Headers": "X-Req-Id, X-B", "Vary": "Origin"}, "inner"},
		{"unlisted origin", credentials, ok, request("GET", "Origin: https://evil.example"), 200, varyOnly, "inner"},
		{"null", credentials, ok, request("GET", "Origin: null"), 200, varyOnly, "inner"},
		{"trailing slash", credentials, ok, request("GET", "Origin: https://a.example/"), 200, varyOnly, "inner"},
		{"default port", credentials, ok, request("GET", "Origin: https://a.example:443"), 200, varyOnly, "inner"},
		{"suffix attack", credentials, ok, request("GET", "Origin: https://a.example.evil.example"), 200, varyOnly, "inner"},
		{"prefix attack", credentials, ok, request("GET", "Origin: https://evila.example"), 200, varyOnly, "inner"},
		{"two Origin headers", listed(), ok, request("GET", origin, origin), 200, varyOnly, "inner"},
		{"upper case", listed(), ok, request("GET", "Origin: https://A.EXAMPLE"), 200, varyOnly, "inner"},
		{"unlisted method, actual request", listed(), ok, request("PATCH", origin), 200, granted, "inner"},

		{"inner sets Vary", listed(), setting("Vary", "Accept-Encoding"), request("GET", origin), 200,
			fields{"Allow-Origin": "https://a.example", "Expose-Headers": "X-Req-Id, X-B", "Vary": "Accept-Encoding, Origin"}, ""},
		{"inner sets Vary: origin", listed(), setting("Vary", "Accept, origin"), request("GET"), 200, fields{"Vary": "Accept, origin"}, ""},
		{"inner sets Vary: *", listed(), setting("Vary", "*"), request("GET"), 200, fields{"Vary": "*"}, ""},
		{"inner sets Allow-Origin", listed(), setting("Access-Control-Allow-Origin", "*"), request("GET", origin), 200, granted, ""},
		{"inner sets Allow-Origin for a refused one", listed(), setting("Access-Control-Allow-Origin", "*"),
			request("GET", "Origin: https://evil.example"), 200, varyOnly, ""},
		{"inner sets Allow-Credentials", listed(), setting("Access-Control-Allow-Credentials", "true"), request("GET", origin), 200, granted, ""},
		{"inner sets Expose-Headers", listed(), setting("Access-Control-Expose-Headers", "X-Mine"), request("GET", origin), 200,
			fields{"Allow-Origin": "https://a.example", "Expose-Headers": "X-Mine, X-Req-Id, X-B", "Vary": "Origin"}, ""},
		{"inner sets Expose-Headers for a refused origin", listed(), setting("Access-Control-Expose-Headers", "X-Mine"),
			request("GET", "Origin: https://evil.example"), 200, varyOnly, ""},
		{"inner writes nothing", listed(), func(http.ResponseWriter, *http.Request) {}, request("GET", origin), 200, granted, ""},
		{"401 from inside", listed(), status(401), request("GET", origin), 401, granted, "no\n"},
		{"404 from inside", listed(), status(404), request("GET", origin), 404, granted, "no\n"},
		{"500 from inside", listed(), status(500), request("GET", origin), 500, granted, "no\n"},

		{"preflight", listed(), ok, request("OPTIONS", origin, put), 204, preflightOf("PUT", ""), ""},
		{"preflight with headers", listed(), ok, request("OPTIONS", origin, put, "Access-Control-Request-Headers: x-custom"), 204,
			preflightOf("PUT", "x-custom"), ""},
		{"preflight with credentials", credentials, ok, request("OPTIONS", origin, put), 204,
			fields{"Allow-Origin": "https://a.example", "Allow-Credentials": "true", "Allow-Methods": "PUT", "Max-Age": "600", "Vary": "Origin"}, ""},
		{"preflight, bad origin", listed(), ok, request("OPTIONS", "Origin: https://evil.example", put), 403, varyOnly,
			"CORS preflight refused: origin not allowed\n"},
		{"preflight, bad method", listed(), ok, request("OPTIONS", origin, "Access-Control-Request-Method: PATCH"), 403, varyOnly,
			"CORS preflight refused: method not allowed\n"},
		{"preflight, method in lower case", listed(), ok, request("OPTIONS", origin, "Access-Control-Request-Method: put"), 403, varyOnly,
			"CORS preflight refused: method not allowed\n"},
		{"preflight, two methods", listed(), ok, request("OPTIONS", origin, put, put), 403, varyOnly,
			"CORS preflight refused: method not allowed\n"},
		{"preflight, POST unlisted", listed(), ok, request("OPTIONS", origin, "Access-Control-Request-Method: POST"), 204, preflightOf("", ""), ""},
		{"preflight, bad header", listed(), ok, request("OPTIONS", origin, put, "Access-Control-Request-Headers: x-custom,x-nope"), 403, varyOnly,
			"CORS preflight refused: request headers not allowed\n"},
		{"preflight, Authorization unlisted", listed(), ok, request("OPTIONS", origin, put, "Access-Control-Request-Headers: authorization"), 403, varyOnly,
			"CORS preflight refused: request headers not allowed\n"},
		{"preflight, Content-Type unlisted", listed(), ok, request("OPTIONS", origin, put, "Access-Control-Request-Headers: content-type"), 204,
			preflightOf("PUT", "content-type"), ""},
		{"preflight, Request-Headers empty", listed(), ok, request("OPTIONS", origin, put, "Access-Control-Request-Headers:"), 204,
			preflightOf("PUT", ""), ""},
		{"preflight, cases and blanks", listed(), ok, request("OPTIONS", origin, put, "Access-Control-Request-Headers: X-Custom, X-CUSTOM"), 204,
			preflightOf("PUT", "X-Custom, X-CUSTOM"), ""},
		{"preflight, Request-Headers in two lines", listed(), ok,
			request("OPTIONS", origin, put, "Access-Control-Request-Headers: x-custom", "Access-Control-Request-Headers: content-type"), 204,
			preflightOf("PUT", "x-custom,content-type"), ""},
		{"preflight, endless Request-Headers", listed(), ok,
			request("OPTIONS", origin, put, "Access-Control-Request-Headers: x-custom"+strings.Repeat(",x-custom", 1000)), 403, varyOnly,
			"CORS preflight refused: request headers not allowed\n"},
		{"preflight, several failures", listed(), ok,
			request("OPTIONS", "Origin: https://evil.example", "Access-Control-Request-Method: TRACE", "Access-Control-Request-Headers: x-nope"),
			403, varyOnly, "CORS preflight refused: origin, method, request headers not allowed\n"},
		{"OPTIONS without Request-Method", listed(), ok, request("OPTIONS", origin), 200, granted, "inner"},
		{"OPTIONS with it, without Origin", listed(), ok, request("OPTIONS", put), 200, varyOnly, "inner"},

		{"any origin", any, ok, request("GET", origin), 200, fields{"Allow-Origin": "*", "Expose-Headers": "X-Req-Id, X-B"}, "inner"},
		{"any origin, null", any, ok, request("GET", "Origin: null"), 200, fields{"Allow-Origin": "*", "Expose-Headers": "X-Req-Id, X-B"}, "inner"},
		{"any origin, none sent", any, ok, request("GET"), 200, fields{}, "inner"},
		{"any origin, preflight", any, ok, request("OPTIONS", origin, put), 204, fields{"Allow-Origin": "*", "Allow-Methods": "PUT", "Max-Age": "600"}, ""},
		{"methods and headers *, mirrored with credentials", mirrored, ok,
			request("OPTIONS", origin, "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization"), 204,
			fields{"Allow-Origin": "https://a.example", "Allow-Credentials": "true", "Allow-Methods": "PATCH", "Allow-Headers": "authorization",
				"Max-Age": "600", "Vary": "Origin"}, ""},
		{"methods and headers *, no tokens", mirrored, ok,
			request("OPTIONS", origin, "Access-Control-Request-Method: P T", "Access-Control-Request-Headers: a b"), 403, varyOnly,
			"CORS preflight refused: method, request headers not allowed\n"},

		{"wildcard", wildcard, ok, request("GET", "Origin: https://b.example.com"), 200,
			fields{"Allow-Origin": "https://b.example.com", "Expose-Headers": "X-Req-Id, X-B", "Vary": "Origin"}, "inner"},
		{"wildcard, empty label", wildcard, ok, request("GET", "Origin: https://.example.com"), 200, varyOnly, "inner"},
		{"wildcard, slash", wildcard, ok, request("GET", "Origin: https://evil.org/.example.com"), 200, varyOnly, "inner"},
		{"regexp", expression, ok, request("GET", "Origin: https://b.example.com"), 200,
			fields{"Allow-Origin": "https://b.example.com", "Expose-Headers": "X-Req-Id, X-B", "Vary": "Origin"}, "inner"},
		{"regexp, slash", expression, ok, request("GET", "Origin: https://evil.org/x.example.com"), 200, varyOnly, "inner"},
		{"regexp, match of a part", expression, ok, request("GET", "Origin: https://b.example.com.evil.org"), 200, varyOnly, "inner"},

		{"max-age unset", aged(0), ok, request("OPTIONS", origin, put), 204,
			fields{"Allow-Origin": "https://a.example", "Allow-Methods": "PUT", "Vary": "Origin"}, ""},
		{"max-age -1", aged(-1), ok, request("OPTIONS", origin, put), 204,
			fields{"Allow-Origin": "https://a.example", "Allow-Methods": "PUT", "Max-Age": "0", "Vary": "Origin"}, ""},
		{"max-age 86400", aged(86400), ok, request("OPTIONS", origin, put), 204,
			fields{"Allow-Origin": "https://a.example", "Allow-Methods": "PUT", "Max-Age": "86400", "Vary": "Origin"}, ""},

		{"private network, off", listed(), ok, request("OPTIONS", origin, put, private), 204, preflightOf("PUT", ""), ""},
		{"private network, on", with(listed(), func(c *cors.Config) { c.PrivateNetwork = true }), ok, request("OPTIONS", origin, put, private), 204,
			fields{"Allow-Origin": "https://a.example", "Allow-Methods": "PUT", "Allow-Private-Network": "true", "Max-Age": "600", "Vary": "Origin"}, ""},
		{"private network, on, not true", with(listed(), func(c *cors.Config) { c.PrivateNetwork = true }), ok,
			request("OPTIONS", origin, put, "Access-Control-Request-Private-Network: 1"), 204, preflightOf("PUT", ""), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			mustNew(t, tt.config).Wrap(tt.inner).ServeHTTP(w, tt.request)
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			if diff := cmp.Diff(tt.want, corsHeaders(w.Result().Header)); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			if w.Body.String() != tt.body {
				t.Errorf("body %q, want %q", w.Body, tt.body)
			}
		})
	}
}

// TestRoutedPreflight is about the methods of a preflight when the route is
// known, or the API as a whole.
func TestRoutedPreflight(t *testing.T) {
	unset := with(listed(), func(c *cors.Config) { c.Methods = nil })
	star := with(listed(), func(c *cors.Config) { c.Methods = []string{"*"} })
	offer := cors.Offer{Methods: []string{"PATCH"}, RequestHeaders: []string{"X-Api"}, ExposedHeaders: []string{"X-Cost", "x-b"}}
	for _, tt := range []struct {
		name   string
		config cors.Config
		offer  cors.Offer
		route  []string
		asked  string
		want   string // Allow-Methods; "refused"
	}{
		{"none, no route", unset, cors.Offer{}, nil, "PUT", "refused"},
		{"none, no route, no permission needed", unset, cors.Offer{}, nil, "POST", ""},
		{"none, on the route", unset, cors.Offer{}, []string{"GET", "PUT"}, "PUT", "PUT"},
		{"none, not on the route", unset, cors.Offer{}, []string{"GET", "PUT"}, "PATCH", "refused"},
		{"none, offered by the API", unset, offer, nil, "PATCH", "PATCH"},
		{"none, offered by the API, not on the route", unset, offer, []string{"GET"}, "PATCH", "refused"},
		{"star, no route", star, cors.Offer{}, nil, "PROPFIND", "PROPFIND"},
		{"star, on the route", star, cors.Offer{}, []string{"PROPFIND"}, "PROPFIND", "PROPFIND"},
		{"star, not on the route", star, offer, []string{"GET"}, "PATCH", "refused"},
		{"list, not on the route", listed(), cors.Offer{}, []string{"GET"}, "DELETE", "DELETE"},
		{"list, only on the route", listed(), offer, []string{"PATCH"}, "PATCH", "refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := mustNew(t, tt.config).With(tt.offer)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			p.ServePreflight(w, request("OPTIONS", "Origin: https://a.example", "Access-Control-Request-Method: "+tt.asked), tt.route...)
			got := w.Header().Get("Access-Control-Allow-Methods")
			if w.Code == http.StatusForbidden {
				got = "refused"
			}
			if got != tt.want {
				t.Errorf("got %d %q, want %q", w.Code, got, tt.want)
			}
		})
	}
}

func TestWith(t *testing.T) {
	base := mustNew(t, listed())
	p, err := base.With(cors.Offer{RequestHeaders: []string{"X-Api"}, ExposedHeaders: []string{"X-Cost", "x-b"}})
	if err != nil {
		t.Fatal(err)
	}
	exposed := func(p *cors.Policy) string {
		h := http.Header{}
		p.Apply(h, request("GET", "Origin: https://a.example"))
		p.Apply(h, request("GET", "Origin: https://a.example")) // twice is as good as once
		return strings.Join(h["Access-Control-Expose-Headers"], "|")
	}
	if got, want := exposed(p), "X-Req-Id, X-B, X-Cost"; got != want {
		t.Errorf("exposed %q, want %q", got, want)
	}
	if got, want := exposed(base), "X-Req-Id, X-B"; got != want {
		t.Errorf("the receiver now exposes %q, want %q", got, want)
	}
	asks := request("OPTIONS", "Origin: https://a.example", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-api,x-custom")
	if err := p.Preflight(http.Header{}, asks); err != nil {
		t.Error(err)
	}
	if err := base.Preflight(http.Header{}, asks); err == nil {
		t.Error("the receiver now allows X-Api")
	}
	if _, err := base.With(cors.Offer{Methods: []string{"TRACE"}}); err == nil {
		t.Error("TRACE is offered")
	}
}
