// Package contestants holds one file per framework under test. Importing it
// registers them all.
package contestants

import (
	"io"
	"net/http"
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
)

// floor: net/http's ServeMux writing prebuilt bytes; the request body is read
// and thrown away. Nothing that routes through ServeMux can be faster.
func init() {
	arena.Register(arena.Contestant{Name: "floor", New: newFloor, OpaqueBody: true})
}

var jsonType = []string{"application/json"}

type prebuilt struct {
	status int
	body   []byte
	length []string
}

func pre(status int, body []byte) *prebuilt {
	return &prebuilt{status, body, []string{strconv.Itoa(len(body))}}
}

func (p *prebuilt) write(w http.ResponseWriter) {
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = p.length
	w.WriteHeader(p.status)
	w.Write(p.body)
}

func newFloor() http.Handler {
	small, medium, large := pre(200, arena.SmallJSON), pre(200, arena.MediumJSON), pre(200, arena.LargeJSON)
	notFound := pre(404, []byte(`{"code":5,"message":"book 404 not found on shelf 17"}`))
	bad := pre(400, []byte(`{"code":3,"message":"invalid value for field isbn"}`))
	imported := pre(200, []byte(`{"imported":50}`))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/shelves/{shelf}/books/{book}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("book") == "404" {
			notFound.write(w)
			return
		}
		small.write(w)
	})
	mux.HandleFunc("GET /v1/shelves/{shelf}/books", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "page_size=50" {
			medium.write(w)
			return
		}
		large.write(w)
	})
	mux.HandleFunc("POST /v1/shelves/{shelf}/books", func(w http.ResponseWriter, r *http.Request) {
		n, _ := drain(r.Body)
		if n < 100 {
			bad.write(w)
			return
		}
		small.write(w)
	})
	mux.HandleFunc("POST /v1/imports", func(w http.ResponseWriter, r *http.Request) {
		drain(r.Body)
		imported.write(w)
	})
	return mux
}

func drain(r io.Reader) (n int, err error) {
	buf := getBuf()
	b := (*buf)[:cap(*buf)]
	for {
		k, err := r.Read(b)
		n += k
		if err != nil {
			putBuf(buf)
			return n, err
		}
	}
}
