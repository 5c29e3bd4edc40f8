package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
)

// streaming are the protocols that carry streams, without GET.
var streaming = append(append([]protocol{}, protocols[:2]...), protocols[3:]...)

func watchLoans(s *site, p protocol) *connect.Client[libraryv1.WatchLoansRequest, libraryv1.Loan] {
	return newClient[libraryv1.WatchLoansRequest, libraryv1.Loan](s, p, "library.v1.Desk/WatchLoans")
}

func loans(limit int32) *connect.Request[libraryv1.WatchLoansRequest] {
	return connect.NewRequest(&libraryv1.WatchLoansRequest{Shelf: "shelves/a", Limit: limit})
}

func returnBooks(s *site, p protocol) *connect.Client[libraryv1.ReturnBooksRequest, libraryv1.ReturnBooksResponse] {
	return newClient[libraryv1.ReturnBooksRequest, libraryv1.ReturnBooksResponse](s, p, "library.v1.Desk/ReturnBooks")
}

func ask(s *site, p protocol) *connect.Client[libraryv1.AskRequest, libraryv1.AskResponse] {
	return newClient[libraryv1.AskRequest, libraryv1.AskResponse](s, p, "library.v1.Desk/Ask")
}

// TestStreams runs each kind of stream on each protocol.
func TestStreams(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{}, desk{}, nil))
	for _, p := range streaming {
		t.Run(p.label, func(t *testing.T) {
			t.Parallel()
			t.Run("server", func(t *testing.T) {
				stream, err := watchLoans(s, p).CallServerStream(t.Context(), loans(10_000))
				if err != nil {
					t.Fatal(err)
				}
				var n int64
				for stream.Receive() {
					if n++; stream.Msg().GetNumber() != n {
						t.Fatalf("message %d has the number %d", n, stream.Msg().GetNumber())
					}
				}
				if err := stream.Err(); err != nil || n != 10_000 {
					t.Errorf("%d messages, error %v", n, err)
				}
			})
			t.Run("client", func(t *testing.T) {
				stream := returnBooks(s, p).CallClientStream(t.Context())
				for i := range 100 {
					if err := stream.Send(&libraryv1.ReturnBooksRequest{Book: fmt.Sprint("b", i)}); err != nil {
						t.Fatal(err)
					}
				}
				reply, err := stream.CloseAndReceive()
				if err != nil {
					t.Fatal(err)
				}
				equal(t, reply.Msg, &libraryv1.ReturnBooksResponse{Count: 100})
			})
			t.Run("both", func(t *testing.T) {
				stream := ask(s, p).CallBidiStream(t.Context())
				if p.old {
					// Streams in both directions need HTTP/2.
					_ = stream.Send(&libraryv1.AskRequest{Question: "a"})
					if _, err := stream.Receive(); err == nil {
						t.Error("no error on HTTP/1.1")
					}
					return
				}
				for i := range 10 {
					if err := stream.Send(&libraryv1.AskRequest{Question: fmt.Sprint(i)}); err != nil {
						t.Fatal(err)
					}
					reply, err := stream.Receive()
					if err != nil {
						t.Fatal(err)
					}
					equal(t, reply, &libraryv1.AskResponse{Answer: fmt.Sprint(i, "!")})
				}
				_ = stream.CloseRequest()
				if _, err := stream.Receive(); !errors.Is(err, io.EOF) {
					t.Errorf("error at the end = %v", err)
				}
			})
		})
	}
}

