package arena

import (
	"strconv"

	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"
)

// Code is a canonical RPC status code (google.rpc.Code numbering).
type Code uint8

const (
	OK                 Code = 0
	Canceled           Code = 1
	Unknown            Code = 2
	InvalidArgument    Code = 3
	DeadlineExceeded   Code = 4
	NotFound           Code = 5
	AlreadyExists      Code = 6
	PermissionDenied   Code = 7
	ResourceExhausted  Code = 8
	FailedPrecondition Code = 9
	Aborted            Code = 10
	OutOfRange         Code = 11
	Unimplemented      Code = 12
	Internal           Code = 13
	Unavailable        Code = 14
	DataLoss           Code = 15
	Unauthenticated    Code = 16
)

var httpStatus = [17]int{200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401}

// HTTP is the HTTP status google.rpc.Code documents for the code.
func (c Code) HTTP() int {
	if int(c) < len(httpStatus) {
		return httpStatus[c]
	}
	return 500
}

// Error is the backend's error. Contestants turn it into their own error type
// in the handler, as an application using that framework would.
type Error struct {
	Code Code
	Msg  string
}

func (e *Error) Error() string { return e.Msg }

// The typed backend. It checks that everything the request carried arrived, so
// a contestant that skips binding fails TestContestants; beyond that it costs
// next to nothing and shares its response messages.

// MissingBook is the number of a book that there is not.
const MissingBook = 404

// CheckGet is GetBook's logic minus the response type.
func CheckGet(shelf string, book int64, fullView bool, language string) error {
	if shelf != "17" || !fullView || language != "en" {
		return &Error{InvalidArgument, "bad request"}
	}
	if book == MissingBook {
		return &Error{NotFound, "book " + strconv.FormatInt(book, 10) + " not found on shelf " + shelf}
	}
	if book != 42 {
		return &Error{InvalidArgument, "unexpected book"}
	}
	return nil
}

// GetBook returns the one book that there is.
func GetBook(r *benchv1.GetBookRequest) (*benchv1.Book, error) {
	if err := CheckGet(r.Shelf, r.Book, r.View == benchv1.BookView_BOOK_VIEW_FULL, r.Language); err != nil {
		return nil, err
	}
	return SmallProto, nil
}

// GetBookStruct is GetBook for contestants without proto.
func GetBookStruct(shelf string, book int64, view, language string) (*Book, error) {
	if err := CheckGet(shelf, book, view == "BOOK_VIEW_FULL", language); err != nil {
		return nil, err
	}
	return SmallStruct, nil
}

var errCreate = &Error{InvalidArgument, "bad create"}

// CreateBook returns the book of the request.
func CreateBook(r *benchv1.CreateBookRequest) (*benchv1.Book, error) {
	b := r.Book
	if r.Shelf != "17" || b.GetIsbn() == 0 || b.GetAuthor().GetBirthYear() == 0 || b.GetPublishTime().GetSeconds() == 0 || len(b.GetTags()) != 2 {
		return nil, errCreate
	}
	return b, nil
}

// CreateBookStruct is CreateBook for contestants without proto.
func CreateBookStruct(shelf string, b *Book) (*Book, error) {
	if shelf != "17" || b.Isbn == 0 || b.Author == nil || b.PublishTime.IsZero() || len(b.Tags) != 2 {
		return nil, errCreate
	}
	return b, nil
}

// ListBooks returns a list of MediumN or LargeN books.
func ListBooks(r *benchv1.ListBooksRequest) (*benchv1.ListBooksResponse, error) {
	switch {
	case r.Shelf != "17":
		return nil, &Error{InvalidArgument, "bad shelf"}
	case r.PageSize == MediumN:
		return MediumProto, nil
	case r.PageSize == LargeN:
		return LargeProto, nil
	}
	return nil, &Error{InvalidArgument, "bad page size"}
}

// ListBooksStruct is ListBooks for contestants without proto.
func ListBooksStruct(shelf string, pageSize int32) (*BookList, error) {
	switch {
	case shelf != "17":
		return nil, &Error{InvalidArgument, "bad shelf"}
	case pageSize == MediumN:
		return MediumStruct, nil
	case pageSize == LargeN:
		return LargeStruct, nil
	}
	return nil, &Error{InvalidArgument, "bad page size"}
}

var importResp50 = &benchv1.ImportBooksResponse{Imported: MediumN}
var importResp1000 = &benchv1.ImportBooksResponse{Imported: LargeN}

// ImportBooks counts MediumN or LargeN books.
func ImportBooks(r *benchv1.ImportBooksRequest) (*benchv1.ImportBooksResponse, error) {
	switch len(r.Books) {
	case MediumN:
		return importResp50, nil
	case LargeN:
		return importResp1000, nil
	}
	return nil, &Error{InvalidArgument, "bad import"}
}

// ImportBooksStruct is ImportBooks for contestants without proto.
func ImportBooksStruct(r *BookImport) (*ImportResult, error) {
	switch n := len(r.Books); n {
	case MediumN, LargeN:
		return &ImportResult{Imported: int32(n)}, nil
	}
	return nil, &Error{InvalidArgument, "bad import"}
}
