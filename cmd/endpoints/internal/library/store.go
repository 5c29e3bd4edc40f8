package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A Store keeps the library in an SQLite database. It is safe for concurrent
// use.
type Store struct {
	db  *sql.DB
	now func() time.Time
}

// schema holds a shelf and a book a row each. What is not searched for is one
// encoded message.
const schema = `
CREATE TABLE IF NOT EXISTS shelves (name TEXT PRIMARY KEY, message BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS books (
	name TEXT PRIMARY KEY, shelf TEXT NOT NULL REFERENCES shelves (name) ON DELETE CASCADE,
	author TEXT NOT NULL, format INTEGER NOT NULL, message BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS books_by_shelf ON books (shelf, name);
`

// Open opens the database in file, which is made if it is not there; ":memory:"
// keeps it in memory.
func Open(ctx context.Context, file string) (*Store, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	// One connection: SQLite has one writer anyway, and every connection to
	// ":memory:" would have a database of its own.
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
	}
	return &Store{db: db, now: func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }}, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// queryer is a database or a transaction.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// load reads the message of one row, and returns absent if there is none.
func load(ctx context.Context, q queryer, m proto.Message, absent error, query, name string) error {
	var data []byte
	switch err := q.QueryRowContext(ctx, query, name).Scan(&data); {
	case errors.Is(err, sql.ErrNoRows):
		return absent
	case err != nil:
		return fmt.Errorf("load %s: %w", name, err)
	}
	return proto.Unmarshal(data, m)
}

func loadShelf(ctx context.Context, q queryer, name string) (*libraryv1.Shelf, error) {
	shelf := &libraryv1.Shelf{}
	return shelf, load(ctx, q, shelf, noShelf(name), `SELECT message FROM shelves WHERE name = ?`, name)
}

func loadBook(ctx context.Context, q queryer, name string) (*libraryv1.Book, error) {
	book := &libraryv1.Book{}
	return book, load(ctx, q, book, noBook(name), `SELECT message FROM books WHERE name = ?`, name)
}

// in runs f in a transaction, which is undone if f fails.
func (s *Store) in(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (s *Store) shelf(ctx context.Context, name string) (*libraryv1.Shelf, error) {
	return loadShelf(ctx, s.db, name)
}

func (s *Store) insertShelf(ctx context.Context, name, theme string) (*libraryv1.Shelf, error) {
	shelf := &libraryv1.Shelf{Name: name, Theme: theme, CreateTime: timestamppb.New(s.now())}
	err := s.in(ctx, func(tx *sql.Tx) error {
		if _, err := loadShelf(ctx, tx, name); err == nil {
			return exceptions.NewAlreadyExists("There is a shelf with the name %q already.", name)
		}
		data, err := proto.Marshal(shelf)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO shelves (name, message) VALUES (?, ?)`, name, data)
		return err
	})
	return shelf, err
}

// shelves returns one shelf more than the page holds, if there is one.
func (s *Store) shelves(ctx context.Context, p page) ([]*libraryv1.Shelf, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT message FROM shelves WHERE name > ? ORDER BY name LIMIT ?`, p.after, p.size+1)
	return collect(rows, err, func() *libraryv1.Shelf { return &libraryv1.Shelf{} })
}

// changeShelf loads a shelf, lets f change it, and saves it.
func (s *Store) changeShelf(ctx context.Context, name string, f func(*libraryv1.Shelf) error) (shelf *libraryv1.Shelf, err error) {
	err = s.in(ctx, func(tx *sql.Tx) error {
		if shelf, err = loadShelf(ctx, tx, name); err != nil {
			return err
		}
		if err := f(shelf); err != nil {
			return err
		}
		data, err := proto.Marshal(shelf)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE shelves SET message = ? WHERE name = ?`, data, name)
		return err
	})
	return shelf, err
}

func (s *Store) deleteShelf(ctx context.Context, name string, force bool) error {
	return s.in(ctx, func(tx *sql.Tx) error {
		shelf, err := loadShelf(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := unlocked(shelf); err != nil {
			return err
		}
		var books int32
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM books WHERE shelf = ?`, name).Scan(&books); err != nil {
			return err
		}
		if books > 0 && !force {
			return &libraryv1.ShelfNotEmpty{Shelf: name, Books: books}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM shelves WHERE name = ?`, name)
		return err
	})
}

// collect reads the messages of all rows.
func collect[M proto.Message](rows *sql.Rows, err error, empty func() M) (all []M, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		m := empty()
		if err := proto.Unmarshal(data, m); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}
