package library_test

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/wsclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// newDesk serves the seeded library and its desk, and returns clients.
func newDesk(t *testing.T, options ...client.Option) (*libraryv1endpoints.DeskClient, *libraryv1endpoints.LibraryClient) {
	t.Helper()
	api := newAPI(t, ":memory:", endpoints.With(sse.Transport()), endpoints.With(websocket.Transport()))
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	desk, err := libraryv1endpoints.NewDeskClient(server.URL, options...)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := libraryv1endpoints.NewLibraryClient(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return desk, lib
}

// TestWatchLoans watches until the shelf is locked.
func TestWatchLoans(t *testing.T) {
	desk, lib := newDesk(t)
	stream, err := desk.WatchLoans(t.Context(), &libraryv1.WatchLoansRequest{Shelf: "shelves/fiction"})
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	n := int64(0)
	for loan, err := range stream.Messages() {
		if err != nil {
			if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); !ok || locked.GetHolder() != "bob" {
				t.Errorf("the stream ended with %v", err)
			}
			break
		}
		if n++; loan.GetNumber() != n || loan.GetBook() == "" || loan.GetReader() == "" {
			t.Errorf("loan %d is %v", n, loan)
		}
		if n == 3 {
			if _, err := lib.LockShelf(t.Context(), &libraryv1.LockShelfRequest{Name: "shelves/fiction", Holder: "bob"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n < 3 {
		t.Errorf("%d loans", n)
	}
}

func TestWatchNothing(t *testing.T) {
	desk, lib := newDesk(t)
	if _, err := lib.CreateShelf(t.Context(), &libraryv1.CreateShelfRequest{ShelfId: "empty", Shelf: &libraryv1.Shelf{Theme: "None"}}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		request *libraryv1.WatchLoansRequest
		is      func(error) bool
	}{
		"no shelf":     {&libraryv1.WatchLoansRequest{Shelf: "shelves/nowhere"}, is[*exceptions.NotFound]},
		"no books":     {&libraryv1.WatchLoansRequest{Shelf: "shelves/empty"}, is[*exceptions.BadRequest]},
		"a bad number": {&libraryv1.WatchLoansRequest{Shelf: "shelves/fiction", Limit: -1}, is[*exceptions.BadRequest]},
	} {
		stream, err := desk.WatchLoans(t.Context(), tt.request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Receive(); !tt.is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// TestDeskOverWebSockets covers the methods to which the client streams.
func TestDeskOverWebSockets(t *testing.T) {
	desk, _ := newDesk(t, client.WithTransport(wsclient.WebSocket))
	returns, err := desk.ReturnBooks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, book := range []string{"dracula", "emma"} {
		if err := returns.Send(&libraryv1.ReturnBooksRequest{Book: "shelves/fiction/books/" + book}); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := returns.CloseAndReceive(); err != nil || reply.GetCount() != 2 {
		t.Errorf("%v, %v", reply, err)
	}
	ask, err := desk.Ask(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer ask.Close()
	for _, tt := range []struct{ question, answer string }{{"shelves/fiction/books/emma", "Emma is by Jane Austen."}, {"shelves/fiction/books/ulysses", ""}} {
		if err := ask.Send(&libraryv1.AskRequest{Question: tt.question}); err != nil {
			t.Fatal(err)
		}
		reply, err := ask.Receive()
		if reply.GetAnswer() != tt.answer || (err == nil) != (tt.answer != "") || err != nil && !is[*exceptions.NotFound](err) {
			t.Errorf("%s: %v, %v", tt.question, reply, err)
		}
	}
}
