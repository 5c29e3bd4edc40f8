package endpoints

import (
	"errors"
	"io"
	"slices"
	"sync"
)

// A buffer is memory for one body, in or out, that is used again.
type buffer struct{ b []byte }

// maxKept is the largest buffer that is kept for the next call: one that met a
// huge body must not hold its memory for good.
const maxKept = 1 << 20

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, 4<<10)} }}

var errTooLarge = errors.New("body too large")

// maxOwn is the largest buffer that stays with the memory of a call, which many
// calls hold while their handlers run. What most calls need is not larger.
const maxOwn = 4 << 10

func takeBuffer() *buffer { return buffers.Get().(*buffer) }

// release gives the buffer back. Nothing may point into it any more.
func (b *buffer) release() {
	if cap(b.b) <= maxKept {
		b.b = b.b[:0]
		buffers.Put(b)
	}
}

// readFrom reads all of r, which is expected to hold size bytes (-1: unknown).
// It fails with errTooLarge once there are more than max.
func (b *buffer) readFrom(r io.Reader, max, size int64) error {
	// What a client announces is believed up to a bound only: memory grows with
	// what it sends.
	b.b = slices.Grow(b.b[:0], int(min(max, size+1, 64<<10)+1))
	for {
		n, err := r.Read(b.b[len(b.b):cap(b.b)])
		b.b = b.b[:len(b.b)+n]
		if int64(len(b.b)) > max {
			return errTooLarge
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case len(b.b) == cap(b.b):
			b.b = slices.Grow(b.b, 1)
		}
	}
}
