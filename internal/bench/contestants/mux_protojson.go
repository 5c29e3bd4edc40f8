package contestants

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// mux-protojson: what a careful application writes by hand today: ServeMux,
// explicit binding code, protojson.
func init() {
	arena.Register(arena.Contestant{Name: "mux-protojson", New: newMuxProtojson})
}

func writeJSONError(w http.ResponseWriter, e *arena.Error) {
	b, _ := json.Marshal(struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{int(e.Code), e.Msg})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Code.HTTP())
	w.Write(b)
}

func protoReply(w http.ResponseWriter, m proto.Message, err error) {
	if err != nil {
		writeJSONError(w, backendError(err))
		return
	}
	b, err := protojson.Marshal(m)
	if err != nil {
		writeJSONError(w, &arena.Error{Code: arena.Internal, Msg: err.Error()})
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Write(b)
}

func protoBody(w http.ResponseWriter, r *http.Request, m proto.Message) bool {
	b, err := io.ReadAll(r.Body)
	if err == nil {
		err = protojson.Unmarshal(b, m)
	}
	if err != nil {
		writeJSONError(w, &arena.Error{Code: arena.InvalidArgument, Msg: err.Error()})
		return false
	}
	return true
}

func bindGet(r *http.Request) (*benchv1.GetBookRequest, error) {
	q := r.URL.Query()
	id, err := strconv.ParseInt(r.PathValue("book"), 10, 64)
	if err != nil {
		return nil, &arena.Error{Code: arena.InvalidArgument, Msg: "bad book id"}
	}
	view, ok := benchv1.BookView_value[q.Get("view")]
	if !ok {
		return nil, &arena.Error{Code: arena.InvalidArgument, Msg: "bad view"}
	}
	return &benchv1.GetBookRequest{Shelf: r.PathValue("shelf"), Book: id, View: benchv1.BookView(view), Language: q.Get("language")}, nil
}

func bindList(r *http.Request) (*benchv1.ListBooksRequest, error) {
	q := r.URL.Query()
	n, err := strconv.ParseInt(q.Get("page_size"), 10, 32)
	if err != nil {
		return nil, &arena.Error{Code: arena.InvalidArgument, Msg: "bad page_size"}
	}
	return &benchv1.ListBooksRequest{Shelf: r.PathValue("shelf"), PageSize: int32(n), PageToken: q.Get("page_token")}, nil
}

func newMuxProtojson() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/shelves/{shelf}/books/{book}", func(w http.ResponseWriter, r *http.Request) {
		in, err := bindGet(r)
		var out *benchv1.Book
		if err == nil {
			out, err = arena.GetBook(in)
		}
		protoReply(w, out, err)
	})
	mux.HandleFunc("GET /v1/shelves/{shelf}/books", func(w http.ResponseWriter, r *http.Request) {
		in, err := bindList(r)
		var out *benchv1.ListBooksResponse
		if err == nil {
			out, err = arena.ListBooks(in)
		}
		protoReply(w, out, err)
	})
	mux.HandleFunc("POST /v1/shelves/{shelf}/books", func(w http.ResponseWriter, r *http.Request) {
		in := &benchv1.CreateBookRequest{Shelf: r.PathValue("shelf"), Book: new(benchv1.Book)}
		if protoBody(w, r, in.Book) {
			out, err := arena.CreateBook(in)
			protoReply(w, out, err)
		}
	})
	mux.HandleFunc("POST /v1/imports", func(w http.ResponseWriter, r *http.Request) {
		in := new(benchv1.ImportBooksRequest)
		if protoBody(w, r, in) {
			out, err := arena.ImportBooks(in)
			protoReply(w, out, err)
		}
	})
	return mux
}
