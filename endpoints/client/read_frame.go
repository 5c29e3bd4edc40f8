package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// An ErrorFrame is how a stream ended that failed after its header was sent: the
// body of an error, for which the protocol has a place of its own.
type ErrorFrame struct {
	// Method is the rpc, for its declaration; see [ReadReply]. nil: none.
	Method protoreflect.MethodDescriptor
	// Body is the error, in any of the formats that [ReadError] knows, and in
	// those put into an object with the only key "error". It may be empty.
	Body []byte
	// Status is that of the exception if the body has none; 0: not known.
	Status int
	// Reason is that of the exception if the body has none.
	Reason string
	// RetryAfter is when to come back, unless the body says so; 0: not known.
	RetryAfter time.Duration
	// Header is that of the reply which the stream is. Fields that belong to an
	// exception are kept, as by ReadError.
	Header http.Header
	// Cause is for logs, and for callers who know its type; it may be nil.
	Cause error
}

// Err returns the exception that the frame tells of, marked as received. It is
// what [ReadError] returns for an error in plain HTTP, but that the status comes
// from the body. If there is none to be found, it is an
// [*exceptions.UnknownError].
func (f ErrorFrame) Err() error {
	t := told{status: f.Status}
	cause := f.Cause
	if !t.readFrame(f.Body) {
		if cause = fmt.Errorf("no known error format: %.200q", f.Body); f.Cause != nil {
			cause = fmt.Errorf("%w: %w", cause, f.Cause)
		}
	}
	if t.reason == "" {
		t.reason = f.Reason
	}
	if t.status < 300 || t.status > 999 {
		t.status, t.code = http.StatusInternalServerError, exceptions.CodeUnknown.String()
	}
	if t.retryAfter <= 0 {
		t.retryAfter = f.RetryAfter
	}
	if t.declared == nil && f.Method != nil {
		t.declaredBy(f.Method)
	}
	return exceptions.Received(t.exception(), t.options(f.Header, cause)...)
}

// readFrame takes over what the body of a frame says: a format as in plain HTTP,
// or one that has become the value of the key "error". It reports whether it is
// a known format.
func (t *told) readFrame(body []byte) bool {
	body = bytes.TrimSpace(body)
	var o object
	if len(body) == 0 {
		return true // all there is to say is in the fields of the frame
	}
	if json.Unmarshal(body, &o) != nil {
		return false
	}
	if inner := objectOf(o["error"]); inner != nil && len(o) == 1 {
		switch {
		case inner.isProblem(), inner.has("detail") && len(inner) == 1:
			o = inner
		default:
			t.readStatus(inner)
			t.readErrorMember(o["error"])
			return true
		}
	}
	t.readStatus(o)
	if o.isProblem() {
		t.readProblem(o)
		return true
	}
	return t.readFormat(o)
}

// isProblem says whether an object of no media type is one of RFC 9457.
func (o object) isProblem() bool { return o.has("title") && o.has("status") }

// readStatus reads the status of an error: that of RFC 9457, the code of the
// Google envelope and of AIP-193. Some servers write it as a text.
func (t *told) readStatus(o object) {
	name := "code"
	if o.isProblem() {
		name = "status"
	}
	if n, err := strconv.Atoi(strings.Trim(string(o[name]), `"`)); err == nil && n >= 300 && n <= 999 {
		t.status = n
	}
}
