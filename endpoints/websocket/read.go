package websocket

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// read reads frames until there is nobody to send any or to take them.
func (s *socket) read() {
	defer close(s.readDone)
	for expected, ended := s.expected, false; ; expected-- {
		kind, r, err := s.conn.Reader(context.Background())
		if err != nil {
			s.readFailed(err)
			return
		}
		data, err := readMessage(r, s.t.limits.BodyBytes)
		if err == nil && s.net.broken.Load() {
			// The end of the connection between two fragments looks like that of the
			// message.
			err = errRead
		}
		if err == nil {
			s.touch()
			err = s.check(kind, *data, expected, ended)
		}
		switch {
		case errors.Is(err, errRead):
			s.readFailed(err)
			return
		case err != nil:
			s.fail(err)
			return
		}
		m := message{data}
		if ended = isEnd(kind, *data); ended {
			m.data = nil
		}
		s.held.Store(true)
		select {
		case s.incoming <- m:
		case <-s.done:
			return
		}
		s.net.heard() // or might have been, while nothing was read
		s.held.Store(false)
	}
}

// isEnd says whether the frame is the one after the client's last message.
func isEnd(kind ws.MessageType, data []byte) bool { return kind == ws.MessageText && len(data) == 0 }

// check says what is wrong with a message as a frame.
func (s *socket) check(kind ws.MessageType, data []byte, expected int, ended bool) error {
	switch {
	case isEnd(kind, data) && !ended:
		return nil
	case ended || expected == 0:
		return exceptions.NewBadRequest("A message came after the last one.")
	case s.binary() != (kind == ws.MessageBinary):
		return WithCode(closing.Unsupported, exceptions.NewUnsupportedMediaType("Messages must be in text frames, or in binary ones with the subprotocol %s.", SubprotocolProto))
	case !s.binary() && !utf8.Valid(data): // RFC 6455, section 8.1
		return WithCode(closing.Invalid, exceptions.NewBadRequest("The message is not valid UTF-8."))
	}
	return nil
}

// readFailed finds out why nothing more can be read.
func (s *socket) readFailed(err error) {
	if ws.CloseStatus(err) != -1 || s.net.broken.Load() || s.ended.Load() {
		s.lost(err)
		return
	}
	s.fail(WithCode(closing.Protocol, exceptions.Raise(exceptions.NewBadRequest("The WebSocket protocol was violated."), exceptions.Cause(err))))
}

// errRead is the failure of a connection in the middle of a message.
var errRead = errors.New("read")

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// release gives the memory of a message back.
func release(data *[]byte) {
	if cap(*data) <= maxKept {
		buffers.Put(data)
	}
}

// readMessage reads a message of up to limit bytes.
func readMessage(r io.Reader, limit int64) (*[]byte, error) {
	data := buffers.Get().(*[]byte)
	b := (*data)[:0]
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, 512)
		}
		// A read waits until it is full, or the message at its end: one that is too
		// large must not be waited for.
		room := min(int64(cap(b)-len(b)), limit+1-int64(len(b)))
		n, err := r.Read(b[len(b) : len(b)+int(room)])
		b = b[:len(b)+n]
		*data = b
		switch {
		case int64(len(b)) > limit:
			return nil, exceptions.NewRequestEntityTooLarge("The message is larger than %d bytes.", limit)
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, errors.Join(errRead, err)
		}
	}
}

// touch notes that a message has come or gone.
func (s *socket) touch() {
	if s.idleTimer != nil && !s.ended.Load() {
		s.idleTimer.Reset(s.t.idle)
	}
}

// idled ends a call without messages.
func (s *socket) idled() {
	s.fail(exceptions.NewRequestTimeout("There was no message for too long."))
}

// ping makes sure that the client is there. It runs on the timer's goroutine.
func (s *socket) ping() {
	interval := s.t.pingInterval
	begin := time.Since(s.net.started)
	// A client that is being written to shows by reading that it is there, and a
	// ping would only wait for it.
	if silent := begin - time.Duration(s.net.written.Load()); silent >= interval {
		ctx, cancel := context.WithTimeout(context.Background(), s.t.pingTimeout)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !s.ended.Load() {
			s.lost(err) // the connection is broken, which a reader that waits for the handler does not see
			return
		}
		// Any sign of life will do. There is none to be seen while the reader waits
		// for the handler, and when that is over it counts as one.
		held := s.held.Load()
		heard := held || time.Duration(s.net.read.Load()) >= begin
		if errors.Is(err, context.DeadlineExceeded) && !heard && !s.ended.Load() {
			s.fail(WithCode(closing.Timeout, exceptions.NewClientClosedRequest("The client does not answer.")))
			return
		}
	} else {
		interval -= silent
	}
	s.pingTimer.Reset(interval)
	if s.ended.Load() {
		s.pingTimer.Stop()
	}
}
