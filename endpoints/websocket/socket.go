package websocket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
)

// A socket is one call on one connection. It is the [endpoints.Stream] of the
// call.
//
// One goroutine reads frames from the handshake to the end, so that pings are
// answered and a client that leaves is noticed whatever the handler does. It
// reads one message ahead.
type socket struct {
	t           *transport
	w           http.ResponseWriter
	r           *http.Request
	method      *method
	call        *endpoints.Call
	cancel      context.CancelCauseFunc
	subprotocol string
	refused     error // what is wrong with the handshake
	expected    int   // how many messages the client may send; below 0: any number

	once      sync.Once // of the handshake
	acceptErr error
	answered  bool // a reply was written in its place
	conn      *ws.Conn
	net       *netConn

	incoming  chan message
	held      atomic.Bool   // the reader waits for the handler
	done      chan struct{} // closed when the handler has returned
	readDone  chan struct{} // closed when nothing is read any more
	ended     atomic.Bool   // the same as done
	lastIn    bool          // the client has sent its last message; of Receive
	out       []byte        // of Send
	gone      atomic.Bool   // the client has left
	stopped   atomic.Bool   // the server stops
	fatal     atomic.Pointer[error]
	pingTimer *time.Timer
	idleTimer *time.Timer
}

// A message is what the client sent; nil data is the end of its messages.
type message struct{ data *[]byte }

func newSocket(t *transport, w http.ResponseWriter, r *http.Request, m *method, c *endpoints.Call) *socket {
	return &socket{t: t, w: w, r: r, method: m, call: c, cancel: t.plain.Cancel(c), done: make(chan struct{})}
}

// Accept accepts the handshake of the call that ctx belongs to, for a handler
// that may have nothing to send or receive for a while: a client's connection
// opens only then. An exception after it is no HTTP reply any more. Header fields
// that the handler sets through the call have to be set before.
//
// It belongs to the goroutine that sends. The error is to be returned by the
// handler. On other protocols Accept does nothing.
func Accept(ctx context.Context) error {
	c := endpoints.CallFrom(ctx)
	if c == nil {
		return nil
	}
	s, ok := c.Stream().(*socket)
	switch {
	case !ok:
		return nil
	case s.ended.Load():
		return errEnded
	}
	return s.accept()
}

var errEnded = errors.New("endpoints/websocket: the handler has returned")

// accept makes the connection a WebSocket, once.
func (s *socket) accept() error {
	s.once.Do(func() { s.acceptErr = s.upgrade() })
	return s.acceptErr
}

func (s *socket) upgrade() error {
	if s.refused != nil {
		return s.refused
	}
	h := s.w.Header()
	for name, values := range s.call.Header() {
		h[name] = values
	}
	h.Del("Content-Length")
	options := ws.AcceptOptions{InsecureSkipVerify: true} // the origin has been looked at
	if s.subprotocol != "" {
		options.Subprotocols = []string{s.subprotocol}
	}
	hijack := &hijacker{ResponseWriter: s.w, timeout: s.t.writeTimeout}
	conn, err := ws.Accept(hijack, s.r, &options)
	if err != nil {
		s.answered = true
		return fmt.Errorf("endpoints/websocket: %w", err)
	}
	conn.SetReadLimit(-1) // we count ourselves, to say more than a close code does
	s.conn, s.net = conn, hijack.conn
	s.incoming, s.readDone = make(chan message, 1), make(chan struct{})
	if s.t.pingInterval > 0 {
		s.pingTimer = startTimer(s.t.pingInterval, s.ping)
	}
	if s.t.idle > 0 {
		s.idleTimer = startTimer(s.t.idle, s.idled)
	}
	go s.read()
	return nil
}

// startTimer is time.AfterFunc. What it returns is known before f is called.
func startTimer(d time.Duration, f func()) *time.Timer {
	t := time.AfterFunc(math.MaxInt64, f)
	t.Reset(d)
	return t
}

