package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// A Desk implements the example service library.v1.Desk, whose methods are
// streams. The library has no readers, so the desk makes them up.
type Desk struct {
	store *Store
	every time.Duration
}

var _ libraryv1endpoints.DeskServer = (*Desk)(nil)

// NewDesk returns the desk of the library in store, at which one book is
// borrowed in every period of the given length.
func NewDesk(store *Store, every time.Duration) *Desk { return &Desk{store, every} }

// readers take turns.
var readers = [...]string{"ada", "grace", "hedy"}

// WatchLoans implements [libraryv1endpoints.DeskServer]. A shelf that somebody
// locks meanwhile ends the stream with an exception.
func (d *Desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, stream libraryv1endpoints.DeskWatchLoansStream) error {
	if r.GetLimit() < 0 {
		return invalid("limit", "There cannot be a negative number of loans.")
	}
	next := time.NewTicker(d.every)
	defer next.Stop()
	for n := int64(1); ; n++ {
		book, err := d.lend(ctx, r.GetShelf(), n)
		if err != nil {
			return err
		}
		if err := stream.Send(&libraryv1.Loan{Number: n, Book: book, Reader: readers[n%int64(len(readers))]}); err != nil {
			return err
		}
		if n == int64(r.GetLimit()) {
			return nil
		}
		select {
		case <-next.C:
		case <-ctx.Done(): // the client has left, or the server stops
			return ctx.Err()
		}
	}
}

// lend returns the name of the book that is borrowed as the n-th.
func (d *Desk) lend(ctx context.Context, name string, n int64) (string, error) {
	shelf, err := d.store.shelf(ctx, name)
	if err != nil {
		return "", err
	}
	if err := unlocked(shelf); err != nil {
		return "", err
	}
	books, err := d.store.books(ctx, bookFilter{shelf: name}, page{size: maxPageSize})
	if err != nil {
		return "", err
	}
	if len(books) == 0 {
		return "", exceptions.NewFailedPrecondition("There is no book on shelf %q.", name)
	}
	return books[n%int64(len(books))].GetName(), nil
}

// ReturnBooks implements [libraryv1endpoints.DeskServer].
func (d *Desk) ReturnBooks(ctx context.Context, stream libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
	reply := &libraryv1.ReturnBooksResponse{}
	for {
		r, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return reply, nil
		}
		if err != nil {
			return nil, err
		}
		if _, err := d.store.book(ctx, r.GetBook()); err != nil {
			return nil, err
		}
		reply.Count++
	}
}

// Ask implements [libraryv1endpoints.DeskServer]. The desk knows who wrote the
// books that it is asked about by their names.
func (d *Desk) Ask(ctx context.Context, stream libraryv1endpoints.DeskAskStream) error {
	for {
		r, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		book, err := d.store.book(ctx, strings.TrimSpace(r.GetQuestion()))
		if err != nil {
			return err
		}
		if err := stream.Send(&libraryv1.AskResponse{Answer: fmt.Sprintf("%s is by %s.", book.GetTitle(), book.GetAuthor())}); err != nil {
			return err
		}
	}
}
