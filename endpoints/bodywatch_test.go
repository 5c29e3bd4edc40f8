package endpoints

import (
	"net/http/httptest"
	"runtime"
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
		watch := bodyWatch{limit: 80 * time.Second} // it looks every 10
		const quick = 20
		fast := make([]*watchedRead, quick)
		var fastConns [quick]deadlineRecorder
		for i := range fast {
			fast[i] = watch.take()
			watch.begin(fast[i], &fastConns[i])
		}
		time.Sleep(35 * time.Second)
		slow, later := watch.take(), watch.take()
		var slowConn, laterConn deadlineRecorder
		watch.begin(slow, &slowConn) // at 35: late at 115, seen at 120
		time.Sleep(20 * time.Second)
		for i := range fast {
			watch.end(fast[i])
		}
		watch.begin(later, &laterConn) // at 55
		time.Sleep(60 * time.Second)
		if synctest.Wait(); len(slowConn.deadlines()) != 0 {
			t.Errorf("ended before its time")
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if got := slowConn.deadlines(); len(got) != 1 || !got[0] {
			t.Errorf("a slow read: want one deadline in the past, got %v", got)
		}
		time.Sleep(10 * time.Second)
		watch.end(slow)
		watch.end(slow)
		if got := slowConn.deadlines(); len(got) != 2 || got[1] {
			t.Errorf("at the end: want the deadline lifted once, got %v", got)
		}
		watch.end(later)
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
		if watch.running.Load() {
			t.Errorf("the timer runs for nobody")
		}

		// After a pause it must begin anew.
		var again deadlineRecorder
		watch.begin(slow, &again)
		time.Sleep(91 * time.Second)
		synctest.Wait()
		if got := again.deadlines(); len(got) != 1 || !got[0] {
			t.Errorf("after a pause: want one deadline in the past, got %v", got)
		}
		watch.end(slow)
	})
}

// Reads that begin and end while the watch looks must neither be missed nor get
// what is another's.
func TestBodyWatchConcurrently(t *testing.T) {
	watch := bodyWatch{limit: 8 * time.Millisecond}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r := watch.take()
			for n := range 300 {
				var conn deadlineRecorder
				watch.begin(r, &conn)
				if i == 0 && n%100 == 0 { // slow
					for len(conn.deadlines()) == 0 {
						time.Sleep(time.Millisecond)
					}
				}
				watch.end(r)
				got := conn.deadlines()
				if len(got)%2 != 0 || len(got) > 0 && got[len(got)-1] {
					t.Errorf("a read has ended and left deadlines %v", got)
					return
				}
			}
		})
	}
	wg.Wait()
}

// What is no more must not stay in the list.
func TestBodyWatchForgets(t *testing.T) {
	watch := bodyWatch{limit: time.Minute}
	kept := watch.take()
	for range 100 {
		for range 100 {
			watch.add(new(watchedRead))
		}
		runtime.GC()
	}
	if n := cap(watch.known); n > 2000 {
		t.Errorf("after 10,000 reads of which one is left the list has room for %d", n)
	}
	found := false
	for _, p := range watch.known {
		found = found || p.Value() == kept
	}
	if !found {
		t.Error("the one that is left is forgotten")
	}
}

func TestBodyWatchWithoutDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		watch := bodyWatch{limit: time.Minute}
		r := watch.take()
		watch.begin(r, httptest.NewRecorder())
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		watch.end(r)
		watch.limit = noLimit
		watch.begin(r, &deadlineRecorder{})
		if r.state.Load() != 0 {
			t.Error("a read without a limit is watched")
		}
		watch.end(r)
	})
}
