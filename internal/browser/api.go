//go:build unix

package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/types/known/emptypb"
)

// newAPI returns the Library API for pages of one origin, and a WebSocket on
// /ws behind the same policy.
func newAPI(origin string, logger *slog.Logger) (http.Handler, error) {
	policy, err := cors.New(cors.Config{
		Origins: []string{origin}, Credentials: true,
		RequestHeaders: []string{"X-Custom"}, ExposedHeaders: []string{"X-Request-Cost"},
	})
	if err != nil {
		return nil, err
	}
	api := endpoints.New(endpoints.WithProfile(endpoints.Modern()), endpoints.WithCORS(policy), endpoints.WithLogger(logger))
	if err := libraryv1endpoints.RegisterLibrary(api, &shelves{}); err != nil {
		return nil, err
	}
	sockets := agentcore.New(nil, agentcore.WithSocket(greet), agentcore.WithUpgradeCheck(policy.AllowsUpgrade), agentcore.WithLogger(logger))
	mux := http.NewServeMux()
	mux.Handle("/ws", sockets)
	mux.Handle("/", api)
	return mux, nil
}

func greet(ctx context.Context, s *agentcore.Socket) error {
	if err := s.Accept(); err != nil {
		return err
	}
	return s.WriteText(ctx, "welcome")
}

// shelves is a Library with a shelf for every outcome.
type shelves struct {
	libraryv1endpoints.LibraryServer
}

func (*shelves) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	call := endpoints.CallFrom(ctx)
	switch r.GetName() {
	case "shelves/nowhere":
		return nil, exceptions.NewNotFound("No shelf is called %s.", r.GetName())
	case "shelves/busy":
		return nil, exceptions.Raise(exceptions.NewServiceUnavailable("Busy."), exceptions.Header("Retry-After", "3"))
	case "shelves/broken":
		return nil, errors.New("a bug")
	case "shelves/panic":
		panic("a bug")
	}
	call.Header().Set("X-Request-Cost", "7")
	call.Header().Set("X-Hidden", "8")
	call.Header().Set("Set-Cookie", "seen=yes; Path=/")
	return &libraryv1.Shelf{Name: r.GetName(), Theme: call.RequestHeader().Get("Cookie") + call.RequestHeader().Get("X-Custom")}, nil
}

func (*shelves) DeleteShelf(context.Context, *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}
