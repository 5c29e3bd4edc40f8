package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/proto"
)

var (
	errLine = errors.New("the line is cut")
	gone    = exceptions.Received(exceptions.NewGone("The desk is closed."))
)

// A line is a transport, and the stream that it opens, with what comes in
// recorded before the call.
type line struct {
	open error // of Stream
	in   []any // messages and errors; after the last it waits for Close
	send error // of Send, after the first

	mu       sync.Mutex
	call     *client.Call
	out      []proto.Message
	sendDone bool
	closes   int
	closed   chan struct{}
}

func (l *line) Do(context.Context, *client.Call) error { return errors.New("not a stream") }

func (l *line) Stream(_ context.Context, call *client.Call) (client.Stream, error) {
	l.call, l.closed = call, make(chan struct{})
	return l, l.open
}

func (l *line) Send(m proto.Message) error {
	if len(l.out) > 0 && l.send != nil {
		return l.send
	}
	l.out = append(l.out, proto.Clone(m))
	return nil
}

func (l *line) CloseSend() error {
	if l.sendDone {
		panic("CloseSend was called twice")
	}
	l.sendDone = true
	return nil
}

func (l *line) Receive(m proto.Message) error {
	l.call.Answer.Status, l.call.Answer.Header = 200, http.Header{"X-First": {"a"}}
	if len(l.in) == 0 {
		<-l.closed
		return errLine
	}
	next := l.in[0]
	l.in = l.in[1:]
	if err, ok := next.(error); ok {
		l.in = []any{errors.New("received after the end")}
		l.call.Answer.Trailer = http.Header{"X-Last": {"z"}}
		return err
	}
	proto.Merge(m, next.(proto.Message))
	return nil
}

func (l *line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closes++; l.closes == 1 {
		close(l.closed)
	}
	return nil
}

// closings returns how often the stream was closed.
func (l *line) closings() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closes
}

