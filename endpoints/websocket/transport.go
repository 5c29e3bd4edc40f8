package websocket

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/drain"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// Transport returns a transport for streaming methods. A message may be as large
// as [endpoints.Limits] says of bodies.
func Transport(options ...Option) endpoints.StreamWriter {
	t := &transport{
		code: CloseCode, pingInterval: 30 * time.Second, pingTimeout: 10 * time.Second, writeTimeout: 30 * time.Second,
		methods: map[string]*method{},
		stopping: exceptions.Raise(exceptions.NewServiceUnavailable("The server is shutting down."),
			exceptions.Level(slog.LevelInfo)),
	}
	for _, o := range options {
		o.apply(t)
	}
	return t
}

type transport struct {
	origins      *cors.Policy
	code         func(*normalize.Verdict) int
	visible      bool
	restart      bool
	pingInterval time.Duration
	pingTimeout  time.Duration
	writeTimeout time.Duration
	idle         time.Duration // 0: no limit

	middle   *endpoints.Middle // for replies before the handshake
	plain    *endpoints.Middle // the same without the policy
	limits   endpoints.Limits
	methods  map[string]*method // by path
	open     drain.Group
	stopping error // why calls end when the server stops
}

// A method is one that streams.
type method struct {
	*endpoints.Method
	reader  *endpoints.MessageReader
	in, out bool // the client, the server streams
}

func (t *transport) Name() string { return "websocket" }

func (t *transport) Open(m *endpoints.Middle) {
	t.middle, t.plain, t.limits = m, m.WithoutPolicy(), m.Limits()
}

func (t *transport) Attach(m *endpoints.Method) error {
	if m.Stream == nil {
		return nil
	}
	reader, err := t.middle.MessageReader(m)
	if err != nil {
		return err
	}
	d := m.Descriptor()
	t.methods[pathOf(m)] = &method{Method: m, reader: reader, in: d.IsStreamingClient(), out: d.IsStreamingServer()}
	return nil
}

// pathOf is the path of a method: that of gRPC.
func pathOf(m *endpoints.Method) string {
	i := strings.LastIndexByte(m.FullName(), '.')
	return "/" + m.FullName()[:i] + "/" + m.FullName()[i+1:]
}

// Accepts takes GET too, which is told to upgrade. Other verbs are for
// protocols that have the same paths.
func (t *transport) Accepts(r *http.Request) bool {
	return t.methods[r.URL.Path] != nil && (r.Method == http.MethodGet || isUpgrade(r))
}

func (t *transport) AcceptsStream(r *http.Request) bool { return isUpgrade(r) }

// Shutdown ends the open connections; see [endpoints.API.Shutdown].
func (t *transport) Shutdown(ctx context.Context) error { return t.open.Shutdown(ctx) }

// ServeHTTP serves a call whose request comes by the stream.
func (t *transport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m, ctx := t.methods[r.URL.Path], r.Context()
	if t.limits.CallTime > 0 {
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, t.limits.CallTime)
		defer end()
	}
	s := newSocket(t, w, r, m, t.plain.Begin(ctx, t.Name(), m.Method, r.Header))
	if s.expected = -1; !m.in {
		s.expected = 1
	}
	t.serve(s, nil, nil, !m.in)
}

// ServeStream serves a call whose request REST has read.
func (t *transport) ServeStream(w http.ResponseWriter, r *http.Request, c *endpoints.Call, request proto.Message, err error) {
	t.serve(newSocket(t, w, r, t.methods[pathOf(c.Method())], c), request, err, false)
}

// serve takes a call from its begin to its end. first says that the first message
// is the request.
func (t *transport) serve(s *socket, request proto.Message, err error, first bool) {
	defer s.release()
	if s.subprotocol, s.refused = t.handshake(s.w, s.r); s.refused != nil {
		err = s.refused
	}
	if t.open.Enter(s) {
		defer t.open.Leave(s)
	} else if err == nil {
		err = t.stopping
	}
	if err == nil && first {
		request, err = s.first()
	}
	if err != nil {
		request = nil
	}
	s.finish(t.plain.RunStream(s.call, request, s, err))
	t.plain.End(s.call)
}