// TestStreamExceptions raises before the first message, after it, by a panic,
// and finds wrong messages; the caller is told the same on each protocol.
func TestStreamExceptions(t *testing.T) {
	t.Parallel()
	locked := exceptions.Raise(&libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"}, exceptions.Header("X-Tries", "1"))
	isLocked := told{Code: connect.CodeAborted, Message: `Shelf "shelves/a" is held by kim.`, Details: []proto.Message{
		info("SHELF_LOCKED", "library", "shelf", "shelves/a", "holder", "kim"), &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"}, &libraryv1.ShelfError{Shelf: "shelves/a"},
	}, Header: http.Header{"X-Tries": {"1"}}}
	private := told{Code: connect.CodeUnknown, Message: "Internal Server Error", Details: []proto.Message{info("INTERNAL_ERROR", "global")}}
	tests := []struct {
		name     string
		sent     int // messages before
		raise    func() error
		shelf    string
		received int
		told     told
	}{
		{name: "before the first message", raise: func() error { return locked }, told: isLocked},
		{name: "after messages", sent: 3, raise: func() error { return locked }, received: 3, told: isLocked},
		{name: "an error that nobody authored", sent: 1, raise: func() error { return errors.New("secret") }, received: 1, told: private},
		{name: "a panic", sent: 1, raise: func() error { panic("secret") }, received: 1, told: private},
		{name: "a request that is wrong", shelf: "-", told: told{Code: connect.CodeInvalidArgument, Message: `The required field "shelf" is missing.`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, newAPI(t, library{}, desk{watch: func(_ context.Context, _ *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
				for range tt.sent {
					if err := stream.Send(&libraryv1.Loan{}); err != nil {
						return err
					}
				}
				return tt.raise()
			}}, nil))
			for _, p := range streaming {
				t.Run(p.label, func(t *testing.T) {
					request := &libraryv1.WatchLoansRequest{Shelf: "shelves/a"}
					if tt.shelf == "-" {
						request.Shelf = ""
					}
					stream, err := watchLoans(s, p).CallServerStream(t.Context(), connect.NewRequest(request))
					if err != nil {
						t.Fatal(err)
					}
					n := 0
					for stream.Receive() {
						n++
					}
					if n != tt.received {
						t.Errorf("%d messages, want %d", n, tt.received)
					}
					if tt.told.Details != nil {
						checkTold(t, stream.Err(), tt.told)
					} else if e, ok := errors.AsType[*connect.Error](stream.Err()); !ok || e.Code() != tt.told.Code || e.Message() != tt.told.Message {
						t.Errorf("error = %v", stream.Err())
					}
				})
			}
		})
	}
}

// TestStreamChallenge: a field that must not stand in a trailer goes into the
// header while there is time, and is not tried in a trailer after that.
func TestStreamChallenge(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{}, desk{watch: func(_ context.Context, r *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
		for range r.GetLimit() {
			if err := stream.Send(&libraryv1.Loan{}); err != nil {
				return err
			}
		}
		return exceptions.Raise(exceptions.NewUnauthorized("Who are you?"), exceptions.Header("WWW-Authenticate", "Bearer"))
	}}, nil))
	for _, p := range streaming {
		for limit := range int32(2) {
			stream, err := watchLoans(s, p).CallServerStream(t.Context(), loans(limit))
			if err != nil {
				t.Fatal(err)
			}
			for stream.Receive() {
			}
			e, ok := errors.AsType[*connect.Error](stream.Err())
			if !ok || e.Code() != connect.CodeUnauthenticated {
				t.Fatalf("%s, %d messages: error = %v", p.label, limit, stream.Err())
			}
			if got := e.Meta().Get("WWW-Authenticate"); got != "Bearer" && (limit == 0 || p.name != "grpc") {
				t.Errorf("%s, %d messages: WWW-Authenticate = %q", p.label, limit, got)
			}
		}
	}
	if err := s.server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.logged.Len() > 0 {
		t.Errorf("net/http logged: %s", &s.logged)
	}
}

// TestStreamMessages: messages of a client's stream that are wrong come to the
// handler as exceptions, and to the caller if the handler returns them.
func TestStreamMessages(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got []string
	s := serve(t, newAPI(t, library{}, desk{returns: func(_ context.Context, stream libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
		for {
			_, err := stream.Receive()
			if err == io.EOF {
				return nil, nil
			}
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, err.Error())
				return nil, err
			}
		}
	}}, nil, endpoints.WithLimits(endpoints.Limits{BodyBytes: 100})))
	tests := []struct {
		name string
		book string
		code connect.Code
		text string
	}{
		{"nothing wrong", "b", 0, ""},
		{"a required field", "", connect.CodeInvalidArgument, `The required field "book" is missing.`},
		{"too large", strings.Repeat("b", 101), connect.CodeResourceExhausted, "A message of the request is larger than 100 bytes."},
	}
	for _, tt := range tests {
		for _, p := range []protocol{streaming[0], streaming[1], streaming[3], streaming[5]} {
			t.Run(tt.name+"/"+p.label, func(t *testing.T) {
				stream := returnBooks(s, p).CallClientStream(t.Context())
				_ = stream.Send(&libraryv1.ReturnBooksRequest{Book: tt.book})
				reply, err := stream.CloseAndReceive()
				if tt.code == 0 {
					if err != nil {
						t.Fatal(err)
					}
					equal(t, reply.Msg, &libraryv1.ReturnBooksResponse{}) // nothing
					return
				}
				if e, ok := errors.AsType[*connect.Error](err); !ok || e.Code() != tt.code || e.Message() != tt.text {
					t.Errorf("error = %v, want %v %q", err, tt.code, tt.text)
				}
			})
		}
	}
	if len(got) != 2*4 {
		t.Errorf("handlers got %d errors: %q", len(got), got)
	}
}

