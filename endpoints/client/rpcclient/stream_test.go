package rpcclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/rpcclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"google.golang.org/protobuf/proto"
)

type (
	watching  = libraryv1endpoints.DeskWatchLoansStream
	returning = libraryv1endpoints.DeskReturnBooksStream
	asking    = libraryv1endpoints.DeskAskStream
)

// A desk serves streams; what a test does not set behaves as the methods below.
type desk struct {
	watch func(context.Context, *libraryv1.WatchLoansRequest, watching) error
	books func(context.Context, returning) (*libraryv1.ReturnBooksResponse, error)
	ask   func(context.Context, asking) error
}

// WatchLoans sends as many loans as it is asked for.
func (d desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s watching) error {
	if d.watch != nil {
		return d.watch(ctx, r, s)
	}
	seen(endpoints.CallFrom(ctx))
	for n := range r.GetLimit() {
		if err := s.Send(&libraryv1.Loan{Number: int64(n) + 1, Book: r.GetShelf()}); err != nil {
			return err
		}
	}
	return nil
}

// ReturnBooks counts books, which must come in order.
func (d desk) ReturnBooks(ctx context.Context, s returning) (*libraryv1.ReturnBooksResponse, error) {
	if d.books != nil {
		return d.books(ctx, s)
	}
	seen(endpoints.CallFrom(ctx))
	for n := 0; ; n++ {
		r, err := s.Receive()
		switch {
		case err == io.EOF:
			return &libraryv1.ReturnBooksResponse{Count: int32(n)}, nil
		case err != nil:
			return nil, err
		case r.GetBook() != fmt.Sprint("book ", n):
			return nil, exceptions.NewBadRequest("Book %d is %q.", n, r.GetBook())
		}
	}
}

// Ask gives every question back.
func (d desk) Ask(ctx context.Context, s asking) error {
	if d.ask != nil {
		return d.ask(ctx, s)
	}
	seen(endpoints.CallFrom(ctx))
	for {
		r, err := s.Receive()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: r.GetQuestion()}); err != nil {
			return err
		}
	}
}

// seen tells the client what has come in the header.
func seen(call *endpoints.Call) {
	for _, name := range []string{"X-Ask", "User-Agent"} {
		call.Header()["X-Seen"] = append(call.Header()["X-Seen"], call.RequestHeader()[name]...)
	}
	call.Trailer().Set("X-Last", "bye")
}

func deskAPI(t testing.TB, d desk, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	// The rule of WatchLoans wants a transport for it, too.
	api := endpoints.New(append(options, quiet, endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()))...)
	if err := libraryv1endpoints.RegisterDesk(api, d); err != nil {
		t.Fatal(err)
	}
	return api
}

func newDesk(t testing.TB, url string, h *http.Client, protocol client.Opener, options ...client.Option) *libraryv1endpoints.DeskClient {
	t.Helper()
	c, err := libraryv1endpoints.NewDeskClient(url, append(options, client.WithHTTPClient(h), client.WithTransport(protocol))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everyProtocol runs f over every protocol, with a client for d.
func everyProtocol(t *testing.T, d desk, f func(t *testing.T, c *libraryv1endpoints.DeskClient), options ...client.Option) {
	t.Helper()
	server := serve(t, deskAPI(t, d))
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) { f(t, newDesk(t, server.URL, server.Client(), protocol, options...)) })
	}
}

func watch(t testing.TB, c *libraryv1endpoints.DeskClient, limit int32, options ...client.CallOption) *client.ServerStream[libraryv1.Loan] {
	t.Helper()
	stream, err := c.WatchLoans(t.Context(), &libraryv1.WatchLoansRequest{Shelf: "shelves/a", Limit: limit}, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stream.Close() })
	return stream
}

var bye = http.Header{"X-Last": {"bye"}}

func wantAnswer(t *testing.T, a *client.Answer) {
	t.Helper()
	if a.Status != 200 || !slices.Equal(a.Header["X-Seen"], []string{"one", "two", "deskctl/1 endpoints-go"}) || !maps.EqualFunc(a.Trailer, bye, slices.Equal) {
		t.Errorf("answer = %+v", a)
	}
}

