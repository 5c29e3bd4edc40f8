package rpc

import (
	"context"
	"net/http"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// An open is a stream that the server may have to end before its handler does.
type open struct {
	end      context.CancelCauseFunc
	control  *http.ResponseController
	receives bool // the client streams
}

// errStopping is what clients of open streams get to know; they may try again
// elsewhere.
var errStopping = exceptions.NewServiceUnavailable("The server is shutting down.")

// serveStream serves a stream as a member of what is open.
func (p *procedure) serveStream(w http.ResponseWriter, r *http.Request) {
	ctx, end := context.WithCancelCause(r.Context())
	defer end(nil)
	o := &open{end, http.NewResponseController(w), p.clientStreams}
	if !p.open.Enter(o) {
		end(errStopping)
	}
	defer p.open.Leave(o)
	p.framed.ServeHTTP(w, r.WithContext(ctx))
}

// Stop ends the context of the call, and its waiting for a message.
func (o *open) Stop() {
	o.end(errStopping)
	if o.receives {
		// Not every writer can; then the handler waits for its client. On HTTP/1.1
		// this ends the connection too.
		_ = o.control.SetReadDeadline(time.Unix(1, 0))
	}
}

// Cut makes a handler that sends give up as well.
func (o *open) Cut() { _ = o.control.SetWriteDeadline(time.Unix(1, 0)) }

// Shutdown ends all streams, as [endpoints.API.Shutdown] says. A stream that is
// opened afterwards is refused with UNAVAILABLE.
func (t *transport) Shutdown(ctx context.Context) error {
	if t.health != nil {
		t.health.Shutdown()
	}
	return t.open.Shutdown(ctx)
}
