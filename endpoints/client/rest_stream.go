package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/events"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/tail"
	"google.golang.org/protobuf/proto"
)

// acceptStream asks for events, and for errors as [accept] does.
var acceptStream = []string{"text/event-stream, application/x-ndjson;q=0.9, application/json;q=0.9, application/problem+json;q=0.8"}

// Stream implements [StreamTransport]. It does not wait for the answer, which
// may come with the first message only.
func (r *rest) Stream(ctx context.Context, call *Call) (Stream, error) {
	if call.Method.IsStreamingClient() {
		return nil, errors.New("the client streams, which REST cannot carry; package rpcclient and package wsclient can")
	}
	ctx, cancel := context.WithCancel(ctx)
	request, _, err := r.request(ctx, call, acceptStream)
	if err != nil {
		cancel()
		return nil, err
	}
	if call.Answer.LastEventID = request.Header.Get("Last-Event-Id"); call.Answer.LastEventID == "" {
		delete(request.Header, "Last-Event-Id") // as from a client that is new
	}
	s := &restStream{call: call, limit: r.ReplyBytes, ctx: ctx, cancel: cancel, opened: make(chan struct{})}
	go s.open(r.HTTPClient, request)
	return s, nil
}

// A restStream is the [Stream] of a server-streaming method over REST.
type restStream struct {
	call   *Call
	limit  int64
	ctx    context.Context // of the call, which the stream is
	cancel context.CancelFunc
	opened chan struct{} // closed when there is an answer, or none

	mu     sync.Mutex // guards answer, err and closed until opened is
	answer *http.Response
	err    error
	closed bool

	// next returns the next message as JSON. It is nil before the first Receive.
	next func() ([]byte, error)
	n    int // how many messages were received
}

// open sends the request.
func (s *restStream) open(client *http.Client, request *http.Request) {
	answer, err := client.Do(request)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer, s.err = answer, err; err == nil && s.closed {
		_ = answer.Body.Close()
	}
	close(s.opened)
}

// Send implements [Stream]. The request has been sent.
func (*restStream) Send(proto.Message) error { return errors.New("the client does not stream") }

// CloseSend implements [Stream].
func (*restStream) CloseSend() error { return nil }

// Close implements [Stream].
func (s *restStream) Close() error {
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed = true; s.answer != nil {
		_ = s.answer.Body.Close() // its error is that of a connection which is not needed any more
	}
	return nil
}

// Receive implements [Stream].
func (s *restStream) Receive(m proto.Message) error {
	if s.next == nil {
		if err := s.begin(); err != nil {
			return err
		}
	}
	message, err := s.next()
	if err != nil {
		if err == io.EOF {
			s.call.Answer.Trailer = s.answer.Trailer // net/http fills it with the end of the body
		}
		return err
	}
	s.n++
	if len(message) == 0 {
		err = io.ErrUnexpectedEOF
	} else {
		err = new(binding).readReply(message, m)
	}
	if err != nil {
		return fmt.Errorf("message %d: %w", s.n, err)
	}
	return nil
}

// begin waits for the answer and looks at what it is.
func (s *restStream) begin() error {
	select {
	case <-s.opened:
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	if s.err != nil {
		return s.err
	}
	s.call.Answer.Status, s.call.Answer.Header = s.answer.StatusCode, s.answer.Header
	if err := ReadReply(s.answer, s.call.Method); err != nil {
		return err
	}
	if s.answer.StatusCode == http.StatusNoContent {
		return io.EOF
	}
	body, err := decoded(s.answer)
	if err != nil {
		return err
	}
	switch kind := mediaType(s.answer.Header); kind {
	case "text/event-stream":
		s.next = s.events(events.NewReader(body, s.limit, s.call.Answer.LastEventID))
	case "application/x-ndjson", "application/ndjson", "application/jsonl":
		s.next = s.lines(events.NewLineReader(body, s.limit))
	default:
		return fmt.Errorf("reply with status %d (%s): these are neither events nor lines", s.answer.StatusCode, kind)
	}
	return nil
}

// events returns a function that reads messages from events. Whatever their
// name is, they hold messages, but for the one that says how the call failed.
func (s *restStream) events(r *events.Reader) func() ([]byte, error) {
	return func() ([]byte, error) {
		e, err := r.Next()
		s.call.Answer.LastEventID = r.LastID()
		if err == nil && e.Name == "error" {
			return nil, ErrorFrame{Method: s.call.Method, Body: e.Data, RetryAfter: e.Retry, Header: s.answer.Header}.Err()
		}
		return e.Data, err
	}
}

// lines returns a function that reads messages from lines. The error of a call
// that failed is the last one, an object with the only key "error". Where a
// message may look the same, it is taken for one if another line follows.
func (s *restStream) lines(r *events.LineReader) func() ([]byte, error) {
	var next []byte // has been read already
	ambiguous := tail.Ambiguous(s.call.Method.Output())
	return func() ([]byte, error) {
		line, err := next, error(nil)
		if next = nil; line == nil {
			line, err = r.Next()
		}
		if err != nil || !tail.IsError(line) {
			return line, err
		}
		if ambiguous {
			line = bytes.Clone(line)
			if next, err = r.Next(); err == nil {
				next = bytes.Clone(next)
				return line, nil
			}
		}
		return nil, ErrorFrame{Method: s.call.Method, Body: line, Header: s.answer.Header}.Err()
	}
}
