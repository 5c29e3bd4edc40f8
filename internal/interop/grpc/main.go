// Command grpc is the server under test of grpc-go's interop client: it
// implements grpc.testing.TestService on this framework. It prints the port that
// it listens on and serves until it is stopped.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
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
	api := endpoints.New(endpoints.With(rpc.Transport(rpc.WithHealth(rpc.NewHealth()), rpc.WithReflection())))
	if err := api.Register(testService()); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return endpoints.Serve(ctx, listener, api)
}
