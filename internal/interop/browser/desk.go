package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// A desk does what the name of the shelf or the question says.
type desk struct{ left atomic.Int64 }

// WatchLoans implements [libraryv1endpoints.DeskServer].
func (d *desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	events := sse.StreamFrom(ctx)
	last, _ := strconv.ParseInt(events.LastEventID(), 10, 64)
	n, err := int64(r.GetLimit()), error(nil)
	switch r.GetShelf() {
	case "shelves/closed":
		return exceptions.NewGone("The shelf is closed.")
	case "shelves/closing":
		err = exceptions.NewGone("The shelf has closed.")
	case "shelves/short": // two at a time, five in all
		if n = min(last+2, 5); n == last {
			endpoints.CallFrom(ctx).SetStatus(204)
			return nil
		}
		events.SetRetry(50 * time.Millisecond)
	case "shelves/long":
		defer d.left.Add(1)
	case "shelves/named":
		events.SetEvent("loan")
	}
	for i := last + 1; i <= n; i++ {
		events.SetID(strconv.FormatInt(i, 10))
		if err := s.Send(&libraryv1.Loan{Number: i, Book: r.GetShelf()}); err != nil {
			return err
		}
	}
	if r.GetShelf() == "shelves/long" {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

// ReturnBooks implements [libraryv1endpoints.DeskServer].
func (*desk) ReturnBooks(_ context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
	reply := new(libraryv1.ReturnBooksResponse)
	for {
		switch _, err := s.Receive(); {
		case errors.Is(err, io.EOF):
			return reply, nil
		case err != nil:
			return nil, err
		}
		reply.Count++
	}
}

// Ask implements [libraryv1endpoints.DeskServer].
func (d *desk) Ask(ctx context.Context, s libraryv1endpoints.DeskAskStream) error {
	for {
		q, err := s.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			d.left.Add(1)
			return err
		}
		switch q.GetQuestion() {
		case "why?":
			return exceptions.NewNotFound("Nobody knows.")
		case "who?":
			return exceptions.NewUnauthorized("Who are you?")
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: q.GetQuestion()}); err != nil {
			return err
		}
	}
}