// TestFrames sends frames that no client of package connect would.
func TestFrames(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{}, desk{}, nil))
	const one = "\x00\x00\x00\x00\x0b\x0a\x09shelves/a"
	tests := []struct {
		name, kind, method, body string
		want                     string // grpc-status, and the beginning of grpc-message
	}{
		{"one", "application/grpc", "library.v1.Library/GetShelf", one, "0 "},
		{"none", "application/grpc", "library.v1.Library/GetShelf", "", "12 The request has no message."},
		{"two", "application/grpc+proto", "library.v1.Library/GetShelf", one + one, "12 The request has more than one message."},
		{"half a frame", "application/grpc", "library.v1.Library/GetShelf", one[:9], "13 The frames of the request are not well-formed."},
		{"not a message", "application/grpc", "library.v1.Library/GetShelf", "\x00\x00\x00\x00\x02\x0a\xff", "3 The request is not a valid message"},
		{"compressed without a word", "application/grpc", "library.v1.Library/GetShelf", "\x01" + one[1:], "13 The frames of the request are not well-formed."},
		{"an empty message", "application/grpc", "library.v1.Library/GetShelf", "\x00\x00\x00\x00\x00", "3 The required field \"name\" is missing."},
		{"an empty message with defaults", "application/grpc", "library.v1.Library/ListShelves", "\x00\x00\x00\x00\x00", "0 "},
		{"no such method", "application/grpc", "library.v1.Library/Burn", one, "12 There is no such method."},
		{"no such service", "application/grpc-web+proto", "x.Y/Z", one, "12 There is no such method."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/"+tt.method, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tt.kind)
			resp, err := s.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			h := resp.Trailer
			if h.Get("Grpc-Status") == "" {
				h = resp.Header // nothing but trailers
			}
			got := h.Get("Grpc-Status") + " " + h.Get("Grpc-Message")
			if resp.StatusCode != 200 || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%d %q, want %q", resp.StatusCode, got, tt.want)
			}
		})
	}
}

// TestInterceptors runs one interceptor over all protocols: it sees every call
// once, also those that fail before the handler.
func TestInterceptors(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	watch := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
		return func(ctx context.Context, c *endpoints.Call) (proto.Message, error) {
			m, err := next(ctx, c)
			raised := 0
			if e, ok := exceptions.Of(err); ok {
				raised = e.HTTPStatus()
			}
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, fmt.Sprintf("%s request=%t reply=%t raised=%d", c.Method().Name, c.Request() != nil, m != nil, raised))
			return m, err
		}
	}
	s := serve(t, newAPI(t, library{}, desk{}, nil, endpoints.WithInterceptors(watch)))
	want := []string{
		"GetShelf request=true reply=true raised=0",
		"GetShelf request=false reply=false raised=400",
		"WatchLoans request=true reply=false raised=0",
		"ReturnBooks request=false reply=true raised=0",
	}
	for _, p := range protocols {
		seen = nil
		if _, err := getShelf(s, p).CallUnary(t.Context(), shelf("shelves/a")); err != nil {
			t.Fatal(err)
		}
		if _, err := getShelf(s, p).CallUnary(t.Context(), shelf("")); connect.CodeOf(err) != connect.CodeInvalidArgument {
			t.Errorf("%s: error = %v", p.label, err)
		}
		stream, err := watchLoans(s, p).CallServerStream(t.Context(), loans(2))
		if err != nil {
			t.Fatal(err)
		}
		for stream.Receive() {
		}
		up := returnBooks(s, p).CallClientStream(t.Context())
		_ = up.Send(&libraryv1.ReturnBooksRequest{Book: "b"})
		if _, err := up.CloseAndReceive(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", p.label, diff)
		}
	}
}

