// Package events reads text/event-stream as the HTML standard defines it
// (section 9.2.6, "Interpreting an event stream"), and lines of text.
package events

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// An Event is one event of a stream.
type Event struct {
	// Name is its type; empty if it has none, which is "message" to browsers.
	Name string
	// Data is valid until the next call of [Reader.Next].
	Data []byte
	// Retry is how long to wait before connecting again, if the event says so; 0
	// if not.
	Retry time.Duration
}

// errCut says that a stream ended in the middle of an event.
var errCut = fmt.Errorf("it ends in the middle of an event: %w", io.ErrUnexpectedEOF)

// A Reader reads events, one after the other. It is not safe for concurrent
// use.
type Reader struct {
	lines  *LineReader
	limit  int64
	begun  bool // the first line has been read
	lastID string
	nextID string // becomes lastID when its event ends

	// Of the event that is being read.
	name    string
	data    []byte
	hasData bool
	retry   time.Duration
	open    bool // a line of it has come
}

// NewReader returns a reader of r. Data of more than limit bytes are an error,
// and so are lines that are longer than that and the room for the name of a
// field. lastID is that of the stream before, if this one goes on from there.
func NewReader(r io.Reader, limit int64, lastID string) *Reader {
	const room = 64
	return &Reader{lines: NewLineReader(r, saturated(limit, room)), limit: limit, lastID: lastID, nextID: lastID}
}

// saturated returns a + b, but not more than there is.
func saturated(a, b int64) int64 {
	if sum := a + b; sum > a {
		return sum
	}
	return a
}

// maxKept is the largest buffer that is kept for the next event, in bytes.
const maxKept = 64 << 10

// LastID is the id of the last event, or of one before if that had none: what a
// client sends as Last-Event-ID when it connects again.
func (r *Reader) LastID() string { return r.lastID }

// Next returns the next event that has data; others are for EventSource alone.
// The error is [io.EOF] at the end of the stream, one that wraps
// [io.ErrUnexpectedEOF] if that is in the middle of an event, or that of the
// reader below.
func (r *Reader) Next() (Event, error) {
	r.reset()
	for {
		line, err := r.lines.next()
		if err == io.EOF && (r.open || len(line) > 0) {
			err = errCut
		}
		if err != nil {
			return Event{}, err
		}
		if !r.begun {
			r.begun = true
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(line) > 0 {
			if err := r.field(line); err != nil {
				return Event{}, err
			}
			continue
		}
		r.lastID = r.nextID
		if r.hasData {
			return Event{Name: r.name, Data: r.data, Retry: r.retry}, nil
		}
		r.reset()
	}
}

func (r *Reader) reset() {
	if cap(r.data) > maxKept {
		r.data = nil
	}
	r.name, r.data, r.hasData, r.retry, r.open = "", r.data[:0], false, 0, false
}

// field takes over a line that is not empty. A field that is not known means
// nothing, and a comment is no field.
func (r *Reader) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(":"))
	if len(name) == 0 {
		return nil
	}
	value = bytes.TrimPrefix(value, []byte(" "))
	r.open = true
	switch string(name) {
	case "event":
		r.name = text(value)
	case "data":
		return r.addData(value)
	case "id":
		if !bytes.Contains(value, []byte{0}) {
			r.nextID = text(value)
		}
	case "retry":
		if d, ok := milliseconds(value); ok {
			r.retry = d
		}
	}
	return nil
}

func (r *Reader) addData(value []byte) error {
	if r.hasData {
		r.data = append(r.data, '\n')
	}
	r.hasData = true
	if int64(len(r.data))+int64(len(value)) > r.limit {
		return tooLarge("an event", r.limit)
	}
	r.data = append(r.data, value...)
	return nil
}

func tooLarge(what string, limit int64) error {
	return fmt.Errorf("%s is larger than %d bytes", what, limit)
}

// text is a value as a string, with U+FFFD for what is not UTF-8.
func text(value []byte) string { return strings.ToValidUTF8(string(value), "\ufffd") }

// milliseconds reads a number of ASCII digits alone. What is longer than a day
// is a day: it is a time to wait.
func milliseconds(value []byte) (time.Duration, bool) {
	const most = 24 * time.Hour
	var d time.Duration
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		d = min(d*10+time.Duration(c-'0')*time.Millisecond, most)
	}
	return d, len(value) > 0
}

// A LineReader reads lines that end with CR, LF or both together. It is not safe
// for concurrent use.
type LineReader struct {
	r      io.Reader
	limit  int64
	buffer []byte // what has been read
	rest   []byte // the part of it that is still to be looked at
	line   []byte
	skip   bool // an LF would belong to the CR before it
	failed error
}

// NewLineReader returns a reader of r. A line of more than limit bytes is an
// error.
func NewLineReader(r io.Reader, limit int64) *LineReader {
	return &LineReader{r: r, limit: limit, buffer: make([]byte, 4<<10)}
}

// Next returns the next line that is not empty, without its end; it is valid
// until the next call. The last line needs no end. The error is [io.EOF] after
// the last line.
func (l *LineReader) Next() ([]byte, error) {
	for {
		line, err := l.next()
		if len(line) > 0 && err == io.EOF {
			return line, nil // the error comes again
		}
		if len(line) > 0 || err != nil {
			return line, err
		}
	}
}

// next returns the next line. With [io.EOF] it is what came after the end of the
// last line. It does not wait for the LF of a CR.
func (l *LineReader) next() ([]byte, error) {
	if cap(l.line) > maxKept {
		l.line = nil
	}
	l.line = l.line[:0]
	for {
		if l.skip && len(l.rest) > 0 {
			l.rest, l.skip = bytes.TrimPrefix(l.rest, []byte("\n")), false
		}
		end := bytes.IndexByte(l.rest, '\n')
		part := l.rest
		if end >= 0 {
			part = l.rest[:end]
		}
		if i := bytes.IndexByte(part, '\r'); i >= 0 {
			end, part, l.skip = i, part[:i], true
		}
		if int64(len(l.line))+int64(len(part)) > l.limit {
			l.failed = tooLarge("a line", l.limit)
			return nil, l.failed
		}
		l.line = append(l.line, part...)
		if end >= 0 {
			l.rest = l.rest[end+1:]
			return l.line, nil
		}
		l.rest = nil
		if l.failed != nil {
			return l.line, l.failed
		}
		l.fill()
	}
}

// fill reads what there is. An error counts after what came with it.
func (l *LineReader) fill() {
	for range 100 {
		n, err := l.r.Read(l.buffer)
		l.rest, l.failed = l.buffer[:n], err
		if n > 0 || err != nil {
			return
		}
	}
	l.failed = errors.New("the reader returns nothing")
}
