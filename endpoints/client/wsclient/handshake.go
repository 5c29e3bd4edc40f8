package wsclient

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
)

// accept asks for errors in a format that carries the fields of exceptions, as
// the client does over REST.
var accept = []string{"application/json, application/problem+json;q=0.9"}

// A handshake is the [http.RoundTripper] of one connection. It keeps what was
// answered, of which package websocket tells but the beginning, and the
// connection itself.
type handshake struct {
	next   http.RoundTripper
	answer *http.Response // nil: there is none
	link   *link
}

// dial opens a connection. The error is the exception of a server that answered
// otherwise.
func (h *handshake) dial(ctx context.Context, t *transport, call *client.Call) (*ws.Conn, error) {
	h.next = t.HTTPClient.Transport
	if h.next == nil {
		h.next = http.DefaultTransport
	}
	own := *t.HTTPClient
	own.Transport = h
	header := call.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header["Accept"] == nil {
		header["Accept"] = accept
	}
	conn, _, err := ws.Dial(ctx, t.base+string(call.Method.Name()), &ws.DialOptions{
		HTTPClient: &own, HTTPHeader: header, Host: header.Get("Host"), Subprotocols: []string{t.subprotocol()},
	})
	if err != nil {
		return nil, h.failure(err, call)
	}
	if got := conn.Subprotocol(); got != t.subprotocol() && (got != "" || !t.json) {
		_ = conn.CloseNow()
		return nil, fmt.Errorf("the server does not know the subprotocol %s", t.subprotocol())
	}
	conn.SetReadLimit(t.ReplyBytes)
	return conn, nil
}

// failure says why there is no connection.
func (h *handshake) failure(err error, call *client.Call) error {
	if h.answer == nil || h.answer.StatusCode == http.StatusSwitchingProtocols {
		return err
	}
	if e := client.ReadReply(h.answer, call.Method); e != nil {
		return e
	}
	return fmt.Errorf("the server answered with status %d and opened no WebSocket", h.answer.StatusCode)
}

// maxErrorBytes is how much of a reply in place of a connection is kept.
const maxErrorBytes = 1 << 20

// RoundTrip implements [http.RoundTripper].
func (h *handshake) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := h.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kept := *answer
	h.answer = &kept
	if answer.StatusCode == http.StatusSwitchingProtocols {
		kept.Body = nil
		if rwc, ok := answer.Body.(io.ReadWriteCloser); ok {
			h.link = &link{ReadWriteCloser: rwc}
			answer.Body = h.link
		}
		return answer, nil
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxErrorBytes+1))
	_ = answer.Body.Close()
	if err != nil {
		return nil, err
	}
	kept.Body = io.NopCloser(bytes.NewReader(body))
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// A link is the connection under a WebSocket.
type link struct {
	io.ReadWriteCloser
	broken atomic.Bool // reading has failed
}

// Read implements [io.Reader].
func (l *link) Read(p []byte) (int, error) {
	n, err := l.ReadWriteCloser.Read(p)
	if err != nil {
		l.broken.Store(true)
	}
	return n, err
}
