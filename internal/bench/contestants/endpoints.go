package contestants

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1/benchv1endpoints"
)

// endpoints: this framework as a user gets it, with the profile Frameworks and
// default limits. endpoints-modern is the same with the profile Modern. Failed
// calls are logged by default; the record goes nowhere, as that of the others,
// which write none.
func init() {
	arena.Register(arena.Contestant{Name: "endpoints", New: func() http.Handler { return newEndpoints() }})
	arena.Register(arena.Contestant{Name: "endpoints-modern", New: func() http.Handler {
		return newEndpoints(endpoints.WithProfile(endpoints.Modern()))
	}})
}

// Silent is a logger without records.
var Silent = slog.New(slog.DiscardHandler)

type endpointsServer struct{}

// A raised is an error of the backend with the two methods that make it an
// exception.
type raised struct{ e *arena.Error }

func (r raised) Error() string { return r.e.Msg }

func (r raised) HTTPStatus() int { return r.e.Code.HTTP() }

func (r raised) DescribeException() exceptions.Description {
	return exceptions.Description{Message: r.e.Msg}
}

func endpointsErr(err error) error { return raised{backendError(err)} }

func (endpointsServer) GetBook(_ context.Context, r *benchv1.GetBookRequest) (*benchv1.Book, error) {
	out, err := arena.GetBook(r)
	if err != nil {
		return nil, endpointsErr(err)
	}
	return out, nil
}

func (endpointsServer) CreateBook(_ context.Context, r *benchv1.CreateBookRequest) (*benchv1.Book, error) {
	out, err := arena.CreateBook(r)
	if err != nil {
		return nil, endpointsErr(err)
	}
	return out, nil
}

func (endpointsServer) ListBooks(_ context.Context, r *benchv1.ListBooksRequest) (*benchv1.ListBooksResponse, error) {
	out, err := arena.ListBooks(r)
	if err != nil {
		return nil, endpointsErr(err)
	}
	return out, nil
}

func (endpointsServer) ImportBooks(_ context.Context, r *benchv1.ImportBooksRequest) (*benchv1.ImportBooksResponse, error) {
	out, err := arena.ImportBooks(r)
	if err != nil {
		return nil, endpointsErr(err)
	}
	return out, nil
}

func newEndpoints(options ...endpoints.Option) http.Handler {
	api := endpoints.New(append(options, endpoints.WithLogger(Silent))...)
	if err := benchv1endpoints.RegisterLibraryService(api, endpointsServer{}); err != nil {
		panic(err)
	}
	return api
}
