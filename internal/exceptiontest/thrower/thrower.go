// Package thrower serves an API that raises the exceptions it is told to.
package thrower

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store/storeendpoints"
)

// A Server implements the service Thrower. The zero value raises what requests
// hold.
type Server struct {
	// Err is returned instead, if it is not nil.
	Err error
	// With is attached to what is raised.
	With []exceptions.Option
}

// Throw implements [storeendpoints.ThrowerServer].
func (s *Server) Throw(_ context.Context, r *store.ThrowRequest) (*emptypb.Empty, error) {
	switch {
	case s.Err != nil:
		return nil, s.Err
	case !r.HasException():
		return &emptypb.Empty{}, nil
	}
	m, err := r.GetException().UnmarshalNew()
	if err != nil {
		return nil, err
	}
	e, ok := m.(exceptions.ServiceException)
	if !ok {
		return nil, fmt.Errorf("%T is no exception", m)
	}
	if s.With != nil {
		return nil, exceptions.Raise(e, s.With...)
	}
	return nil, e
}

// New returns an API with s. It panics if the registration fails.
func New(s *Server, options ...endpoints.Option) *endpoints.API {
	api := endpoints.New(options...)
	if err := storeendpoints.RegisterThrower(api, s); err != nil {
		panic(err)
	}
	return api
}
