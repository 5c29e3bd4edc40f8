// Package streamtest serves the streams of library.v1.Desk in memory, for the
// tests of transports. It has no sockets and no buffers: a writer waits for its
// reader, and all of it runs in the bubbles of testing/synctest.
package streamtest

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// A Desk does what a test says.
type Desk struct {
	Watch  func(context.Context, *libraryv1.WatchLoansRequest, libraryv1endpoints.DeskWatchLoansStream) error
	Return func(context.Context, libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error)
	Answer func(context.Context, libraryv1endpoints.DeskAskStream) error
}

// WatchLoans calls Watch.
func (d *Desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	return d.Watch(ctx, r, s)
}

// ReturnBooks calls Return.
func (d *Desk) ReturnBooks(ctx context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
	return d.Return(ctx, s)
}

// Ask calls Answer.
func (d *Desk) Ask(ctx context.Context, s libraryv1endpoints.DeskAskStream) error {
	return d.Answer(ctx, s)
}

// A Log collects log records as text without times. It is safe for concurrent
// use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns what was logged since the last call.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// Logger returns a logger that writes to l: level, message, protocol, raised and
// error.
func (l *Log) Logger() *slog.Logger {
	keep := map[string]bool{slog.LevelKey: true, slog.MessageKey: true, "protocol": true, "raised": true, "error": true}
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if !keep[a.Key] {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// NewAPI returns an API with the desk. It logs nothing unless an option says
// so.
func NewAPI(t testing.TB, d *Desk, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	quiet := endpoints.WithLogger(slog.New(slog.DiscardHandler))
	api := endpoints.New(append([]endpoints.Option{quiet}, options...)...)
	if err := libraryv1endpoints.RegisterDesk(api, d); err != nil {
		t.Fatal(err)
	}
	return api
}

// A Server serves in memory.
type Server struct {
	HTTP   *http.Server
	Client *http.Client

	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Serve serves h until the test ends.
func Serve(t testing.TB, h http.Handler) *Server {
	s := &Server{HTTP: endpoints.NewServer("", h), conns: make(chan net.Conn), closed: make(chan struct{})}
	s.HTTP.ErrorLog = log.New(t.Output(), "", 0)
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return s.Dial(ctx) }}
	s.Client = &http.Client{Transport: transport}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.HTTP.Serve((*listener)(s))
	}()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = s.HTTP.Close()
		<-served
	})
	return s
}

// Speak chooses the version of HTTP that the client speaks: HTTP/2, or HTTP/1.1,
// as it does anyway. It is called before the first request.
func (s *Server) Speak(http2 bool) {
	p := new(http.Protocols)
	p.SetHTTP1(!http2)
	p.SetUnencryptedHTTP2(http2)
	s.Client.Transport.(*http.Transport).Protocols = p
}

// Dial opens a connection to the server.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case s.conns <- server:
		return client, nil
	case <-s.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Listener returns the server's side, for another server beside it.
func (s *Server) Listener() net.Listener { return (*listener)(s) }

// listener is the server's side of a Server.
type listener Server

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (*listener) Addr() net.Addr { return addr{} }

type addr struct{}

func (addr) Network() string { return "memory" }
func (addr) String() string  { return "memory" }

// Record serves one request without a connection.
func Record(h http.Handler, verb, target string, header map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(verb, target, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
