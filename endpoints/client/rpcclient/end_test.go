package rpcclient_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// A pipe is a net.Listener within the process, so that a test can wait for all
// that goes on behind a connection.
type pipe struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p pipe) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p pipe) Close() error {
	select {
	case <-p.done:
	default:
		close(p.done)
	}
	return nil
}

func (pipe) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// A wait is a stream of some kind that is open, and in which the client waits
// for something.
type wait struct {
	name  string
	close func() error
	wait  func() error
}

// waits opens a stream of every kind, to a service that waits for ever, with a
// client that waits for a message, or until it can send one.
func waits(ctx context.Context, t *testing.T, c *libraryv1endpoints.DeskClient, http2 bool) []wait {
	t.Helper()
	watch, err := c.WatchLoans(ctx, &libraryv1.WatchLoansRequest{Shelf: "shelves/a"})
	if err != nil {
		t.Fatal(err)
	}
	books, err := c.ReturnBooks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all := []wait{
		{"a message of the service", watch.Close, func() error { _, err := watch.Receive(); return err }},
		{"the reply of the service", books.Close, func() error { _, err := books.CloseAndReceive(); return err }},
	}
	if !http2 {
		return all
	}
	blocked, err := c.ReturnBooks(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ask, err := c.Ask(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return append(all,
		wait{"a message after the first, with sending open", ask.Close, func() error {
			_, err := ask.Receive()
			if err == nil {
				_, err = ask.Receive()
			}
			return err
		}},
		wait{"a service that does not keep up", blocked.Close, func() error {
			for {
				if blocked.Send(&libraryv1.ReturnBooksRequest{Book: strings.Repeat("b", 1<<20)}) != nil {
					_, err := blocked.CloseAndReceive()
					return err
				}
			}
		}},
	)
}

// TestGivenUp ends streams in all ways that a client has, while it waits, and
// looks for what is left over: a handler on the other side, a goroutine on this.
func TestGivenUp(t *testing.T) {
	ends := []struct {
		name string
		want error
		code exceptions.Code
	}{
		{"Close", client.ErrClosed, exceptions.CodeCancelled},
		{"cancel", context.Canceled, exceptions.CodeCancelled},
		{"deadline", context.DeadlineExceeded, exceptions.CodeDeadlineExceeded},
	}
	for name, protocol := range protocols {
		for _, http2 := range []bool{true, false} {
			if !http2 && name == "grpc" {
				continue
			}
			for _, end := range ends {
				version := map[bool]string{true: "HTTP/2", false: "HTTP/1.1"}[http2]
				t.Run(name+" "+version+" "+end.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { giveUp(t, protocol, http2, end.want, end.code) })
				})
			}
		}
	}
}

func giveUp(t *testing.T, protocol client.Opener, http2 bool, want error, code exceptions.Code) {
	forever := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	d := desk{
		watch: func(ctx context.Context, _ *libraryv1.WatchLoansRequest, _ watching) error { return forever(ctx) },
		books: func(ctx context.Context, s returning) (*libraryv1.ReturnBooksResponse, error) {
			if !http2 {
				// net/http does not see that a client has gone before its request
				// has been read.
				_, _ = s.Receive()
			}
			return nil, forever(ctx)
		},
		ask: func(ctx context.Context, s asking) error {
			return errors.Join(s.Send(&libraryv1.AskResponse{}), forever(ctx))
		},
	}
	listener := pipe{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: deskAPI(t, d), Protocols: new(http.Protocols)}
	server.Protocols.SetUnencryptedHTTP2(http2)
	server.Protocols.SetHTTP1(!http2)
	go server.Serve(listener)
	transport := &http.Transport{DialContext: listener.dial, Protocols: server.Protocols}
	defer func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	}()

	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	if want == context.DeadlineExceeded {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Minute)
		defer stop()
	}
	c := newDesk(t, "http://library.example.com", &http.Client{Transport: transport}, protocol)
	all := waits(ctx, t, c, http2)
	results := make(chan error, len(all))
	for _, w := range all {
		go func() { results <- w.wait() }()
		synctest.Wait() // one after the other: a pipe holds nothing, and may block both sides
	}
	if n := strings.Count(stacks(), "rpcclient_test.giveUp.func1("); n != len(all) {
		t.Fatalf("%d handlers run, want %d", n, len(all))
	}
	switch want {
	case client.ErrClosed:
		for _, w := range all {
			if err := w.close(); err != nil {
				t.Errorf("%s: %v", w.name, err)
			}
		}
	case context.Canceled:
		cancel(errors.New("closing time"))
	}
	for range all {
		err := <-results
		// The service keeps the deadline, too, and may be the first to say so.
		if !errors.Is(err, want) && !(want == context.DeadlineExceeded && client.CodeOf(err) == code) || client.CodeOf(err) != code {
			t.Errorf("error = %v, code %v", err, client.CodeOf(err))
		}
	}
	synctest.Wait()
	for _, left := range []string{"rpcclient_test.giveUp.func1(", "/client.", "/rpcclient.", "connectrpc.com/connect."} {
		if all := stacks(); strings.Contains(all, left) {
			t.Errorf("there is still a goroutine in %s:\n%s", left, all)
			return
		}
	}
}

// stacks returns the stacks of the goroutines of this bubble, but for this one.
func stacks() string {
	buffer := make([]byte, 1<<20)
	all := strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n")
	return strings.Join(slices.DeleteFunc(all[1:], func(s string) bool {
		title, _, _ := strings.Cut(s, "\n")
		return !strings.Contains(title, "synctest bubble")
	}), "\n\n")
}

