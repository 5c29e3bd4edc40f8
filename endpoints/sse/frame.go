package sse

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A frame is one event without its data.
type frame struct {
	name, id string
	hasID    bool // an empty id is one: it resets the client's
	retry    time.Duration
}

// appendEvent appends the event; data may have several lines.
func (f *frame) appendEvent(dst, data []byte) []byte {
	if f.name != "" {
		dst = append(dst, "event: "...)
		dst = append(dst, f.name...)
		dst = append(dst, '\n')
	}
	dst = appendLines(dst, "data: ", data)
	if f.hasID {
		dst = append(dst, "id: "...)
		dst = append(dst, f.id...)
		dst = append(dst, '\n')
	}
	if f.retry > 0 {
		dst = append(dst, "retry: "...)
		dst = strconv.AppendInt(dst, milliseconds(f.retry), 10)
		dst = append(dst, '\n')
	}
	return append(dst, '\n')
}

// milliseconds rounds up, so that nobody comes too early.
func milliseconds(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

// appendLines appends text with the prefix before each of its lines. CR, LF and
// both together end a line, as in the format itself.
func appendLines(dst []byte, prefix string, text []byte) []byte {
	for {
		end := lineEnd(text)
		dst = append(dst, prefix...)
		if end < 0 {
			dst = append(dst, text...)
			return append(dst, '\n')
		}
		dst = append(dst, text[:end]...)
		dst = append(dst, '\n')
		if text[end] == '\r' && end+1 < len(text) && text[end+1] == '\n' {
			end++
		}
		text = text[end+1:]
	}
}

// lineEnd is where the first line of text ends; -1 if it has only one.
func lineEnd(text []byte) int {
	end := bytes.IndexByte(text, '\n')
	if end >= 0 {
		text = text[:end]
	}
	if i := bytes.IndexByte(text, '\r'); i >= 0 {
		end = i
	}
	return end
}

// appendLine appends a JSON text as one line.
func appendLine(dst, text []byte) []byte {
	if lineEnd(text) < 0 {
		return append(append(dst, text...), '\n')
	}
	b := bytes.NewBuffer(dst)
	if json.Compact(b, text) != nil {
		// No layout writes this; still it must not break the lines.
		return append(append(dst, bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r"), nil), []byte("\n"), nil)...), '\n')
	}
	return append(b.Bytes(), '\n')
}

// singleLine says whether s can be the value of a field of an event.
func singleLine(s string) bool { return !strings.ContainsAny(s, "\r\n\x00") }

// transient says whether the same request may succeed later.
func transient(v *normalize.Verdict) bool {
	switch {
	case v.RetryAfter > 0:
		return true
	case v.Class != nil:
		return v.Class.Retryable
	}
	class, ok := exceptions.ClassByStatus(v.Raised)
	return ok && class.Retryable
}
