package wsclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/wsclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/proto"
)

type (
	watchRequest = libraryv1.WatchLoansRequest
	watchStream  = libraryv1endpoints.DeskWatchLoansStream
)

// openers are the transport with both kinds of messages.
var openers = map[string]client.Opener{"proto": wsclient.WebSocket, "json": wsclient.With(wsclient.JSON())}

func newDesk(t testing.TB, h *http.Client, open client.Opener, options ...client.Option) *libraryv1endpoints.DeskClient {
	t.Helper()
	c, err := libraryv1endpoints.NewDeskClient("http://desk", append(options, client.WithHTTPClient(h), client.WithTransport(open))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve serves a desk in memory, for the clients of a bubble.
func serve(t testing.TB, d *streamtest.Desk, options ...endpoints.Option) *streamtest.Server {
	return streamtest.Serve(t, streamtest.NewAPI(t, d, append(options, endpoints.With(websocket.Transport()))...))
}

// bubble runs a test for both kinds of messages, in a bubble: it fails if a
// goroutine is left.
func bubble(t *testing.T, f func(t *testing.T, open client.Opener)) {
	t.Parallel()
	for name, open := range openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { f(t, open) })
		})
	}
}

func TestServerStream(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		s := serve(t, &streamtest.Desk{Watch: func(ctx context.Context, r *watchRequest, s watchStream) error {
			h := endpoints.CallFrom(ctx).RequestHeader()
			for n := range int64(r.GetLimit()) {
				if err := s.Send(&libraryv1.Loan{Number: n, Book: r.GetShelf(), Reader: h.Get("X-Ask") + h.Get("User-Agent")}); err != nil {
					return err
				}
			}
			return nil
		}})
		var answer client.Answer
		stream, err := newDesk(t, s.Client, open).WatchLoans(t.Context(), &watchRequest{Shelf: "shelves/ä", Limit: 10_000}, client.Header("X-Ask", "all"), client.ReadAnswer(&answer))
		if err != nil {
			t.Fatal(err)
		}
		n := int64(0)
		for loan, err := range stream.Messages() {
			if err != nil {
				t.Fatal(err)
			}
			if loan.GetNumber() != n || loan.GetBook() != "shelves/ä" || loan.GetReader() != "allendpoints-go" {
				t.Fatalf("message %d is %v", n, loan)
			}
			n++
		}
		if n != 10_000 || answer.Status != 101 || answer.Header.Get("Upgrade") != "websocket" {
			t.Errorf("%d messages, answer = %+v", n, answer)
		}
		if _, err := stream.Receive(); err != io.EOF {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestClientStream(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		s := serve(t, &streamtest.Desk{Return: func(_ context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
			n := int32(0)
			for {
				m, err := s.Receive()
				switch {
				case err == io.EOF:
					return &libraryv1.ReturnBooksResponse{Count: n}, nil
				case err != nil:
					return nil, err
				case m.GetBook() != fmt.Sprint("b", n):
					return nil, exceptions.NewConflict("Out of order.")
				}
				n++
			}
		}})
		for _, want := range []int32{0, 1, 1000} {
			stream, err := newDesk(t, s.Client, open).ReturnBooks(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for n := range want {
				if err := stream.Send(&libraryv1.ReturnBooksRequest{Book: fmt.Sprint("b", n)}); err != nil {
					t.Fatal(err)
				}
			}
			reply, err := stream.CloseAndReceive()
			if err != nil || reply.GetCount() != want {
				t.Errorf("reply = %v, %v, want %d", reply, err, want)
			}
		}
	})
}

// echo answers every question, and the end with the end.
func echo(_ context.Context, s libraryv1endpoints.DeskAskStream) error {
	for {
		m, err := s.Receive()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: m.GetQuestion()}); err != nil {
			return err
		}
	}
}

func TestBidiStream(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		s := serve(t, &streamtest.Desk{Answer: echo})
		stream, err := newDesk(t, s.Client, open).Ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for n := range 10_000 {
				if err := stream.Send(&libraryv1.AskRequest{Question: fmt.Sprint(n)}); err != nil {
					t.Errorf("send %d: %v", n, err)
					return
				}
			}
			if err := stream.CloseSend(); err != nil {
				t.Error(err)
			}
		}()
		n := 0
		for m, err := range stream.Messages() {
			if err != nil || m.GetAnswer() != fmt.Sprint(n) {
				t.Fatalf("message %d is %v, %v", n, m, err)
			}
			n++
		}
		if n != 10_000 {
			t.Errorf("%d messages", n)
		}
		if err := stream.Send(&libraryv1.AskRequest{Question: "more"}); err == nil {
			t.Error("sent after the end")
		}
	})
}

