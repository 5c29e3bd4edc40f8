package client_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// closingDesk sends two loans at a time, until somebody locks the shelf.
type closingDesk struct{ libraryv1endpoints.DeskServer }

func (closingDesk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	events := sse.StreamFrom(ctx)
	last, _ := strconv.ParseInt(events.LastEventID(), 10, 64)
	for n := last + 1; n <= last+2; n++ {
		events.SetID(strconv.FormatInt(n, 10))
		if err := s.Send(&libraryv1.Loan{Number: n, Reader: "kim"}); err != nil {
			return err
		}
	}
	return &libraryv1.ShelfLocked{Shelf: r.GetShelf(), Holder: "bob"}
}

// A stream of events. Its end tells how to go on: with the exception that the
// server raised, and with the id of the last event.
func ExampleServerStream_events() {
	api := endpoints.New(endpoints.With(sse.Transport()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := libraryv1endpoints.RegisterDesk(api, closingDesk{}); err != nil {
		panic(err)
	}
	server := httptest.NewServer(api)
	defer server.Close()
	desk, err := libraryv1endpoints.NewDeskClient(server.URL)
	if err != nil {
		panic(err)
	}

	var answer client.Answer
	for range 2 {
		stream, err := desk.WatchLoans(context.Background(), &libraryv1.WatchLoansRequest{Shelf: "shelves/a"},
			client.ReadAnswer(&answer), client.Header("Last-Event-ID", answer.LastEventID))
		if err != nil {
			panic(err)
		}
		for loan, err := range stream.Messages() {
			if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); ok {
				fmt.Println("ask", locked.GetHolder(), "and go on after", answer.LastEventID)
			} else if err == nil {
				fmt.Println(loan.GetNumber(), loan.GetReader())
			}
		}
	}
	// Output:
	// 1 kim
	// 2 kim
	// ask bob and go on after 2
	// 3 kim
	// 4 kim
	// ask bob and go on after 4
}
