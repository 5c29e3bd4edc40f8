package agentcore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
)

// A SocketHandler serves one WebSocket. It accepts the handshake itself, so
// that it can refuse one with a proper HTTP status: by returning an exception
// before [Socket.Accept], or by [Socket.Refuse].
//
// When it returns, the socket is closed: with 1000 after a nil error, else with
// the code of a [*CloseError], or the code that stands for the exception, or
// 1011. ctx ends when the handler returns or the application stops.
type SocketHandler func(ctx context.Context, s *Socket) error

// A Socket is one WebSocket, from the handshake on. One goroutine may read and
// any number may write at the same time.
type Socket struct {
	// Invocation is what the handshake said; there is no payload.
	Invocation *Invocation

	app     *App
	w       http.ResponseWriter
	r       *http.Request
	refusal *Response
	end     context.CancelFunc

	mu     sync.Mutex
	conn   *websocket.Conn // nil before Accept
	closed bool            // by this side
}

// ErrDisconnected is the error of reading and writing when the other side has
// closed the socket, or is gone. A handler that returns it has not failed.
var ErrDisconnected = errors.New("agentcore: the peer closed the WebSocket")

var (
	errNotAccepted = errors.New("agentcore: the WebSocket is not accepted yet")
	errAccepted    = errors.New("agentcore: the WebSocket is accepted already")
	errClosed      = errors.New("agentcore: the WebSocket is closed")
)

// Accept completes the handshake. It takes the first of the subprotocols that
// the caller offers, too; none is no error. If it fails the caller has been
// told.
func (s *Socket) Accept(subprotocols ...string) error {
	if err := s.accept(subprotocols); err != nil {
		return err
	}
	if s.app.sockets.stopping() { // which has not seen this one accepted
		_ = s.Close(closing.Restart, "")
		return errClosed
	}
	return nil
}

func (s *Socket) accept(subprotocols []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		return errAccepted
	}
	// The origin has been checked, by the application's own rule.
	conn, err := websocket.Accept(s.w, s.r, &websocket.AcceptOptions{Subprotocols: subprotocols, InsecureSkipVerify: true})
	if err != nil {
		s.closed = true
		return err
	}
	conn.SetReadLimit(s.app.maxMessage)
	s.conn = conn
	return nil
}

// Refuse makes p the answer to the handshake, in place of [Socket.Accept]. The
// handler returns after it. Status must not be below 200.
func (s *Socket) Refuse(p *Response) { s.refusal = p }

// Read returns the next message. Text that is not UTF-8 is an error that
// closes with 1007. If ctx ends while Read waits, the connection is lost.
func (s *Socket) Read(ctx context.Context) (data []byte, binary bool, err error) {
	conn, err := s.open()
	if err != nil {
		return nil, false, err
	}
	kind, data, err := conn.Read(ctx)
	if err != nil {
		return nil, false, s.lost(err)
	}
	if kind == websocket.MessageText && !utf8.Valid(data) {
		return nil, false, &frameError{code: closing.Invalid, library: true, text: "text is not UTF-8"}
	}
	return data, kind == websocket.MessageBinary, nil
}

// ReadJSON decodes the next message into v. A binary message is an error that
// closes with 1003, one that is no JSON 1007, one that does not fit v 1008.
func (s *Socket) ReadJSON(ctx context.Context, v any) error {
	data, binary, err := s.Read(ctx)
	switch {
	case err != nil:
		return err
	case binary:
		return &frameError{code: closing.Unsupported, text: "binary message where JSON is expected"}
	case !json.Valid(data):
		return &frameError{code: closing.Invalid, text: "message is no JSON"}
	}
	if err := json.Unmarshal(data, v); err != nil {
		return &frameError{code: closing.Policy, text: err.Error()}
	}
	return nil
}

// WriteText sends a text message.
func (s *Socket) WriteText(ctx context.Context, text string) error {
	return s.write(ctx, websocket.MessageText, []byte(text))
}

// WriteBinary sends a binary message.
func (s *Socket) WriteBinary(ctx context.Context, data []byte) error {
	return s.write(ctx, websocket.MessageBinary, data)
}

// WriteJSON sends the JSON of v as a text message, encoded as the result of a
// [Handler] is.
func (s *Socket) WriteJSON(ctx context.Context, v any) error {
	data, err := encode(v)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	return s.write(ctx, websocket.MessageText, data)
}

func (s *Socket) write(ctx context.Context, kind websocket.MessageType, data []byte) error {
	conn, err := s.open()
	if err != nil {
		return err
	}
	if err := conn.Write(ctx, kind, data); err != nil {
		return s.lost(err)
	}
	return nil
}

// Close closes the socket with a code that may be sent (RFC 6455, section 7.4)
// and a reason, of which 123 bytes are sent at most. It waits for the other
// side to agree, for 5 seconds at most.
func (s *Socket) Close(code int, reason string) error {
	if !closing.Sendable(code) {
		return fmt.Errorf("agentcore: close code %d must not be sent", code)
	}
	s.mu.Lock()
	conn, closed := s.conn, s.closed
	s.closed = s.closed || conn != nil
	s.mu.Unlock()
	switch {
	case conn == nil:
		return errNotAccepted
	case closed:
		return errClosed
	}
	_ = conn.Close(websocket.StatusCode(code), closing.Reason(reason)) // a peer that is gone needs no frame
	return nil
}

// open returns the connection if it can be used.
func (s *Socket) open() (*websocket.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.conn == nil:
		return nil, errNotAccepted
	case s.closed:
		return nil, errClosed
	}
	return s.conn, nil
}

func (s *Socket) accepted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn != nil
}

// lost tells an end of the connection from an error of the protocol.
func (s *Socket) lost(err error) error {
	if websocket.CloseStatus(err) != -1 || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("%w: %w", ErrDisconnected, err)
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("%w: %w", ErrDisconnected, err)
	}
	return err
}

// isHandshake says whether r asks for a WebSocket (RFC 6455, section 4.2.1).
// What is wrong with the rest of the handshake is told by Accept.
func isHandshake(r *http.Request) bool {
	return r.Method == http.MethodGet && hasToken(r.Header["Upgrade"], "websocket") && hasToken(r.Header["Connection"], "upgrade")
}

func hasToken(values []string, token string) bool {
	for _, v := range values {
		for t := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(t), token) {
				return true
			}
		}
	}
	return false
}

// sameHost allows pages of the host that they call, and callers that are no
// browsers.
func sameHost(r *http.Request) bool {
	origin := r.Header["Origin"]
	if len(origin) == 0 {
		return true
	}
	u, err := url.Parse(origin[0])
	return err == nil && len(origin) == 1 && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
