package arena

import (
	"io"
	"maps"
	"net/http"
	"net/url"
)

// Client drives a handler without a network: the request and the writer are
// reused, so what is left is the handler's own cost.
type Client struct {
	h      http.Handler
	req    http.Request
	header http.Header
	body   rewinder
	mutate bool

	W Writer
}

type rewinder struct {
	b   []byte
	off int
}

func (r *rewinder) Read(p []byte) (int, error) {
	if r.off >= len(r.b) {
		return 0, io.EOF
	}
	n := copy(p, r.b[r.off:])
	r.off += n
	return n, nil
}
func (r *rewinder) Close() error { return nil }

// Writer is a reusable ResponseWriter that counts, and can keep, the body.
type Writer struct {
	H      http.Header
	Status int
	N      int
	Keep   bool
	Body   []byte
}

// Header implements [http.ResponseWriter].
func (w *Writer) Header() http.Header { return w.H }

// WriteHeader implements [http.ResponseWriter].
func (w *Writer) WriteHeader(c int) {
	if w.Status == 0 {
		w.Status = c
	}
}

// Write implements [http.ResponseWriter].
func (w *Writer) Write(p []byte) (int, error) {
	if w.Status == 0 {
		w.Status = 200
	}
	w.N += len(p)
	if w.Keep {
		w.Body = append(w.Body, p...)
	}
	return len(p), nil
}

// WriteString implements [io.StringWriter].
func (w *Writer) WriteString(s string) (int, error) {
	if w.Status == 0 {
		w.Status = 200
	}
	w.N += len(s)
	if w.Keep {
		w.Body = append(w.Body, s...)
	}
	return len(s), nil
}

// Flush implements [http.Flusher].
func (w *Writer) Flush() {}

// NewClient prepares a client for one request.
func NewClient(h http.Handler, r Req, mutates bool) *Client {
	u, err := url.ParseRequestURI(r.Target)
	if err != nil {
		panic(err)
	}
	c := &Client{h: h, mutate: mutates}
	c.header = http.Header{"Accept": {"*/*"}, "User-Agent": {"bench/1"}}
	for k, v := range r.Header {
		c.header[k] = []string{v}
	}
	c.req = http.Request{
		Method: r.Method, URL: u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host: "bench.local", RemoteAddr: "127.0.0.1:4242", RequestURI: r.Target,
		Header: c.header, Body: http.NoBody,
	}
	if r.Body != nil {
		if _, given := r.Header["Content-Type"]; !given {
			c.header["Content-Type"] = []string{"application/json"}
		}
		c.body.b = r.Body
		c.req.Body, c.req.ContentLength = &c.body, int64(len(r.Body))
	}
	c.W.H = http.Header{}
	return c
}

// Request returns the request that is sent again and again.
func (c *Client) Request() *http.Request { return &c.req }

// Do sends the request once. What a handler may leave in it is taken out first;
// TestContestants looks that it leaves nothing else. To copy the whole request each
// time would charge handlers a tenth of a small call that is not theirs: it has
// dozens of pointers, and while the garbage collector runs, it looks at each that
// is written.
func (c *Client) Do() {
	r := &c.req
	if r.Form != nil || r.PostForm != nil || r.MultipartForm != nil {
		r.Form, r.PostForm, r.MultipartForm = nil, nil, nil
	}
	if c.body.b != nil {
		c.body.off = 0
		if r.Body != &c.body {
			r.Body = &c.body
		}
	}
	if c.mutate {
		r.Header = maps.Clone(c.header)
	}
	clear(c.W.H)
	c.W.Status, c.W.N = 0, 0
	if c.W.Keep {
		c.W.Body = c.W.Body[:0]
	}
	c.h.ServeHTTP(&c.W, r)
}
