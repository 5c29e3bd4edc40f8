package websocket

import (
	"errors"
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// CloseCode returns the code of the close frame for an exception with the given
// verdict: 3000 for Unauthenticated, 3003 for PermissionDenied, 3008 for what
// took too long, 1003 for 415, 1009 for 413, 1013 for what may be tried again
// later, 1014 for 502, 1011 for a failure of the server, 1008 for any other
// mistake of the client. No policy has a say in it.
//
// The number says nothing about whether to try again: see the class.
func CloseCode(v *normalize.Verdict) int { return closing.Code(v.Code, v.Raised) }

// StatusCloseCode is what takes the place of [CloseCode] by [WithStatusCodes]:
// 4000 + status for a raised 4xx or 5xx, 4500 for any other.
func StatusCloseCode(v *normalize.Verdict) int { return closing.Private(v.Raised) }

// WithCode makes the connection close with the given code if the handler returns
// the error, which still tells the client what err does. A code that may not be
// sent is replaced by 1011, and the log says so. Other protocols see err. It
// returns nil if err is nil.
func WithCode(code int, err error) error {
	if err == nil {
		return nil
	}
	if !closing.Sendable(code) {
		return &coded{closing.Internal, fmt.Errorf("endpoints/websocket: close code %d may not be sent: %w", code, err)}
	}
	return &coded{code, err}
}

// A coded is an error with a close code of its own.
type coded struct {
	code int
	err  error
}

func (e *coded) Error() string { return e.err.Error() }
func (e *coded) Unwrap() error { return e.err }

// codeOf returns the code that err brings, or 0.
func codeOf(err error) (code int) {
	// A subclass that is a nil pointer may panic when it is asked.
	defer func() { _ = recover() }()
	if c, ok := errors.AsType[*coded](err); ok {
		return c.code
	}
	return 0
}