// TestServerGone covers a connection that breaks in the middle of a stream.
func TestServerGone(t *testing.T) {
	var sever func()
	d := desk{
		watch: func(ctx context.Context, _ *libraryv1.WatchLoansRequest, s watching) error {
			if err := s.Send(&libraryv1.Loan{Number: 1}); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		},
		ask: func(ctx context.Context, s asking) error {
			if err := s.Send(&libraryv1.AskResponse{Answer: "1"}); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		},
	}
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) {
			server := serve(t, deskAPI(t, d))
			sever = server.CloseClientConnections
			c := newDesk(t, server.URL, server.Client(), protocol)
			watched := watch(t, c, 0)
			if _, err := watched.Receive(); err != nil {
				t.Fatal(err)
			}
			asked, err := c.Ask(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := asked.Receive(); err != nil {
				t.Fatal(err)
			}
			sever()
			_, err = watched.Receive()
			plainStream(t, "WatchLoans", err)
			_, err = asked.Receive()
			plainStream(t, "Ask", err)
			for err = nil; err == nil; {
				err = asked.Send(&libraryv1.AskRequest{Question: "?"})
			}
			if err != io.EOF {
				t.Errorf("Send: %v", err)
			}
		})
	}
	t.Run("never there", func(t *testing.T) {
		gone := serve(t, http.NotFoundHandler())
		gone.Close()
		for _, protocol := range protocols {
			_, err := watch(t, newDesk(t, gone.URL, gone.Client(), protocol), 1).Receive()
			plainStream(t, "WatchLoans", err)
			if _, ok := errors.AsType[*net.OpError](err); !ok || client.CodeOf(err) != exceptions.CodeUnavailable {
				t.Errorf("error = %v, code %v; want that of the network", err, client.CodeOf(err))
			}
		}
	})
}

// plainStream checks that err is no exception and names the method.
func plainStream(t *testing.T, method string, err error) {
	t.Helper()
	if err == nil || err == io.EOF || !strings.HasPrefix(err.Error(), "library.v1.Desk."+method+": ") {
		t.Errorf("%s: error = %v, want one that names the method", method, err)
	}
	if e, ok := errors.AsType[exceptions.ServiceException](err); ok {
		t.Errorf("%s: %v is an exception", method, e)
	}
}

// TestGivenUpIsNoEnd proves that the service never takes a stream that was given
// up for one that has come to its end.
func TestGivenUpIsNoEnd(t *testing.T) {
	type books = client.ClientStream[libraryv1.ReturnBooksRequest, libraryv1.ReturnBooksResponse]
	giveUps := map[string]func(cancel func(), s *books){
		"Close":  func(_ func(), s *books) { _ = s.Close() },
		"cancel": func(cancel func(), _ *books) { cancel() },
		"cancel, then receive": func(cancel func(), s *books) {
			cancel()
			_, _ = s.CloseAndReceive()
		},
		"Close, then receive": func(_ func(), s *books) {
			_ = s.Close()
			_, _ = s.CloseAndReceive()
		},
	}
	begun, ended := make(chan error), make(chan error)
	d := desk{books: func(_ context.Context, s returning) (*libraryv1.ReturnBooksResponse, error) {
		_, err := s.Receive()
		begun <- err
		for err == nil {
			_, err = s.Receive()
		}
		ended <- err
		return nil, err
	}}
	server := serve(t, deskAPI(t, d))
	for name, protocol := range protocols {
		for _, h := range []*http.Client{server.Client(), http1(t, server)} {
			if name == "grpc" && h != server.Client() {
				continue
			}
			c := newDesk(t, server.URL, h, protocol)
			for how, giveUp := range giveUps {
				for range 10 {
					ctx, cancel := context.WithCancel(t.Context())
					stream, err := c.ReturnBooks(ctx)
					if err != nil {
						t.Fatal(err)
					}
					if err := stream.Send(&libraryv1.ReturnBooksRequest{Book: "b"}); err != nil {
						t.Fatal(err)
					}
					if err := <-begun; err != nil {
						t.Fatal(err)
					}
					giveUp(cancel, stream)
					if err := <-ended; err == io.EOF {
						t.Fatalf("%s, %s: the service sees the end of the messages", name, how)
					}
					cancel()
				}
			}
		}
	}
}

// TestConnectionsReused proves that streams which have come to their end leave
// their connection to the next.
func TestConnectionsReused(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(deskAPI(t, desk{}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, name := range []string{"connect", "grpc-web"} {
		opened.Store(0)
		c := newDesk(t, server.URL, http1(t, server), protocols[name])
		for range 5 {
			for _, err := range watch(t, c, 3).Messages() {
				if err != nil {
					t.Fatal(err)
				}
			}
			stream, err := c.ReturnBooks(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := stream.CloseAndReceive(); err != nil {
				t.Fatal(err)
			}
		}
		if n := opened.Load(); n != 1 {
			t.Errorf("%s: %d connections", name, n)
		}
	}
}

// http1 returns a client for a server that speaks HTTP/1.1 alone.
func http1(t *testing.T, server *httptest.Server) *http.Client {
	transport := &http.Transport{
		TLSClientConfig: server.Client().Transport.(*http.Transport).TLSClientConfig.Clone(),
		Protocols:       new(http.Protocols),
	}
	transport.Protocols.SetHTTP1(true)
	transport.TLSClientConfig.NextProtos = nil // those of HTTP/2
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