// TestStreamHeader: fields of a stream go out with its first message, trailers
// with its end, whatever that is.
func TestStreamHeader(t *testing.T) {
	t.Parallel()
	for _, fails := range []bool{false, true} {
		s := serve(t, newAPI(t, library{}, desk{watch: func(ctx context.Context, r *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
			call := endpoints.CallFrom(ctx)
			call.Header().Set("X-Shelf", "1")
			for range r.GetLimit() {
				if err := stream.Send(&libraryv1.Loan{}); err != nil {
					return err
				}
			}
			call.Trailer().Set("X-End", "2")
			if fails {
				return exceptions.NewConflict("No.")
			}
			return nil
		}}, nil))
		for _, p := range streaming {
			for limit := range int32(2) {
				stream, err := watchLoans(s, p).CallServerStream(t.Context(), loans(limit))
				if err != nil {
					t.Fatal(err)
				}
				for stream.Receive() {
				}
				if (stream.Err() != nil) != fails {
					t.Errorf("%s: error = %v", p.label, stream.Err())
				}
				if got := stream.ResponseHeader().Get("X-Shelf"); got != "1" {
					t.Errorf("%s, %d messages, fails %t: X-Shelf = %q", p.label, limit, fails, got)
				}
				if got := stream.ResponseTrailer().Get("X-End"); got != "2" {
					t.Errorf("%s, %d messages, fails %t: X-End = %q", p.label, limit, fails, got)
				}
			}
		}
	}
}

// TestStreamGone: a client that leaves ends the context of the handler, whatever
// it waits for, and leaves no record.
func TestStreamGone(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	gone := make(chan error)
	s := serve(t, newAPI(t, library{}, desk{
		watch: func(ctx context.Context, _ *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
			if err := stream.Send(&libraryv1.Loan{}); err != nil {
				return err
			}
			<-ctx.Done()
			gone <- ctx.Err()
			return ctx.Err()
		},
		ask: func(_ context.Context, stream libraryv1endpoints.DeskAskStream) error {
			if err := stream.Send(&libraryv1.AskResponse{}); err != nil {
				return err
			}
			_, err := stream.Receive()
			gone <- err
			return err
		},
	}, nil, endpoints.WithLogger(slog.New(slog.NewTextHandler(&logs, nil)))))
	for _, p := range streaming {
		if p.old {
			continue
		}
		ctx, cancel := context.WithCancel(t.Context())
		stream, err := watchLoans(s, p).CallServerStream(ctx, loans(0))
		if err != nil {
			t.Fatal(err)
		}
		if !stream.Receive() {
			t.Fatal(stream.Err())
		}
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: context error = %v", p.label, err)
		}
		both := ask(s, p).CallBidiStream(t.Context())
		if err := both.Send(nil); err != nil {
			t.Fatal(err)
		}
		if _, err := both.Receive(); err != nil {
			t.Fatal(err)
		}
		_ = both.CloseResponse()
		if err := <-gone; err == nil || err == io.EOF {
			t.Errorf("%s: error of Receive = %v", p.label, err)
		}
	}
	if err := s.server.Shutdown(t.Context()); err != nil { // waits for the handlers
		t.Fatal(err)
	}
	if logs.Len() > 0 {
		t.Errorf("log:\n%s", &logs)
	}
}

