package normalize

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
)

// maxCaptured is how much of a body that is replaced is kept to find a text for
// people in it.
const maxCaptured = 64 << 10

// A replyWriter stands between a handler and the server's writer. The status
// decides what becomes of the reply; until then nothing is known.
type replyWriter struct {
	to     http.ResponseWriter
	policy *Policy
	format Format
	head   bool

	state state
	// What follows is that of a reply that is replaced: its status, the answer
	// to it, its header when it was written, and the beginning of its body.
	raised   int
	answer   Answer
	header   http.Header
	captured []byte
}

type state int

const (
	undecided state = iota
	passing         // the handler's own body goes out
	dropping        // nothing of its body goes out, and the reply is complete
	capturing       // its body may hold a text for the reply that replaces it
	hijacked
)

// A hijackWriter is a replyWriter whose server lets handlers take the
// connection. Handlers ask for the method, so that it must be absent elsewhere.
type hijackWriter struct{ *replyWriter }

// Hijack lets the handler take over the connection.
func (w hijackWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.to).Hijack()
	if err == nil {
		w.state = hijacked
	}
	return conn, rw, err
}

// canHijack says whether w or a writer that it wraps can be hijacked.
func canHijack(w http.ResponseWriter) bool {
	for {
		switch v := w.(type) {
		case http.Hijacker:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return false
		}
	}
}

// Unwrap returns the server's writer, for [http.ResponseController].
func (w *replyWriter) Unwrap() http.ResponseWriter { return w.to }

// Header returns the header of the reply. It is the server's own, so that
// trailers may be set after the body.
func (w *replyWriter) Header() http.Header { return w.to.Header() }

// WriteHeader decides what becomes of the reply.
func (w *replyWriter) WriteHeader(status int) {
	switch {
	case w.state == passing || w.state == hijacked:
		w.to.WriteHeader(status) // superfluous; the server says so in its log
		return
	case w.state != undecided:
		return
	case status >= 100 && status <= 199 && status != http.StatusSwitchingProtocols:
		w.to.WriteHeader(status) // informational: another follows
		return
	}
	a := w.policy.Replied(status)
	switch {
	case w.policy.passes(status, a):
		w.state = passing
		w.to.WriteHeader(status)
	case status < 400 && a.Status < 400 && status >= 200:
		w.changeStatus(a.Status)
	default:
		w.replace(status, a)
	}
}

// changeStatus passes a success with another status.
func (w *replyWriter) changeStatus(status int) {
	w.state = passing
	if !BodyAllowed(status) {
		w.state = dropping
		h := w.to.Header()
		for name := range h {
			if framing(name) || describesBody(name) {
				delete(h, name)
			}
		}
	}
	w.to.WriteHeader(status)
}

// replace takes the reply of the handler away. If its body may hold a text, the
// reply that takes its place has to wait for it.
func (w *replyWriter) replace(status int, a Answer) {
	header := w.to.Header()
	if !a.MessageKept() || !BodyAllowed(a.Status) || !isJSON(header) {
		w.state = dropping
		w.send(status, a, header.Clone(), "")
		return
	}
	w.state = capturing
	w.raised, w.answer = status, a
	w.header = header.Clone()
}

// isJSON says whether the body is JSON that can be read as it is.
func isJSON(h http.Header) bool {
	media, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	media = strings.ToLower(strings.TrimSpace(media))
	if c := h.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return false
	}
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// Write passes body on, or looks at it, or drops it.
func (w *replyWriter) Write(body []byte) (int, error) {
	if w.state == undecided {
		w.WriteHeader(http.StatusOK)
	}
	switch w.state {
	case passing, hijacked:
		return w.to.Write(body)
	case capturing:
		w.capture(body)
	}
	return len(body), nil
}

// WriteString is Write for a string.
func (w *replyWriter) WriteString(body string) (int, error) {
	if w.state == undecided {
		w.WriteHeader(http.StatusOK)
	}
	if w.state == passing {
		return io.WriteString(w.to, body)
	}
	return w.Write([]byte(body))
}

// ReadFrom lets the server copy from src in its own way, which for files is the
// kernel's.
func (w *replyWriter) ReadFrom(src io.Reader) (int64, error) {
	if w.state == undecided {
		w.WriteHeader(http.StatusOK)
	}
	if w.state == passing {
		if to, ok := w.to.(io.ReaderFrom); ok {
			return to.ReadFrom(src)
		}
		return io.Copy(w.to, src)
	}
	return io.Copy(struct{ io.Writer }{w}, src)
}

// Flush sends what the handler has written so far, unless it is replaced.
func (w *replyWriter) Flush() { _ = w.FlushError() }

// FlushError is Flush with the error of the server.
func (w *replyWriter) FlushError() error {
	if w.state == undecided {
		w.WriteHeader(http.StatusOK)
	}
	if w.state == capturing {
		return nil
	}
	return http.NewResponseController(w.to).Flush()
}

// capture keeps body for later. One that is too long holds no text that is
// worth waiting for.
func (w *replyWriter) capture(body []byte) {
	if len(w.captured)+len(body) > maxCaptured {
		w.state, w.captured = dropping, nil
		w.send(w.raised, w.answer, w.header, "")
		return
	}
	w.captured = append(w.captured, body...)
}

// finish sends what could not be sent before the handler was done.
func (w *replyWriter) finish() {
	switch w.state {
	case undecided:
		// The server answers 200 for a handler that wrote nothing.
		if !w.policy.passes(http.StatusOK, w.policy.Replied(http.StatusOK)) {
			w.WriteHeader(http.StatusOK)
			w.finish()
		}
	case capturing:
		w.state = dropping
		w.send(w.raised, w.answer, w.header, textOf(w.captured))
	}
}

// textOf returns what a JSON error body says for people: error.message, error,
// detail or message, the first that is there. Empty if there is none.
func textOf(body []byte) string {
	var members struct {
		Error   json.RawMessage `json:"error"`
		Detail  json.RawMessage `json:"detail"`
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(body, &members) != nil {
		return ""
	}
	var inner struct {
		Message json.RawMessage `json:"message"`
	}
	_ = json.Unmarshal(members.Error, &inner) // it may be a text instead
	for _, raw := range []json.RawMessage{inner.Message, members.Error, members.Detail, members.Message} {
		var text string
		if json.Unmarshal(raw, &text) == nil && text != "" {
			return text
		}
	}
	return ""
}
