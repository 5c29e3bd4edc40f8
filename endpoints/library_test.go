package endpoints_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/types/known/emptypb"
)

// library is a Library whose methods do what a test says. Methods that it does
// not have panic.
type library struct {
	libraryv1endpoints.LibraryServer
	getShelf    func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error)
	deleteShelf func(context.Context, *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error)
}

func (l *library) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	if l.getShelf == nil {
		return &libraryv1.Shelf{Name: r.GetName(), Theme: "fiction"}, nil
	}
	return l.getShelf(ctx, r)
}

func (l *library) DeleteShelf(ctx context.Context, r *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	if l.deleteShelf == nil {
		return &emptypb.Empty{}, nil
	}
	return l.deleteShelf(ctx, r)
}

func (*library) CreateShelf(_ context.Context, r *libraryv1.CreateShelfRequest) (*libraryv1.Shelf, error) {
	return r.GetShelf(), nil
}

func (*library) UpdateShelf(_ context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	return r.GetShelf(), nil
}

func (*library) ListShelves(_ context.Context, r *libraryv1.ListShelvesRequest) (*libraryv1.ListShelvesResponse, error) {
	return &libraryv1.ListShelvesResponse{Shelves: make([]*libraryv1.Shelf, r.GetPageSize())}, nil
}

// newLibrary serves impl, without logs unless an option says so.
func newLibrary(t testing.TB, impl *library, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	quiet := endpoints.WithLogger(slog.New(slog.DiscardHandler))
	api := endpoints.New(append([]endpoints.Option{quiet}, options...)...)
	if err := libraryv1endpoints.RegisterLibrary(api, impl); err != nil {
		t.Fatal(err)
	}
	return api
}

// An exchange is a request in the form "GET /path", with header fields and a
// body, and the reply.
type exchange struct {
	request string
	header  map[string]string
	body    string
}

// do serves one request.
func (x exchange) do(t testing.TB, h http.Handler) *http.Response {
	t.Helper()
	verb, target, ok := strings.Cut(x.request, " ")
	if !ok {
		t.Fatalf("request %q: want a verb and a target", x.request)
	}
	var body io.Reader
	if x.body != "" {
		body = strings.NewReader(x.body)
	}
	r := httptest.NewRequest(verb, target, body)
	for name, value := range x.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// text returns the whole body.
func text(t testing.TB, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func raise(e exceptions.ServiceException) func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	return func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) { return nil, e }
}
