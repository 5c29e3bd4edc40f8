package endpoints_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// TestSlowReader shows that a large reply is not written for ever to a client
// that does not read it, and reaches one that only takes its time.
func TestSlowReader(t *testing.T) {
	const size = 8 << 20 // HTTP/2 lets the half of it be sent ahead
	theme := strings.Repeat("t", size)
	impl := &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return &libraryv1.Shelf{Theme: theme}, nil
	}}
	kinds := map[string]struct{ verb, path, body, contentType string }{
		"REST":    {verb: "GET", path: "/library/v1/shelves/a"},
		"Connect": {verb: "POST", path: "/library.v1.Library/GetShelf", body: `{"name":"shelves/a"}`, contentType: "application/json"},
		"gRPC":    {verb: "POST", path: "/library.v1.Library/GetShelf", body: "\x00\x00\x00\x00\x0b\x0a\x09shelves/a", contentType: "application/grpc"},
	}
	for kind, k := range kinds {
		for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
			if kind == "gRPC" && !http2 {
				continue
			}
			for pace, reads := range map[string]bool{"reads slowly": true, "does not read": false} {
				if kind == "gRPC" && reads {
					continue // one message, which has to be read in time
				}
				t.Run(kind+" "+name+" "+pace, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						api := newLibrary(t, impl, endpoints.With(rpc.Transport()))
						took := make(chan time.Duration, 1)
						s := streamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
							start := time.Now()
							defer func() { took <- time.Since(start) }()
							api.ServeHTTP(w, r)
						}))
						s.Speak(http2)
						s.Client.Transport.(*http.Transport).DisableCompression = true
						r, err := http.NewRequest(k.verb, "http://library"+k.path, strings.NewReader(k.body))
						if err != nil {
							t.Fatal(err)
						}
						r.Header.Set("Content-Type", k.contentType)
						resp, err := s.Client.Do(r)
						if err != nil {
							t.Fatal(err)
						}
						defer resp.Body.Close()
						if !reads {
							if got := <-took; got != 30*time.Second {
								t.Errorf("the reply was written for %v", got)
							}
							return
						}
						n, part := 0, make([]byte, size/64)
						for err == nil {
							time.Sleep(time.Second) // a minute for all of it
							var m int
							m, err = io.ReadFull(resp.Body, part)
							n += m
						}
						if n < size || err != io.ErrUnexpectedEOF {
							t.Errorf("%d bytes, then %v", n, err)
						}
						if got := <-took; got <= 30*time.Second {
							t.Errorf("the reply was written for %v only", got)
						}
					})
				})
			}
		}
	}
}