// TestStreams sends many messages by each kind of stream, over every protocol
// with every option.
func TestStreams(t *testing.T) {
	t.Parallel()
	server := serve(t, deskAPI(t, desk{}))
	all := maps.Clone(protocols)
	for name, protocol := range protocols {
		all[name+", JSON"] = rpcclient.With(protocol, rpcclient.JSON(), nil)
		all[name+", gzip"] = rpcclient.With(protocol, rpcclient.Gzip(0))
	}
	for name, protocol := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			many := 200
			if protocols[name] != nil {
				many = 10_000
			}
			c := newDesk(t, server.URL, server.Client(), protocol, client.WithUserAgent("deskctl/1"),
				client.WithCallOptions(client.Header("X-Ask", "one"), client.Header("X-Ask", "two"), client.Header("Content-Type", "text/plain")))
			var answer client.Answer
			t.Run("server", func(t *testing.T) {
				var n int64
				for loan, err := range watch(t, c, int32(many), client.ReadAnswer(&answer)).Messages() {
					if err != nil {
						t.Fatal(err)
					}
					if n++; loan.GetNumber() != n || loan.GetBook() != "shelves/a" {
						t.Fatalf("message %d is %v", n, loan)
					}
				}
				if n != int64(many) {
					t.Errorf("%d messages", n)
				}
				wantAnswer(t, &answer)
			})
			t.Run("client", func(t *testing.T) {
				stream, err := c.ReturnBooks(t.Context(), client.ReadAnswer(&answer))
				if err != nil {
					t.Fatal(err)
				}
				message := new(libraryv1.ReturnBooksRequest)
				for n := range many {
					message.Book = fmt.Sprint("book ", n)
					if err := stream.Send(message); err != nil {
						t.Fatal(err)
					}
				}
				reply, err := stream.CloseAndReceive()
				if err != nil || reply.GetCount() != int32(many) {
					t.Errorf("reply = %v, %v", reply, err)
				}
				wantAnswer(t, &answer)
			})
			t.Run("both", func(t *testing.T) {
				stream, err := c.Ask(t.Context(), client.ReadAnswer(&answer))
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					for n := range many {
						if err := stream.Send(&libraryv1.AskRequest{Question: fmt.Sprint(n)}); err != nil {
							t.Error(err)
							break
						}
					}
					if err := stream.CloseSend(); err != nil {
						t.Error(err)
					}
				}()
				n := 0
				for m, err := range stream.Messages() {
					if err != nil || m.GetAnswer() != fmt.Sprint(n) {
						t.Fatalf("message %d = %v, %v", n, m, err)
					}
					n++
				}
				if n != many {
					t.Errorf("%d messages", n)
				}
				wantAnswer(t, &answer)
			})
		})
	}
}

// TestTurns proves that both sides of a bidirectional stream may speak in turns,
// the service first.
func TestTurns(t *testing.T) {
	d := desk{ask: func(_ context.Context, s asking) error {
		for _, text := range []string{"one", "two"} {
			if err := s.Send(&libraryv1.AskResponse{Answer: text}); err != nil {
				return err
			}
			if r, err := s.Receive(); err != nil || r.GetQuestion() != "and "+text {
				return fmt.Errorf("got %v, %w", r, err)
			}
		}
		return nil // without waiting for the end of the client's messages
	}}
	everyProtocol(t, d, func(t *testing.T, c *libraryv1endpoints.DeskClient) {
		stream, err := c.Ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			m, err := stream.Receive()
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Send(&libraryv1.AskRequest{Question: "and " + m.GetAnswer()}); err != nil {
				t.Fatal(err)
			}
		}
		if m, err := stream.Receive(); err != io.EOF {
			t.Errorf("at the end: %v, %v", m, err)
		}
		if err := stream.Send(&libraryv1.AskRequest{Question: "?"}); err != io.EOF {
			t.Errorf("Send after the end: %v", err)
		}
		if err := stream.CloseSend(); err != nil {
			t.Errorf("CloseSend after the end: %v", err)
		}
	})
}

// TestEmptyMessages covers messages without bytes, which have frames too.
func TestEmptyMessages(t *testing.T) {
	d := desk{
		watch: func(_ context.Context, _ *libraryv1.WatchLoansRequest, s watching) error {
			return errors.Join(s.Send(&libraryv1.Loan{}), s.Send(&libraryv1.Loan{}))
		},
		books: func(context.Context, returning) (*libraryv1.ReturnBooksResponse, error) { return nil, nil },
	}
	everyProtocol(t, d, func(t *testing.T, c *libraryv1endpoints.DeskClient) {
		n := 0
		for m, err := range watch(t, c, 0).Messages() {
			if err != nil || !proto.Equal(m, &libraryv1.Loan{}) {
				t.Errorf("message = %v, %v", m, err)
			}
			n++
		}
		if n != 2 {
			t.Errorf("%d messages", n)
		}
		stream, err := c.ReturnBooks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if reply, err := stream.CloseAndReceive(); err != nil || !proto.Equal(reply, &libraryv1.ReturnBooksResponse{}) {
			t.Errorf("reply = %v, %v", reply, err)
		}
	})
}

