// Package closing is the one place that knows close codes of WebSockets (RFC
// 6455, section 7.4, and the registry of IANA).
package closing

import (
	"strings"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// The codes that are sent.
const (
	Normal      = 1000
	GoingAway   = 1001
	Protocol    = 1002
	Unsupported = 1003
	Invalid     = 1007
	Policy      = 1008
	TooBig      = 1009
	Internal    = 1011
	Restart     = 1012
	TryLater    = 1013
	BadGateway  = 1014

	Unauthorized = 3000
	Forbidden    = 3003
	Timeout      = 3008
)

// Code returns the close code for an exception with the given code and raised
// status. It is total. Few statuses say more than their code does; for all others
// the code decides.
func Code(code exceptions.Code, status int) int {
	switch status {
	case 405, 414, 431:
		return Policy
	case 413:
		return TooBig
	case 415:
		return Unsupported
	case 502:
		return BadGateway
	}
	switch code {
	case exceptions.CodeInvalidArgument, exceptions.CodeNotFound, exceptions.CodeAlreadyExists,
		exceptions.CodeFailedPrecondition, exceptions.CodeAborted, exceptions.CodeOutOfRange, exceptions.CodeCancelled:
		return Policy
	case exceptions.CodeDeadlineExceeded:
		return Timeout
	case exceptions.CodePermissionDenied:
		return Forbidden
	case exceptions.CodeUnauthenticated:
		return Unauthorized
	case exceptions.CodeResourceExhausted, exceptions.CodeUnavailable:
		return TryLater
	}
	return Internal // unknown, internal, unimplemented, data loss, and what is no error
}

// Private returns the close code that holds the status itself: 4000 + status for
// a 4xx or a 5xx, 4500 for any other.
func Private(status int) int {
	if status < 400 || status > 599 {
		status = 500
	}
	return 4000 + status
}

// Sendable says whether a server may send the code.
func Sendable(code int) bool {
	switch {
	case code >= 1000 && code <= 1003, code >= 1007 && code <= 1009, code >= 1011 && code <= 1014:
		return true
	}
	return code >= 3000 && code <= 4999
}

// maxReason is the room for the reason in a close frame, in bytes (RFC 6455,
// section 5.5).
const maxReason = 123

// Reason makes text one that fits into a close frame: valid UTF-8, and cut at a
// rune boundary.
func Reason(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxReason {
		return text
	}
	end := maxReason
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
