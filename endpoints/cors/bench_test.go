package cors_test

import (
	"net/http"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

// A discard is a ResponseWriter whose header map is used again and again, so
// that only what the policy allocates is counted.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) Flush()                      {}

// measured are the requests that benchmarks and the allocation test go through.
func measured() []struct {
	name    string
	config  cors.Config
	request *http.Request
} {
	const preflight = "Access-Control-Request-Method: PUT"
	many := with(listed(), func(c *cors.Config) {
		c.Origins, c.Credentials = []string{"https://a.example", "https://*.example.com", "https://*.example.org:8443"}, true
	})
	return []struct {
		name    string
		config  cors.Config
		request *http.Request
	}{
		{"listed", listed(), request("GET", "Origin: https://a.example")},
		{"listed, credentials", many, request("GET", "Origin: https://a.example")},
		{"wildcard", many, request("GET", "Origin: https://c.b.example.com")},
		{"regexp", cors.Config{OriginRegexp: `https://([a-z]+\.)+example\.com`}, request("GET", "Origin: https://c.b.example.com")},
		{"any", cors.Config{Origins: []string{"*"}}, request("GET", "Origin: https://a.example")},
		{"refused", many, request("GET", "Origin: https://evil.example")},
		{"same site", many, request("GET")},
		{"preflight", many, request("OPTIONS", "Origin: https://a.example", preflight, "Access-Control-Request-Headers: x-custom")},
	}
}

var inner = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })

func BenchmarkWrap(b *testing.B) {
	for _, tt := range measured() {
		b.Run(tt.name, func(b *testing.B) {
			h, w := mustNew(b, tt.config).Wrap(inner), &discard{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, tt.request)
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	for _, tt := range measured() {
		b.Run(tt.name, func(b *testing.B) {
			p, h := mustNew(b, tt.config), http.Header{}
			b.ReportAllocs()
			for b.Loop() {
				clear(h)
				p.Apply(h, tt.request)
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools at random")
	}
	for _, tt := range measured() {
		t.Run(tt.name, func(t *testing.T) {
			h, w := mustNew(t, tt.config).Wrap(inner), &discard{http.Header{}}
			if got := testing.AllocsPerRun(200, func() {
				clear(w.header)
				h.ServeHTTP(w, tt.request)
			}); got != 0 {
				t.Errorf("%v allocations, want 0", got)
			}
		})
	}
}
