// Package library implements the example services, library.v1.Library on SQLite
// and library.v1.Desk.
package library

import (
	"context"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A Library keeps shelves and books in a [Store].
type Library struct{ store *Store }

var _ libraryv1endpoints.LibraryServer = (*Library)(nil)

// New returns the library in store.
func New(store *Store) *Library { return &Library{store} }

// CreateShelf implements [libraryv1endpoints.LibraryServer].
func (l *Library) CreateShelf(ctx context.Context, r *libraryv1.CreateShelfRequest) (*libraryv1.Shelf, error) {
	id, err := newID(r.GetShelfId(), "shelfId")
	if err != nil {
		return nil, err
	}
	return l.store.insertShelf(ctx, shelfName(id), r.GetShelf().GetTheme())
}

// GetShelf implements [libraryv1endpoints.LibraryServer].
func (l *Library) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	return l.store.shelf(ctx, r.GetName())
}

// ListShelves implements [libraryv1endpoints.LibraryServer].
func (l *Library) ListShelves(ctx context.Context, r *libraryv1.ListShelvesRequest) (*libraryv1.ListShelvesResponse, error) {
	p, err := newPage(r.GetPageSize(), r.GetPageToken())
	if err != nil {
		return nil, err
	}
	shelves, err := l.store.shelves(ctx, p)
	if err != nil {
		return nil, err
	}
	reply := &libraryv1.ListShelvesResponse{Shelves: shelves}
	if len(shelves) > p.size {
		reply.Shelves, reply.NextPageToken = shelves[:p.size], pageToken(shelves[p.size-1].GetName())
	}
	return reply, nil
}

// UpdateShelf implements [libraryv1endpoints.LibraryServer].
func (l *Library) UpdateShelf(ctx context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	mask, err := newMask(r.GetUpdateMask(), r.GetShelf(), "theme")
	if err != nil {
		return nil, err
	}
	return l.store.changeShelf(ctx, r.GetShelf().GetName(), func(shelf *libraryv1.Shelf) error {
		if mask.has("theme") {
			shelf.Theme = r.GetShelf().GetTheme()
		}
		return unlocked(shelf)
	})
}

// DeleteShelf implements [libraryv1endpoints.LibraryServer].
func (l *Library) DeleteShelf(ctx context.Context, r *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, l.store.deleteShelf(ctx, r.GetName(), r.GetForce())
}

// LockShelf implements [libraryv1endpoints.LibraryServer].
func (l *Library) LockShelf(ctx context.Context, r *libraryv1.LockShelfRequest) (*emptypb.Empty, error) {
	_, err := l.store.changeShelf(ctx, r.GetName(), func(shelf *libraryv1.Shelf) error {
		if shelf.GetHolder() == r.GetHolder() {
			return nil
		}
		if err := unlocked(shelf); err != nil {
			return err
		}
		shelf.Holder = r.GetHolder()
		return nil
	})
	return &emptypb.Empty{}, err
}

// UnlockShelf implements [libraryv1endpoints.LibraryServer].
func (l *Library) UnlockShelf(ctx context.Context, r *libraryv1.UnlockShelfRequest) (*emptypb.Empty, error) {
	_, err := l.store.changeShelf(ctx, r.GetName(), func(shelf *libraryv1.Shelf) error {
		if shelf.GetHolder() != "" && shelf.GetHolder() != r.GetHolder() {
			return exceptions.NewForbidden("Only the holder of a shelf can unlock it.")
		}
		shelf.Holder = ""
		return nil
	})
	return &emptypb.Empty{}, err
}

// CreateBook implements [libraryv1endpoints.LibraryServer].
func (l *Library) CreateBook(ctx context.Context, r *libraryv1.CreateBookRequest) (*libraryv1.Book, error) {
	id, err := newID(r.GetBookId(), "bookId")
	if err != nil {
		return nil, err
	}
	return l.store.insertBook(ctx, r.GetParent(), r.GetParent()+"/books/"+id, r.GetBook())
}

// GetBook implements [libraryv1endpoints.LibraryServer].
func (l *Library) GetBook(ctx context.Context, r *libraryv1.GetBookRequest) (*libraryv1.Book, error) {
	return l.store.book(ctx, r.GetName())
}

// ListBooks implements [libraryv1endpoints.LibraryServer].
func (l *Library) ListBooks(ctx context.Context, r *libraryv1.ListBooksRequest) (*libraryv1.ListBooksResponse, error) {
	p, err := newPage(r.GetPageSize(), r.GetPageToken())
	if err != nil {
		return nil, err
	}
	books, err := l.store.books(ctx, bookFilter{shelf: r.GetParent(), author: r.GetAuthor(), format: r.GetFormat()}, p)
	if err != nil {
		return nil, err
	}
	reply := &libraryv1.ListBooksResponse{Books: books}
	if len(books) > p.size {
		reply.Books, reply.NextPageToken = books[:p.size], pageToken(books[p.size-1].GetName())
	}
	return reply, nil
}

// UpdateBook implements [libraryv1endpoints.LibraryServer].
func (l *Library) UpdateBook(ctx context.Context, r *libraryv1.UpdateBookRequest) (*libraryv1.Book, error) {
	mask, err := newMask(r.GetUpdateMask(), r.GetBook(), "title", "author", "isbn", "pages", "format", "tags", "publish_time")
	if err != nil {
		return nil, err
	}
	return l.store.changeBook(ctx, r.GetBook().GetName(), func(book *libraryv1.Book) { mask.copy(book, r.GetBook()) })
}

// DeleteBook implements [libraryv1endpoints.LibraryServer].
func (l *Library) DeleteBook(ctx context.Context, r *libraryv1.DeleteBookRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, l.store.deleteBook(ctx, r.GetName())
}

// MoveBook implements [libraryv1endpoints.LibraryServer].
func (l *Library) MoveBook(ctx context.Context, r *libraryv1.MoveBookRequest) (*libraryv1.Book, error) {
	_, id, _ := strings.Cut(r.GetName(), "/books/")
	return l.store.moveBook(ctx, r.GetName(), r.GetOtherShelfName(), r.GetOtherShelfName()+"/books/"+id)
}

func shelfName(id string) string { return "shelves/" + id }

// shelfOf is the shelf that a book stands on.
func shelfOf(book string) string {
	shelf, _, _ := strings.Cut(book, "/books/")
	return shelf
}
