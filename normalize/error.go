package normalize

import "github.com/endpoints-frameworks/endpoints-go/internal/jsontext"

// Error is the error format {"error":"..."}, as AgentCore applications answer.
// Without a text the phrase of the status that is sent takes its place. The
// schema is endpoints.v1.ErrorReply.
func Error() Format { return errorFormat{} }

type errorFormat struct{}

func (errorFormat) ContentType() string { return "application/json" }

func (errorFormat) Append(dst []byte, v *Verdict) []byte {
	dst = append(dst, `{"error":`...)
	dst = jsontext.AppendString(dst, v.text())
	return append(dst, '}')
}