// desk returns a client that calls over l.
func desk(t testing.TB, l client.Transport, options ...client.Option) *libraryv1endpoints.DeskClient {
	t.Helper()
	options = append(options, client.WithTransport(func(client.Target) (client.Transport, error) { return l, nil }))
	c, err := libraryv1endpoints.NewDeskClient("http://library.example.com", options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func loan(n int64) *libraryv1.Loan { return &libraryv1.Loan{Number: n} }

// TestMessages covers what comes out of a server stream, and its end.
func TestMessages(t *testing.T) {
	tests := []struct {
		name string
		in   []any
		want string
		end  error // that errors.Is finds; nil: none
	}{
		{name: "messages", in: []any{loan(1), loan(2), io.EOF}, want: "1 2 end"},
		{name: "nothing", in: []any{io.EOF}, want: "end"},
		{name: "an exception at once", in: []any{gone}, want: "The desk is closed.", end: gone},
		{name: "an exception after messages", in: []any{loan(1), gone}, want: "1 The desk is closed.", end: gone},
		{name: "another error", in: []any{loan(1), errLine}, want: "1 library.v1.Desk.WatchLoans: the line is cut", end: errLine},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := &line{in: tt.in}
			var answer client.Answer
			stream, err := desk(t, l).WatchLoans(t.Context(), &libraryv1.WatchLoansRequest{Shelf: "shelves/a"}, client.ReadAnswer(&answer), client.Header("X-Ask", "all"))
			if err != nil {
				t.Fatal(err)
			}
			if request, ok := l.call.Request.(*libraryv1.WatchLoansRequest); !ok || request.GetShelf() != "shelves/a" || l.call.Reply != nil || l.call.Header.Get("X-Ask") != "all" {
				t.Errorf("call = %+v", l.call)
			}
			var got []string
			var last error
			for m, err := range stream.Messages() {
				if last = err; err != nil {
					got = append(got, err.Error())
					break
				}
				got = append(got, fmt.Sprint(m.GetNumber()))
				if answer.Status != 200 || answer.Header.Get("X-First") != "a" || answer.Trailer != nil {
					t.Errorf("answer after a message = %+v", answer)
				}
			}
			if last == nil {
				got = append(got, "end")
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.end != nil && !errors.Is(last, tt.end) {
				t.Errorf("error = %v, want %v", last, tt.end)
			}
			if answer.Trailer.Get("X-Last") != "z" || answer.Attempts != 1 {
				t.Errorf("answer at the end = %+v", answer)
			}
			if l.closings() == 0 {
				t.Error("what belongs to the stream was not freed")
			}
			if last == nil {
				last = io.EOF
			}
			for range 2 {
				if m, err := stream.Receive(); m != nil || err != last {
					t.Errorf("after the end: %v, %v, want %v", m, err, last)
				}
			}
			if err := stream.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			if m, err := stream.Receive(); m != nil || err != last {
				t.Errorf("after Close: %v, %v, want %v", m, err, last)
			}
		})
	}
}

// TestLeaveLoop proves that the rest can be had after a loop was left.
func TestLeaveLoop(t *testing.T) {
	l := &line{in: []any{loan(1), loan(2), io.EOF}}
	stream, err := desk(t, l).WatchLoans(t.Context(), &libraryv1.WatchLoansRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for range stream.Messages() {
		break
	}
	if l.closings() != 0 {
		t.Error("the stream is closed")
	}
	if m, err := stream.Receive(); err != nil || m.GetNumber() != 2 {
		t.Errorf("next = %v, %v", m, err)
	}
}

// TestReply covers the one reply of a client stream.
func TestReply(t *testing.T) {
	reply := &libraryv1.ReturnBooksResponse{Count: 2}
	tests := []struct {
		name  string
		in    []any
		want  string
		error error
		code  exceptions.Code
	}{
		{name: "a reply", in: []any{reply, io.EOF}, want: "2"},
		{name: "none", in: []any{io.EOF}, want: "library.v1.Desk.ReturnBooks: there is no reply", code: exceptions.CodeUnimplemented},
		{name: "two", in: []any{reply, reply, io.EOF}, want: "library.v1.Desk.ReturnBooks: there is more than one reply", code: exceptions.CodeUnimplemented},
		{name: "an exception", in: []any{gone}, want: "The desk is closed.", error: gone, code: exceptions.CodeNotFound},
		{name: "an exception after the reply", in: []any{reply, gone}, want: "The desk is closed.", error: gone, code: exceptions.CodeNotFound},
		{name: "another error after the reply", in: []any{reply, errLine}, want: "library.v1.Desk.ReturnBooks: the line is cut", error: errLine, code: exceptions.CodeUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := &line{in: tt.in}
			var answer client.Answer
			stream, err := desk(t, l).ReturnBooks(t.Context(), client.ReadAnswer(&answer))
			if err != nil {
				t.Fatal(err)
			}
			for _, book := range []string{"a", "b"} {
				if err := stream.Send(&libraryv1.ReturnBooksRequest{Book: book}); err != nil {
					t.Errorf("Send: %v", err)
				}
			}
			m, err := stream.CloseAndReceive()
			got := fmt.Sprint(m.GetCount())
			if err != nil {
				got = err.Error()
			}
			if got != tt.want || tt.error != nil && !errors.Is(err, tt.error) || client.CodeOf(err) != tt.code {
				t.Errorf("reply = %q, code %v", got, client.CodeOf(err))
			}
			if len(l.out) != 2 || !l.sendDone || l.call.Request != nil {
				t.Errorf("sent %v, closed: %v, request: %v", l.out, l.sendDone, l.call.Request)
			}
			if l.closings() == 0 {
				t.Error("what belongs to the stream was not freed")
			}
			if len(tt.in) != 3 && answer.Trailer.Get("X-Last") != "z" {
				t.Errorf("answer = %+v", answer)
			}
			if err := stream.Send(&libraryv1.ReturnBooksRequest{}); err == nil || err == io.EOF {
				t.Errorf("Send afterwards: %v", err)
			}
			if _, err := stream.CloseAndReceive(); err == nil || err == io.EOF {
				t.Errorf("CloseAndReceive afterwards: %v", err)
			}
		})
	}
}

// TestSend covers what Send of a bidirectional stream says.
func TestSend(t *testing.T) {
	ask := &libraryv1.AskRequest{Question: "?"}
	tests := []struct {
		name string
		line line
		do   func(t *testing.T, s *client.BidiStream[libraryv1.AskRequest, libraryv1.AskResponse])
		want string
	}{
		{name: "the call has ended", line: line{send: io.EOF}, want: "EOF"},
		{name: "a message that cannot be written", line: line{send: errLine}, want: "library.v1.Desk.Ask: the line is cut"},
		{name: "after the end was received", line: line{in: []any{io.EOF}}, want: "EOF",
			do: func(_ *testing.T, s *client.BidiStream[libraryv1.AskRequest, libraryv1.AskResponse]) {
				_, _ = s.Receive()
			}},
		{name: "after CloseSend", want: "library.v1.Desk.Ask: the sending side is closed",
			do: func(t *testing.T, s *client.BidiStream[libraryv1.AskRequest, libraryv1.AskResponse]) {
				for range 2 {
					if err := s.CloseSend(); err != nil {
						t.Error(err)
					}
				}
			}},
		{name: "after Close", want: "library.v1.Desk.Ask: the stream has been closed on this side",
			do: func(_ *testing.T, s *client.BidiStream[libraryv1.AskRequest, libraryv1.AskResponse]) { _ = s.Close() }},
	}
	for i := range tests {
		tt := &tests[i]
		t.Run(tt.name, func(t *testing.T) {
			stream, err := desk(t, &tt.line).Ask(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Send(ask); err != nil {
				t.Fatal(err)
			}
			if err := stream.Send(nil); err == nil || err.Error() != "library.v1.Desk.Ask: the message is nil" {
				t.Errorf("nil: %v", err)
			}
			if tt.do != nil {
				tt.do(t, stream)
			}
			if err := stream.Send(ask); fmt.Sprint(err) != tt.want {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

// TestOpen covers calls that are not opened.
func TestOpen(t *testing.T) {
	tests := []struct {
		name string
		line client.Transport
		call func(*libraryv1endpoints.DeskClient) error
		want string
	}{
		{name: "a transport without streams", line: unaryTransport{}, want: "library.v1.Desk.Ask: the transport of this client carries no streams"},
		{name: "an exception", line: &line{open: gone}, want: "The desk is closed."},
		{name: "another error", line: &line{open: errLine}, want: "library.v1.Desk.Ask: the line is cut"},
		{name: "a nil request", line: &line{}, want: "library.v1.Desk.WatchLoans: the request is nil",
			call: func(c *libraryv1endpoints.DeskClient) error {
				_, err := c.WatchLoans(t.Context(), nil)
				return err
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.call == nil {
				tt.call = func(c *libraryv1endpoints.DeskClient) error {
					_, err := c.Ask(t.Context())
					return err
				}
			}
			if err := tt.call(desk(t, tt.line)); fmt.Sprint(err) != tt.want {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

type unaryTransport struct{}

func (unaryTransport) Do(context.Context, *client.Call) error { return nil }

// TestMisuse covers calls that do not fit the declaration, which generated code
// does not make.
func TestMisuse(t *testing.T) {
	c, err := client.New("http://library.example.com", libraryv1.File_library_v1_loans_proto.Services().ByName("Desk"))
	if err != nil {
		t.Fatal(err)
	}
	request := &libraryv1.WatchLoansRequest{}
	tests := []struct {
		name string
		call func() error
		want string
	}{
		{"a name that there is not", func() error {
			_, err := client.OpenServerStream[libraryv1.Loan](t.Context(), c, "Watch", request)
			return err
		}, `client: the service has no method "Watch"`},
		{"another kind", func() error {
			_, err := client.OpenServerStream[libraryv1.Loan](t.Context(), c, "Ask", request)
			return err
		}, "client: library.v1.Desk.Ask is bidirectional, from library.v1.AskRequest to library.v1.AskResponse"},
		{"another reply", func() error {
			_, err := client.OpenServerStream[libraryv1.Shelf](t.Context(), c, "WatchLoans", request)
			return err
		}, "client: library.v1.Desk.WatchLoans is server-streaming, from library.v1.WatchLoansRequest to library.v1.Loan"},
		{"another request", func() error {
			_, err := client.OpenServerStream[libraryv1.Loan](t.Context(), c, "WatchLoans", &libraryv1.Shelf{})
			return err
		}, "client: library.v1.Desk.WatchLoans is server-streaming, from library.v1.WatchLoansRequest to library.v1.Loan"},
		{"no request", func() error {
			_, err := client.OpenServerStream[libraryv1.Loan](t.Context(), c, "WatchLoans", nil)
			return err
		}, "client: WatchLoans: the request is nil"},
		{"another message", func() error {
			_, err := client.OpenClientStream[libraryv1.Loan, libraryv1.ReturnBooksResponse](t.Context(), c, "ReturnBooks")
			return err
		}, "client: library.v1.Desk.ReturnBooks is client-streaming, from library.v1.ReturnBooksRequest to library.v1.ReturnBooksResponse"},
		{"a unary call", func() error {
			return c.Call(t.Context(), "WatchLoans", request, &libraryv1.Loan{})
		}, "client: library.v1.Desk.WatchLoans is streaming"},
	}
	for _, tt := range tests {
		if err := tt.call(); fmt.Sprint(err) != tt.want {
			t.Errorf("%s: error = %v, want %v", tt.name, err, tt.want)
		}
	}
}

// TestEnd covers streams that this side ends while it waits for a message.
func TestEnd(t *testing.T) {
	cause := errors.New("closing time")
	tests := []struct {
		name string
		want error
		code exceptions.Code
	}{
		{"Close", client.ErrClosed, exceptions.CodeCancelled},
		{"cancel", context.Canceled, exceptions.CodeCancelled},
		{"deadline", context.DeadlineExceeded, exceptions.CodeDeadlineExceeded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if tt.want == context.DeadlineExceeded {
					var stop context.CancelFunc
					ctx, stop = context.WithTimeout(ctx, time.Minute)
					defer stop()
				}
				l := &line{in: []any{loan(1)}}
				stream, err := desk(t, l).WatchLoans(ctx, &libraryv1.WatchLoansRequest{})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := stream.Receive(); err != nil {
					t.Fatal(err)
				}
				received := make(chan error)
				go func() {
					_, err := stream.Receive()
					received <- err
				}()
				synctest.Wait()
				switch tt.want {
				case client.ErrClosed:
					_ = stream.Close()
				case context.Canceled:
					cancel(cause)
				}
				err = <-received
				if !errors.Is(err, tt.want) || client.CodeOf(err) != tt.code || !strings.HasPrefix(err.Error(), "library.v1.Desk.WatchLoans: ") {
					t.Errorf("error = %v, code %v", err, client.CodeOf(err))
				}
				if l.closings() == 0 {
					t.Error("what belongs to the stream was not freed")
				}
				if _, again := stream.Receive(); again != err {
					t.Errorf("again: %v, want %v", again, err)
				}
			})
		})
	}
}

// TestAbandoned proves that the end of the context frees a stream whose owner
// never comes back.
func TestAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := &line{}
		if _, err := desk(t, l).Ask(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
		synctest.Wait()
		if l.closings() != 1 {
			t.Errorf("it was closed %d times", l.closings())
		}
	})
}

// TestCodeOf covers errors of every kind.
func TestCodeOf(t *testing.T) {
	tests := []struct {
		err  error
		want exceptions.Code
	}{
		{nil, exceptions.CodeOK},
		{io.ErrUnexpectedEOF, exceptions.CodeUnknown},
		{fmt.Errorf("x: %w", context.Canceled), exceptions.CodeCancelled},
		{context.DeadlineExceeded, exceptions.CodeDeadlineExceeded},
		{client.ErrClosed, exceptions.CodeCancelled},
		{gone, exceptions.CodeNotFound},
		{exceptions.Received(exceptions.NewStatus(599)), exceptions.CodeInternal},
		{exceptions.Received(&exceptions.NotFound{}, exceptions.Cause(context.Canceled)), exceptions.CodeNotFound},
		{withCode{errLine}, exceptions.CodeDataLoss},
		{fmt.Errorf("x: %w", errors.Join(withCode{errLine}, context.Canceled)), exceptions.CodeCancelled},
	}
	for _, tt := range tests {
		if got := client.CodeOf(tt.err); got != tt.want {
			t.Errorf("CodeOf(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}

type withCode struct{ error }

func (withCode) GRPCCode() exceptions.Code { return exceptions.CodeDataLoss }