// Send implements [endpoints.Stream].
func (s *socket) Send(m proto.Message) error {
	switch {
	case !s.method.out:
		return fmt.Errorf("endpoints/websocket: %s does not stream to its client", s.method.FullName())
	case s.ended.Load():
		return errEnded
	}
	if err := s.accept(); err != nil {
		return err
	}
	return s.send(m)
}

// maxKept is the largest buffer that is kept for the next message, in bytes.
const maxKept = 16 << 10

func (s *socket) send(m proto.Message) (err error) {
	if err := s.fatal.Load(); err != nil {
		return *err
	}
	kind := ws.MessageText
	if s.binary() {
		kind = ws.MessageBinary
		s.out, err = proto.MarshalOptions{}.MarshalAppend(s.out[:0], m)
	} else {
		s.out, err = s.t.plain.AppendMessage(s.out[:0], s.r, m)
	}
	if err != nil {
		return fmt.Errorf("endpoints/websocket: encode message: %w", err)
	}
	err = s.conn.Write(context.Background(), kind, s.out)
	if cap(s.out) > maxKept {
		s.out = nil
	}
	if err != nil {
		return s.lost(err)
	}
	s.touch()
	return nil
}

func (s *socket) binary() bool { return s.subprotocol == SubprotocolProto }

// Receive implements [endpoints.Stream].
func (s *socket) Receive() (proto.Message, error) {
	if !s.method.in || s.lastIn {
		return nil, io.EOF
	}
	if s.ended.Load() {
		return nil, errEnded
	}
	if err := s.accept(); err != nil {
		return nil, err
	}
	return s.receive()
}

// receive waits for the next message. What came before the end of the call is
// still delivered.
func (s *socket) receive() (proto.Message, error) {
	var next message
	select {
	case next = <-s.incoming:
	default:
		select {
		case next = <-s.incoming:
		case <-s.call.Done():
			return nil, context.Cause(s.call)
		}
	}
	if next.data == nil {
		s.lastIn = true
		return nil, io.EOF
	}
	defer release(next.data)
	m := s.method.NewRequest()
	if s.binary() {
		return s.decoded(m, s.method.reader.ReadBinary(*next.data, m), true)
	}
	err := s.method.reader.ReadJSON(*next.data, m)
	return s.decoded(m, err, err != nil && !json.Valid(*next.data))
}

// decoded returns the message, or what is wrong with it. malformed says that it
// is not even in the format of messages.
func (s *socket) decoded(m proto.Message, err error, malformed bool) (proto.Message, error) {
	switch {
	case err == nil:
		return m, nil
	case malformed:
		return nil, WithCode(closing.Invalid, err)
	}
	return nil, err
}

// first reads the request of a method that is not client-streaming.
func (s *socket) first() (proto.Message, error) {
	if err := s.accept(); err != nil {
		return nil, err
	}
	late := time.AfterFunc(s.t.limits.BodyTime, func() {
		s.fail(exceptions.NewRequestTimeout("The request did not arrive in time."))
	})
	defer late.Stop()
	m, err := s.receive()
	if err == io.EOF {
		return nil, exceptions.NewBadRequest("The request has no message: send at least {}.")
	}
	return m, err
}

// fail ends the call because of what the client did, or did not do.
func (s *socket) fail(err error) {
	s.fatal.CompareAndSwap(nil, &err)
	s.cancel(err)
}

// lost ends the call because the client has left, unless it is known better why
// nothing goes any more. It returns why.
func (s *socket) lost(cause error) error {
	if err := s.fatal.Load(); err != nil {
		return *err
	}
	s.gone.Store(true)
	s.cancel(exceptions.Raise(exceptions.NewClientClosedRequest("The client has left."), exceptions.Cause(cause)))
	return context.Cause(s.call)
}

// Stop asks the handler to end, for a server that stops.
func (s *socket) Stop() {
	s.stopped.Store(true)
	s.cancel(s.t.stopping)
}

// Cut is the end of a handler that did not.
func (s *socket) Cut() {
	// Whether there is a connection is only known to those who have tried to make
	// one. Nobody can any more.
	s.once.Do(func() { s.acceptErr = s.t.stopping })
	if s.conn != nil {
		_ = s.net.Close()
	}
}
