package library

import (
	"context"

	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// Seed puts a shelf with two books into a library that has none, so that there
// is something to see.
func (l *Library) Seed(ctx context.Context) error {
	shelves, err := l.store.shelves(ctx, page{size: 1})
	if err != nil || len(shelves) > 0 {
		return err
	}
	shelf, err := l.store.insertShelf(ctx, shelfName("fiction"), "Novels and stories")
	if err != nil {
		return err
	}
	for id, book := range map[string]*libraryv1.Book{
		"dracula": {Title: "Dracula", Author: "Bram Stoker", Pages: new(int32(418)), Format: libraryv1.Book_FORMAT_HARDCOVER, Tags: []string{"gothic", "epistolary"}},
		"emma":    {Title: "Emma", Author: "Jane Austen", Pages: new(int32(474)), Format: libraryv1.Book_FORMAT_PAPERBACK},
	} {
		if _, err := l.store.insertBook(ctx, shelf.GetName(), shelf.GetName()+"/books/"+id, book); err != nil {
			return err
		}
	}
	return nil
}
