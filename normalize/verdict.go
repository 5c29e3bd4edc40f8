package normalize

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
)

// A Verdict is what a caller will be told about an exception: the single value
// that every error format and every protocol renders. It is made by
// [Policy.Verdict], after which no status changes any more.
//
// Its slices and Header are shared with the exception and must not be changed.
type Verdict struct {
	// Raised is the status that the exception carried, Status the one that is
	// sent.
	Raised, Status int
	// Code is the gRPC code; it follows the class and not the policy.
	Code exceptions.Code
	// Class is nil for an exception that is only a status.
	Class *exceptions.Class
	// Reason and Domain are never empty.
	Reason, Domain string
	// Message is the public text. If it is empty and not Blank, there is none.
	Message string
	Blank   bool
	// Value is a JSON value that [Detail] and [Error] send in place of Message;
	// nil: there is none.
	Value json.RawMessage
	// Violations, Details and RetryAfter are those of the exception.
	Violations []exceptions.Violation
	Details    []proto.Message
	RetryAfter time.Duration
	// Header holds the fields that fit Status; see [FitHeader].
	Header http.Header
	// Level is the level that the exception asked for; nil: it did not.
	Level slog.Leveler
}

// A Format writes a [Verdict] as the body of an error reply. Formats are safe
// for concurrent use.
type Format interface {
	// ContentType is the media type of the body, with parameters.
	ContentType() string
	// Append appends the body to dst and returns the extended buffer. It never
	// fails: a detail that cannot be written is left out.
	Append(dst []byte, v *Verdict) []byte
}
