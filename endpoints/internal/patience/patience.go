// Package patience bounds how long a client may take to make room for what is
// sent.
package patience

import (
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// A Patience is that for one reply. One goroutine writes, any may call Cut. A nil
// Patience has no bounds.
type Patience struct {
	control *http.ResponseController
	limit   time.Duration
	// ends says that a deadline which passes ends the reply, whether or not
	// something is being written: so it is on HTTP/2.
	ends bool
	cut  atomic.Bool
}

// New returns a patience for the reply w to r: limit for every write, or none
// if limit is not positive. It is of no effect where w has no deadlines.
func New(w http.ResponseWriter, r *http.Request, limit time.Duration) *Patience {
	return &Patience{control: http.NewResponseController(w), limit: limit, ends: r.ProtoMajor >= 2}
}

// piece is what is written at a time of a whole body. A body that is not larger
// fits into the buffers of a connection of HTTP/1.1, as a rule.
const piece = 64 << 10

// Write writes the body of a reply whose header is written: limit for each 64
// KiB. On HTTP/1.1 a body that is not larger is not timed, which would cost a
// tenth of a small call.
func Write(w http.ResponseWriter, r *http.Request, body []byte, limit time.Duration) error {
	if limit <= 0 || r.ProtoMajor < 2 && len(body) <= piece {
		_, err := w.Write(body)
		return err
	}
	p := New(w, r, limit)
	for rest := body; len(rest) > 0; {
		n := min(len(rest), piece)
		if err := p.Begin(); err != nil {
			return err
		}
		if _, err := w.Write(rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// Begin is called before a write. The error says that there must be none any
// more.
func (p *Patience) Begin() error {
	if p == nil {
		return nil
	}
	if p.limit > 0 {
		_ = p.control.SetWriteDeadline(time.Now().Add(p.limit)) // not all writers have deadlines
	}
	if p.cut.Load() { // after the deadline is set, which Cut may have set before
		return os.ErrDeadlineExceeded
	}
	return nil
}

// End is called after a write, when it is flushed, so that the stream may be
// silent. It is not called after the last one, which net/http flushes.
func (p *Patience) End() {
	if p != nil && p.ends && p.limit > 0 {
		_ = p.control.SetWriteDeadline(time.Time{})
	}
}

// Cut makes what is being written fail, and whatever comes next.
func (p *Patience) Cut() {
	if p != nil {
		p.cut.Store(true)
		_ = p.control.SetWriteDeadline(time.Unix(1, 0))
	}
}
