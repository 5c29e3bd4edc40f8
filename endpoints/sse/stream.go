package sse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// errorEvent is the name of the event that tells why a stream ended.
const errorEvent = "error"

// maxKept is the largest buffer that is kept for the next message, in bytes: a
// stream must not hold the memory of its largest message for good.
const maxKept = 64 << 10

// A Stream is the [endpoints.Stream] of this transport. Handlers that want more
// than to send messages get it by [StreamFrom].
//
// All methods do nothing on a nil Stream, so that a handler may serve other
// protocols by the same code, and nothing but to take note of ids on [Lines].
type Stream struct {
	transport *transport
	call      *endpoints.Call
	r         *http.Request
	w         http.ResponseWriter
	control   *http.ResponseController
	cancel    context.CancelCauseFunc
	format    Format
	mediaType string
	next      frame  // of the next message; only the handler touches it
	body      []byte // of the last message; the same
	patience  *patience.Patience

	mu     mutex // guards the rest, and writing: keep-alives come from a timer
	begun  bool  // the header is sent
	ended  bool  // the handler has returned
	failed error // why nothing can be sent any more
	buffer []byte
	timer  *time.Timer // of the keep-alive; nil before the header is sent
}

// A mutex is a lock that may be held for as long as a client does not read,
// which is why it is no sync.Mutex: those who test with testing/synctest could not
// wait for it.
type mutex chan struct{}

func newMutex() mutex   { return make(mutex, 1) }
func (m mutex) Lock()   { m <- struct{}{} }
func (m mutex) Unlock() { <-m }
func (m mutex) TryLock() bool {
	select {
	case m <- struct{}{}:
		return true
	default:
		return false
	}
}

var _ endpoints.Stream = (*Stream)(nil)

// StreamFrom returns the stream of the call that ctx belongs to, or nil if
// another transport carries it.
func StreamFrom(ctx context.Context) *Stream {
	c := endpoints.CallFrom(ctx)
	if c == nil {
		return nil
	}
	s, _ := c.Stream().(*Stream)
	return s
}

// LastEventID is the id of the last event that the client got before it
// connected again, as it says; empty if it is new. It comes from the client and
// can be anything.
func (s *Stream) LastEventID() string {
	if s == nil {
		return ""
	}
	return s.r.Header.Get("Last-Event-Id")
}

// SetID sets the id of the next message. A client that connects again sends the
// last one that it got. The empty id makes it forget that.
func (s *Stream) SetID(id string) {
	if s != nil {
		s.next.id, s.next.hasID = id, true
	}
}

// SetEvent sets the name of the event that carries the next message, "message"
// to browsers if there is none. The name "error" is taken.
func (s *Stream) SetEvent(name string) {
	if s != nil {
		s.next.name = name
	}
}

// SetRetry sets how long the client waits before it connects again, from the
// next message on.
func (s *Stream) SetRetry(d time.Duration) {
	if s != nil {
		s.next.retry = d
	}
}

// Open sends the header, which otherwise waits for the first message. A client
// gets to know that it is connected, and keep-alives begin; an exception has no
// status of its own any more.
func (s *Stream) Open() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.send(nil)
}

// Comment sends a comment, which clients ignore. Like [Stream.Open] it sends the
// header.
func (s *Stream) Comment(text string) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffer = s.buffer[:0]
	if s.format == Events {
		s.buffer = append(appendLines(s.buffer, ": ", []byte(text)), '\n')
	}
	return s.send(s.buffer)
}

// Receive implements [endpoints.Stream]. The client sends nothing.
func (*Stream) Receive() (proto.Message, error) { return nil, io.EOF }

