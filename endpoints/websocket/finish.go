package websocket

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/tail"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// closeTime bounds the closing handshake.
const closeTime = 5 * time.Second

// finish ends the connection after the handler has returned.
func (s *socket) finish(o *endpoints.Outcome) {
	s.ended.Store(true)
	close(s.done)
	if s.conn == nil && !s.opens(o) {
		return
	}
	s.stopTimers()
	s.net.timeout.Store(int64(closeTime))
	// Also what is left of a message is waited for, but not for ever.
	_ = s.net.SetReadDeadline(time.Now().Add(closeTime))
	code, reason := s.last(o)
	if s.gone.Load() {
		_ = s.conn.CloseNow()
	} else {
		_ = s.conn.Close(ws.StatusCode(code), reason)
	}
	<-s.readDone
}

// opens answers a call that ended before the handshake. It returns true if the
// answer needs a WebSocket, and then there is one.
func (s *socket) opens(o *endpoints.Outcome) bool {
	switch {
	case s.answered:
		return false
	case s.refused != nil:
		if !o.Failed {
			o = s.t.plain.Fail(s.call, s.refused) // whatever an interceptor makes of it
		}
		if o.Status == http.StatusUpgradeRequired {
			s.w.Header().Set("Connection", "Upgrade")
		}
		s.t.middle.WriteError(s.w, s.r, o)
		return false
	case o.Response != nil:
		maps.Copy(s.w.Header(), o.Response.Header)
		s.w.WriteHeader(o.Status)
		if normalize.BodyAllowed(o.Status) {
			_, _ = s.w.Write(o.Response.Body)
		}
		return false
	case o.Failed && !s.t.visible:
		s.t.middle.WriteError(s.w, s.r, s.t.middle.Fail(s.call, o.Err)) // as HTTP, so the policy counts
		return false
	}
	if err := s.accept(); err != nil {
		o = s.t.middle.Fail(s.call, err)
		if !s.answered {
			s.t.middle.WriteError(s.w, s.r, o)
		}
		return false
	}
	return true
}

// last sends what comes before the close frame, and returns what that says.
func (s *socket) last(o *endpoints.Outcome) (code int, reason string) {
	if fatal := s.fatal.Load(); fatal != nil {
		o = s.t.plain.Fail(s.call, *fatal)
	} else if o.Response != nil {
		err := o.Err
		if err == nil {
			err = fmt.Errorf("endpoints/websocket: an HTTP response came too late: the handshake has been accepted")
		}
		o = s.t.plain.Fail(s.call, err)
	} else if o.Reply != nil && !s.method.out {
		if err := s.send(o.Reply); err != nil {
			o = s.t.plain.Fail(s.call, err)
		}
	}
	stops := s.stopped.Load() && (!o.Failed || s.isStop(o.Err))
	switch {
	case s.gone.Load():
		return 0, ""
	case stops && s.t.restart:
		return closing.Restart, ""
	case stops:
		return closing.GoingAway, ""
	case !o.Failed:
		return closing.Normal, ""
	}
	v := &o.Verdict
	body := tail.Error(s.t.plain.ErrorFormat(s.r).Append(nil, v))
	_ = s.conn.Write(context.Background(), ws.MessageText, body)
	if code = codeOf(o.Err); code == 0 {
		code = s.t.code(v)
	}
	return code, closing.Reason(v.Reason)
}

// isStop says whether a handler returned err because the server stops.
func (s *socket) isStop(err error) bool {
	return errors.Is(err, s.t.stopping) || errors.Is(err, context.Canceled) && context.Cause(s.call) == s.t.stopping
}

func (s *socket) stopTimers() {
	if s.pingTimer != nil {
		s.pingTimer.Stop()
	}
	if s.idleTimer != nil {
		s.idleTimer.Stop()
	}
}

// release ends what is left of a call that panicked in a way that must not be
// recovered.
func (s *socket) release() {
	s.cancel(nil)
	if s.ended.Swap(true) {
		return
	}
	close(s.done)
	if s.conn != nil {
		s.stopTimers()
		_ = s.conn.CloseNow()
		<-s.readDone
	}
}
