package rpc_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

type (
	watchRequest = libraryv1.WatchLoansRequest
	watchStream  = libraryv1endpoints.DeskWatchLoansStream
	watchClient  = connect.Client[watchRequest, libraryv1.Loan]
)

// overBoth runs a test in a bubble, on HTTP/1.1 and HTTP/2. It serves what the
// test gives to open.
func overBoth(t *testing.T, test func(t *testing.T, open func(*streamtest.Desk) (*watchClient, *streamtest.Log))) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				test(t, func(d *streamtest.Desk) (*watchClient, *streamtest.Log) {
					log := new(streamtest.Log)
					// The route of the method needs a transport, too.
					s := streamtest.Serve(t, streamtest.NewAPI(t, d, endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()), endpoints.WithLogger(log.Logger())))
					s.Speak(http2)
					return connect.NewClient[watchRequest, libraryv1.Loan](s.Client, "http://desk/library.v1.Desk/WatchLoans",
						connect.WithAcceptCompression("gzip", nil, nil)), log
				})
			})
		})
	}
}

// TestSlowReader shows that a handler does not wait for ever for a client that
// does not read.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, open func(*streamtest.Desk) (*watchClient, *streamtest.Log)) {
		start, book := time.Now(), strings.Repeat("b", 1<<20)
		ended := make(chan error, 1)
		c, log := open(&streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
			for {
				if err := s.Send(&libraryv1.Loan{Book: book}); err != nil {
					ended <- err
					return err
				}
			}
		}})
		ctx, cancel := context.WithCancel(t.Context())
		stream, err := c.CallServerStream(ctx, connect.NewRequest(&watchRequest{Shelf: "a"}))
		if err != nil {
			t.Fatal(err)
		}
		if err := <-ended; time.Since(start) != 30*time.Second {
			t.Errorf("the handler got to know after %v: %v", time.Since(start), err)
		}
		cancel()
		_ = stream.Close()
		synctest.Wait()
		if got := log.String(); got != "" {
			t.Errorf("it was logged: %s", got)
		}
	})
}

// TestSilence shows that a stream may be silent for longer than a message may
// take.
func TestSilence(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, open func(*streamtest.Desk) (*watchClient, *streamtest.Log)) {
		c, _ := open(&streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
			for range 2 {
				if err := s.Send(&libraryv1.Loan{}); err != nil {
					return err
				}
				time.Sleep(time.Hour)
			}
			return nil
		}})
		stream, err := c.CallServerStream(t.Context(), connect.NewRequest(&watchRequest{Shelf: "a"}))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for stream.Receive() {
			n++
		}
		if n != 2 || stream.Err() != nil {
			t.Errorf("%d messages, %v", n, stream.Err())
		}
	})
}
