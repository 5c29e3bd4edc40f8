package contestants

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// huma: v2 on ServeMux (humago), plain structs, its schema validation on, the
// $schema link transformer off.
func init() {
	arena.Register(arena.Contestant{Name: "huma", New: newHuma, Status: map[string]int{"badjson": 422}})
}

// humaBook is arena.Book with the 64-bit integer as a string: huma's validation
// does not know encoding/json's ",string".
type humaBook struct {
	Name        string        `json:"name,omitempty"`
	Title       string        `json:"title,omitempty"`
	Author      *arena.Author `json:"author,omitempty"`
	Isbn        string        `json:"isbn,omitempty" pattern:"^[0-9]+$"`
	Genre       string        `json:"genre,omitempty"`
	PublishTime time.Time     `json:"publishTime,omitempty"`
	PageCount   int32         `json:"pageCount,omitempty"`
	InStock     bool          `json:"inStock,omitempty"`
	Tags        []string      `json:"tags,omitempty"`
}

type humaList struct {
	Books         []*humaBook `json:"books,omitempty"`
	NextPageToken string      `json:"nextPageToken,omitempty"`
}

func toHuma(b *arena.Book) *humaBook {
	return &humaBook{b.Name, b.Title, b.Author, strconv.FormatInt(b.Isbn, 10), b.Genre, b.PublishTime, b.PageCount, b.InStock, b.Tags}
}

func toHumaList(l *arena.BookList) *humaList {
	out := &humaList{NextPageToken: l.NextPageToken}
	for _, b := range l.Books {
		out.Books = append(out.Books, toHuma(b))
	}
	return out
}

var (
	humaSmall  = toHuma(arena.SmallStruct)
	humaMedium = toHumaList(arena.MediumStruct)
	humaLarge  = toHumaList(arena.LargeStruct)
)

func humaErr(err error) error {
	e := backendError(err)
	return huma.NewError(e.Code.HTTP(), e.Msg)
}

type bookOut struct{ Body *humaBook }

func newHuma() http.Handler {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("library", "1")
	cfg.CreateHooks = nil
	cfg.DocsPath, cfg.OpenAPIPath, cfg.SchemasPath = "", "", ""
	api := humago.New(mux, cfg)
	huma.Register(api, huma.Operation{OperationID: "get-book", Method: "GET", Path: "/v1/shelves/{shelf}/books/{book}"},
		func(_ context.Context, in *struct {
			Shelf    string `path:"shelf"`
			Book     int64  `path:"book"`
			View     string `query:"view" enum:"BOOK_VIEW_UNSPECIFIED,BOOK_VIEW_BASIC,BOOK_VIEW_FULL"`
			Language string `query:"language"`
		}) (*bookOut, error) {
			if _, err := arena.GetBookStruct(in.Shelf, in.Book, in.View, in.Language); err != nil {
				return nil, humaErr(err)
			}
			return &bookOut{humaSmall}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "create-book", Method: "POST", Path: "/v1/shelves/{shelf}/books", DefaultStatus: 200, Errors: []int{400}},
		func(_ context.Context, in *struct {
			Shelf string `path:"shelf"`
			Body  humaBook
		}) (*bookOut, error) {
			b := &in.Body
			if in.Shelf != "17" || b.Isbn == "" || b.Author == nil || b.PublishTime.IsZero() || len(b.Tags) != 2 {
				return nil, humaErr(errBadCreate)
			}
			return &bookOut{b}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "list-books", Method: "GET", Path: "/v1/shelves/{shelf}/books"},
		func(_ context.Context, in *struct {
			Shelf    string `path:"shelf"`
			PageSize int32  `query:"page_size"`
			Token    string `query:"page_token"`
		}) (*struct{ Body *humaList }, error) {
			if _, err := arena.ListBooksStruct(in.Shelf, in.PageSize); err != nil {
				return nil, humaErr(err)
			}
			if in.PageSize == arena.MediumN {
				return &struct{ Body *humaList }{humaMedium}, nil
			}
			return &struct{ Body *humaList }{humaLarge}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "import-books", Method: "POST", Path: "/v1/imports", DefaultStatus: 200, MaxBodyBytes: 64 << 20},
		func(_ context.Context, in *struct {
			Body struct {
				Books []*humaBook `json:"books"`
			}
		}) (*struct{ Body *arena.ImportResult }, error) {
			return &struct{ Body *arena.ImportResult }{&arena.ImportResult{Imported: int32(len(in.Body.Books))}}, nil
		})
	return mux
}

var errBadCreate = &arena.Error{Code: arena.InvalidArgument, Msg: "bad create"}
