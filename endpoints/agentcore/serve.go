package agentcore

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
)

// Address is where the platform expects the application: port 8080, on all
// interfaces inside of a container and on 127.0.0.1 elsewhere. A container is
// recognized by the file /.dockerenv or a variable DOCKER_CONTAINER that is not
// empty.
func Address() string {
	if _, err := os.Stat("/.dockerenv"); err == nil || os.Getenv("DOCKER_CONTAINER") != "" {
		return "0.0.0.0:8080"
	}
	return "127.0.0.1:8080"
}

// Run serves the application at [Address] until ctx ends or the process gets
// SIGTERM or SIGINT, and stops as [App.Serve] does. A second signal ends the
// process at once.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", Address())
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, stop) // from then on signals have their usual effect
	return a.Serve(ctx, l)
}

// Serve serves the application on l until ctx ends. Then it takes no more
// requests, closes WebSockets with 1012 (service restart), and returns nil when
// all that was running has finished, however long that takes: it is for the
// platform to lose patience. Tasks are not waited for. It closes l.
//
// An application that has stopped refuses WebSockets; it is not served again.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	server := endpoints.NewServer("", a)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		a.sockets.restart()
	}()
	err := server.Shutdown(context.WithoutCancel(ctx))
	<-closed
	if served := <-served; err == nil && !errors.Is(served, http.ErrServerClosed) {
		err = served
	}
	return err
}
