package agentcore

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
)

// sockets are those that are open. Once closing is set, no more are taken.
type sockets struct {
	mu      sync.Mutex
	open    map[*Socket]struct{}
	closing bool
	done    sync.WaitGroup
}

func (l *sockets) add(s *Socket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return false
	}
	l.open[s] = struct{}{}
	l.done.Add(1)
	return true
}

func (l *sockets) stopping() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closing
}

func (l *sockets) remove(s *Socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, s)
	l.done.Done()
}

// restart closes all sockets with 1012 (service restart) and waits for their
// handlers.
func (l *sockets) restart() {
	l.mu.Lock()
	l.closing = true
	for s := range l.open {
		go func() { // ends before its handler does, which is waited for
			_ = s.Close(closing.Restart, "")
			s.end()
		}()
	}
	l.mu.Unlock()
	l.done.Wait()
}

// serveSocket answers a handshake.
func (a *App) serveSocket(w http.ResponseWriter, r *http.Request) {
	x := a.begin(w, r)
	switch {
	case !a.upgrade(r):
		x.logf(slog.LevelWarn, "WebSocket refused: its origin is not allowed")
		x.sendError(http.StatusForbidden, "The origin is not allowed.")
		return
	case a.socket == nil:
		x.logf(slog.LevelError, "No WebSocket handler defined")
		writeBody(w, r, http.StatusForbidden, nil)
		return
	}
	ctx, end := context.WithCancel(r.Context())
	defer end()
	s := &Socket{Invocation: x.in, app: a, w: w, r: r, end: end}
	if !a.sockets.add(s) {
		x.sendError(http.StatusServiceUnavailable, "The service restarts.")
		return
	}
	defer a.sockets.remove(s)
	err := x.converse(ctx, s)
	if s.accepted() {
		x.closeSocket(s, err)
	} else {
		x.refuse(s, err)
	}
}

// converse runs the handler and turns a panic into an error.
func (x *run) converse(ctx context.Context, s *Socket) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	return x.app.socket(ctx, s)
}

// refuse answers a handshake that the handler did not accept, by plain HTTP.
func (x *run) refuse(s *Socket, err error) {
	closing, _ := errors.AsType[*CloseError](err)
	switch {
	case s.closed: // Accept has told the caller what is wrong
		x.debugf("WebSocket handshake failed: %v", err)
	case err == nil && s.refusal != nil:
		x.pass(s.refusal)
	case err == nil:
		x.debugf("The WebSocket handler returned without accepting")
		x.sendError(http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError))
	default:
		x.logSocket(err)
		v, known := x.app.verdict(x.r.Context(), err)
		switch {
		case closing != nil, !known && x.app.recorded:
			writeBody(x.w, x.r, http.StatusForbidden, nil)
		default:
			x.sendVerdict(v)
		}
	}
}

// closeSocket closes a socket after its handler has returned.
func (x *run) closeSocket(s *Socket, err error) {
	switch {
	case err == nil:
		_ = s.Close(closing.Normal, "") // no harm if the handler has closed it
		return
	case errors.Is(err, ErrDisconnected):
		x.debugf("WebSocket disconnected")
	default:
		x.logSocket(err)
	}
	code, reason := x.app.closeCode(x.r.Context(), err)
	_ = s.Close(code, reason) // no harm if it is closed
}

func (x *run) logSocket(err error) {
	x.logWith(slog.LevelError, failure(err, x.app.socketName), "WebSocket handler failed")
}
