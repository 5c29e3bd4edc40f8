package websocket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// TestClientVanishes shows that the context ends at once when a client goes
// without a word, and that nobody is told of it.
func TestClientVanishes(t *testing.T) {
	t.Parallel()
	sends := func(_ context.Context, s askStream) error {
		for {
			if err := s.Send(&libraryv1.AskResponse{Answer: "a"}); err != nil {
				return err
			}
		}
	}
	tests := []struct {
		name   string
		answer func(context.Context, askStream) error
		send   [][]byte
	}{
		{"the handler receives", echo, nil},
		{"the handler waits", waits, [][]byte{end}},
		{"the handler sends", sends, nil},
		{"after some messages", echo, [][]byte{text(hello), text(hello)}},
		{"in the middle of a frame", echo, [][]byte{text(hello)[:5]}},
		{"in the middle of a message", echo, [][]byte{frame(0x01, "{")}},
		{"the handler says nothing of it", func(_ context.Context, s askStream) error { _, _ = s.Receive(); return nil }, nil},
		{"the handler says something else", func(ctx context.Context, s askStream) error {
			_, _ = s.Receive()
			<-ctx.Done()
			return fmt.Errorf("ask: %w", ctx.Err())
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				done := false
				l := newLive(t, &streamtest.Desk{Answer: func(ctx context.Context, s askStream) error {
					defer func() { done = true }()
					err := tt.answer(ctx, s)
					if ctx.Err() == nil {
						t.Errorf("the context has not ended: %v", err)
					}
					return err
				}}, nil)
				c := connect(t, l.Server, askPath, nil)
				c.send(tt.send...)
				synctest.Wait()
				start := time.Now()
				c.conn.Close()
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

// TestClientVanishesUnread shows that the end of a client is noticed by pings
// where nobody reads: its messages are in the way.
func TestClientVanishesUnread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		done := make(chan time.Time)
		l := newLive(t, &streamtest.Desk{Answer: func(ctx context.Context, s askStream) error {
			_, _ = s.Receive()
			<-ctx.Done()
			done <- time.Now()
			return ctx.Err()
		}}, nil)
		c := connect(t, l.Server, askPath, nil)
		go c.send(text(hello), text(hello), text(hello), text(hello), text(hello))
		synctest.Wait()
		start := time.Now()
		c.conn.Close()
		if after := (<-done).Sub(start); after > 30*time.Second {
			t.Errorf("the handler waited for %v", after)
		}
		synctest.Wait()
		if got := l.log.String(); got != "" {
			t.Errorf("it was logged: %s", got)
		}
	})
}

func TestPing(t *testing.T) {
	t.Parallel()
	t.Run("answered", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &desk, nil)
			c, start := connect(t, l.Server, askPath, nil), time.Now()
			c.expect(t, "ping", "ping", "ping")
			if got := time.Since(start); got != 90*time.Second {
				t.Errorf("three pings took %v", got)
			}
			time.Sleep(10 * time.Second)
			c.send(text(hello))
			c.expect(t, helloToo, "ping")
			if got := time.Since(start); got != 130*time.Second {
				t.Errorf("the next ping came after %v, want half a minute after the last message", got)
			}
			c.send(end)
			c.expectEnd(t, "close 1000")
		})
	})
	t.Run("not answered", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &desk, []websocket.Option{websocket.WithPing(time.Second, time.Minute)})
			c, in := connectOnly(t, l.Server, askPath, nil)
			c.mute = true
			start := time.Now()
			go c.read(in)
			c.expect(t, "ping", body(499, "clientClosedRequest", "The client does not answer."), "close 3008 clientClosedRequest")
			if got := time.Since(start); got != 61*time.Second {
				t.Errorf("it took %v", got)
			}
			c.expectEnd(t)
			if got := time.Since(start); got != 66*time.Second {
				t.Errorf("it took %v to the end of the connection, want five seconds more", got)
			}
			if got := l.log.String(); got != "" {
				t.Errorf("it was logged: %s", got)
			}
		})
	})
	t.Run("not looked for", func(t *testing.T) { // the handler does not receive, so nothing is read
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
				err := s.Send(&libraryv1.AskResponse{})
				time.Sleep(2 * time.Minute)
				return errors.Join(err, echo(t.Context(), s))
			}}, nil)
			c := connect(t, l.Server, askPath, nil)
			go c.send(text(hello), text(hello), text(hello), end)
			c.expect(t, "text {}", "ping", "ping")
			for got := range c.frames {
				if got == "close 1000" {
					return
				} else if got != "ping" && got != helloToo {
					t.Errorf("got %q", got)
				}
			}
			t.Error("the connection ended without a close frame")
		})
	})
	t.Run("none", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &desk, []websocket.Option{websocket.WithPing(0, 0)})
			c := connect(t, l.Server, askPath, nil)
			time.Sleep(time.Hour)
			c.send(end)
			c.expectEnd(t, "close 1000")
		})
	})
}

func TestIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, &desk, []websocket.Option{websocket.WithIdleTimeout(time.Minute), websocket.WithPing(0, 0)})
		c, start := connect(t, l.Server, askPath, nil), time.Now()
		time.Sleep(50 * time.Second)
		c.send(text(hello))
		c.expect(t, helloToo, body(408, "requestTimeout", "There was no message for too long."), "close 3008 requestTimeout")
		c.expectEnd(t)
		if got := time.Since(start); got != 110*time.Second {
			t.Errorf("it took %v", got)
		}
	})
}

// TestNoRequest shows that a request is not waited for without end.
func TestNoRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, &desk, []websocket.Option{websocket.WithPing(0, 0)})
		c, start := connect(t, l.Server, watchPath, nil), time.Now()
		c.expectEnd(t, body(408, "requestTimeout", "The request did not arrive in time."), "close 3008 requestTimeout")
		if got := time.Since(start); got != 30*time.Second {
			t.Errorf("it took %v", got)
		}
	})
}

// TestSlowReader shows that a handler is not faster than its client, and that it
// does not wait for ever.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int64
		failed := make(chan error, 1)
		l := newLive(t, &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
			for {
				if err := s.Send(&libraryv1.AskResponse{Answer: "a"}); err != nil {
					failed <- err
					return err
				}
				sent.Add(1)
			}
		}}, nil)
		_, in := connectOnly(t, l.Server, askPath, nil)
		synctest.Wait()
		if n := sent.Load(); n > 1 {
			t.Errorf("%d messages were sent to a client that does not read", n)
		}
		const messages = 100
		size := len(`{"answer":"a"}`) + 2
		if _, err := io.CopyN(io.Discard, in, int64(messages*size)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := sent.Load(); n < messages || n > messages+300 { // what the client's buffer holds
			t.Errorf("%d messages were sent to a client that has read %d", n, messages)
		}
		start := time.Now()
		if err := <-failed; err == nil || time.Since(start) != 30*time.Second {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		synctest.Wait()
		if got := l.log.String(); got != "" {
			t.Errorf("it was logged: %s", got)
		}
	})
}

// TestSlowHandler shows that a client is not faster than the handler.
func TestSlowHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := make(chan struct{})
		l := newLive(t, &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
			for {
				if _, err := s.Receive(); err != nil {
					return err
				}
				<-next
			}
		}}, nil)
		c := connect(t, l.Server, askPath, nil)
		var sent atomic.Int64
		go func() {
			for range 5000 {
				c.send(text(hello))
				sent.Add(1)
			}
		}()
		synctest.Wait()
		if n := sent.Load(); n > 200 { // what the server's buffers hold
			t.Errorf("%d messages were taken from the client while the handler was busy with one", n)
		}
		close(next)
		synctest.Wait()
		if n := sent.Load(); n != 5000 {
			t.Errorf("%d messages were taken", n)
		}
		c.conn.Close()
	})
}

func TestOrder(t *testing.T) {
	t.Parallel()
	const n = 10_000
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, &desk, nil)
		c := connect(t, l.Server, askPath, nil)
		go func() {
			for i := range n {
				c.send(text(fmt.Sprintf(`{"question":"%d"}`, i+1)))
			}
			c.send(end)
		}()
		for i := range n {
			c.expect(t, fmt.Sprintf(`text {"answer":"%d"}`, i+1))
			if t.Failed() {
				return
			}
		}
		c.expectEnd(t, "close 1000")
	})
}

// TestFullDuplex sends and receives at once.
func TestFullDuplex(t *testing.T) {
	t.Parallel()
	const n = 1000
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
			sent := make(chan error)
			go func() {
				for range n {
					if err := s.Send(&libraryv1.AskResponse{Answer: "a"}); err != nil {
						sent <- err
						return
					}
				}
				close(sent)
			}()
			received := 0
			for {
				if _, err := s.Receive(); err == io.EOF {
					break
				} else if err != nil {
					return errors.Join(err, <-sent)
				}
				received++
			}
			if received != n {
				t.Errorf("received %d", received)
			}
			return <-sent
		}}, nil)
		c := connect(t, l.Server, askPath, nil)
		go func() {
			for range n {
				c.send(text(hello))
			}
			c.send(end)
		}()
		for range n {
			c.expect(t, `text {"answer":"a"}`)
		}
		c.expectEnd(t, "close 1000")
	})
}

