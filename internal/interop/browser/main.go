// Command browser serves streams to a browser that tests them. It prints the
// addresses of two servers with the same methods, of which only the second admits
// pages of the first.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	open, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	origins, err := cors.New(cors.Config{Origins: []string{"http://" + closed.Addr().String()}})
	if err != nil {
		return err
	}
	fmt.Printf("http://%s http://%s\n", closed.Addr(), open.Addr())
	var wait sync.WaitGroup
	failures := make([]error, 2)
	wait.Go(func() { failures[0] = serve(ctx, closed, nil) })
	wait.Go(func() { failures[1] = serve(ctx, open, origins) })
	wait.Wait()
	return errors.Join(failures...)
}

// serve serves until ctx ends. A page may be of any origin that origins admits.
func serve(ctx context.Context, l net.Listener, origins *cors.Policy) error {
	options := []endpoints.Option{
		endpoints.With(sse.Transport()), endpoints.With(websocket.Transport()),
		endpoints.WithProfile(endpoints.Modern()), endpoints.WithLimits(endpoints.Limits{BodyBytes: 100}),
		endpoints.WithLogger(slog.New(slog.DiscardHandler)),
	}
	if origins != nil {
		options = append(options, endpoints.WithCORS(origins))
	}
	api, d := endpoints.New(options...), new(desk)
	if err := libraryv1endpoints.RegisterDesk(api, d); err != nil {
		return err
	}
	return endpoints.Serve(ctx, l, &site{API: api, left: &d.left})
}

// A site is the API with a page for scripts to run on, and the number of clients
// that left a stream.
type site struct {
	*endpoints.API
	left *atomic.Int64
}

// ServeHTTP implements [http.Handler].
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><title>streams</title>")
	case "/left":
		_, _ = io.WriteString(w, strconv.FormatInt(s.left.Load(), 10))
	default:
		s.API.ServeHTTP(w, r)
	}
}
