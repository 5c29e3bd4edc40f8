package endpoints_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

// sink is a ResponseWriter that keeps only its header.
type sink http.Header

func (d sink) Header() http.Header         { return http.Header(d) }
func (d sink) Write(b []byte) (int, error) { return len(b), nil }
func (d sink) WriteHeader(int)             {}

// BenchmarkWithCORS compares a call of an API without a policy, with one, and
// from a page that it admits. The three are to allocate the same.
func BenchmarkWithCORS(b *testing.B) {
	for _, test := range []struct {
		name, origin string
		options      []endpoints.Option
	}{
		{"without", "", nil},
		{"no page", "", []endpoints.Option{allow(b, cors.Config{})}},
		{"page", page, []endpoints.Option{allow(b, cors.Config{})}},
	} {
		b.Run(test.name, func(b *testing.B) {
			api := newLibrary(b, &library{}, test.options...)
			r := httptest.NewRequest("GET", "/library/v1/shelves/a", nil)
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			w := sink{}
			b.ReportAllocs()
			for b.Loop() {
				clear(w)
				api.ServeHTTP(w, r)
			}
		})
	}
}