// Send implements [endpoints.Stream].
func (s *Stream) Send(m proto.Message) error {
	next := s.next
	s.next = frame{}
	if !singleLine(next.name) || !singleLine(next.id) || next.name == errorEvent {
		return fmt.Errorf("endpoints/sse: neither id %q nor event name %q may have line breaks or NUL, and \"error\" is no name", next.id, next.name)
	}
	body, err := s.transport.middle.AppendMessage(s.body[:0], s.r, m)
	if s.body = body; cap(body) > maxKept {
		s.body = nil
	}
	if err != nil {
		return fmt.Errorf("endpoints/sse: encode message: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.format == Lines {
		s.buffer = appendLine(s.buffer[:0], body)
	} else {
		s.buffer = next.appendEvent(s.buffer[:0], body)
	}
	return s.send(s.buffer)
}

// send writes text, after the header if that is still to come. The lock is
// held.
func (s *Stream) send(text []byte) error {
	switch {
	case s.failed != nil:
		return s.failed
	case s.ended:
		return errors.New("endpoints/sse: the handler has returned")
	case s.r.Context().Err() != nil:
		return s.fail(s.r.Context().Err())
	}
	if !s.begun {
		s.begin(http.StatusOK)
		if s.r.Method == http.MethodHead {
			return s.fail(errors.New("endpoints/sse: nothing but the header was asked for"))
		}
	}
	return s.write(text)
}

// begin sends the header. The lock is held.
func (s *Stream) begin(status int) {
	if status < 200 || status > 299 {
		status = http.StatusOK // what was no failure cannot look like one
	}
	s.begun = true
	h := s.w.Header()
	maps.Copy(h, s.call.Header())
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no") // or nginx keeps messages back
	if normalize.BodyAllowed(status) {
		h.Set("Content-Type", s.contentType())
	}
	h.Del("Content-Length")
	s.w.WriteHeader(status)
	if s.format == Events && s.transport.keepAlive > 0 && !s.ended {
		s.timer = time.AfterFunc(s.transport.keepAlive, s.ping)
	}
}

func (s *Stream) contentType() string {
	if s.format == Events {
		return typeEvents + "; charset=utf-8"
	}
	return s.mediaType
}

// write writes and flushes. The lock is held.
func (s *Stream) write(text []byte) error {
	if err := s.patience.Begin(); err != nil {
		return s.fail(err)
	}
	_, err := s.w.Write(text)
	if err == nil {
		err = s.control.Flush()
	}
	if cap(s.buffer) > maxKept {
		s.buffer = nil
	}
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		// A mistake of the server's and not of the client: without flushing,
		// messages would get stuck.
		s.failed = fmt.Errorf("endpoints/sse: the http.ResponseWriter does not flush: %w", err)
		return s.failed
	case err != nil:
		return s.fail(err)
	}
	s.patience.End()
	if s.timer != nil {
		s.timer.Reset(s.transport.keepAlive)
	}
	return nil
}

// fail ends the call of a client that has left. The lock is held.
func (s *Stream) fail(cause error) error {
	text := "The client has left."
	if errors.Is(cause, os.ErrDeadlineExceeded) {
		text = "The client does not read."
	}
	s.failed = exceptions.Raise(exceptions.NewClientClosedRequest("%s", text), exceptions.Cause(cause))
	s.cancel(s.failed)
	return s.failed
}

// ping sends a keep-alive. It runs on the timer's goroutine.
func (s *Stream) ping() {
	if !s.mu.TryLock() {
		return // something is being sent, which sets the timer again
	}
	defer s.mu.Unlock()
	if !s.ended && s.failed == nil {
		_ = s.write([]byte(": ping\n\n"))
	}
}

// stopTimer makes sure that nothing is written any more.
func (s *Stream) stopTimer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.timer != nil {
		s.timer.Stop()
	}
}

// Stop asks the handler to end, for a server that stops.
func (s *Stream) Stop() { s.cancel(shuttingDown()) }

// Cut is the end of a handler that did not: it makes what the handler is sending fail, or what it sends next.
func (s *Stream) Cut() { s.patience.Cut() } // without the lock, which a Send that waits for the client holds
