package rpc

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// An open is a stream that the server may have to end before its handler does.
type open struct {
	end      context.CancelCauseFunc
	control  *http.ResponseController
	patience *patience.Patience
	receives bool // the client streams
}

// patienceKey is the key of the patience in the context of a request. Package
// connect lets nothing else through.
type patienceKey struct{}

// impatient returns r, with the patience for its reply.
func impatient(ctx context.Context, r *http.Request, p *patience.Patience) *http.Request {
	return r.WithContext(context.WithValue(ctx, patienceKey{}, p))
}

func patienceOf(ctx context.Context) *patience.Patience {
	p, _ := ctx.Value(patienceKey{}).(*patience.Patience)
	return p
}

// errStopping is what clients of open streams get to know; they may try again
// elsewhere.
var errStopping error = exceptions.NewServiceUnavailable("The server is shutting down.")

// serveStream serves a stream as a member of what is open.
func (p *procedure) serveStream(w http.ResponseWriter, r *http.Request) {
	ctx, end := context.WithCancelCause(r.Context())
	defer end(nil)
	o := &open{end, http.NewResponseController(w), patience.New(w, r, p.writeTimeout), p.clientStreams}
	if !p.open.Enter(o) {
		end(errStopping)
	}
	defer p.open.Leave(o)
	if !p.clientStreams {
		p.timeBody(w, r)
	}
	p.framed.ServeHTTP(w, impatient(ctx, r, o.patience))
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
func (o *open) Cut() { o.patience.Cut() }

// Shutdown ends all streams, as [endpoints.API.Shutdown] says. A stream that is
// opened afterwards is refused with UNAVAILABLE.
func (t *transport) Shutdown(ctx context.Context) error {
	if t.health != nil {
		t.health.Shutdown()
	}
	return t.open.Shutdown(ctx)
}

// timeBody bounds how long the client may take to send its one message.
func (p *procedure) timeBody(w http.ResponseWriter, r *http.Request) {
	const never = 1 << 60 // what is longer is a limit that is switched off
	if p.limits.BodyTime >= never {
		return
	}
	control := http.NewResponseController(w)
	if control.SetReadDeadline(time.Now().Add(p.limits.BodyTime)) == nil {
		r.Body = &timedBody{r.Body, control}
	}
}

// A timedBody takes its deadline back once it is read. On HTTP/1.1 it is that of
// the connection, and would end the call.
type timedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
