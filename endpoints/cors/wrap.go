package cors

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
)

// Wrap puts a handler behind the policy. Preflights are answered here, before
// any routing; every other request goes on, and its reply gets the headers that
// its origin deserves, error replies included.
//
// The headers are set at the moment the reply's header is written, after
// everything that the handler did: a Vary of its own keeps what it says, an
// Access-Control-Allow-Origin of its own is replaced, or removed where the
// origin is refused. They are there, too, when the handler returns without
// writing, and when it panics. Put the middleware that recovers from panics
// inside, policy.Wrap(recover(handler)), since its reply needs them like any
// other; one that stands outside finds them in the header map.
//
// The handler's [http.ResponseWriter] can do what the given one can: Flush and
// Hijack where that one has them, ReadFrom, Push, and all of
// [http.ResponseController]. As with every ResponseWriter, it is not valid
// after the handler has returned.
func (p *Policy) Wrap(next http.Handler) http.Handler {
	return &handler{policy: p, next: next}
}

type handler struct {
	policy *Policy
	next   http.Handler
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if IsPreflight(r) {
		h.policy.ServePreflight(w, r)
		return
	}
	value, ok := h.policy.allowed(r)
	if !ok && h.policy.origins.any {
		h.next.ServeHTTP(w, r) // no browser asks, and all origins get the same reply
		return
	}
	rw := writers.Get().(*writer)
	rw.inner, rw.policy, rw.value = w, h.policy, value
	defer rw.end()
	h.next.ServeHTTP(rw.view(), r)
	rw.returned = true
}

// writers keeps the writers of finished requests, so that a request costs no
// allocation. One that outlives its handler in some goroutine is as invalid as
// net/http's own, whose buffers are reused in the same way.
var writers = sync.Pool{New: func() any { return new(writer) }}

// A writer sets the headers of the policy right before the header is written.
// What it offers beyond an [http.ResponseWriter] depends on the inner one, see
// view.
type writer struct {
	inner  http.ResponseWriter
	policy *Policy
	value  []string // of Access-Control-Allow-Origin, nil for none
	// committed: the headers are set. hijacked: they never will be. returned:
	// the handler did not panic.
	committed, hijacked, returned bool
}

// end sets the headers of a reply that has none yet, and gives the writer back.
// After a panic or a hijack somebody may still hold it.
func (w *writer) end() {
	if !w.hijacked {
		w.commit()
	}
	if w.returned && !w.hijacked {
		*w = writer{}
		writers.Put(w)
	}
}

func (w *writer) commit() {
	if !w.committed {
		w.committed = true
		w.policy.apply(w.inner.Header(), w.value)
	}
}

// Header implements [http.ResponseWriter].
func (w *writer) Header() http.Header { return w.inner.Header() }

// WriteHeader implements [http.ResponseWriter]. Informational replies do not
// count, except for the one that switches protocols.
func (w *writer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.commit()
	}
	w.inner.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *writer) Write(b []byte) (int, error) {
	w.commit()
	return w.inner.Write(b)
}

// WriteString implements [io.StringWriter].
func (w *writer) WriteString(s string) (int, error) {
	w.commit()
	return io.WriteString(w.inner, s)
}

// ReadFrom implements [io.ReaderFrom], by which net/http sends files without
// copying them.
func (w *writer) ReadFrom(src io.Reader) (int64, error) {
	w.commit()
	return io.Copy(w.inner, src)
}

// Push implements [http.Pusher], whose callers expect that it may not be
// supported.
func (w *writer) Push(target string, opts *http.PushOptions) error {
	if pusher, ok := w.inner.(http.Pusher); ok {
		return pusher.Push(target, opts)
	}
	return http.ErrNotSupported
}

// FlushError is what [http.ResponseController] calls.
func (w *writer) FlushError() error {
	w.commit()
	return http.NewResponseController(w.inner).Flush()
}

// Unwrap leads [http.ResponseController] to what the writer does not have
// itself: deadlines and full duplex.
func (w *writer) Unwrap() http.ResponseWriter { return w.inner }

func (w *writer) hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffer, err := http.NewResponseController(w.inner).Hijack()
	w.hijacked = w.hijacked || err == nil
	return conn, buffer, err
}

// Handlers ask by a type assertion whether they can flush and hijack, so a
// writer must not claim what the inner one lacks. These types hold one pointer
// each and cost nothing to convert.
type (
	flusher         struct{ *writer }
	hijacker        struct{ *writer }
	flusherHijacker struct{ flusher }
)

func (f flusher) Flush() { _ = f.FlushError() }

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.hijack() }

func (h flusherHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.hijack() }

// view returns w as a type with the abilities of the inner writer.
func (w *writer) view() http.ResponseWriter {
	flushes, hijacks := able[http.Flusher](w.inner), able[http.Hijacker](w.inner)
	switch {
	case flushes && hijacks:
		return flusherHijacker{flusher{w}}
	case flushes:
		return flusher{w}
	case hijacks:
		return hijacker{w}
	}
	return w
}

// able reports whether w, or what it wraps, is a T.
func able[T any](w http.ResponseWriter) bool {
	for {
		if _, ok := w.(T); ok {
			return true
		}
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = wrapper.Unwrap()
	}
}
