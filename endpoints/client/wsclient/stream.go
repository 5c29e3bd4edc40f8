package wsclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/tail"
	"google.golang.org/protobuf/proto"
)

// closeTime bounds what is left to do when the call is over: the closing
// handshake, and the close frame after an error.
const closeTime = time.Second

// A stream is one call on one connection. One goroutine opens the connection and
// reads from it, so that pings are answered and the end is noticed whatever the
// caller does.
type stream struct {
	t      *transport
	call   *client.Call
	ctx    context.Context // of the call, which the stream is
	cancel context.CancelFunc

	opened    chan struct{} // closed when there is a connection, or none
	handshake handshake     // not to be touched before opened, as the next three
	conn      *ws.Conn
	err       error         // why there is no connection
	done      chan struct{} // closed when nothing is read any more
	closing   sync.Once

	// Of Receive.
	incoming *queue
	begun    bool
	held     *frame // was taken too early
	n        int    // how many messages were received
}

func newStream(ctx context.Context, t *transport, call *client.Call) *stream {
	s := &stream{t: t, call: call, opened: make(chan struct{}), done: make(chan struct{}), incoming: newQueue()}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// run opens the connection, sends the request, unless it is nil, and reads until
// there is nothing more.
func (s *stream) run(request []byte) {
	defer close(s.done)
	s.conn, s.err = s.handshake.dial(s.ctx, s.t, s.call)
	close(s.opened)
	if s.err != nil {
		return
	}
	defer func() { _ = s.conn.CloseNow() }() // frees it; nothing is left to be said
	if s.ctx.Err() != nil {
		return // Close may have come before there was anything to close
	}
	if request != nil {
		// If that fails, so does reading.
		if s.write(request) == nil {
			_ = s.conn.Write(s.ctx, ws.MessageText, nil)
		}
	}
	for {
		kind, data, err := s.conn.Read(context.Background())
		if err == nil && s.handshake.link.broken.Load() {
			// The end of the connection between two fragments looks like that of the
			// message.
			err = io.ErrUnexpectedEOF
		}
		s.incoming.put(frame{kind, data, err}, s.ctx.Done())
		if err != nil {
			return
		}
	}
}

// write sends a message. A call that is given up does not wait for it.
func (s *stream) write(data []byte) error {
	kind := ws.MessageBinary
	if s.t.json {
		kind = ws.MessageText
	}
	return s.conn.Write(s.ctx, kind, data)
}

// Send implements [client.Stream].
func (s *stream) Send(m proto.Message) error {
	data, err := s.t.encode(m)
	if err != nil {
		return err
	}
	if s.wait() != nil || s.write(data) != nil {
		return io.EOF
	}
	return nil
}

// CloseSend implements [client.Stream]. It sends an empty text frame.
func (s *stream) CloseSend() error {
	if s.wait() != nil || s.conn.Write(s.ctx, ws.MessageText, nil) != nil {
		return io.EOF
	}
	return nil
}

// wait waits for the connection.
func (s *stream) wait() error {
	select {
	case <-s.opened:
		return s.err
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// begin waits for the answer to the handshake.
func (s *stream) begin() error {
	s.begun = true
	select {
	case <-s.opened:
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	if a := s.handshake.answer; a != nil {
		s.call.Answer.Status, s.call.Answer.Header = a.StatusCode, a.Header
	}
	return s.err
}

// Receive implements [client.Stream].
func (s *stream) Receive(m proto.Message) error {
	if !s.begun {
		if err := s.begin(); err != nil {
			return err
		}
	}
	f, err := s.take()
	if err != nil {
		return err
	}
	if f.err != nil {
		return s.end(f.err)
	}
	if failed, err := s.isError(f); err != nil {
		return err
	} else if failed {
		return s.failure(f)
	}
	s.n++
	if err := s.check(f); err != nil {
		return fmt.Errorf("message %d: %w", s.n, err)
	}
	if err := s.t.decode(f.data, m); err != nil {
		return fmt.Errorf("message %d: %w", s.n, err)
	}
	return nil
}

// take returns the next frame.
func (s *stream) take() (frame, error) {
	if f := s.held; f != nil {
		s.held = nil
		return *f, nil
	}
	return s.incoming.take(s.ctx)
}

// check says what is wrong with a frame that should be a message.
func (s *stream) check(f frame) error {
	if s.t.json != (f.kind == ws.MessageText) {
		return fmt.Errorf("a frame of the wrong kind for the subprotocol %s", s.t.subprotocol())
	}
	return nil
}

// isError says whether a frame tells how the call failed. Text among binary
// messages does. JSON that looks like it does so if no message can, or if it is
// followed by a close frame of a failure.
func (s *stream) isError(f frame) (bool, error) {
	switch {
	case f.kind != ws.MessageText:
		return false, nil
	case !s.t.json:
		return true, nil
	case !tail.IsError(f.data):
		return false, nil
	case !tail.Ambiguous(s.call.Method.Output()):
		return true, nil
	}
	next, err := s.incoming.take(s.ctx)
	if err != nil {
		return false, err
	}
	s.held = &next
	switch ws.CloseStatus(next.err) {
	case closing.Normal, closing.GoingAway, closing.Restart:
		return false, nil
	}
	return next.err != nil, nil
}

// failure returns the exception of an error frame. The close frame after it has
// the status, if the body does not.
func (s *stream) failure(f frame) error {
	ctx, cancel := context.WithTimeout(s.ctx, closeTime)
	defer cancel()
	last := frame{}
	for last.err == nil {
		var err error
		if s.held != nil {
			last, s.held = *s.held, nil
		} else if last, err = s.incoming.take(ctx); err != nil {
			break
		}
	}
	frame := s.frame(closeError(last.err))
	frame.Body = f.data
	return frame.Err()
}

// end returns what the end of the connection means: [io.EOF] if the server ended
// the call well.
func (s *stream) end(err error) error {
	ce := closeError(err)
	switch {
	case errors.Is(err, ws.ErrMessageTooBig):
		return fmt.Errorf("a message is larger than %d bytes", s.t.ReplyBytes)
	case ce == nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return fmt.Errorf("the connection was lost: %w", io.ErrUnexpectedEOF)
	case ce == nil:
		return fmt.Errorf("the connection was lost: %w", err)
	case ce.Code == closing.Normal:
		return io.EOF
	case ce.stops() && s.n > 0 && !s.call.Method.IsStreamingServer():
		return io.EOF // the reply has come
	case ce.status() == 0:
		return ce
	}
	return s.frame(ce).Err()
}

// frame returns what a close frame says of an exception; nil says nothing.
func (s *stream) frame(ce *CloseError) client.ErrorFrame {
	header := s.handshake.answer.Header.Clone()
	for _, name := range []string{"Upgrade", "Connection"} {
		header.Del(name) // they are those of the handshake
	}
	f := client.ErrorFrame{Method: s.call.Method, Header: header}
	if ce != nil {
		f.Status, f.Reason, f.Cause = ce.status(), ce.reason(), ce
	}
	return f
}

// Close implements [client.Stream]. It does not wait for the goodbye.
func (s *stream) Close() error {
	s.cancel()
	select {
	case <-s.opened:
		s.closing.Do(func() { go s.hangUp() })
	default: // run notices
	}
	return nil
}

// hangUp ends the connection, if there is one: with a close frame and that of
// the server, if it still listens, and after closeTime anyway.
func (s *stream) hangUp() {
	if s.conn == nil {
		return
	}
	late := time.AfterFunc(closeTime, func() { _ = s.handshake.link.Close() })
	defer late.Stop()
	_ = s.conn.Close(closing.GoingAway, "")
	<-s.done
}
