// Command node serves the example over Connect, gRPC and gRPC-Web to the clients
// of those protocols for Node. It prints its address.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
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
	api := endpoints.New(endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := errors.Join(libraryv1endpoints.RegisterLibrary(api, library{}), libraryv1endpoints.RegisterDesk(api, desk{})); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	return endpoints.Serve(ctx, l, api)
}

// library has one method, which does what the name of the shelf says.
type library struct {
	libraryv1endpoints.LibraryServer
}

func (library) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	call := endpoints.CallFrom(ctx)
	call.Header().Set("X-Shelf", "a")
	call.Trailer().Set("X-Books", "7")
	switch r.GetName() {
	case "shelves/none":
		return nil, exceptions.NewNotFound("There is no %s: Größe 7%%.", r.GetName())
	case "shelves/held":
		return nil, &libraryv1.BookLocked{Shelf: r.GetName(), Holder: "ada", Book: "dune"}
	case "shelves/full":
		return nil, exceptions.NewFailedPrecondition("The shelf is full.")
	case "shelves/busy":
		return nil, exceptions.Raise(exceptions.NewServiceUnavailable("Busy."), exceptions.RetryAfter(3*time.Second), exceptions.Header("X-Why", "paint"))
	case "shelves/broken":
		return nil, errors.New("the disk is full")
	case "shelves/panic":
		panic("the disk is full")
	case "shelves/slow":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &libraryv1.Shelf{Name: r.GetName(), Theme: "größe"}, nil
}

// desk implements the streams.
type desk struct{}

func (desk) WatchLoans(_ context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	for i := range r.GetLimit() {
		if err := s.Send(&libraryv1.Loan{Number: int64(i + 1)}); err != nil {
			return err
		}
	}
	if r.GetShelf() == "shelves/closing" {
		return exceptions.NewGone("The shelf has closed.")
	}
	return nil
}

func (desk) ReturnBooks(_ context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
	reply := new(libraryv1.ReturnBooksResponse)
	for {
		switch _, err := s.Receive(); {
		case errors.Is(err, io.EOF):
			return reply, nil
		case err != nil:
			return nil, err
		}
		reply.Count++
	}
}

func (desk) Ask(_ context.Context, s libraryv1endpoints.DeskAskStream) error {
	for {
		q, err := s.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if q.GetQuestion() == "why?" {
			return exceptions.NewNotFound("Nobody knows.")
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: q.GetQuestion()}); err != nil {
			return err
		}
	}
}
