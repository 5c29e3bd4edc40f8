package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func (s *Store) book(ctx context.Context, name string) (*libraryv1.Book, error) {
	return loadBook(ctx, s.db, name)
}

func (s *Store) insertBook(ctx context.Context, shelf, name string, given *libraryv1.Book) (*libraryv1.Book, error) {
	book := proto.CloneOf(given)
	book.Name, book.CreateTime = name, timestamppb.New(s.now())
	return book, s.in(ctx, func(tx *sql.Tx) error {
		if err := unlockedShelf(ctx, tx, shelf); err != nil {
			return err
		}
		return save(ctx, tx, book)
	})
}

// unlockedShelf fails if the shelf does not exist or somebody holds it.
func unlockedShelf(ctx context.Context, tx *sql.Tx, name string) error {
	shelf, err := loadShelf(ctx, tx, name)
	if err != nil {
		return err
	}
	return unlocked(shelf)
}

// save inserts a book. There must be none of its name.
func save(ctx context.Context, tx *sql.Tx, book *libraryv1.Book) error {
	if _, err := loadBook(ctx, tx, book.GetName()); err == nil {
		return exceptions.NewAlreadyExists("There is a book with the name %q already.", book.GetName())
	}
	data, err := proto.Marshal(book)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO books (name, shelf, author, format, message) VALUES (?, ?, ?, ?, ?)`,
		book.GetName(), shelfOf(book.GetName()), book.GetAuthor(), int32(book.GetFormat()), data)
	return err
}

// A bookFilter says which books are listed; a zero field lets all pass.
type bookFilter struct {
	shelf, author string
	format        libraryv1.Book_Format
}

// books returns one book more than the page holds, if there is one. A shelf
// that does not exist is an error, not an empty list.
func (s *Store) books(ctx context.Context, f bookFilter, p page) ([]*libraryv1.Book, error) {
	if f.shelf != "" {
		if _, err := loadShelf(ctx, s.db, f.shelf); err != nil {
			return nil, err
		}
	}
	rows, err := s.db.QueryContext(ctx, `SELECT message FROM books
		WHERE name > ? AND (? = '' OR shelf = ?) AND (? = '' OR author = ?) AND (? = 0 OR format = ?) ORDER BY name LIMIT ?`,
		p.after, f.shelf, f.shelf, f.author, f.author, int32(f.format), int32(f.format), p.size+1)
	return collect(rows, err, func() *libraryv1.Book { return &libraryv1.Book{} })
}

// changeBook loads a book, lets f change it, and saves it.
func (s *Store) changeBook(ctx context.Context, name string, f func(*libraryv1.Book)) (book *libraryv1.Book, err error) {
	err = s.in(ctx, func(tx *sql.Tx) error {
		if book, err = takeBook(ctx, tx, name); err != nil {
			return err
		}
		f(book)
		return save(ctx, tx, book)
	})
	return book, err
}

// takeBook takes a book from its shelf, which nobody may hold.
func takeBook(ctx context.Context, tx *sql.Tx, name string) (*libraryv1.Book, error) {
	book, err := loadBook(ctx, tx, name)
	if err != nil {
		return nil, err
	}
	err = unlockedShelf(ctx, tx, shelfOf(name))
	if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); ok {
		return nil, &libraryv1.BookLocked{Shelf: locked.GetShelf(), Holder: locked.GetHolder(), Book: name}
	}
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM books WHERE name = ?`, name); err != nil {
		return nil, fmt.Errorf("delete %s: %w", name, err)
	}
	return book, nil
}

func (s *Store) deleteBook(ctx context.Context, name string) error {
	return s.in(ctx, func(tx *sql.Tx) error {
		_, err := takeBook(ctx, tx, name)
		return err
	})
}

func (s *Store) moveBook(ctx context.Context, name, shelf, to string) (book *libraryv1.Book, err error) {
	err = s.in(ctx, func(tx *sql.Tx) error {
		if book, err = takeBook(ctx, tx, name); err != nil {
			return err
		}
		if err := unlockedShelf(ctx, tx, shelf); err != nil {
			return err
		}
		book.Name = to
		return save(ctx, tx, book)
	})
	return book, err
}
