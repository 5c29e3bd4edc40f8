package agentcore

import (
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A Stream is a reply of many items, each sent at once as a server-sent event
// with the item's JSON. Its first error ends it.
//
// An error before the first item is answered like an error of the handler, with
// its status (but see [AsRecorded]). After it the status is out, so the error
// becomes a last event:
//
//	data: {"error":"503: down","error_type":"ServiceUnavailable","message":"An error occurred during streaming"}
//
// A client that goes away ends the iteration with the next item, and the
// context of the handler at once. Iteration takes place in the goroutine that
// ran the handler, after the handler has returned.
type Stream iter.Seq2[any, error]

// StreamOf makes a [Stream] of items of one type.
func StreamOf[T any](items iter.Seq2[T, error]) Stream {
	return func(yield func(any, error) bool) {
		for item, err := range items {
			if !yield(item, err) {
				return
			}
		}
	}
}

// errGone ends the iteration when nobody listens any more.
var errGone = errors.New("the client went away")

// stream sends the items of s.
func (x *run) stream(s Stream) {
	open := false
	begin := func() {
		if !open {
			open = true
			x.openEvents()
		}
	}
	if x.app.recorded {
		begin()
	}
	err := x.pump(s, func(item any) error {
		event, err := encode(item)
		if err != nil {
			return fmt.Errorf("encode item: %w", err)
		}
		begin()
		return x.send(event)
	})
	switch {
	case err == nil:
		begin()
	case errors.Is(err, errGone) || open && x.r.Context().Err() != nil:
		x.debugf("The client went away during streaming")
	case !open:
		x.fail(err)
	default:
		v, known := x.app.verdict(x.r.Context(), err)
		x.logWith(slog.LevelError, failure(err, x.app.name), "Error in sync streaming")
		_ = x.send(errorEvent(err, v, known))
	}
}

// openEvents sends the header of an event stream (HTML standard, section 9.2),
// and asks proxies not to hold it back.
func (x *run) openEvents() {
	h := x.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no")
	x.logf(slog.LevelInfo, "Returning streaming response (generator) (%.3fs)", x.seconds())
	x.w.WriteHeader(http.StatusOK)
	_ = x.push(nil)
}

// push sends a piece of a stream at once.
func (x *run) push(piece []byte) error {
	if x.patience == nil {
		x.patience = patience.New(x.w, x.r, x.app.writeTimeout)
	}
	err := x.patience.Begin()
	if err == nil {
		_, err = x.w.Write(piece)
	}
	if err == nil {
		_ = http.NewResponseController(x.w).Flush() // if the connection can
		x.patience.End()
	}
	return err
}

// send writes one event. Its data is compact JSON and holds no line break.
func (x *run) send(data []byte) error {
	event := append(make([]byte, 0, len(data)+8), "data: "...)
	event = append(append(event, data...), "\n\n"...)
	if x.push(event) != nil {
		return errGone
	}
	return nil
}

// pump gives each item to emit until one of the two fails.
func (x *run) pump(s Stream, emit func(any) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	for item, err := range s {
		if err != nil {
			return err
		}
		if err := emit(item); err != nil {
			return err
		}
	}
	return nil
}

// errorEvent is the last event of a stream that failed.
func errorEvent(err error, v *normalize.Verdict, known bool) []byte {
	text, kind := textOf(v), "InternalServerError"
	switch {
	case known && v.Class != nil:
		kind = v.Class.Name
	case known || v.Message != "" || v.Blank:
		kind = errorType(err)
	}
	if known {
		text = fmt.Sprintf("%d: %s", v.Raised, text)
	}
	b := appendText([]byte(`{"error":`), text)
	b = appendText(append(b, `,"error_type":`...), kind)
	return append(b, `,"message":"An error occurred during streaming"}`...)
}
