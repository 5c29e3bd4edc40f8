package library_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/cmd/endpoints/internal/library"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// newAPI serves a seeded library in the database file, and its desk where the
// options have a transport for it.
func newAPI(t *testing.T, file string, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	store, err := library.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	lib := library.New(store)
	if err := lib.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	api := endpoints.New(append(options, endpoints.WithLogger(slog.New(slog.DiscardHandler)))...)
	endpointstest.Declared(t, api)
	if err := libraryv1endpoints.RegisterLibrary(api, lib); err != nil {
		t.Fatal(err)
	}
	if len(options) > 0 {
		if err := libraryv1endpoints.RegisterDesk(api, library.NewDesk(store, time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	return api
}

// A step is one request of a story and what it must answer.
type step struct {
	request, body string
	status        int
	says          []string
}

func (s step) run(t *testing.T, api *endpoints.API) string {
	t.Helper()
	verb, path, _ := strings.Cut(s.request, " ")
	var body io.Reader
	if s.body != "" {
		body = strings.NewReader(s.body)
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(verb, "/library/v1/"+path, body))
	if w.Code != s.status {
		t.Errorf("%s: want %d, got %d: %s", s.request, s.status, w.Code, w.Body)
	}
	for _, part := range s.says {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s: want %q in %s", s.request, part, w.Body)
		}
	}
	return w.Body.String()
}

func TestStories(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		steps []step
	}{
		{"the life of a shelf", []step{
			{"POST shelves?shelfId=poetry", `{"theme":"Poems"}`, 201, []string{`"name":"shelves/poetry"`, `"theme":"Poems"`, `"createTime"`}},
			{"GET shelves/poetry", "", 200, []string{`"theme":"Poems"`}},
			{"POST shelves?shelfId=poetry", `{"theme":"Poems"}`, 409, []string{"already"}},
			{"PATCH shelves/poetry", `{"theme":"Verse"}`, 200, []string{`"theme":"Verse"`}},
			{"DELETE shelves/poetry", "", 204, nil},
			{"GET shelves/poetry", "", 404, []string{`No shelf with the name \"shelves/poetry\" exists.`}},
		}},
		{"the life of a book", []step{
			{"POST shelves/fiction/books?bookId=persuasion", `{"title":"Persuasion","pages":249,"tags":["a","b"]}`, 201, []string{`"name":"shelves/fiction/books/persuasion"`}},
			{"PATCH shelves/fiction/books/persuasion?updateMask=author,tags", `{"title":"ignored","author":"Jane Austen"}`, 200, []string{`"title":"Persuasion"`, `"author":"Jane Austen"`}},
			{"GET shelves/fiction/books/persuasion", "", 200, []string{`"pages":249`}},
			{"GET books?author=Jane+Austen", "", 200, []string{"emma", "persuasion"}},
			{"GET shelves/fiction/books?format=FORMAT_HARDCOVER", "", 200, []string{"dracula"}},
			{"POST shelves?shelfId=loans", `{"theme":"On loan"}`, 201, nil},
			{"POST shelves/fiction/books/persuasion:move", `{"otherShelfName":"shelves/loans"}`, 200, []string{`"name":"shelves/loans/books/persuasion"`}},
			{"GET shelves/fiction/books/persuasion", "", 404, nil},
			{"POST shelves/loans/books/persuasion:move", `{"otherShelfName":"shelves/nowhere"}`, 404, []string{"shelves/nowhere"}},
			{"GET shelves/loans/books/persuasion", "", 200, nil},
			{"DELETE shelves/loans/books/persuasion", "", 204, nil},
			{"DELETE shelves/loans/books/persuasion", "", 404, nil},
		}},
		{"a locked shelf", []step{
			{"POST shelves/fiction:lock", `{"holder":"bob"}`, 204, nil},
			{"POST shelves/fiction:lock", `{"holder":"bob"}`, 204, nil},
			{"POST shelves/fiction:lock", `{"holder":"eve"}`, 409, []string{`"reason":"shelfLocked"`, `"domain":"library"`, `Shelf \"shelves/fiction\" is held by bob.`}},
			{"PATCH shelves/fiction", `{"theme":"x"}`, 409, []string{"shelfLocked"}},
			{"DELETE shelves/fiction/books/emma", "", 409, []string{"shelfLocked", `Book \"shelves/fiction/books/emma\" cannot be changed`}},
			{"POST shelves/fiction:unlock", `{"holder":"eve"}`, 403, []string{"Only the holder"}},
			{"POST shelves/fiction:unlock", `{"holder":"bob"}`, 204, nil},
			{"DELETE shelves/fiction", "", 409, []string{`"reason":"shelfNotEmpty"`, "2 books"}},
			{"DELETE shelves/fiction?force=true", "", 204, nil},
			{"GET books", "", 200, []string{"{}"}},
		}},
		{"what callers get wrong", []step{
			{"POST shelves?shelfId=No+Such+Name", `{"theme":"x"}`, 400, []string{`"location":"shelfId"`}},
			{"POST shelves", `{}`, 400, []string{"theme"}},
			{"GET shelves?pageSize=-1", "", 400, []string{`"location":"pageSize"`}},
			{"GET shelves?pageToken=%21", "", 400, []string{`"location":"pageToken"`}},
			{"PATCH shelves/fiction?updateMask=holder", `{"theme":"x"}`, 400, []string{`"location":"updateMask"`}},
			{"POST shelves/nowhere/books", `{"title":"t"}`, 404, nil},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newAPI(t, ":memory:")
			for _, s := range test.steps {
				s.run(t, api)
			}
		})
	}
}

// TestPages: pages hold what was asked for, in order, and end.
func TestPages(t *testing.T) {
	t.Parallel()
	api := newAPI(t, ":memory:")
	for i := range 5 {
		step{fmt.Sprintf("POST shelves?shelfId=s%d", i), `{"theme":"x"}`, 201, nil}.run(t, api)
	}
	var names []string
	token := ""
	for range 10 {
		page := step{"GET shelves?pageSize=2&pageToken=" + token, "", 200, nil}.run(t, api)
		for rest := page; ; {
			_, after, ok := strings.Cut(rest, `"name":"shelves/`)
			if !ok {
				break
			}
			name, _, _ := strings.Cut(after, `"`)
			names, rest = append(names, name), after
		}
		_, after, ok := strings.Cut(page, `"nextPageToken":"`)
		if !ok {
			break
		}
		token, _, _ = strings.Cut(after, `"`)
	}
	if got := strings.Join(names, " "); got != "fiction s0 s1 s2 s3 s4" {
		t.Errorf("want all six shelves once and in order, got %s", got)
	}
}

// TestFile: what was stored is there after the database was closed.
func TestFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "library.db")
	t.Run("write", func(t *testing.T) {
		step{"POST shelves?shelfId=kept", `{"theme":"x"}`, 201, nil}.run(t, newAPI(t, file))
	})
	t.Run("read", func(t *testing.T) {
		step{"GET shelves/kept", "", 200, nil}.run(t, newAPI(t, file))
	})
}
