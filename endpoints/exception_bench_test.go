package endpoints_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// discard is a reply that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkRaise measures a call whose handler raises: a predefined class, and
// exceptions that are declared in proto, of one and of three levels. Their
// texts have the same length.
func BenchmarkRaise(b *testing.B) {
	name := "shelves/fiction"
	raised := []struct {
		name  string
		raise func() exceptions.ServiceException
	}{
		{"predefined", func() exceptions.ServiceException {
			return exceptions.NewConflict("Shelf %q is held by %s, who is away.", name, "bob")
		}},
		{"constant", func() exceptions.ServiceException {
			return exceptions.NewConflict("Shelf \"shelves/fiction\" is held by bob, who is away.")
		}},
		{"one level", func() exceptions.ServiceException { return &libraryv1.ShelfError{Shelf: name} }},
		{"three levels", func() exceptions.ServiceException {
			return &libraryv1.BookLocked{Shelf: name, Holder: "bob", Book: "emma"}
		}},
	}
	formats := []struct {
		name    string
		profile endpoints.Profile
		accept  string
	}{
		{"frameworks", endpoints.Frameworks(), ""},
		{"aip193", endpoints.Modern(), "application/json"},
		{"problem", endpoints.Modern(), "application/problem+json"},
	}
	for _, f := range formats {
		for _, r := range raised {
			b.Run(f.name+"/"+r.name, func(b *testing.B) {
				api := newLibrary(b, &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
					return nil, r.raise()
				}}, endpoints.WithProfile(f.profile))
				request := httptest.NewRequest("GET", "/library/v1/shelves/fiction", nil)
				if f.accept != "" {
					request.Header.Set("Accept", f.accept)
				}
				w := &discard{header: make(http.Header, 8)}
				b.ReportAllocs()
				for b.Loop() {
					clear(w.header)
					api.ServeHTTP(w, request)
				}
			})
		}
	}
}
