// Command server is what the clients of JavaScript are tested against: the
// example services on all protocols, with CORS for the origins given as
// arguments. It prints its URL and serves until its standard input ends.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(origins []string) error {
	api, err := newAPI(origins)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	// Whoever started us has gone when the input ends, however that happened.
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	// The name and not the number: pages of localhost are of the same site.
	fmt.Printf("http://localhost:%d\n", listener.Addr().(*net.TCPAddr).Port)
	return endpoints.Serve(ctx, listener, api)
}

func newAPI(origins []string) (*endpoints.API, error) {
	options := []endpoints.Option{
		endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()), endpoints.With(websocket.Transport()),
		endpoints.WithLogger(slog.New(slog.DiscardHandler)),
	}
	if len(origins) > 0 {
		config := cors.ForConnect(origins...)
		config.Credentials = true
		config.Methods = nil // those of the routes
		config.RequestHeaders = append(config.RequestHeaders, "X-Caller")
		config.ExposedHeaders = append(config.ExposedHeaders, "X-Request-Cost", "X-Holder", "Trailer-X-Checksum")
		policy, err := cors.New(config)
		if err != nil {
			return nil, err
		}
		options = append(options, endpoints.WithCORS(policy))
	}
	api := endpoints.New(options...)
	d := new(desk)
	if err := libraryv1endpoints.RegisterLibrary(api, library{desk: d}); err != nil {
		return nil, err
	}
	return api, libraryv1endpoints.RegisterDesk(api, d)
}
