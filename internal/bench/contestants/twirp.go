package contestants

import (
	"context"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"github.com/twitchtv/twirp"
)

// twirp: JSON protocol, set to camelCase names and no unpopulated fields so that
// its output is canonical proto3 JSON too.
func init() {
	arena.Register(arena.Contestant{Name: "twirp", New: func() http.Handler {
		return benchv1.NewLibraryServiceServer(twirpServer{}, twirp.WithServerJSONCamelCaseNames(true), twirp.WithServerJSONSkipDefaults(true))
	}, RPCPrefix: benchv1.LibraryServicePathPrefix})
}

type twirpServer struct{}

func twirpErr(err error) error {
	e := backendError(err)
	code := twirp.Internal
	switch e.Code {
	case arena.NotFound:
		code = twirp.NotFound
	case arena.InvalidArgument:
		code = twirp.InvalidArgument
	}
	return twirp.NewError(code, e.Msg)
}

func (twirpServer) GetBook(_ context.Context, r *benchv1.GetBookRequest) (*benchv1.Book, error) {
	out, err := arena.GetBook(r)
	if err != nil {
		return nil, twirpErr(err)
	}
	return out, nil
}

func (twirpServer) CreateBook(_ context.Context, r *benchv1.CreateBookRequest) (*benchv1.Book, error) {
	out, err := arena.CreateBook(r)
	if err != nil {
		return nil, twirpErr(err)
	}
	return out, nil
}

func (twirpServer) ListBooks(_ context.Context, r *benchv1.ListBooksRequest) (*benchv1.ListBooksResponse, error) {
	out, err := arena.ListBooks(r)
	if err != nil {
		return nil, twirpErr(err)
	}
	return out, nil
}

func (twirpServer) ImportBooks(_ context.Context, r *benchv1.ImportBooksRequest) (*benchv1.ImportBooksResponse, error) {
	out, err := arena.ImportBooks(r)
	if err != nil {
		return nil, twirpErr(err)
	}
	return out, nil
}
