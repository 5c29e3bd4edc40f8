package endpoints_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// A handler turns one exception into another, and a status into a page.
func ExampleOnException() {
	api := endpoints.New(
		endpoints.WithProfile(endpoints.FastAPI()), endpoints.WithLogger(slog.New(slog.DiscardHandler)),
		endpoints.OnException(func(_ context.Context, _ *endpoints.Call, e *endpoints.ValidationError) error {
			return exceptions.Raise(exceptions.NewBadRequest("The request is not valid."), exceptions.Value(e.Problems))
		}),
		endpoints.OnStatus(404, func(_ context.Context, call *endpoints.Call, _ exceptions.ServiceException) error {
			call.Respond(&endpoints.Response{Status: 404, Body: []byte("Nothing here.")})
			return nil
		}))
	err := libraryv1endpoints.RegisterLibrary(api, &library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return nil, exceptions.NewConflict("held")
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, target := range []string{"/nope", "/library/v1/shelves?page_size=many", "/library/v1/shelves/a"} {
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 404 Nothing here.
	// 400 {"detail":[{"type":"int_parsing","loc":["query","page_size"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"many"}]}
	// 409 {"detail":"held"}
}
