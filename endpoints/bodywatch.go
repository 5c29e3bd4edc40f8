package endpoints

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// A bodyWatch ends the reading of bodies that clients are too slow to send. A
// deadline for each of them would do the same, but to set one on a connection
// and to lift it again takes as long as to route and bind a request, and to ask
// for the time as long as to read a small body. So a read only notes that it is
// there, and a timer looks now and then who has been there for too long: what it
// finds gets a deadline, one in the past.
type bodyWatch struct {
	limit   time.Duration
	looked  atomic.Uint64 // how many times
	running atomic.Bool   // the timer is

	mu    sync.Mutex // held while it looks
	known []weak.Pointer[watchedRead]
	spare sync.Pool // of those that are part of nothing else
}

// looks is how often the watch looks while the time of one body passes, which gets
// up to one part more than the limit, but not more often than each millisecond.
const looks = 8

// A watchedRead reads one body after the other. Each is known to its watch from
// when it is made.
type watchedRead struct {
	w     http.ResponseWriter // of the connection that it reads from
	state atomic.Uint64       // 0: it does not read
}

// The state of a read: flags, and above them how many times the watch had looked
// when it began.
const (
	stateReading = 1 << iota
	stateLate    // has got a deadline
	stateSince   = iota
)

// add makes r, which has been used by nobody, known to the watch.
func (b *bodyWatch) add(r *watchedRead) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.known) == cap(b.known) {
		b.forget()
	}
	b.known = append(b.known, weak.Make(r))
}

// forget takes those that are no more off the list, and makes room for as many as
// are left: so it grows with those that are there at a time.
func (b *bodyWatch) forget() {
	b.known = slices.DeleteFunc(b.known, func(p weak.Pointer[watchedRead]) bool { return p.Value() == nil })
	b.known = slices.Grow(b.known, len(b.known)+8)
}

// take returns a read that is part of nothing else. The caller gives it back.
func (b *bodyWatch) take() *watchedRead {
	if r, ok := b.spare.Get().(*watchedRead); ok {
		return r
	}
	r := new(watchedRead)
	b.add(r)
	return r
}

// give ends the read and keeps it for another body.
func (b *bodyWatch) give(r *watchedRead) {
	b.end(r)
	b.spare.Put(r)
}

// begin watches the read of a body behind w. The caller calls end as soon as it
// no longer reads.
func (b *bodyWatch) begin(r *watchedRead, w http.ResponseWriter) {
	if b.limit >= noLimit {
		return
	}
	r.w = w
	r.state.Store(b.looked.Load()<<stateSince | stateReading)
	if !b.running.Load() {
		b.run()
	}
}

// end ends the watch, if there is one. If the time was over before, it lifts the
// deadline, so that the connection can be used again.
func (b *bodyWatch) end(r *watchedRead) {
	s := r.state.Load()
	if s == 0 || s&stateLate == 0 && r.state.CompareAndSwap(s, 0) {
		return
	}
	b.mu.Lock() // the deadline may just be being set
	defer b.mu.Unlock()
	setReadDeadline(r.w, time.Time{})
	r.state.Store(0)
}

// run starts the timer if it does not run.
func (b *bodyWatch) run() {
	if b.running.CompareAndSwap(false, true) {
		time.AfterFunc(max(b.limit/looks, time.Millisecond), b.look)
	}
}

// look ends all reads whose time is over. The timer stops when it finds none that
// could become late: the next begin starts it again.
func (b *bodyWatch) look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running.Store(false) // before it looks: who begins after that, starts it
	if b.expire(b.looked.Add(1)) {
		b.run()
	}
}

// expire ends the reads that are late at the look with the number at, and reports
// whether there are others.
func (b *bodyWatch) expire(at uint64) (others bool) {
	for _, p := range b.known {
		r := p.Value()
		if r == nil {
			continue
		}
		s := r.state.Load()
		switch {
		case s == 0 || s&stateLate != 0:
		case at-s>>stateSince <= looks:
			others = true
		case r.state.CompareAndSwap(s, s|stateLate):
			setReadDeadline(r.w, time.Unix(1, 0))
		}
	}
	return others
}

// setReadDeadline sets a deadline on the connection behind w, if it can have one.
// It finds what [http.ResponseController] finds.
func setReadDeadline(w http.ResponseWriter, t time.Time) {
	_ = http.NewResponseController(w).SetReadDeadline(t)
}
