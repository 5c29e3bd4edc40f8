package endpoints_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
)

// pipes is a listener whose connections are in memory.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (p *pipes) client() *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		client, server := net.Pipe()
		select {
		case p.conns <- server:
			return client, nil
		case <-p.closed:
			return nil, errors.New("connection refused")
		}
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}

// ending is a handler that can be shut down as an API can.
type ending struct {
	http.HandlerFunc
	end func(context.Context) error
}

func (e ending) Shutdown(ctx context.Context) error { return e.end(ctx) }

// TestServeDrains: a stop refuses new requests and waits for those that run,
// and for streams, but not for ever.
func TestServeDrains(t *testing.T) {
	tests := []struct {
		name    string
		takes   time.Duration // of the call that runs, after the stop
		streams time.Duration // of what API.Shutdown ends
		waits   time.Duration
		err     string // part of the error
	}{
		{"at once", 0, 0, 0, ""},
		{"a call that ends", 5 * time.Second, 0, 5 * time.Second, ""},
		{"a stream that ends", 0, 7 * time.Second, 7 * time.Second, ""},
		{"a call that does not", time.Hour, 0, 30 * time.Second, "calls still ran 30s after the stop and were cut off"},
		{"a stream that does not", 0, time.Hour, 30 * time.Second, "calls still ran 30s after the stop and were cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				handler := ending{
					func(w http.ResponseWriter, r *http.Request) {
						stop()
						select {
						case <-time.After(test.takes):
							_, _ = io.WriteString(w, "whole")
						case <-r.Context().Done():
						}
					},
					func(ctx context.Context) error {
						select {
						case <-time.After(test.streams):
							return nil
						case <-ctx.Done():
							return ctx.Err()
						}
					},
				}
				l, served, begin := newPipes(), make(chan error, 1), time.Now()
				go func() { served <- endpoints.Serve(ctx, l, handler) }()
				client := l.client()
				defer client.CloseIdleConnections()
				resp, err := client.Get("http://pipes/")
				if test.takes < time.Minute {
					if err != nil {
						t.Fatal(err)
					}
					if got := text(t, resp); got != "whole" {
						t.Errorf("the running call: got %q", got)
					}
				} else if err == nil {
					t.Errorf("the running call was not cut off: %s", resp.Status)
				}
				synctest.Wait()
				if _, err := l.client().Get("http://pipes/"); err == nil || !strings.Contains(err.Error(), "refused") {
					t.Errorf("a new call: %v", err)
				}
				err = <-served
				if got := time.Since(begin); got < test.waits || got > test.waits+time.Second {
					t.Errorf("want a wait of %v, got %v", test.waits, got)
				}
				if test.err == "" && err != nil || err != nil && !strings.Contains(err.Error(), test.err) || test.err != "" && err == nil {
					t.Errorf("want the error %q, got %v", test.err, err)
				}
			})
		})
	}
}