// TestStreamExceptions raises every declared exception in every kind of stream,
// before the first message and after some.
func TestStreamExceptions(t *testing.T) {
	var raise exceptiontest.Exception
	failed := func(ctx context.Context) error {
		endpoints.CallFrom(ctx).Trailer().Set("X-Last", "bye")
		return exceptions.Raise(raise, exceptions.Header("X-Thrown", "yes"), exceptions.RetryAfter(time.Minute))
	}
	d := desk{
		watch: func(ctx context.Context, r *libraryv1.WatchLoansRequest, s watching) error {
			for range r.GetLimit() {
				if err := s.Send(&libraryv1.Loan{}); err != nil {
					return err
				}
			}
			return failed(ctx)
		},
		books: func(ctx context.Context, s returning) (*libraryv1.ReturnBooksResponse, error) {
			_, _ = s.Receive()
			return nil, failed(ctx)
		},
		ask: func(ctx context.Context, s asking) error {
			if err := s.Send(&libraryv1.AskResponse{}); err != nil {
				return err
			}
			return failed(ctx)
		},
	}
	everyProtocol(t, d, func(t *testing.T, c *libraryv1endpoints.DeskClient) {
		for _, raise = range exceptiontest.All() {
			class := exceptions.Describe(raise).Class
			var answer client.Answer
			large := strings.Repeat("b", 16<<10)
			for _, limit := range []int32{0, 1, 3} {
				n := int32(0)
				for _, err := range watch(t, c, limit, client.ReadAnswer(&answer)).Messages() {
					if n++; err != nil {
						wantRaised(t, fmt.Sprintf("%s after %d", class, limit), err, raise)
						n--
					}
				}
				if n != limit || answer.Trailer.Get("X-Last") != "bye" {
					t.Errorf("%s: %d messages before it, answer %+v", class, n, answer)
				}
			}
			books, err := c.ReturnBooks(t.Context(), client.ReadAnswer(&answer))
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				// Large, so that flow control slows it down: net/http closes connections
				// on which too many frames come after the end of their stream.
				err = books.Send(&libraryv1.ReturnBooksRequest{Book: large})
			}
			if err != io.EOF {
				t.Errorf("%s: Send: %v", class, err)
			}
			_, err = books.CloseAndReceive()
			wantRaised(t, class.Name+" in place of a reply", err, raise)

			asked, err := c.Ask(t.Context(), client.ReadAnswer(&answer))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := asked.Receive(); err != nil {
				t.Fatal(err)
			}
			_, err = asked.Receive()
			wantRaised(t, class.Name+" both ways", err, raise)
			if _, again := asked.Receive(); again != err {
				t.Errorf("%s: the end is another one: %v", class, again)
			}
			if answer.Header == nil || answer.Trailer.Get("X-Last") != "bye" {
				t.Errorf("%s: answer %+v", class, answer)
			}
		}
	})
}

// wantRaised checks that err is what was raised, with what was attached.
func wantRaised(t *testing.T, what string, err error, raised exceptiontest.Exception) {
	t.Helper()
	got, ok := message(err)
	if !ok || !proto.Equal(got, raised) {
		t.Errorf("%s: got %v", what, err)
		return
	}
	d, want := exceptions.Describe(err.(exceptions.ServiceException)), exceptions.Describe(raised)
	if d.Class != want.Class || d.Header.Get("X-Thrown") != "yes" || d.RetryAfter != time.Minute || len(d.Details) != len(want.Details) {
		t.Errorf("%s: it says %+v", what, d)
	}
	if _, ok := exceptions.Of(err); ok {
		t.Errorf("%s: it speaks for this service", what)
	}
}

