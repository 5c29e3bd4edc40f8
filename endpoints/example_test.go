package endpoints_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// shelves implements the part of the Library API that the examples need.
type shelves struct {
	libraryv1endpoints.LibraryServer
}

func (shelves) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	if r.GetName() != "shelves/fiction" {
		return nil, exceptions.NewNotFound("No shelf with the name %q exists.", r.GetName())
	}
	endpoints.CallFrom(ctx).Header().Set("ETag", `"7"`)
	return &libraryv1.Shelf{Name: r.GetName(), Theme: "Novels"}, nil
}

// serve makes an API of shelves, sends it requests such as "GET /path", and
// prints the replies.
func serve(requests []string, options ...endpoints.Option) {
	api := endpoints.New(append(options, endpoints.WithLogger(slog.New(slog.DiscardHandler)))...)
	if err := libraryv1endpoints.RegisterLibrary(api, shelves{}); err != nil {
		fmt.Println(err)
		return
	}
	for _, request := range requests {
		verb, path, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequest(verb, path, nil))
		body, _ := io.ReadAll(w.Body)
		fmt.Println(w.Code, string(body))
	}
}

func Example() {
	serve([]string{"GET /library/v1/shelves/fiction", "GET /library/v1/shelves/nowhere", "GET /library/v1/shelves?pageSize=many"})
	// Output:
	// 200 {"name":"shelves/fiction","theme":"Novels"}
	// 404 {"error":{"errors":[{"domain":"global","reason":"notFound","message":"No shelf with the name \"shelves/nowhere\" exists."}],"code":404,"message":"No shelf with the name \"shelves/nowhere\" exists."}}
	// 400 {"error":{"errors":[{"domain":"global","reason":"invalidParameter","message":"Invalid value for parameter \"pageSize\": not an integer.","location":"pageSize","locationType":"parameter"}],"code":400,"message":"Invalid value for parameter \"pageSize\": not an integer."}}
}

// The profile decides what callers see; handlers stay the same.
func ExampleWithProfile() {
	serve([]string{"GET /library/v1/shelves/nowhere", "PUT /library/v1/shelves"}, endpoints.WithProfile(endpoints.Modern()))
	// Output:
	// 404 {"error":{"code":404,"message":"No shelf with the name \"shelves/nowhere\" exists.","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}
	// 405 {"error":{"code":405,"message":"The verb PUT is not allowed here.","status":"UNIMPLEMENTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"UNSUPPORTED_METHOD","domain":"global"}]}}
}

// Parts of a profile can be replaced one by one.
func ExampleWithErrorFormat() {
	serve([]string{"GET /library/v1/shelves/nowhere"}, endpoints.WithErrorFormat(normalize.Detail()))
	// Output:
	// 404 {"detail":"No shelf with the name \"shelves/nowhere\" exists."}
}

// An interceptor sees every call, also one that reached no method.
func ExampleInterceptor() {
	audit := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
		return func(ctx context.Context, call *endpoints.Call) (proto.Message, error) {
			reply, err := next(ctx, call)
			if e, ok := exceptions.Of(err); ok {
				fmt.Println("raised:", e.HTTPStatus())
			}
			return reply, err
		}
	}
	serve([]string{"GET /library/v1/shelves/nowhere", "GET /nowhere"}, endpoints.WithInterceptors(audit), endpoints.WithErrorFormat(normalize.Error()))
	// Output:
	// raised: 404
	// 404 {"error":"No shelf with the name \"shelves/nowhere\" exists."}
	// raised: 404
	// 404 {"error":"Nothing is served at this path with the verb GET."}
}
