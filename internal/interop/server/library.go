package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A library has all shelves, but for those that stand for exceptions.
type library struct {
	libraryv1endpoints.LibraryServer
	desk *desk
}

// describe sends back who calls, what the call costs, and a trailer.
func describe(ctx context.Context) {
	call := endpoints.CallFrom(ctx)
	call.Header().Set("X-Request-Cost", "3")
	call.Header().Set("X-Caller", call.RequestHeader().Get("X-Caller"))
	call.Trailer().Set("X-Checksum", "abc")
}

func (l library) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	describe(ctx)
	if err := raise(ctx, strings.TrimPrefix(r.GetName(), "shelves/")); err != nil {
		return nil, err
	}
	call := endpoints.CallFrom(ctx)
	switch r.GetName() {
	case "shelves/left": // says how many clients have left the desk
		return &libraryv1.Shelf{Theme: strconv.FormatInt(l.desk.left.Load(), 10)}, nil
	case "shelves/cookie":
		call.Header().Set("Set-Cookie", "seen=yes; Path=/")
	}
	return &libraryv1.Shelf{
		Name: r.GetName(), Theme: "Käse \U0001F4DA", Holder: call.RequestHeader().Get("Cookie"),
		CreateTime: timestamppb.New(time.Date(2026, 11, 20, 12, 0, 0, 500, time.UTC)),
	}, nil
}

func (library) UpdateShelf(ctx context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	describe(ctx)
	return r.GetShelf(), raise(ctx, strings.TrimPrefix(r.GetShelf().GetName(), "shelves/"))
}

func (library) UpdateBook(_ context.Context, r *libraryv1.UpdateBookRequest) (*libraryv1.Book, error) {
	return r.GetBook(), nil
}

func (library) DeleteShelf(ctx context.Context, r *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, raise(ctx, strings.TrimPrefix(r.GetName(), "shelves/"))
}

// A desk does what the names of shelves, books and questions say.
type desk struct{ left atomic.Int64 }

// WatchLoans sends loans with their numbers as ids, from the one after the last
// that the client has. On a shelf that stands for an exception that comes first,
// and on "shelves/later-..." after the second loan. On "shelves/parts" the
// stream ends after each second loan, on "shelves/parts-end" so often until there
// are no more. On "shelves/waiting" it does not end by itself after the first, and
// on "shelves/named" events have a name.
func (d *desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	describe(ctx)
	shelf := strings.TrimPrefix(r.GetShelf(), "shelves/")
	if err := raise(ctx, shelf); err != nil {
		return err
	}
	events := sse.StreamFrom(ctx)
	defer d.note(ctx)
	last, _ := strconv.ParseInt(events.LastEventID(), 10, 64)
	if shelf == "parts-end" && last >= int64(r.GetLimit()) {
		endpoints.CallFrom(ctx).SetStatus(http.StatusNoContent)
		return nil
	}
	for n := last + 1; r.GetLimit() == 0 || n <= int64(r.GetLimit()); n++ {
		if name, later := strings.CutPrefix(shelf, "later-"); later && n > 2 {
			return raise(ctx, name)
		}
		if shelf == "named" {
			events.SetEvent("loan")
		}
		events.SetID(strconv.FormatInt(n, 10))
		events.SetRetry(time.Millisecond)
		if err := s.Send(&libraryv1.Loan{Number: n, Book: r.GetShelf() + "/books/b", Reader: "Zoë"}); err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(shelf, "parts") && n%2 == 0:
			return nil
		case shelf == "waiting":
			return raise(ctx, "slow")
		}
	}
	return nil
}

// note counts the clients that leave before their call ends.
func (d *desk) note(ctx context.Context) {
	if ctx.Err() != nil {
		d.left.Add(1)
	}
}

func (*desk) ReturnBooks(ctx context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
	describe(ctx)
	for reply := (&libraryv1.ReturnBooksResponse{}); ; reply.Count++ {
		m, err := s.Receive()
		if errors.Is(err, io.EOF) {
			return reply, nil
		}
		if err == nil {
			err = raise(ctx, m.GetBook())
		}
		if err != nil {
			return nil, err
		}
	}
}

func (d *desk) Ask(ctx context.Context, s libraryv1endpoints.DeskAskStream) error {
	describe(ctx)
	defer d.note(ctx)
	for {
		m, err := s.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = raise(ctx, m.GetQuestion())
		}
		if err == nil {
			err = s.Send(&libraryv1.AskResponse{Answer: m.GetQuestion() + "!"})
		}
		if err != nil {
			return err
		}
	}
}