// TestShutdown ends the streams that are open, whatever they wait for, and
// refuses new ones.
func TestShutdown(t *testing.T) {
	t.Parallel()
	api := newAPI(t, library{}, desk{watch: func(ctx context.Context, _ *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
		if err := stream.Send(&libraryv1.Loan{}); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}}, nil)
	s := serve(t, api)
	unavailable := func(label string, err error) {
		t.Helper()
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e.Code() != connect.CodeUnavailable || e.Message() != "The server is shutting down." {
			t.Errorf("%s: error = %v", label, err)
		}
	}
	var watching []*connect.ServerStreamForClient[libraryv1.Loan]
	var asking []*connect.BidiStreamForClient[libraryv1.AskRequest, libraryv1.AskResponse]
	for _, p := range streaming {
		stream, err := watchLoans(s, p).CallServerStream(t.Context(), loans(0))
		if err != nil {
			t.Fatal(err)
		}
		if !stream.Receive() {
			t.Fatal(stream.Err())
		}
		watching = append(watching, stream)
		if p.old {
			continue
		}
		both := ask(s, p).CallBidiStream(t.Context())
		if err := both.Send(&libraryv1.AskRequest{Question: "?"}); err != nil {
			t.Fatal(err)
		}
		if _, err := both.Receive(); err != nil {
			t.Fatal(err)
		}
		asking = append(asking, both)
	}
	if err := api.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, stream := range watching {
		for stream.Receive() {
		}
		unavailable(streaming[i].label, stream.Err())
	}
	for _, stream := range asking {
		_, err := stream.Receive()
		unavailable("both", err)
	}
	for _, p := range streaming {
		stream, err := watchLoans(s, p).CallServerStream(t.Context(), loans(0))
		if err != nil {
			t.Fatal(err)
		}
		for stream.Receive() {
		}
		unavailable(p.label+" afterwards", stream.Err())
	}
}

// TestBackPressure: a client that does not read makes the handler wait. How far
// the handler may be ahead is what the windows of HTTP/2 and the buffers of the
// connection hold.
func TestBackPressure(t *testing.T) {
	t.Parallel()
	const size, messages, ahead = 1 << 20, 100, 40
	book := strings.Repeat("b", size)
	var sent atomic.Int64
	s := serve(t, newAPI(t, library{}, desk{watch: func(_ context.Context, r *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
		for range r.GetLimit() {
			if err := stream.Send(&libraryv1.Loan{Book: book}); err != nil {
				return err
			}
			sent.Add(1)
		}
		return nil
	}}, nil))
	client := newClient[libraryv1.WatchLoansRequest, libraryv1.Loan](s, protocols[4], "library.v1.Desk/WatchLoans",
		connect.WithAcceptCompression("gzip", nil, nil)) // the messages are long only as they are
	stream, err := client.CallServerStream(t.Context(), loans(messages))
	if err != nil {
		t.Fatal(err)
	}
	var received int64
	for stream.Receive() {
		received++
		if n := sent.Load(); n > received+ahead {
			t.Fatalf("%d messages are sent, %d received", n, received)
		}
	}
	if err := stream.Err(); err != nil || received != messages {
		t.Errorf("%d messages, error %v", received, err)
	}
}

// TestSlowBody: a client that does not send its one message is not waited for.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{}, desk{}, nil, endpoints.WithLimits(endpoints.Limits{BodyTime: 1})))
	for _, p := range streaming {
		if p.label == protocols[0].label || p.label == protocols[4].label || p.label == protocols[7].label {
			t.Run(p.label, func(t *testing.T) {
				t.Parallel()
				kind, method := "application/grpc", "library.v1.Library/GetShelf"
				switch p.name {
				case "grpc-web":
					kind = "application/grpc-web"
				case "connect":
					kind, method = "application/connect+json", "library.v1.Desk/WatchLoans"
				}
				body, open := io.Pipe()
				defer open.Close()
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/"+method, body)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", kind)
				resp, err := p.client(s).Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				answer, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				const want = "The request did not arrive in time."
				if all := string(answer) + resp.Header.Get("Grpc-Message") + resp.Trailer.Get("Grpc-Message"); !strings.Contains(all, want) {
					t.Errorf("answer = %d %v %q %v", resp.StatusCode, resp.Header, answer, resp.Trailer)
				}
			})
		}
	}
}

// TestReplyThatCannotBeWritten is an error that nobody authored, and trailers
// come with it.
func TestReplyThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	s := serve(t, newAPI(t, library{getShelf: func(ctx context.Context, _ *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		endpoints.CallFrom(ctx).Trailer().Set("X-Tries", "1")
		return &libraryv1.Shelf{Name: "\xff"}, nil
	}}, desk{}, nil))
	for _, p := range protocols {
		_, err := getShelf(s, p).CallUnary(t.Context(), shelf("shelves/a"))
		want := told{Code: connect.CodeUnknown, Message: "Internal Server Error", Details: []proto.Message{info("INTERNAL_ERROR", "global")},
			Header: http.Header{"X-Tries": {"1"}}}
		checkTold(t, err, want)
	}
}
