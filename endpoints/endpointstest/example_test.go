package endpointstest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// locked is a library in which bob holds every shelf.
type locked struct {
	libraryv1endpoints.LibraryServer
}

func (locked) UpdateShelf(_ context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	return nil, &libraryv1.ShelfLocked{Shelf: r.GetShelf().GetName(), Holder: "bob"}
}

// An exception that is declared in proto is raised by returning the message, and
// caught as itself or as what it extends.
func Example() {
	_, err := locked{}.UpdateShelf(context.Background(), &libraryv1.UpdateShelfRequest{Shelf: &libraryv1.Shelf{Name: "shelves/a"}})

	if e, ok := errors.AsType[*libraryv1.ShelfLocked](err); ok {
		fmt.Println("held by", e.GetHolder())
	}
	if e, ok := errors.AsType[*libraryv1.ShelfError](err); ok {
		fmt.Println("about", e.GetShelf())
	}
	if e, ok := errors.AsType[*exceptions.Conflict](err); ok {
		fmt.Println(e.HTTPStatus(), exceptions.Describe(e).Reason, e)
	}
	// Output:
	// held by bob
	// about shelves/a
	// 409 shelfLocked Shelf "shelves/a" is held by bob.
}

func ExampleClient() {
	t := &fake{TB: new(testing.T)} // that of the test function
	api := endpoints.New(endpoints.WithLogger(slog.New(slog.DiscardHandler)), endpoints.WithProfile(endpoints.Modern()))
	if err := libraryv1endpoints.RegisterLibrary(api, locked{}); err != nil {
		t.Fatal(err)
	}
	client := endpointstest.Client(t, api)
	defer t.end() // tests do it by themselves
	resp, err := client.Get("http://library.test/library/v1/nothing")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(body))
	// Output: 404 {"error":{"code":404,"message":"Nothing is served at this path.","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}
}

func ExampleWant() {
	t := &fake{TB: new(testing.T)} // that of the test function
	_, err := locked{}.UpdateShelf(context.Background(), &libraryv1.UpdateShelfRequest{})

	endpointstest.Want(t, err, &libraryv1.ShelfLocked{Holder: "eve"})
	fmt.Println(t.end())
	// Output:
	// exception is not the one that is wanted:
	//   message is "Shelf \"\" is held by bob.", want "Shelf \"\" is held by eve."
	//   detail 0 is library.v1.ShelfLocked {"holder":"bob"}, want library.v1.ShelfLocked {"holder":"eve"}
}