// TestOversized covers messages above the limit, of the client and the service.
func TestOversized(t *testing.T) {
	d := desk{watch: func(_ context.Context, r *libraryv1.WatchLoansRequest, s watching) error {
		_ = s.Send(&libraryv1.Loan{Number: 1})
		return s.Send(&libraryv1.Loan{Book: strings.Repeat("b", 100)})
	}}
	everyProtocol(t, d, func(t *testing.T, c *libraryv1endpoints.DeskClient) {
		stream := watch(t, c, 0)
		if m, err := stream.Receive(); err != nil || m.GetNumber() != 1 {
			t.Fatalf("a small message: %v, %v", m, err)
		}
		_, err := stream.Receive()
		if code := client.CodeOf(err); code != exceptions.CodeResourceExhausted || !strings.HasPrefix(err.Error(), "library.v1.Desk.WatchLoans: ") {
			t.Errorf("error = %v, code %v", err, code)
		}
		if _, ok := errors.AsType[exceptions.ServiceException](err); ok {
			t.Errorf("%v is an exception", err)
		}
	}, client.WithReplyBytes(64))

	server := serve(t, deskAPI(t, desk{}, endpoints.WithLimits(endpoints.Limits{BodyBytes: 64})))
	for name, protocol := range protocols {
		stream, err := newDesk(t, server.URL, server.Client(), protocol).Ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&libraryv1.AskRequest{Question: strings.Repeat("q", 100)}); err != nil && err != io.EOF {
			t.Errorf("%s: Send: %v", name, err)
		}
		_, err = stream.Receive()
		if _, ok := errors.AsType[*exceptions.TooManyRequests](err); !ok || client.CodeOf(err) != exceptions.CodeResourceExhausted {
			t.Errorf("%s: error = %#v", name, err)
		}
	}
}

// TestUnwritable covers a message that cannot be written: nothing is sent, and
// the stream goes on.
func TestUnwritable(t *testing.T) {
	const broken = "\xff"
	everyProtocol(t, desk{}, func(t *testing.T, c *libraryv1endpoints.DeskClient) {
		if _, err := c.WatchLoans(t.Context(), &libraryv1.WatchLoansRequest{Shelf: broken}); err == nil || !strings.HasPrefix(err.Error(), "library.v1.Desk.WatchLoans: ") {
			t.Errorf("request: %v", err)
		}
		stream, err := c.Ask(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&libraryv1.AskRequest{Question: broken}); err == nil || !strings.HasPrefix(err.Error(), "library.v1.Desk.Ask: ") {
			t.Errorf("message: %v", err)
		}
		if err := stream.Send(&libraryv1.AskRequest{Question: "a"}); err != nil {
			t.Error(err)
		}
		if m, err := stream.Receive(); err != nil || m.GetAnswer() != "a" {
			t.Errorf("answer = %v, %v", m, err)
		}
		_ = stream.Close()
	})
}

// TestStreamProxies covers answers of something that stands before the service.
func TestStreamProxies(t *testing.T) {
	codes := map[int]exceptions.Code{
		401: exceptions.CodeUnauthenticated, 404: exceptions.CodeUnimplemented, 429: exceptions.CodeUnavailable,
		503: exceptions.CodeUnavailable, 599: exceptions.CodeUnknown,
	}
	for status, code := range codes {
		server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>")
		}))
		for name, protocol := range protocols {
			c := newDesk(t, server.URL, server.Client(), protocol, client.WithUserAgent("deskctl/1"),
				client.WithCallOptions(client.Header("X-Ask", "one"), client.Header("X-Ask", "two"), client.Header("Content-Type", "text/plain")))
			var answer client.Answer
			_, err := watch(t, c, 1, client.ReadAnswer(&answer)).Receive()
			e, ok := err.(exceptions.ServiceException)
			if !ok || e.HTTPStatus() != status || exceptions.Describe(e).RetryAfter != 3*time.Second || client.CodeOf(err) != code {
				t.Errorf("%s, %d: error = %#v, code %v", name, status, err, client.CodeOf(err))
			}
			if answer.Status != status || answer.Header.Get("Content-Type") != "text/html" {
				t.Errorf("%s, %d: answer = %+v", name, status, answer)
			}
		}
	}
}

// TestHTTP1 covers streams over HTTP/1.1, which go one way at a time.
func TestHTTP1(t *testing.T) {
	server := serve(t, deskAPI(t, desk{}))
	h := http1(t, server)
	for _, name := range []string{"connect", "grpc-web"} {
		t.Run(name, func(t *testing.T) {
			c := newDesk(t, server.URL, h, protocols[name])
			n := 0
			for _, err := range watch(t, c, 100).Messages() {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			books, err := c.ReturnBooks(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for n := range 100 {
				if err := books.Send(&libraryv1.ReturnBooksRequest{Book: fmt.Sprint("book ", n)}); err != nil {
					t.Fatal(err)
				}
			}
			if reply, err := books.CloseAndReceive(); n != 100 || err != nil || reply.GetCount() != 100 {
				t.Errorf("%d messages; reply = %v, %v", n, reply, err)
			}
			both, err := c.Ask(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, err = both.Receive()
			if err == nil || err == io.EOF {
				t.Errorf("both ways: %v", err)
			}
		})
	}
}
