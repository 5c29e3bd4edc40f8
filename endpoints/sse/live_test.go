package sse_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
)

// A live is a server in memory with one client. It runs in a bubble, which ends
// with a failure if a goroutine is left.
type live struct {
	*streamtest.Server
	api *endpoints.API
	log streamtest.Log
}

func newLive(t *testing.T, d *streamtest.Desk, options ...sse.Option) *live {
	l := new(live)
	l.api = streamtest.NewAPI(t, d, endpoints.WithLogger(l.log.Logger()), endpoints.With(sse.Transport(options...)))
	l.Server = streamtest.Serve(t, l.api)
	return l
}

// get opens a stream of events.
func (l *live) get(t *testing.T, ctx context.Context) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", "http://desk"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	resp, err := l.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// read reads exactly as much as want and compares.
func read(t *testing.T, resp *http.Response, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != want {
		t.Fatalf("want %q, got %q, %v", want, got, err)
	}
}

// waiting sends a message, waits for the end of the context and returns its
// error.
func waiting(ctx context.Context, _ *watchRequest, s watchStream) error {
	if err := s.Send(loan(1)); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		more := make(chan struct{})
		l := newLive(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
			_ = s.Send(loan(1))
			<-more
			_ = s.Send(loan(1))
			<-more
			return nil
		}})
		resp, start := l.get(t, t.Context()), time.Now()
		after := func(want time.Duration, text string) {
			t.Helper()
			read(t, resp, text)
			if got := time.Since(start); got != want {
				t.Errorf("%q came after %v, want %v", text, got, want)
			}
		}
		after(0, oneEvent)
		after(15*time.Second, ": ping\n\n")
		after(30*time.Second, ": ping\n\n")
		time.Sleep(5 * time.Second)
		more <- struct{}{}
		after(35*time.Second, oneEvent)
		after(50*time.Second, ": ping\n\n")
		close(more)
		if rest, err := io.ReadAll(resp.Body); len(rest) > 0 || err != nil {
			t.Errorf("want the end, got %q, %v", rest, err)
		}
	})
}

// TestFirstMessage shows that the header waits for the first message, or for
// Open.
func TestFirstMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		open, end := make(chan struct{}), make(chan struct{})
		l := newLive(t, &streamtest.Desk{Watch: func(ctx context.Context, _ *watchRequest, _ watchStream) error {
			<-open
			err := sse.StreamFrom(ctx).Open()
			<-end
			return err
		}})
		var resp *http.Response
		go func() { resp = l.get(t, t.Context()) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		if resp != nil {
			t.Fatal("the header came before the first message")
		}
		close(open)
		synctest.Wait()
		if resp == nil || resp.StatusCode != 200 {
			t.Fatalf("want the header, got %v", resp)
		}
		read(t, resp, ": ping\n\n")
		close(end)
	})
}

// TestClientLeaves shows that the context ends at once, and that nobody is told
// of it.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		watch watch
	}{
		{"the handler waits", waiting},
		{"the handler sends", func(_ context.Context, _ *watchRequest, s watchStream) error {
			for {
				if err := s.Send(loan(1)); err != nil {
					return err
				}
			}
		}},
		{"the handler says nothing of it", func(ctx context.Context, _ *watchRequest, s watchStream) error {
			err := s.Send(loan(1))
			<-ctx.Done()
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				done := false
				l := newLive(t, &streamtest.Desk{Watch: func(ctx context.Context, r *watchRequest, s watchStream) error {
					defer func() { done = true }()
					return tt.watch(ctx, r, s)
				}})
				ctx, leave := context.WithCancel(t.Context())
				start := time.Now()
				read(t, l.get(t, ctx), oneEvent)
				leave()
				synctest.Wait()
				if !done || time.Since(start) != 0 {
					t.Errorf("the handler has returned: %v, after %v", done, time.Since(start))
				}
				if got := l.log.String(); got != "" {
					t.Errorf("it was logged: %s", got)
				}
			})
		})
	}
}

// TestSlowReader shows that a handler is not faster than its client, and that it
// does not wait for ever.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		failed := make(chan error, 1)
		l := newLive(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
			for {
				if err := s.Send(loan(1)); err != nil {
					failed <- err
					return err
				}
				sent.Add(1)
			}
		}})
		resp, start := l.get(t, t.Context()), time.Now()
		synctest.Wait()
		if n := sent.Load(); n > 200 { // what the buffers of the client hold
			t.Errorf("%d messages were sent to a client that does not read", n)
		}
		read(t, resp, strings.Repeat(oneEvent, 1000))
		synctest.Wait()
		if n := sent.Load(); n < 1000 || n > 1200 {
			t.Errorf("%d messages were sent to a client that has read 1000", n)
		}
		if err := <-failed; time.Since(start) != 30*time.Second || !strings.Contains(err.Error(), "The client does not read.") {
			t.Errorf("after %v: want an error that says so, got %v", time.Since(start), err)
		}
		synctest.Wait()
		if got := l.log.String(); got != "" {
			t.Errorf("it was logged: %s", got)
		}
	})
}

