package rpcclient

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"google.golang.org/protobuf/proto"
)

// Stream implements [client.StreamTransport] for all kinds of rpcs.
func (t *transport) Stream(ctx context.Context, call *client.Call) (client.Stream, error) {
	caller, err := t.caller(call)
	if err != nil {
		return nil, err
	}
	s := &stream{call: call, opened: make(chan struct{})}
	// A call of package connect that this one was made in is another one.
	ctx, _ = connect.NewClientContext(ctx)
	ctx, s.answer = watch(ctx, call)
	ctx, s.cancel = context.WithCancel(ctx)
	s.done, s.ended = ctx.Done(), ctx.Err
	if !call.Method.IsStreamingClient() {
		request := connect.NewRequest(new(wire))
		if request.Msg.data, err = t.codec.write(nil, call.Request); err != nil {
			s.cancel()
			return nil, err
		}
		go s.ask(ctx, caller, request)
		return s, nil
	}
	defer close(s.opened)
	if call.Method.IsStreamingServer() {
		s.conn, s.err = caller.CallBidiStream(ctx).Conn()
	} else {
		s.conn, s.err = caller.CallClientStream(ctx).Conn()
	}
	if s.err == nil {
		// The header goes out by itself: the service may speak first.
		s.err = s.conn.Send(nil)
	}
	return s, nil
}

// A stream is one call. It implements [client.Stream].
type stream struct {
	call   *client.Call
	answer *answer
	cancel context.CancelFunc
	done   <-chan struct{} // of its context
	ended  func() error
	// opened is closed when conn and err are there.
	opened chan struct{}
	conn   connect.StreamingClientConn
	err    error // nothing could be sent
}

// ask sends the one request of a server-streaming call. Package connect waits
// for the header of the response meanwhile, so it has a goroutine of its own,
// which ends when ctx does.
func (s *stream) ask(ctx context.Context, caller *connect.Client[wire, wire], request *connect.Request[wire]) {
	replies, err := caller.CallServerStream(ctx, request)
	if err == nil {
		s.conn, err = replies.Conn()
	}
	s.err = err
	close(s.opened)
	if ctx.Err() != nil {
		_ = s.Close() // which may have come too early
	}
}

// Send implements [client.Stream].
func (s *stream) Send(m proto.Message) error {
	if s.err != nil {
		return io.EOF
	}
	err := s.conn.Send(m)
	switch {
	case err == nil:
		return nil
	case connect.CodeOf(err) == connect.CodeInternal:
		return coded(err) // the message cannot be written
	}
	// The call has ended, or its context has: Receive knows more.
	return io.EOF
}

// CloseSend implements [client.Stream].
func (s *stream) CloseSend() error {
	if s.err != nil {
		return io.EOF
	}
	return s.conn.CloseRequest()
}

// Receive implements [client.Stream].
func (s *stream) Receive(m proto.Message) error {
	select {
	case <-s.opened:
	case <-s.done:
		return s.ended()
	}
	err := s.err
	if err == nil {
		err = s.conn.Receive(m)
	}
	// There is no response if the request has failed; package connect would wait
	// for it.
	seen := s.answer.Load()
	if seen != nil {
		s.call.Answer.Status, s.call.Answer.Header = seen.StatusCode, seen.Header
		if err != nil && s.conn != nil {
			s.call.Answer.Trailer = trailer(s.conn.ResponseTrailer())
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF):
		return io.EOF
	}
	return failure(err, seen)
}

// Close implements [client.Stream].
func (s *stream) Close() error {
	s.cancel()
	select {
	case <-s.opened:
	default:
		return nil // ask does the rest
	}
	if s.conn != nil {
		_ = s.conn.CloseRequest()
		_ = s.conn.CloseResponse()
	}
	return nil
}
