package endpoints

import (
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A deadlineRecorder is a connection that notes its deadlines: true for one in
// the past, false for none.
type deadlineRecorder struct {
	httptest.ResponseRecorder
	mu    sync.Mutex
	ended []bool
}

func (r *deadlineRecorder) SetReadDeadline(t time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = append(r.ended, !t.IsZero())
	return nil
}

func (r *deadlineRecorder) deadlines() []bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended
}

func TestBodyWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		watch := bodyWatch{limit: time.Minute}
		const quick = 20 // so many that they are in all lists
		var fast [quick]watchedRead
		var fastConns [quick]deadlineRecorder
		for i := range fast {
			watch.begin(&fast[i], &fastConns[i], now())
		}
		time.Sleep(30 * time.Second)
		var slow, later watchedRead
		var slowConn, laterConn deadlineRecorder
		watch.begin(&slow, &slowConn, now())
		time.Sleep(15 * time.Second)
		for i := range fast {
			fast[i].end()
		}
		watch.begin(&later, &laterConn, now())
		time.Sleep(44 * time.Second) // 29 after fast would have been over
		if synctest.Wait(); len(slowConn.deadlines()) != 0 {
			t.Errorf("ended before its time")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := slowConn.deadlines(); len(got) != 1 || !got[0] {
			t.Errorf("a slow read: want one deadline in the past, got %v", got)
		}
		slow.end()
		if got := slowConn.deadlines(); len(got) != 2 || got[1] {
			t.Errorf("at the end: want the deadline lifted, got %v", got)
		}
		later.end()
		for i := range fastConns {
			if got := fastConns[i].deadlines(); len(got) != 0 {
				t.Errorf("a fast read: want no deadline, got %v", got)
			}
		}
		if got := laterConn.deadlines(); len(got) != 0 {
			t.Errorf("a later read: want no deadline, got %v", got)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		for i := range watch.shards {
			s := &watch.shards[i]
			s.Lock()
			if s.timed || s.first != nil || s.last != nil {
				t.Errorf("list %d is still in use", i)
			}
			s.Unlock()
		}
	})
}

func TestBodyWatchWithoutDeadlines(t *testing.T) {
	watch := bodyWatch{limit: time.Minute}
	var r watchedRead
	watch.begin(&r, httptest.NewRecorder(), 0)
	if r.shard != nil {
		t.Error("a writer without deadlines is watched")
	}
	r.end()
	watch.limit = noLimit
	watch.begin(&r, &deadlineRecorder{}, 0)
	if r.shard != nil {
		t.Error("a read without a limit is watched")
	}
	r.end()
}
