package agentcore

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/closing"
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

// closeCode returns the close code and the reason that stand for err.
func (a *App) closeCode(ctx context.Context, err error) (code int, reason string) {
	if c, ok := errors.AsType[*CloseError](err); ok {
		if !closing.Sendable(c.Code) {
			return closing.Internal, ""
		}
		return c.Code, c.Reason
	}
	if f, ok := errors.AsType[*frameError](err); ok && (f.library || !a.recorded) {
		return f.code, ""
	}
	v, known := a.verdict(ctx, err)
	if !known || a.recorded {
		return closing.Internal, ""
	}
	if v.Raised < http.StatusInternalServerError {
		reason = v.Reason
	}
	return closing.Code(v.Code, v.Raised), reason
}
