package endpoints_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// A bareWriter keeps nothing and is used again.
type bareWriter struct{ header http.Header }

func (w *bareWriter) Header() http.Header         { return w.header }
func (w *bareWriter) WriteHeader(int)             {}
func (w *bareWriter) Write(p []byte) (int, error) { return len(p), nil }

// TestAllocations counts what one call takes. Besides the request message and
// what the handler makes, the framework makes the call alone, which handlers may
// hold as their context for as long as they like.
func TestAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("under the race detector pools lose what they hold")
	}
	const message, call = 1, 1
	shelf := &libraryv1.Shelf{Name: "shelves/a", Theme: "history"}
	missing := exceptions.NewNotFound("No shelf %q.", "a")
	tests := []struct {
		name    string
		profile endpoints.Profile
		target  string
		reply   *libraryv1.Shelf
		err     error
		want    float64
	}{
		{"success", endpoints.Frameworks(), "/library/v1/shelves/a", shelf, nil, message + call},
		{"with a query", endpoints.Frameworks(), "/library/v1/shelves/a?name=b&key=k", shelf, nil, message + call},
		{"error", endpoints.Frameworks(), "/library/v1/shelves/a", nil, missing, message + call},
		{"success, modern", endpoints.Modern(), "/library/v1/shelves/a", shelf, nil, message + call},
		{"error, modern", endpoints.Modern(), "/library/v1/shelves/a", nil, missing, message + call},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newLibrary(t, &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				return tt.reply, tt.err
			}}, endpoints.WithProfile(tt.profile))
			r := httptest.NewRequest("GET", tt.target, strings.NewReader(""))
			r.Body = http.NoBody
			w := &bareWriter{header: http.Header{}}
			got := testing.AllocsPerRun(200, func() {
				clear(w.header)
				api.ServeHTTP(w, r)
			})
			if got > tt.want {
				t.Errorf("want %v allocations, got %v", tt.want, got)
			}
		})
	}
}
