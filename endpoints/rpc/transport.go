package rpc

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/drain"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Transport returns the transport for Connect, gRPC and gRPC-Web. Give it to
// [endpoints.New] by [endpoints.With].
//
// Every method is served at "/package.Service/Method", whatever base path the
// API has: clients of gRPC know no prefix. All kinds of streams are served;
// messages are binary or JSON, whole or compressed by gzip. Connect also serves
// GET for unary methods with the option idempotency_level = NO_SIDE_EFFECTS.
// gRPC needs HTTP/2, which [endpoints.NewServer] speaks with and without TLS; the
// others work on HTTP/1.1, but for streams in both directions.
//
// What is wrong with a request goes through the API, so that interceptors see it
// and the log has it, but for what HTTP answers: a wrong verb (405), content type
// (415) or version of the protocol (505).
//
// A reply has no status here: what a handler sets by [endpoints.Call.SetStatus]
// is dropped, and "nothing" is an empty message. [endpoints.Limits] hold for each
// message of a stream.
func Transport(options ...Option) endpoints.Transport {
	t := &transport{procedures: map[string]*procedure{}, extra: map[string]http.Handler{}, info: true, writeTimeout: 30 * time.Second}
	for _, o := range options {
		o.apply(t)
	}
	return t
}

// An Option is a setting of [Transport].
type Option interface{ apply(*transport) }

type option func(*transport)

func (o option) apply(t *transport) { o(t) }

// WithoutErrorInfo leaves google.rpc.ErrorInfo out of the details of errors, so
// that they are exactly those of the exception. It is for clients that take any
// detail for one that they know.
func WithoutErrorInfo() Option { return option(func(t *transport) { t.info = false }) }

// WithWriteTimeout sets how long the client of a stream may take to make room
// for a message: 30 seconds without this option, without end if d is not
// positive. Then it has left, for all that the handler gets to know. The option
// has no effect if the server's connection has no deadlines.
func WithWriteTimeout(d time.Duration) Option {
	return option(func(t *transport) { t.writeTimeout = d })
}

// transport serves methods by their full names.
type transport struct {
	middle     *endpoints.Middle
	limits     endpoints.Limits
	info       bool                    // errors have ErrorInfo
	procedures map[string]*procedure   // by path
	extra      map[string]http.Handler // health and reflection, by path
	services   []string
	health     *Health // nil: not served
	errors     *connect.ErrorWriter
	open       drain.Group

	writeTimeout time.Duration
}

// Name implements [endpoints.Transport]. Calls have the names of the single
// protocols: connect, grpc, grpc-web.
func (t *transport) Name() string { return "rpc" }

// Open implements [endpoints.Transport].
func (t *transport) Open(m *endpoints.Middle) {
	t.middle, t.limits = m.WithoutPolicy(), m.Limits()
	t.errors = connect.NewErrorWriter()
}

// Attach implements [endpoints.Transport].
func (t *transport) Attach(m *endpoints.Method) error {
	p, err := t.newProcedure(m)
	if err != nil {
		return err
	}
	t.procedures[p.path] = p
	if service := string(m.Descriptor().Parent().FullName()); !slices.Contains(t.services, service) {
		t.services = append(t.services, service)
		if t.health != nil {
			t.health.add(service)
		}
	}
	return nil
}

// Accepts implements [endpoints.Transport]: the path of a method, and any
// request whose content type or header belongs to one of the protocols.
func (t *transport) Accepts(r *http.Request) bool {
	if values := r.Header["Upgrade"]; len(values) > 0 && strings.EqualFold(values[0], "websocket") {
		return false // the same path on another protocol
	}
	if t.procedures[r.URL.Path] != nil || t.extra[r.URL.Path] != nil {
		return true
	}
	return isFramed(r) || len(r.Header[headerVersion]) > 0
}

// isFramed says whether a request is of a protocol that puts messages into
// frames: gRPC, gRPC-Web, or Connect for streams.
func isFramed(r *http.Request) bool {
	values := r.Header["Content-Type"]
	return len(values) > 0 && (strings.HasPrefix(values[0], "application/grpc") || strings.HasPrefix(values[0], "application/connect+"))
}

// ServeHTTP implements [endpoints.Transport].
func (t *transport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := t.procedures[r.URL.Path]
	switch {
	case p != nil:
		p.ServeHTTP(w, r)
	case t.extra[r.URL.Path] != nil:
		t.extra[r.URL.Path].ServeHTTP(w, r)
	default:
		t.serveUnknown(w, r)
	}
}

// serveUnknown answers a call of a method that there is not. The code is
// UNIMPLEMENTED, as in gRPC everywhere; Connect sends it with status 404.
func (t *transport) serveUnknown(w http.ResponseWriter, r *http.Request) {
	call := t.middle.Begin(r.Context(), protocolOf(r), nil, r.Header)
	err := exceptions.Raise(exceptions.NewNotImplemented("There is no such method."), exceptions.Level(slog.LevelWarn))
	o := t.middle.Run(call, nil, err)
	switch {
	case o.Failed && isFramed(r):
		_ = t.errors.Write(w, r, t.connectError(o))
	case o.Failed:
		y := reply{procedure: &procedure{transport: t}, w: w, r: r, call: call}
		y.fail(o, http.StatusNotFound)
	default:
		// An interceptor has answered, and there is no type to answer with.
		w.WriteHeader(http.StatusNotFound)
	}
	t.middle.End(call)
}

// The names of the protocols, as calls give them.
const (
	protocolConnect = "connect"
	protocolGRPC    = "grpc"
	protocolGRPCWeb = "grpc-web"
)

// protocolOf names the protocol of a request.
func protocolOf(r *http.Request) string {
	kind := ""
	if values := r.Header["Content-Type"]; len(values) > 0 {
		kind = values[0]
	}
	switch {
	case strings.HasPrefix(kind, "application/grpc-web"):
		return protocolGRPCWeb
	case strings.HasPrefix(kind, "application/grpc"):
		return protocolGRPC
	}
	return protocolConnect
}