// TestExceptions raises a declared exception before the handshake is accepted,
// after it, and after a message.
func TestExceptions(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		locked := &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"}
		for _, messages := range []int{-1, 0, 3} {
			s := serve(t, &streamtest.Desk{Answer: func(_ context.Context, s libraryv1endpoints.DeskAskStream) error {
				if messages == 0 {
					_, _ = s.Receive()
				}
				for range messages {
					if err := s.Send(&libraryv1.AskResponse{}); err != nil {
						return err
					}
				}
				return exceptions.Raise(locked, exceptions.Header("X-Tries", "2"), exceptions.RetryAfter(1500*time.Millisecond))
			}})
			var answer client.Answer
			stream, err := newDesk(t, s.Client, open).Ask(t.Context(), client.ReadAnswer(&answer))
			if err != nil {
				t.Fatal(err)
			}
			if messages == 0 {
				_ = stream.Send(&libraryv1.AskRequest{Question: "?"})
			}
			n := 0
			for _, err = range stream.Messages() {
				if err == nil {
					n++
				}
			}
			got, ok := errors.AsType[*libraryv1.ShelfLocked](err)
			if !ok || !proto.Equal(got, locked) || n != max(messages, 0) {
				t.Fatalf("%d messages, then %v", n, err)
			}
			d := exceptions.Describe(err.(exceptions.ServiceException))
			ce, closed := errors.AsType[*wsclient.CloseError](err)
			if messages < 0 {
				if answer.Status != 409 || d.Header.Get("X-Tries") != "2" || closed {
					t.Errorf("before the handshake: answer %d, header %v", answer.Status, d.Header)
				}
			} else if answer.Status != 101 || !closed || ce.Code != 1008 || ce.Reason != "shelfLocked" || len(d.Header) > 0 {
				t.Errorf("after the handshake: answer %d, %v, header %v", answer.Status, ce, d.Header)
			}
			if d.Class.Name != "library.v1.ShelfLocked" || d.Reason != "shelfLocked" {
				t.Errorf("it says %+v", d)
			}
			if err := stream.Send(&libraryv1.AskRequest{}); err != io.EOF {
				t.Errorf("sent after the end: %v", err)
			}
		}
	})
}

// TestGivenUp gives calls up at every point, by context and by Close. The server
// gets to know.
func TestGivenUp(t *testing.T) {
	for _, point := range []string{"before the handshake", "after a message", "while the server does not read"} {
		for how, want := range map[string]error{"close": client.ErrClosed, "cancel": context.Canceled, "deadline": context.DeadlineExceeded} {
			t.Run(point+"/"+how, func(t *testing.T) {
				bubble(t, func(t *testing.T, open client.Opener) {
					left := make(chan struct{}, 1)
					s := serve(t, &streamtest.Desk{Answer: func(ctx context.Context, s libraryv1endpoints.DeskAskStream) error {
						if point != "before the handshake" {
							if err := s.Send(&libraryv1.AskResponse{}); err != nil {
								return err
							}
						}
						<-ctx.Done()
						left <- struct{}{}
						return ctx.Err()
					}})
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					if how == "deadline" {
						ctx, cancel = context.WithTimeout(ctx, 20*time.Second)
						defer cancel()
					}
					stream, err := newDesk(t, s.Client, open).Ask(ctx)
					if err != nil {
						t.Fatal(err)
					}
					sent := make(chan error, 1)
					if point == "while the server does not read" {
						go func() {
							for err == nil {
								err = stream.Send(&libraryv1.AskRequest{Question: strings.Repeat("?", 1<<10)})
							}
							sent <- err
						}()
					}
					if point != "before the handshake" {
						if _, err := stream.Receive(); err != nil {
							t.Fatal(err)
						}
					}
					go func() {
						synctest.Wait()
						switch how {
						case "close":
							_ = stream.Close()
						case "cancel":
							cancel()
						}
					}()
					if _, err := stream.Receive(); !errors.Is(err, want) {
						t.Errorf("error = %v, want %v", err, want)
					}
					if point == "while the server does not read" {
						<-sent
					}
					<-left
				})
			})
		}
	}
}

