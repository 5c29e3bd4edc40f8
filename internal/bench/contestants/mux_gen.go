package contestants

import (
	"net/http"
	"strconv"
	"unsafe"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/handwritten"

	"google.golang.org/protobuf/proto"
)

// mux-gen: mux-protojson with the codec exchanged for one that is written by hand,
// pooled buffers and shared header values.
func init() {
	arena.Register(arena.Contestant{Name: "mux-gen", New: func() http.Handler { return newMuxFast(genCodec{}) }})
}

type fastCodec interface {
	encode([]byte, proto.Message) ([]byte, error)
	decode(*handwritten.Dec, proto.Message)
}

type genCodec struct{}

func (genCodec) encode(dst []byte, m proto.Message) ([]byte, error) {
	switch m := m.(type) {
	case *benchv1.Book:
		return handwritten.AppendBook(dst, m)
	case *benchv1.ListBooksResponse:
		return handwritten.AppendListBooksResponse(dst, m)
	case *benchv1.ImportBooksResponse:
		return handwritten.AppendImportBooksResponse(dst, m)
	}
	panic("no codec")
}

func (genCodec) decode(d *handwritten.Dec, m proto.Message) {
	switch m := m.(type) {
	case *benchv1.Book:
		handwritten.DecodeBook(d, m)
	case *benchv1.ImportBooksRequest:
		handwritten.DecodeImportBooksRequest(d, m)
	default:
		panic("no codec")
	}
}

func appendError(dst []byte, e *arena.Error) []byte {
	dst = append(dst, `{"code":`...)
	dst = strconv.AppendInt(dst, int64(e.Code), 10)
	dst = append(dst, `,"message":`...)
	dst, err := handwritten.AppendString(dst, e.Msg)
	if err != nil {
		dst = append(dst, `""`...)
	}
	return append(dst, '}')
}

func fastError(w http.ResponseWriter, e *arena.Error) {
	buf := getBuf()
	*buf = appendError((*buf)[:0], e)
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(e.Code.HTTP())
	w.Write(*buf)
	putBuf(buf)
}

func fastReply(c fastCodec, w http.ResponseWriter, m proto.Message, err error) {
	if err != nil {
		fastError(w, backendError(err))
		return
	}
	buf := getBuf()
	b, err := c.encode((*buf)[:0], m)
	*buf = b
	if err != nil {
		putBuf(buf)
		fastError(w, &arena.Error{Code: arena.Internal, Msg: err.Error()})
		return
	}
	h := w.Header()
	h["Content-Type"] = jsonType
	if len(b) > 2048 { // below that net/http sets it itself
		h["Content-Length"] = []string{strconv.Itoa(len(b))}
	}
	w.Write(b)
	putBuf(buf)
}

func fastBody(c fastCodec, w http.ResponseWriter, r *http.Request, m proto.Message) bool {
	buf := getBuf()
	err := readBody(r, buf)
	if err == nil {
		d := decs.Get().(*handwritten.Dec)
		d.Reset(unsafe.String(unsafe.SliceData(*buf), len(*buf)))
		d.Clone = true
		c.decode(d, m)
		err = d.End()
		d.S = ""
		decs.Put(d)
	}
	putBuf(buf)
	if err != nil {
		fastError(w, &arena.Error{Code: arena.InvalidArgument, Msg: err.Error()})
		return false
	}
	return true
}

func newMuxFast(c fastCodec) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/shelves/{shelf}/books/{book}", func(w http.ResponseWriter, r *http.Request) {
		in, err := bindGet(r)
		var out *benchv1.Book
		if err == nil {
			out, err = arena.GetBook(in)
		}
		fastReply(c, w, out, err)
	})
	mux.HandleFunc("GET /v1/shelves/{shelf}/books", func(w http.ResponseWriter, r *http.Request) {
		in, err := bindList(r)
		var out *benchv1.ListBooksResponse
		if err == nil {
			out, err = arena.ListBooks(in)
		}
		fastReply(c, w, out, err)
	})
	mux.HandleFunc("POST /v1/shelves/{shelf}/books", func(w http.ResponseWriter, r *http.Request) {
		in := &benchv1.CreateBookRequest{Shelf: r.PathValue("shelf"), Book: new(benchv1.Book)}
		if fastBody(c, w, r, in.Book) {
			out, err := arena.CreateBook(in)
			fastReply(c, w, out, err)
		}
	})
	mux.HandleFunc("POST /v1/imports", func(w http.ResponseWriter, r *http.Request) {
		in := new(benchv1.ImportBooksRequest)
		if fastBody(c, w, r, in) {
			out, err := arena.ImportBooks(in)
			fastReply(c, w, out, err)
		}
	})
	return mux
}
