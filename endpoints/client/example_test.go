package client_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// lockedLibrary is a Library in which bob holds every shelf.
type lockedLibrary struct {
	libraryv1endpoints.LibraryServer
}

func (lockedLibrary) UpdateShelf(_ context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	return nil, &libraryv1.ShelfLocked{Shelf: r.GetShelf().GetName(), Holder: "bob"}
}

func (lockedLibrary) GetShelf(_ context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	return &libraryv1.Shelf{Name: r.GetName(), Theme: "poetry"}, nil
}

// serveLocked serves it until stop is called.
func serveLocked() (url string, stop func()) {
	api := endpoints.New(endpoints.WithProfile(endpoints.Modern()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := libraryv1endpoints.RegisterLibrary(api, lockedLibrary{}); err != nil {
		panic(err)
	}
	server := httptest.NewServer(api)
	return server.URL, server.Close
}

// An exception that is declared in proto comes back as the type that the server
// raised, and can be caught as any of its parents.
func Example() {
	url, stop := serveLocked()
	defer stop()
	library, err := libraryv1endpoints.NewLibraryClient(url)
	if err != nil {
		panic(err)
	}

	_, err = library.UpdateShelf(context.Background(), &libraryv1.UpdateShelfRequest{
		Shelf: &libraryv1.Shelf{Name: "shelves/a", Theme: "prose"},
	})
	if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); ok {
		fmt.Println("ask", locked.GetHolder())
	}
	if _, ok := errors.AsType[*exceptions.Conflict](err); ok {
		fmt.Println("conflict:", err)
	}
	// Output:
	// ask bob
	// conflict: Shelf "shelves/a" is held by bob.
}

func ExampleReadAnswer() {
	url, stop := serveLocked()
	defer stop()
	library, err := libraryv1endpoints.NewLibraryClient(url,
		client.WithCallOptions(client.Header("Authorization", "Bearer token")))
	if err != nil {
		panic(err)
	}

	var answer client.Answer
	shelf, err := library.GetShelf(context.Background(), &libraryv1.GetShelfRequest{Name: "shelves/a"}, client.ReadAnswer(&answer))
	fmt.Println(shelf.GetTheme(), err, answer.Status, answer.Header.Get("Content-Type"))
	// Output: poetry <nil> 200 application/json; charset=UTF-8
}

// A service that calls another one answers for itself: what it received is for
// its log. To pass an exception on, it raises it again.
func Example_passOn() {
	received := exceptions.Received(exceptions.NewNotFound("No such book."))
	_, speaks := exceptions.Of(received)
	fmt.Println("returned:", speaks)

	if missing, ok := errors.AsType[*exceptions.NotFound](received); ok {
		_, speaks = exceptions.Of(exceptions.Raise(missing))
		fmt.Println("raised again:", speaks)
	}
	// Output:
	// returned: false
	// raised again: true
}