// TestSlowReceiver shows that pings are answered while the caller does not
// receive.
func TestSlowReceiver(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		more := make(chan struct{})
		s := serve(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
			for range 10 {
				if err := s.Send(&libraryv1.Loan{Book: strings.Repeat("b", 1000)}); err != nil {
					return err
				}
			}
			<-more
			return nil
		}})
		stream, err := newDesk(t, s.Client, open).WatchLoans(t.Context(), &watchRequest{Shelf: "shelves/a"})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		close(more)
		n := 0
		for _, err := range stream.Messages() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 10 {
			t.Errorf("%d messages", n)
		}
	})
}

// TestBackPressure shows that a server waits for a caller who does not receive:
// there is no room for all.
func TestBackPressure(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		sent := 0
		s := serve(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
			for range 1000 {
				if err := s.Send(&libraryv1.Loan{Book: strings.Repeat("b", 1000)}); err != nil {
					return err
				}
				sent++
			}
			return nil
		}})
		stream, err := newDesk(t, s.Client, open).WatchLoans(t.Context(), &watchRequest{Shelf: "shelves/a"})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if sent < 20 || sent > 80 {
			t.Errorf("%d messages have been sent", sent)
		}
		n := 0
		for _, err := range stream.Messages() {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 1000 {
			t.Errorf("%d messages", n)
		}
	})
}

// TestShutdown stops the server in the middle of streams.
func TestShutdown(t *testing.T) {
	bubble(t, func(t *testing.T, open client.Opener) {
		api := streamtest.NewAPI(t, &streamtest.Desk{
			Watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
				if err := s.Send(&libraryv1.Loan{}); err != nil {
					return err
				}
				<-ctx.Done()
				return ctx.Err()
			},
			Return: func(ctx context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
				_, _ = s.Receive()
				<-ctx.Done()
				return &libraryv1.ReturnBooksResponse{Count: 1}, nil
			},
		}, endpoints.With(websocket.Transport()))
		c := newDesk(t, streamtest.Serve(t, api).Client, open)
		watched, err := c.WatchLoans(t.Context(), &watchRequest{Shelf: "shelves/a"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := watched.Receive(); err != nil {
			t.Fatal(err)
		}
		returned, err := c.ReturnBooks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := returned.Send(&libraryv1.ReturnBooksRequest{Book: "b"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		go func() { _ = api.Shutdown(context.Background()) }()
		_, err = watched.Receive()
		ce, _ := errors.AsType[*wsclient.CloseError](err)
		if e, ok := errors.AsType[*exceptions.ServiceUnavailable](err); !ok || ce == nil || ce.Code != 1001 {
			t.Errorf("error = %v, %v", e, err)
		}
		if reply, err := returned.CloseAndReceive(); err != nil || reply.GetCount() != 1 {
			t.Errorf("the reply of a handler that returned one = %v, %v", reply, err)
		}
	})
}

// TestHTTPS proves that the handshake is one of HTTP/1.1 where others would get
// HTTP/2.
func TestHTTPS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(streamtest.NewAPI(t, &streamtest.Desk{Answer: echo}, endpoints.With(websocket.Transport())))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	if resp, err := server.Client().Get(server.URL); err != nil || resp.ProtoMajor != 2 {
		t.Fatalf("the server does not speak HTTP/2: %v, %v", resp, err)
	}
	for name, open := range openers {
		h := server.Client()
		h.Timeout = time.Minute // bounds the handshake
		c, err := libraryv1endpoints.NewDeskClient(server.URL, client.WithHTTPClient(h), client.WithTransport(open))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := c.Ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&libraryv1.AskRequest{Question: "?"}); err != nil {
			t.Fatal(err)
		}
		if m, err := stream.Receive(); err != nil || m.GetAnswer() != "?" {
			t.Errorf("%s: %v, %v", name, m, err)
		}
		_ = stream.Close()
	}
}

// TestNoStreams covers what the transport does not carry.
func TestNoStreams(t *testing.T) {
	t.Parallel()
	library, err := libraryv1endpoints.NewLibraryClient("http://desk", client.WithTransport(wsclient.WebSocket))
	if err != nil {
		t.Fatal(err)
	}
	_, err = library.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"})
	if want := "library.v1.Library.GetShelf: it does not stream: over WebSockets there are streams alone"; err == nil || err.Error() != want {
		t.Errorf("error = %v\nwant    %s", err, want)
	}
}