func TestOrder(t *testing.T) {
	t.Parallel()
	const n = 10_000
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, &streamtest.Desk{Watch: loans(n, nil)})
		lines := bufio.NewScanner(l.get(t, t.Context()).Body)
		for i := range n {
			want := strings.Replace(oneEvent, `"1"`, `"`+strconv.Itoa(i+1)+`"`, 1)
			if !lines.Scan() || lines.Text() != strings.TrimSuffix(want, "\n\n") || !lines.Scan() || lines.Text() != "" {
				t.Fatalf("message %d: want %q, got %q", i+1, want, lines.Text())
			}
		}
		if lines.Scan() {
			t.Errorf("want the end, got %q", lines.Text())
		}
	})
}

const stopped = `{"error":{"errors":[{"domain":"global","reason":"backendError","message":"The server is shutting down."}],"code":503,"message":"The server is shutting down."}}`

func TestShutdown(t *testing.T) {
	t.Parallel()
	t.Run("a handler that heeds its context", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &streamtest.Desk{Watch: waiting})
			resp := l.get(t, t.Context())
			read(t, resp, oneEvent)
			down := make(chan error)
			go func() { down <- l.api.Shutdown(t.Context()) }()
			if rest, err := io.ReadAll(resp.Body); err != nil || string(rest) != "event: error\ndata: "+stopped+"\nretry: 5000\n\n" {
				t.Errorf("got %q, %v", rest, err)
			}
			if err := <-down; err != nil {
				t.Error(err)
			}
			late := l.get(t, t.Context())
			if body, _ := io.ReadAll(late.Body); late.StatusCode != 503 || string(body) != stopped {
				t.Errorf("a late client got %d, %s", late.StatusCode, body)
			}
			if got := l.log.String(); strings.Contains(got, "ERROR") || strings.Count(got, "INFO") != 2 {
				t.Errorf("want two records at INFO, got %s", got)
			}
		})
	})
	t.Run("a handler that does not", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
				for {
					if err := s.Send(loan(1)); err != nil {
						return err
					}
				}
			}})
			read(t, l.get(t, t.Context()), oneEvent)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := l.api.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("want the end of the context, got %v", err)
			}
		})
	})
}

// TestHTTP2 shows the same over HTTP/2, where a connection has many streams.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	left := make(chan error, 1)
	api := streamtest.NewAPI(t, &streamtest.Desk{Watch: func(ctx context.Context, r *watchRequest, s watchStream) error {
		err := waiting(ctx, r, s)
		left <- context.Cause(ctx)
		return err
	}}, endpoints.With(sse.Transport(sse.WithDefaultFormat(sse.Events))))
	server := httptest.NewUnstartedServer(api)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	defer server.Close()
	transport := &http.Transport{Protocols: server.Config.Protocols}
	defer transport.CloseIdleConnections()
	ctx, leave := context.WithCancel(t.Context())
	for range 2 { // the second on the same connection
		ctx, stop := context.WithCancel(ctx)
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if resp.ProtoMajor != 2 {
			t.Errorf("got %s", resp.Proto)
		}
		read(t, resp, oneEvent)
		stop()
		if err := <-left; err == nil {
			t.Error("the context has not ended")
		}
		resp.Body.Close()
	}
	leave()
}

// TestSilence shows that a stream may be silent for longer than a message may
// take, also where nothing is sent to keep it alive.
func TestSilence(t *testing.T) {
	t.Parallel()
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLive(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
					for range 2 {
						if err := s.Send(loan(1)); err != nil {
							return err
						}
						time.Sleep(time.Hour)
					}
					return nil
				}}, sse.WithDefaultFormat(sse.Lines))
				l.Speak(http2)
				resp, err := l.Client.Get("http://desk" + path)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if body, err := io.ReadAll(resp.Body); strings.Count(string(body), "\n") != 2 || err != nil || (resp.ProtoMajor == 2) != http2 {
					t.Errorf("%s: body = %q, %v", resp.Proto, body, err)
				}
			})
		})
	}
}
