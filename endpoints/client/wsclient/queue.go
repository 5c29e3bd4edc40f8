package wsclient

import (
	"context"
	"sync"

	ws "github.com/coder/websocket"
)

// A frame is what the server sent; err is how the connection ended instead.
type frame struct {
	kind ws.MessageType
	data []byte
	err  error
}

// readAhead is how many bytes may wait to be received before nothing more is
// read from the connection; frameCost is what a frame counts beside its data.
const (
	readAhead = 64 << 10
	frameCost = 64
)

// A queue holds the frames that have been read and not been received. One
// goroutine puts them in and one takes them out.
type queue struct {
	mu     sync.Mutex
	frames []frame
	size   int
	more   chan struct{} // something was put in
	room   chan struct{} // something was taken out
}

func newQueue() *queue {
	return &queue{more: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// put waits for room, and drops the frame if done comes first.
func (q *queue) put(f frame, done <-chan struct{}) {
	for !q.tryPut(f) {
		select {
		case <-q.room:
		case <-done:
			return
		}
	}
	signal(q.more)
}

func (q *queue) tryPut(f frame) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	cost := len(f.data) + frameCost
	if q.size > 0 && q.size+cost > readAhead && f.err == nil {
		return false
	}
	q.frames, q.size = append(q.frames, f), q.size+cost
	return true
}

// take waits for a frame. The error is that of ctx.
func (q *queue) take(ctx context.Context) (frame, error) {
	for {
		if f, ok := q.tryTake(); ok {
			signal(q.room)
			return f, nil
		}
		select {
		case <-q.more:
		case <-ctx.Done():
			return frame{}, ctx.Err()
		}
	}
}

func (q *queue) tryTake() (frame, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.frames) == 0 {
		return frame{}, false
	}
	f := q.frames[0]
	q.frames[0] = frame{} // its memory is not the queue's any more
	q.frames, q.size = q.frames[1:], q.size-len(f.data)-frameCost
	return f, true
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
