package handwritten

import (
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"google.golang.org/protobuf/types/known/timestamppb"
)

var genreJSON = [...]string{`"GENRE_UNSPECIFIED"`, `"GENRE_FICTION"`, `"GENRE_SCIENCE"`, `"GENRE_HISTORY"`}

func appendGenre(dst []byte, v benchv1.Genre) []byte {
	if uint32(v) < uint32(len(genreJSON)) {
		return append(dst, genreJSON[v]...)
	}
	return AppendInt32(dst, int32(v))
}

func genreByName(s string) (int32, bool) {
	switch s {
	case "GENRE_UNSPECIFIED":
		return 0, true
	case "GENRE_FICTION":
		return 1, true
	case "GENRE_SCIENCE":
		return 2, true
	case "GENRE_HISTORY":
		return 3, true
	}
	return 0, false
}

func viewByName(s string) (int32, bool) {
	switch s {
	case "BOOK_VIEW_UNSPECIFIED":
		return 0, true
	case "BOOK_VIEW_BASIC":
		return 1, true
	case "BOOK_VIEW_FULL":
		return 2, true
	}
	return 0, false
}

// ViewByName is for query parameters.
func ViewByName(s string) (int32, bool) { return viewByName(s) }

// close turns the trailing comma (or the opening brace) into a closed object.
func closeObj(dst []byte) []byte {
	if n := len(dst) - 1; dst[n] == ',' {
		dst[n] = '}'
		return dst
	}
	return append(dst, '}')
}

