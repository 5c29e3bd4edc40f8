// Package arena holds what every contestant shares: the fixtures, the typed
// backend, the scenarios and the contestant registry.
package arena

import (
	"fmt"
	"time"

	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// Structs mirroring the proto messages, for contestants that do not speak proto.
// Tags make their JSON equal to canonical proto3 JSON (int64 as string, enum as
// name, RFC 3339 time).
type (
	Author struct {
		GivenName  string `json:"givenName,omitempty"`
		FamilyName string `json:"familyName,omitempty"`
		BirthYear  int32  `json:"birthYear,omitempty"`
	}
	Book struct {
		Name        string    `json:"name,omitempty"`
		Title       string    `json:"title,omitempty"`
		Author      *Author   `json:"author,omitempty"`
		Isbn        int64     `json:"isbn,omitempty,string"`
		Genre       string    `json:"genre,omitempty"`
		PublishTime time.Time `json:"publishTime"`
		PageCount   int32     `json:"pageCount,omitempty"`
		InStock     bool      `json:"inStock,omitempty"`
		Tags        []string  `json:"tags,omitempty"`
	}
	BookList struct {
		Books         []*Book `json:"books,omitempty"`
		NextPageToken string  `json:"nextPageToken,omitempty"`
	}
	BookImport struct {
		Books []*Book `json:"books,omitempty"`
	}
	ImportResult struct {
		Imported int32 `json:"imported,omitempty"`
	}
)

var (
	titles = []string{
		"The Left Hand of Darkness", "A Brief History of Time", "Invisible Cities",
		"Gödel, Escher, Bach", "The Making of \"the\" Atomic Bomb", "Middlemarch", "Solaris",
	}
	given  = []string{"Ursula", "Stephen", "Italo", "Douglas", "Richard", "George", "Stanisław"}
	family = []string{"Le Guin", "Hawking", "Calvino", "Hofstadter", "Rhodes", "Eliot", "Lem"}
	tags   = []string{"classic", "award-winner", "signed", "hardcover", "translated"}
)

// ProtoBook returns the i-th fixture book (deterministic; all fields set).
func ProtoBook(i int) *benchv1.Book {
	n := i % len(titles)
	return &benchv1.Book{
		Name:  fmt.Sprintf("shelves/17/books/%d", i),
		Title: titles[n],
		Author: &benchv1.Author{
			GivenName: given[n], FamilyName: family[n], BirthYear: int32(1900 + i%90),
		},
		Isbn:        9780000000000 + int64(i)*7919,
		Genre:       benchv1.Genre(1 + i%3),
		PublishTime: &timestamppb.Timestamp{Seconds: 1_100_000_000 + int64(i)*86_413, Nanos: int32(i%3) * 123_000_000},
		PageCount:   int32(120 + i%700),
		InStock:     true,
		Tags:        []string{tags[i%5], tags[(i+2)%5]},
	}
}

// StructBook is ProtoBook as a plain struct.
func StructBook(i int) *Book {
	p := ProtoBook(i)
	return &Book{
		Name: p.Name, Title: p.Title,
		Author:      &Author{GivenName: p.Author.GivenName, FamilyName: p.Author.FamilyName, BirthYear: p.Author.BirthYear},
		Isbn:        p.Isbn,
		Genre:       p.Genre.String(),
		PublishTime: p.PublishTime.AsTime(),
		PageCount:   p.PageCount, InStock: p.InStock, Tags: p.Tags,
	}
}

// ProtoBooks returns the first n books.
func ProtoBooks(n int) []*benchv1.Book {
	bs := make([]*benchv1.Book, n)
	for i := range bs {
		bs[i] = ProtoBook(i)
	}
	return bs
}

// StructBooks is ProtoBooks as plain structs.
func StructBooks(n int) []*Book {
	bs := make([]*Book, n)
	for i := range bs {
		bs[i] = StructBook(i)
	}
	return bs
}

// Sizes of the three payloads: small is one Book, medium and large are lists.
const (
	MediumN = 50
	LargeN  = 1000
)

var (
	SmallProto   = ProtoBook(42)
	MediumProto  = &benchv1.ListBooksResponse{Books: ProtoBooks(MediumN), NextPageToken: "cGFnZTI"}
	LargeProto   = &benchv1.ListBooksResponse{Books: ProtoBooks(LargeN), NextPageToken: "cGFnZTI"}
	SmallStruct  = StructBook(42)
	MediumStruct = &BookList{Books: StructBooks(MediumN), NextPageToken: "cGFnZTI"}
	LargeStruct  = &BookList{Books: StructBooks(LargeN), NextPageToken: "cGFnZTI"}
)
