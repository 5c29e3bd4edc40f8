package java

import (
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// ContentType is the media type of every body, of replies and of errors.
const ContentType = "application/json; charset=UTF-8"

// MessageBackendError is the text that stands for an unexpected error: one
// that is not an exception, and a reply that cannot be written. The original
// shows the class and the text of the former, which nobody should.
const MessageBackendError = "backend error"

// unknownClass is that of errors that are no exceptions.
var unknownClass = exceptions.Describe(&exceptions.UnknownError{}).Class

// A Format writes errors with the bytes of the original: the keys errors, code
// and message, in errors one object with domain, reason and message. It never
// writes locations or details. An exception without a message has JSON null, an
// error that is no exception has [MessageBackendError].
type Format struct {
	// Pretty says that members stand on lines of their own; see [PrettyPrint].
	Pretty bool
}

var _ normalize.Format = Format{}

// ContentType returns [ContentType].
func (Format) ContentType() string { return ContentType }

// Append appends the error body for v to dst. Bytes of a text that are not
// UTF-8 become U+FFFD.
func (f Format) Append(dst []byte, v *normalize.Verdict) []byte {
	w := writer{dst: dst, pretty: f.Pretty}
	w.begin('{', "error")
	w.begin('{', "errors")
	w.begin('[', "")
	w.begin('{', "domain")
	w.dst = appendText(w.dst, v.Domain)
	w.next(1)
	w.key("reason")
	w.dst = appendText(w.dst, v.Reason)
	w.next(1)
	w.key("message")
	w.errorText(v)
	w.close('}', 3)
	w.close(']', 1)
	w.next(1)
	w.key("code")
	w.dst = strconv.AppendInt(w.dst, int64(v.Status), 10)
	w.next(1)
	w.key("message")
	w.errorText(v)
	w.close('}', 3)
	w.close('}', 1)
	return w.dst
}

// begin opens an object or list and its first member; a list has no key.
func (w *writer) begin(bracket byte, key string) {
	w.dst = append(w.dst, bracket)
	w.depth++
	w.next(0)
	if key != "" {
		w.key(key)
	}
}

// errorText writes the public text of v, or null if it has none.
func (w *writer) errorText(v *normalize.Verdict) {
	switch {
	case v.Message != "" || v.Blank:
		w.dst = appendText(w.dst, v.Message)
	case v.Class == unknownClass:
		w.dst = appendText(w.dst, MessageBackendError)
	default:
		w.dst = append(w.dst, "null"...)
	}
}
