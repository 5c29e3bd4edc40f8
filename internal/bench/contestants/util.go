package contestants

import (
	"errors"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/handwritten"
	"io"
	"net/http"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
)

var bufs = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

var decs = sync.Pool{New: func() any { return new(handwritten.Dec) }}

func getBuf() *[]byte  { return bufs.Get().(*[]byte) }
func putBuf(b *[]byte) { *b = (*b)[:0]; bufs.Put(b) }

// readBody reads the body into a pooled buffer.
func readBody(r *http.Request, buf *[]byte) error {
	b := (*buf)[:0]
	if n := int(r.ContentLength); n > 0 {
		if cap(b) < n+1 {
			b = make([]byte, 0, n+512)
		}
	}
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err != nil {
			*buf = b
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// backendError unwraps the backend's error.
func backendError(err error) *arena.Error {
	if e, ok := errors.AsType[*arena.Error](err); ok {
		return e
	}
	return &arena.Error{Code: arena.Internal, Msg: "internal error"}
}
