package python_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/python"
)

func TestPageOf(t *testing.T) {
	t.Parallel()
	const explorer = "https://apis-explorer.appspot.com/apis-explorer/?base="
	tests := []struct {
		host, target string
		status       int // 0: no page
		location     string
	}{
		{"x.example", "/_ah/api/explorer", 302, explorer + "https://x.example:80/_ah/api"},
		{"x.example:8443", "/_ah/api/explorer/", 302, explorer + "https://x.example:8443/_ah/api"},
		{"localhost:8080", "/_ah/api/explorer?", 302, explorer + "http://localhost:8080/_ah/api"},
		{"[::1]:80", "/_ah/api/explorer", 302, explorer + "https://[::1]:80/_ah/api"},
		{"[::1]", "/_ah/api/explorer", 302, explorer + "https://[::1]:80/_ah/api"},
		{"x.example", "/_ah/api/explorer?x=1", 0, ""},
		{"x.example", "/_ah/api/explorer/x", 0, ""},
		{"x.example", "/_ah/api/explorer//", 0, ""},
		{"x.example", "/explorer", 0, ""},
		{"x.example", "/_ah/api/static/proxy.html?jsh=x", 200, ""},
		{"x.example", "/_ah/api/static/proxy%2Ehtml", 200, ""},
		{"x.example", "/_ah/api/static/", 404, ""},
		{"x.example", "/_ah/api/static/nope", 404, ""},
		{"x.example", "/_ah/api/static", 0, ""},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodPost, tt.target, nil)
		r.Host = tt.host
		page, ok := python.PageOf("/_ah/api/", r.URL.Path, r)
		if ok != (tt.status != 0) || page.Status != tt.status || page.Header.Get("Location") != tt.location {
			t.Errorf("%s%s: got %v %v, want %d %s", tt.host, tt.target, ok, page, tt.status, tt.location)
		}
	}
}

// TestPageRecorded checks that a page answers where the recordings have one,
// and nowhere else.
func TestPageRecorded(t *testing.T) {
	for _, group := range []string{"cors", "routing"} {
		for _, c := range cases(t, group) {
			t.Run(c.ID, func(t *testing.T) {
				escaped, query, _ := strings.Cut(c.Request.Target, "?")
				r := httptest.NewRequest(http.MethodGet, "/", nil)
				r.URL.RawQuery = query
				page, ok := python.PageOf("/_ah/api/", escaped, r)
				want := c.Expect.Status == http.StatusFound || strings.HasPrefix(escaped, "/_ah/api/static/")
				if ok != want || ok && page.Status != c.Expect.Status {
					t.Fatalf("got %v, status %d; want %v, status %d", ok, page.Status, want, c.Expect.Status)
				}
			})
		}
	}
}