// AppendAuthor appends a value to dst and returns the extended buffer.
func AppendAuthor(dst []byte, x *benchv1.Author) (_ []byte, err error) {
	dst = append(dst, '{')
	if x.GetGivenName() != "" {
		if dst, err = AppendString(append(dst, `"givenName":`...), x.GivenName); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.GetFamilyName() != "" {
		if dst, err = AppendString(append(dst, `"familyName":`...), x.FamilyName); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.GetBirthYear() != 0 {
		dst = append(AppendInt32(append(dst, `"birthYear":`...), x.BirthYear), ',')
	}
	return closeObj(dst), nil
}

// AppendBook appends a value to dst and returns the extended buffer.
func AppendBook(dst []byte, x *benchv1.Book) (_ []byte, err error) {
	dst = append(dst, '{')
	if x == nil {
		return append(dst, '}'), nil
	}
	if x.Name != "" {
		if dst, err = AppendString(append(dst, `"name":`...), x.Name); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.Title != "" {
		if dst, err = AppendString(append(dst, `"title":`...), x.Title); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.Author != nil {
		if dst, err = AppendAuthor(append(dst, `"author":`...), x.Author); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.Isbn != 0 {
		dst = append(AppendInt64(append(dst, `"isbn":`...), x.Isbn), ',')
	}
	if x.Genre != 0 {
		dst = append(appendGenre(append(dst, `"genre":`...), x.Genre), ',')
	}
	if x.PublishTime != nil {
		if dst, err = AppendTimestamp(append(dst, `"publishTime":`...), x.PublishTime); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.PageCount != 0 {
		dst = append(AppendInt32(append(dst, `"pageCount":`...), x.PageCount), ',')
	}
	if x.InStock {
		dst = append(dst, `"inStock":true,`...)
	}
	if len(x.Tags) != 0 {
		dst = append(dst, `"tags":[`...)
		for i, s := range x.Tags {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = AppendString(dst, s); err != nil {
				return dst, err
			}
		}
		dst = append(dst, `],`...)
	}
	return closeObj(dst), nil
}

func appendBooks(dst []byte, bs []*benchv1.Book) (_ []byte, err error) {
	dst = append(dst, `"books":[`...)
	for i, b := range bs {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = AppendBook(dst, b); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// AppendListBooksResponse appends a value to dst and returns the extended buffer.
func AppendListBooksResponse(dst []byte, x *benchv1.ListBooksResponse) (_ []byte, err error) {
	dst = append(dst, '{')
	if len(x.GetBooks()) != 0 {
		if dst, err = appendBooks(dst, x.Books); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	if x.GetNextPageToken() != "" {
		if dst, err = AppendString(append(dst, `"nextPageToken":`...), x.NextPageToken); err != nil {
			return dst, err
		}
		dst = append(dst, ',')
	}
	return closeObj(dst), nil
}

// AppendImportBooksResponse appends a value to dst and returns the extended buffer.
func AppendImportBooksResponse(dst []byte, x *benchv1.ImportBooksResponse) ([]byte, error) {
	dst = append(dst, '{')
	if x.GetImported() != 0 {
		dst = append(AppendInt32(append(dst, `"imported":`...), x.Imported), ',')
	}
	return closeObj(dst), nil
}

func decodeAuthor(d *Dec, x *benchv1.Author) {
	if !d.Open('{') {
		return
	}
	var seen uint32
	for first := true; ; first = false {
		k, ok := d.Key(first)
		if !ok {
			return
		}
		switch k {
		case "givenName", "given_name":
			if seen&1 != 0 {
				d.Dup(k)
			}
			seen |= 1
			if !d.Null() {
				x.GivenName = d.String()
			}
		case "familyName", "family_name":
			if seen&2 != 0 {
				d.Dup(k)
			}
			seen |= 2
			if !d.Null() {
				x.FamilyName = d.String()
			}
		case "birthYear", "birth_year":
			if seen&4 != 0 {
				d.Dup(k)
			}
			seen |= 4
			if !d.Null() {
				x.BirthYear = d.Int32()
			}
		default:
			d.Unknown(k)
		}
	}
}

// DecodeBook reads an object into x, which is empty.
func DecodeBook(d *Dec, x *benchv1.Book) {
	if !d.Open('{') {
		return
	}
	var seen uint32
	for first := true; ; first = false {
		k, ok := d.Key(first)
		if !ok {
			return
		}
		switch k {
		case "name":
			if seen&1 != 0 {
				d.Dup(k)
			}
			seen |= 1
			if !d.Null() {
				x.Name = d.String()
			}
		case "title":
			if seen&2 != 0 {
				d.Dup(k)
			}
			seen |= 2
			if !d.Null() {
				x.Title = d.String()
			}
		case "author":
			if seen&4 != 0 {
				d.Dup(k)
			}
			seen |= 4
			if !d.Null() {
				x.Author = new(benchv1.Author)
				decodeAuthor(d, x.Author)
			}
		case "isbn":
			if seen&8 != 0 {
				d.Dup(k)
			}
			seen |= 8
			if !d.Null() {
				x.Isbn = d.Int64()
			}
		case "genre":
			if seen&16 != 0 {
				d.Dup(k)
			}
			seen |= 16
			if !d.Null() {
				if v, keep := d.Enum(genreByName); keep {
					x.Genre = benchv1.Genre(v)
				}
			}
		case "publishTime", "publish_time":
			if seen&32 != 0 {
				d.Dup(k)
			}
			seen |= 32
			if !d.Null() {
				x.PublishTime = new(timestamppb.Timestamp)
				d.Timestamp(x.PublishTime)
			}
		case "pageCount", "page_count":
			if seen&64 != 0 {
				d.Dup(k)
			}
			seen |= 64
			if !d.Null() {
				x.PageCount = d.Int32()
			}
		case "inStock", "in_stock":
			if seen&128 != 0 {
				d.Dup(k)
			}
			seen |= 128
			if !d.Null() {
				x.InStock = d.Bool()
			}
		case "tags":
			if seen&256 != 0 {
				d.Dup(k)
			}
			seen |= 256
			if !d.Null() && d.Open('[') {
				for f := true; d.Elem(f); f = false {
					if x.Tags == nil {
						x.Tags = make([]string, 0, 4)
					}
					x.Tags = append(x.Tags, d.String())
				}
			}
		default:
			d.Unknown(k)
		}
	}
}

func decodeBooks(d *Dec) (bs []*benchv1.Book) {
	if !d.Open('[') {
		return nil
	}
	for f := true; d.Elem(f); f = false {
		b := new(benchv1.Book)
		DecodeBook(d, b)
		bs = append(bs, b)
	}
	return bs
}

// DecodeListBooksResponse reads an object into x, which is empty.
func DecodeListBooksResponse(d *Dec, x *benchv1.ListBooksResponse) {
	if !d.Open('{') {
		return
	}
	var seen uint32
	for first := true; ; first = false {
		k, ok := d.Key(first)
		if !ok {
			return
		}
		switch k {
		case "books":
			if seen&1 != 0 {
				d.Dup(k)
			}
			seen |= 1
			if !d.Null() {
				x.Books = decodeBooks(d)
			}
		case "nextPageToken", "next_page_token":
			if seen&2 != 0 {
				d.Dup(k)
			}
			seen |= 2
			if !d.Null() {
				x.NextPageToken = d.String()
			}
		default:
			d.Unknown(k)
		}
	}
}

// DecodeImportBooksRequest reads an object into x, which is empty.
func DecodeImportBooksRequest(d *Dec, x *benchv1.ImportBooksRequest) {
	if !d.Open('{') {
		return
	}
	var seen uint32
	for first := true; ; first = false {
		k, ok := d.Key(first)
		if !ok {
			return
		}
		switch k {
		case "books":
			if seen&1 != 0 {
				d.Dup(k)
			}
			seen |= 1
			if !d.Null() {
				x.Books = decodeBooks(d)
			}
		default:
			d.Unknown(k)
		}
	}
}
