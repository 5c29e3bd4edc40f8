package endpoints

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// A bodyWatch ends the reading of bodies that clients are too slow to send. A
// deadline for each of them would do the same, but to set one on a connection
// and to lift it again takes as long as to route and bind a request. So the
// connections of all running reads stand in lists, and only what is still there
// after the time gets a deadline, one in the past.
type bodyWatch struct {
	limit  time.Duration
	shards [8]watchShard // against waiting for each other
}

// A watchShard has a list in the order of its members' ends, and a timer for
// the first of them while there are any.
type watchShard struct {
	sync.Mutex
	first, last *watchedRead
	timed       bool
}

// A watchedRead is one body that is read; the zero value is none.
type watchedRead struct {
	conn       readDeadliner
	shard      *watchShard // nil: not watched
	start      time.Duration
	prev, next *watchedRead
	expired    bool
}

// A readDeadliner is a connection whose reads can end by the clock.
type readDeadliner interface{ SetReadDeadline(time.Time) error }

// deadlines returns the connection behind w, or nil if it has no deadlines. It
// finds what [http.ResponseController] finds, which makes an error, and not a
// cheap one, of every writer that has none.
func deadlines(w http.ResponseWriter) readDeadliner {
	for {
		switch x := w.(type) {
		case readDeadliner:
			return x
		case interface{ Unwrap() http.ResponseWriter }:
			w = x.Unwrap()
		default:
			return nil
		}
	}
}

// begin watches the read of a body behind w that began at start, on the clock
// of [Outcome.start]; 0: now. The caller calls end as soon as it no longer reads.
func (b *bodyWatch) begin(r *watchedRead, w http.ResponseWriter, start time.Duration) {
	if b.limit >= noLimit {
		return
	}
	if r.conn = deadlines(w); r.conn == nil {
		return
	}
	if start == 0 {
		start = now()
	}
	s := &b.shards[rand.Uint32()%uint32(len(b.shards))]
	r.shard, r.start, r.expired = s, start, false
	s.Lock()
	defer s.Unlock()
	if r.prev, r.next = s.last, nil; s.last == nil {
		s.first = r
	} else {
		s.last.next = r
	}
	s.last = r
	if !s.timed {
		s.timed = true
		time.AfterFunc(b.limit, func() { b.expire(s) })
	}
}

// end ends the watch. If the time was over before, it lifts the deadline, so
// that the connection can be used again.
func (r *watchedRead) end() {
	s := r.shard
	if s == nil {
		return
	}
	r.shard = nil
	s.Lock()
	if !r.expired {
		s.remove(r)
	}
	s.Unlock()
	if r.expired {
		_ = r.conn.SetReadDeadline(time.Time{})
	}
	r.conn = nil
}

func (s *watchShard) remove(r *watchedRead) {
	if r.prev == nil {
		s.first = r.next
	} else {
		r.prev.next = r.next
	}
	if r.next == nil {
		s.last = r.prev
	} else {
		r.next.prev = r.prev
	}
	r.prev, r.next = nil, nil
}

// expire ends all reads whose time is over, and sets the timer for the next.
func (b *bodyWatch) expire(s *watchShard) {
	s.Lock()
	defer s.Unlock()
	at := now()
	for r := s.first; r != nil; r = s.first {
		if left := r.start + b.limit - at; left > 0 {
			time.AfterFunc(left, func() { b.expire(s) })
			return
		}
		s.remove(r)
		r.expired = true
		_ = r.conn.SetReadDeadline(time.Unix(1, 0))
	}
	s.timed = false
}
