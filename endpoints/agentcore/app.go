package agentcore

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A Handler is the entrypoint of an agent. What it returns decides the reply:
//
//   - an error: an exception (package exceptions) is sent with its status as
//     {"error": text}, any other error is a 500 whose text stays in the log
//   - a [*Response]: sent as it is
//   - a [Stream]: sent as server-sent events
//   - a [proto.Message]: 200 with its JSON
//   - anything else: 200 with what encoding/json makes of it; nil is null
//
// Handlers run at the same time, each in a goroutine of its own. ctx ends when
// the client goes away.
type Handler func(ctx context.Context, in *Invocation) (any, error)

// An App is the application around one entrypoint. It is an [http.Handler],
// and [App.Run] serves it as the platform expects. All methods are safe for
// concurrent use.
type App struct {
	handler    Handler
	name       string // of the handler's function, for logs
	socket     SocketHandler
	socketName string
	logger     *slog.Logger
	policy     *normalize.Policy
	debug      bool
	showErrors bool
	recorded   bool
	maxBody    int64
	maxMessage int64
	upgrade    func(*http.Request) bool
	// writeTimeout is how long a caller may take to make room for a piece of a stream.
	writeTimeout time.Duration

	health  health
	tasks   tasks
	sockets sockets
}

// policy sends every status that HTTP can carry as a final one as it is raised,
// and 500 for others.
var policy = sync.OnceValue(func() *normalize.Policy {
	p, err := normalize.Compile(normalize.Definition{
		Name:        "agentcore",
		Description: "statuses as they are raised, if HTTP can send them",
		Raised:      []normalize.Rule{{From: 200, To: 599, Keep: true}},
	})
	if err != nil {
		panic(err)
	}
	return p
})

// The defaults of the limits.
const (
	defaultBody    = 100 << 20
	defaultMessage = 16 << 20
)

// New returns an application for h. With a nil h every invocation is a 500, but
// the debug actions of [WithDebug] work.
func New(h Handler, options ...Option) *App {
	a := &App{
		handler: h, name: functionName(h), policy: policy(),
		maxBody: defaultBody, maxMessage: defaultMessage,
		upgrade: sameHost, writeTimeout: 30 * time.Second,
	}
	a.health.custom = func(context.Context) (Status, error) { return Automatic, nil }
	a.sockets.open = map[*Socket]struct{}{}
	for _, o := range options {
		o.apply(a)
	}
	if a.logger == nil {
		level := slog.LevelInfo
		if a.debug {
			level = slog.LevelDebug
		}
		a.logger = slog.New(NewLogHandler(nil, level))
	}
	return a
}

// functionName is the name of a function without its package's path.
func functionName(f any) string {
	v := reflect.ValueOf(f)
	if v.IsNil() {
		return ""
	}
	name := runtime.FuncForPC(v.Pointer()).Name()
	return name[strings.LastIndexByte(name, '/')+1:]
}

// The paths of the application.
const (
	invocationsPath = "/invocations"
	pingPath        = "/ping"
	socketPath      = "/ws"
)

// ServeHTTP implements [http.Handler]. Paths are compared byte for byte. A path
// with slashes at its end is redirected to the one without, another method is
// 405, another path 404; a WebSocket handshake elsewhere is 403.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, handshake := r.URL.Path, isHandshake(r)
	switch {
	case handshake && path == socketPath:
		a.serveSocket(w, r)
	case handshake:
		writeBody(w, r, http.StatusForbidden, nil)
	case path == invocationsPath:
		if allowed(w, r, http.MethodPost) {
			a.serveInvocation(w, r)
		}
	case path == pingPath:
		if allowed(w, r, http.MethodGet, http.MethodHead) {
			a.servePing(w, r)
		}
	default:
		switch strings.TrimRight(path, "/") {
		case invocationsPath, pingPath:
			redirect(w, r, strings.TrimRight(path, "/"))
		default:
			writeText(w, r, http.StatusNotFound)
		}
	}
}

// allowed answers a request with another method than the given ones.
func allowed(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	writeText(w, r, http.StatusMethodNotAllowed)
	return false
}

// redirect sends the client to path on the host that it called.
func redirect(w http.ResponseWriter, r *http.Request, path string) {
	location := "http://"
	if r.TLS != nil {
		location = "https://"
	}
	location += r.Host + path
	if r.URL.RawQuery != "" {
		location += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", location)
	writeBody(w, r, http.StatusTemporaryRedirect, nil)
}

// writeText answers with the phrase of the status.
func writeText(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	writeBody(w, r, status, []byte(http.StatusText(status)))
}

// writeJSON answers with a body that is JSON already.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	writeBody(w, r, status, body)
}

// writeBody sends status and body, but no body, length and type where the
// status has none (RFC 9110, section 6.4.1).
func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	if !normalize.BodyAllowed(status) {
		h.Del("Content-Type")
		h.Del("Content-Length")
		w.WriteHeader(status)
		return
	}
	if _, typed := h["Content-Type"]; !typed {
		h["Content-Type"] = nil // keeps net/http from guessing one
	}
	h.Set("Content-Length", itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// A client that went away is nobody's failure.
		_, _ = w.Write(body)
	}
}