// TestNoAnswerToClose shows that a client that does not answer a close frame is
// not waited for without end, whatever it sends.
func TestNoAnswerToClose(t *testing.T) {
	t.Parallel()
	for name, junk := range map[string][]byte{"silence": nil, "messages": text(hello), "the begin of a huge frame": append([]byte{0x82, 0xff, 0x7f}, make([]byte, 11)...)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLive(t, answering(nil), nil)
				conn, in, _ := dial(t, l.Server, "GET "+askPath, nil)
				c, start := newClient(conn), time.Now()
				c.mute = true
				go c.read(in)
				go c.send(junk, junk, junk)
				c.expectEnd(t, "close 1000")
				if got := time.Since(start); got != 5*time.Second {
					t.Errorf("it took %v", got)
				}
			})
		})
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	finishes := func(ctx context.Context, s askStream) error { // says goodbye
		_, _ = s.Receive()
		<-ctx.Done()
		return s.Send(&libraryv1.AskResponse{Answer: "goodbye"})
	}
	tests := []struct {
		name    string
		answer  func(context.Context, askStream) error
		options []websocket.Option
		send    [][]byte
		want    []string
	}{
		{"the handler receives", echo, nil, nil, []string{"close 1001"}},
		{"a restart", echo, []websocket.Option{websocket.WithRestart()}, nil, []string{"close 1012"}},
		{"the handler waits", waits, nil, [][]byte{end}, []string{"close 1001"}},
		{"the handler has something to say", finishes, nil, [][]byte{end}, []string{`text {"answer":"goodbye"}`, "close 1001"}},
		{"the handler fails", func(ctx context.Context, s askStream) error {
			_, _ = s.Receive()
			return errors.New("broken")
		}, nil, nil, []string{body(500, "internalError", internal), "close 1011 internalError"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLive(t, &streamtest.Desk{Answer: tt.answer}, tt.options)
				c := connect(t, l.Server, askPath, nil)
				c.send(tt.send...)
				synctest.Wait()
				if err := l.api.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				c.expectEnd(t, tt.want...)
				if got := l.log.String(); strings.Contains(got, "ERROR") != (tt.name == "the handler fails") {
					t.Errorf("the log: %s", got)
				}
				_, _, resp := dial(t, l.Server, "GET "+askPath, nil)
				if resp.StatusCode != 503 {
					t.Errorf("a late client got %d", resp.StatusCode)
				}
			})
		})
	}
	t.Run("a handler that does not heed its context", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
				for {
					if err := s.Send(&libraryv1.AskResponse{Answer: "a"}); err != nil {
						return err
					}
					time.Sleep(time.Second)
				}
			}}, nil)
			c := connect(t, l.Server, askPath, nil)
			go func() {
				for range c.frames { // a client that is content
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := l.api.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("want the end of the context, got %v", err)
			}
			time.Sleep(time.Second) // in which its next message fails
		})
	})
	t.Run("a server", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &desk, nil)
			c := connect(t, l.Server, askPath, nil)
			ctx, stop := context.WithCancel(t.Context())
			served := make(chan error)
			go func() { served <- endpoints.Serve(ctx, l.Listener(), l.api) }()
			synctest.Wait()
			stop()
			c.expectEnd(t, "close 1001")
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
	})
}

// TestAfterTheEnd shows that a stream that a handler kept is of no use.
func TestAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var kept askStream
		l := newLive(t, &streamtest.Desk{Answer: func(_ context.Context, s askStream) error { kept = s; return nil }}, nil)
		connect(t, l.Server, askPath, nil).expectEnd(t, "close 1000")
		if err := kept.Send(&libraryv1.AskResponse{}); err == nil {
			t.Error("it sends")
		}
		if _, err := kept.Receive(); err == nil || err == io.EOF {
			t.Errorf("receiving: %v", err)
		}
	})
}

// FuzzFrames sends anything after the handshake. Whatever it is, the call ends
// when the client goes, and nothing is left of it.
func FuzzFrames(f *testing.F) {
	f.Add(append(text(hello), end...))
	f.Add(bin("\x0a"))
	f.Add(append(frame(0x01, "{"), frame(0x89, "x")...))
	f.Add(closing(1000, "bye"))
	f.Add([]byte{0x81, 0xff, 0x7f, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		synctest.Test(t, func(t *testing.T) {
			l := newLive(t, &desk, nil, small...)
			c := connect(t, l.Server, askPath, nil)
			go func() {
				for range c.frames {
				}
			}()
			_ = c.conn.SetWriteDeadline(time.Now().Add(time.Second))
			c.send(data)
			c.conn.Close()
			synctest.Wait()
			if strings.Contains(l.log.String(), "ERROR") {
				t.Error("the server takes the blame")
			}
		})
	})
}
