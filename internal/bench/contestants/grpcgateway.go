package contestants

import (
	"context"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// grpc-gateway: v2 in-process (RegisterLibraryServiceHandlerServer: no gRPC hop),
// default marshaler.
func init() {
	arena.Register(arena.Contestant{Name: "grpc-gateway", New: newGateway})
}

type grpcServer struct {
	benchv1.UnimplementedLibraryServiceServer
}

func grpcErr(err error) error {
	e := backendError(err)
	return status.Error(codes.Code(e.Code), e.Msg)
}

func (grpcServer) GetBook(_ context.Context, r *benchv1.GetBookRequest) (*benchv1.Book, error) {
	out, err := arena.GetBook(r)
	if err != nil {
		return nil, grpcErr(err)
	}
	return out, nil
}

func (grpcServer) CreateBook(_ context.Context, r *benchv1.CreateBookRequest) (*benchv1.Book, error) {
	out, err := arena.CreateBook(r)
	if err != nil {
		return nil, grpcErr(err)
	}
	return out, nil
}

func (grpcServer) ListBooks(_ context.Context, r *benchv1.ListBooksRequest) (*benchv1.ListBooksResponse, error) {
	out, err := arena.ListBooks(r)
	if err != nil {
		return nil, grpcErr(err)
	}
	return out, nil
}

func (grpcServer) ImportBooks(_ context.Context, r *benchv1.ImportBooksRequest) (*benchv1.ImportBooksResponse, error) {
	out, err := arena.ImportBooks(r)
	if err != nil {
		return nil, grpcErr(err)
	}
	return out, nil
}

func newGateway() http.Handler {
	mux := runtime.NewServeMux()
	if err := benchv1.RegisterLibraryServiceHandlerServer(context.Background(), mux, grpcServer{}); err != nil {
		panic(err)
	}
	return mux
}
