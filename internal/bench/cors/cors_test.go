package corsbench

import (
	"net/http"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	rscors "github.com/rs/cors"
)

// A discard is a ResponseWriter whose header map is used again and again, so
// that only what the policies allocate is counted.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) Flush()                      {}

var (
	inner = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	// varying is a handler that sets Vary itself, as compressing ones do.
	varying = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Vary"] = []string{"Accept-Encoding"}
		w.WriteHeader(http.StatusOK)
	})
)

func ours(tb testing.TB, origins []string, credentials bool, next http.Handler) http.Handler {
	p, err := cors.New(cors.Config{
		Origins: origins, Credentials: credentials, Methods: []string{"GET", "PUT", "DELETE"},
		RequestHeaders: []string{"X-Custom"}, ExposedHeaders: []string{"X-Req-Id", "X-B"}, MaxAge: 600,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return p.Wrap(next)
}

func theirs(origins []string, credentials bool, next http.Handler) http.Handler {
	return rscors.New(rscors.Options{
		AllowedOrigins: origins, AllowCredentials: credentials, AllowedMethods: []string{"GET", "PUT", "DELETE"},
		AllowedHeaders: []string{"X-Custom"}, ExposedHeaders: []string{"X-Req-Id", "X-B"}, MaxAge: 600,
	}).Handler(next)
}

var (
	exact    = []string{"https://a.example"}
	patterns = []string{"https://a.example", "https://*.example.com"}
	star     = []string{"*"}
)

// An exchange is one request under one configuration.
type exchange struct {
	name        string
	origins     []string
	credentials bool
	next        http.Handler
	method      string
	header      http.Header
	// granted: whether the reply must have Access-Control-Allow-Origin.
	granted bool
}

var exchanges = []exchange{
	{"actual", exact, false, inner, "GET", http.Header{"Origin": {"https://a.example"}}, true},
	{"actual-credentials", exact, true, inner, "GET", http.Header{"Origin": {"https://a.example"}}, true},
	{"actual-wildcard", patterns, true, inner, "GET", http.Header{"Origin": {"https://b.example.com"}}, true},
	{"actual-any", star, false, inner, "GET", http.Header{"Origin": {"https://a.example"}}, true},
	{"actual-refused", patterns, true, inner, "GET", http.Header{"Origin": {"https://evil.example"}}, false},
	{"actual-own-vary", exact, false, varying, "GET", http.Header{"Origin": {"https://a.example"}}, true},
	{"no-origin", exact, false, inner, "GET", http.Header{}, false},
	{"preflight", exact, false, inner, "OPTIONS", http.Header{
		"Origin": {"https://a.example"}, "Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"x-custom"}}, true},
	{"preflight-refused", exact, false, inner, "OPTIONS", http.Header{
		"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"PUT"}}, false},
}

// A side is one of the two middlewares.
type side struct {
	name string
	http.Handler
}

func sides(tb testing.TB, e exchange) []side {
	return []side{
		{"endpoints", ours(tb, e.origins, e.credentials, e.next)},
		{"rs", theirs(e.origins, e.credentials, e.next)},
	}
}

func BenchmarkCORS(b *testing.B) {
	for _, r := range exchanges {
		for _, side := range sides(b, r) {
			b.Run(r.name+"/"+side.name, func(b *testing.B) {
				w := &discard{header: http.Header{}}
				request := &http.Request{Method: r.method, Header: r.header}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					side.ServeHTTP(w, request)
				}
			})
		}
	}
}

// TestSameGrants makes sure that both sides do the work that is compared.
func TestSameGrants(t *testing.T) {
	for _, r := range exchanges {
		for _, side := range sides(t, r) {
			w := &discard{header: http.Header{}}
			side.ServeHTTP(w, &http.Request{Method: r.method, Header: r.header})
			if got := w.header.Get("Access-Control-Allow-Origin") != ""; got != r.granted {
				t.Errorf("%s/%s: granted %v, want %v", r.name, side.name, got, r.granted)
			}
		}
	}
}
