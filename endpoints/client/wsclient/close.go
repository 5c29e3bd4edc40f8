package wsclient

import (
	"errors"
	"fmt"
	"strings"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
)

// A CloseError is the close frame that ended a connection with another code than
// 1000. It is the cause of the exception that it stands for, and the error
// itself if it stands for none: [errors.AsType] finds it in either case.
type CloseError struct {
	// Code is that of RFC 6455, section 7.4; 1005 if the frame has none.
	Code int
	// Reason is what else the frame says.
	Reason string
}

// Error returns code and reason.
func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("the WebSocket was closed with code %d", e.Code)
	}
	return fmt.Sprintf("the WebSocket was closed with code %d, %q", e.Code, e.Reason)
}

// closeError returns the close frame that err is; nil if it is none.
func closeError(err error) *CloseError {
	if ce, ok := errors.AsType[ws.CloseError](err); ok {
		return &CloseError{Code: int(ce.Code), Reason: ce.Reason}
	}
	return nil
}

// statuses are what codes stand for: that of the class which is the plainest of
// those that close with this code.
var statuses = map[int]int{
	closing.GoingAway:    503,
	closing.Unsupported:  415,
	closing.Invalid:      400,
	closing.Policy:       400,
	closing.TooBig:       413,
	closing.Internal:     500,
	closing.Restart:      503,
	closing.TryLater:     503,
	closing.BadGateway:   502,
	closing.Unauthorized: 401,
	closing.Forbidden:    403,
	closing.Timeout:      504,
}

// status returns the status of the exception that the code stands for; 0 if that
// is none.
func (e *CloseError) status() int {
	if status := e.Code - 4000; status >= 400 && status <= 599 {
		return status
	}
	return statuses[e.Code]
}

// stops says whether the server stops, which is nobody's mistake.
func (e *CloseError) stops() bool { return e.Code == closing.GoingAway || e.Code == closing.Restart }

// reason returns the reason of an exception, if the frame has one and not a text
// for people.
func (e *CloseError) reason() string {
	letter := func(r rune) bool {
		return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	if strings.ContainsFunc(e.Reason, func(r rune) bool { return !letter(r) }) {
		return ""
	}
	return e.Reason
}
