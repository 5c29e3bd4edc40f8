package agentcore

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// A CloseError makes the application close a WebSocket with its code and
// reason. One whose code may not be sent closes with 1011. Before the handshake
// is accepted it is a 403.
type CloseError struct {
	// Code is 1000 to 1003, 1007 to 1009, 1011 to 1014, or 3000 to 4999 (RFC
	// 6455, section 7.4, and the registry of IANA).
	Code int
	// Reason is for the peer. It is cut at 123 bytes.
	Reason string
}

// Error returns code and reason, for logs.
func (e *CloseError) Error() string { return fmt.Sprintf("close %d: %s", e.Code, e.Reason) }

// A frameError is a message that the peer should not have sent.
type frameError struct {
	code    int
	library bool // the original's WebSocket library refuses it, too
	text    string
}

func (e *frameError) Error() string { return "agentcore: " + e.text }

// closing returns the close code and the reason that stand for err.
func (a *App) closing(ctx context.Context, err error) (code int, reason string) {
	const internal = 1011
	if c, ok := errors.AsType[*CloseError](err); ok {
		if !sendable(c.Code) {
			return internal, ""
		}
		return c.Code, c.Reason
	}
	if f, ok := errors.AsType[*frameError](err); ok && (f.library || !a.recorded) {
		return f.code, ""
	}
	v, known := a.verdict(ctx, err)
	if !known || a.recorded {
		return internal, ""
	}
	if code = closeCode(v.Raised); v.Raised < http.StatusInternalServerError {
		reason = v.Reason
	}
	return code, reason
}

// closeCode is the close code for the status of an exception.
func closeCode(status int) int {
	switch status {
	case http.StatusUnauthorized:
		return 3000
	case http.StatusForbidden:
		return 3003
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return 3008
	case http.StatusRequestEntityTooLarge:
		return 1009
	case http.StatusUnsupportedMediaType:
		return 1003
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return 1013
	case http.StatusBadGateway:
		return 1014
	}
	if status >= 400 && status <= 499 {
		return 1008
	}
	return 1011
}

// sendable says whether a server may send the code.
func sendable(code int) bool {
	switch {
	case code >= 3000 && code <= 4999:
		return true
	case code < 1000 || code > 1014:
		return false
	}
	switch code {
	case 1004, 1005, 1006, 1010:
		return false
	}
	return true
}

// maxReason is what fits into a close frame beside the code, in bytes (RFC
// 6455, section 5.5).
const maxReason = 123

// fitReason cuts the reason at a character and repairs its UTF-8.
func fitReason(reason string) string {
	reason = strings.ToValidUTF8(reason, "\uFFFD")
	if len(reason) <= maxReason {
		return reason
	}
	end := maxReason
	for !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}
