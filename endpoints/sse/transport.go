package sse

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/drain"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/tail"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// Transport returns a transport for the server-streaming methods that have a
// google.api.http rule. The client chooses the format by Accept; see [Events]
// and [Lines].
//
// The header of the reply waits for the first message: an exception before it
// has its own status and body, as in REST. An exception after it is the last
// thing in the stream. A client that leaves ends the call's context at once, and
// a client that is slow makes the handler wait in Send.
func Transport(options ...Option) endpoints.StreamWriter {
	t := &transport{keepAlive: 15 * time.Second, writeTimeout: 30 * time.Second, retry: 5 * time.Second}
	for _, o := range options {
		o.apply(t)
	}
	return t
}

type transport struct {
	otherwise    Format
	keepAlive    time.Duration
	writeTimeout time.Duration
	retry        time.Duration

	middle *endpoints.Middle
	open   drain.Group
}

func (t *transport) Name() string { return "sse" }

func (t *transport) Open(m *endpoints.Middle) { t.middle = m }

// Attach does nothing: the REST transport has the routes.
func (t *transport) Attach(*endpoints.Method) error { return nil }

// Accepts is always false: the REST transport accepts, and calls ServeStream.
func (t *transport) Accepts(*http.Request) bool { return false }

func (t *transport) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

func (t *transport) AcceptsStream(r *http.Request) bool {
	_, _, asked := negotiate(r.Header, t.otherwise)
	return asked
}

// Shutdown ends the open streams; see [endpoints.API.Shutdown].
func (t *transport) Shutdown(ctx context.Context) error { return t.open.Shutdown(ctx) }

// shuttingDown is what clients are told when the server stops. It is nobody's
// mistake.
func shuttingDown() error {
	return exceptions.Raise(exceptions.NewServiceUnavailable("The server is shutting down."), exceptions.Level(slog.LevelInfo))
}

func (t *transport) ServeStream(w http.ResponseWriter, r *http.Request, c *endpoints.Call, request proto.Message, err error) {
	s := &Stream{
		transport: t, call: c, r: r, w: w, control: http.NewResponseController(w),
		patience: patience.New(w, r, t.writeTimeout), cancel: t.middle.Cancel(c), mu: newMutex(),
	}
	s.format, s.mediaType, _ = negotiate(r.Header, t.otherwise)
	defer s.cancel(nil)
	defer s.stopTimer()
	if t.open.Enter(s) {
		defer t.open.Leave(s)
	} else if err == nil {
		err = shuttingDown()
	}
	s.finish(t.middle.RunStream(c, request, s, err))
	t.middle.End(c)
}

// finish writes what is left to say when the handler has returned.
func (s *Stream) finish(o *endpoints.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	switch {
	case !s.begun && o.Failed:
		s.transport.middle.WriteError(s.w, s.r, o)
	case !s.begun && o.Response != nil:
		s.respond(o.Response, o.Status)
	case !s.begun:
		s.begin(o.Status)
	case o.Failed && s.failed == nil:
		_ = s.write(s.appendError(s.buffer[:0], &o.Verdict))
	}
	if s.begun {
		// The connection may serve more requests, or a server with deadlines of its
		// own sets them anew.
		_ = s.control.SetWriteDeadline(time.Time{})
	}
}

// respond sends a reply that the handler wrote itself.
func (s *Stream) respond(r *endpoints.Response, status int) {
	maps.Copy(s.w.Header(), r.Header)
	s.w.WriteHeader(status)
	if normalize.BodyAllowed(status) && s.r.Method != http.MethodHead {
		_, _ = s.w.Write(r.Body)
	}
}

// appendError appends the end of a stream that failed.
func (s *Stream) appendError(dst []byte, v *normalize.Verdict) []byte {
	body := s.transport.middle.ErrorFormat(s.r).Append(nil, v)
	if s.format == Lines {
		return appendLine(dst, tail.Error(body))
	}
	f := frame{name: errorEvent}
	if transient(v) {
		if f.retry = v.RetryAfter; f.retry <= 0 {
			f.retry = s.transport.retry
		}
	}
	return f.appendEvent(dst, body)
}
