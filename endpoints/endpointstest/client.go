package endpointstest

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
)

// Client returns a client whose requests, to whatever host they are, are served
// by h within the process: over HTTP/1.1 as net/http serves it, but without a
// port. Scheme must be http.
//
// Server and client end with the test; then the bodies of all replies must have
// been closed or read. The client follows no redirects.
func Client(t testing.TB, h http.Handler) *http.Client {
	t.Helper()
	l := &listener{conns: make(chan net.Conn), done: make(chan struct{})}
	logged := &testLog{t: t}
	server := &http.Server{Handler: h, ErrorLog: log.New(logged, "", 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // always http.ErrServerClosed
	}()
	transport := &http.Transport{DialContext: l.dial, DisableCompression: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close() // its error is that of the listener, which has none
		<-served
		logged.end()
	})
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// testLog writes what the server logs to the log of a test, until that ends:
// a handler may go on for longer.
type testLog struct {
	sync.Mutex
	t     testing.TB
	ended bool
}

func (l *testLog) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	if !l.ended {
		l.t.Logf("%s", p)
	}
	return len(p), nil
}

func (l *testLog) end() {
	l.Lock()
	defer l.Unlock()
	l.ended = true
}

// listener is a net.Listener within the process.
type listener struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

var errClosed = errors.New("endpointstest: the server is closed")

func (l *listener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (*listener) Addr() net.Addr { return address{} }

type address struct{}

func (address) Network() string { return "pipe" }
func (address) String() string  { return "endpointstest" }
