package contestants

import (
	"context"
	"net/http"
	"net/url"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1/benchv1connect"

	"connectrpc.com/connect"
)

// connect: connect-go's JSON protocol (no path templates). connect-get is the
// same server asked with Connect GET (?encoding=json&message=…).
func init() {
	arena.Register(arena.Contestant{Name: "connect", New: newConnect, RPCPrefix: "/" + benchv1connect.LibraryServiceName + "/"})
	arena.Register(arena.Contestant{Name: "connect-get", New: newConnect,
		Skip: []string{"post", "badjson", "import50", "import1000"},
		Request: func(s arena.Scenario) *arena.Req {
			method, in := s.RPC()
			q := url.Values{"connect": {"v1"}, "encoding": {"json"}, "message": {string(in)}}
			return &arena.Req{Method: "GET", Target: "/" + benchv1connect.LibraryServiceName + "/" + method + "?" + q.Encode()}
		}})
}

type connectServer struct{}

func connectErr(err error) error {
	e := backendError(err)
	return connect.NewError(connect.Code(e.Code), e)
}

func (connectServer) GetBook(_ context.Context, r *connect.Request[benchv1.GetBookRequest]) (*connect.Response[benchv1.Book], error) {
	out, err := arena.GetBook(r.Msg)
	if err != nil {
		return nil, connectErr(err)
	}
	return connect.NewResponse(out), nil
}

func (connectServer) CreateBook(_ context.Context, r *connect.Request[benchv1.CreateBookRequest]) (*connect.Response[benchv1.Book], error) {
	out, err := arena.CreateBook(r.Msg)
	if err != nil {
		return nil, connectErr(err)
	}
	return connect.NewResponse(out), nil
}

func (connectServer) ListBooks(_ context.Context, r *connect.Request[benchv1.ListBooksRequest]) (*connect.Response[benchv1.ListBooksResponse], error) {
	out, err := arena.ListBooks(r.Msg)
	if err != nil {
		return nil, connectErr(err)
	}
	return connect.NewResponse(out), nil
}

func (connectServer) ImportBooks(_ context.Context, r *connect.Request[benchv1.ImportBooksRequest]) (*connect.Response[benchv1.ImportBooksResponse], error) {
	out, err := arena.ImportBooks(r.Msg)
	if err != nil {
		return nil, connectErr(err)
	}
	return connect.NewResponse(out), nil
}

func newConnect() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(benchv1connect.NewLibraryServiceHandler(connectServer{}))
	return mux
}
