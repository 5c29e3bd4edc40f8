package normalize

// Error is the error format {"error":"..."}, as AgentCore applications answer.
// Without a text the phrase of the status that is sent takes its place. The
// schema is endpoints.v1.ErrorReply.
func Error() Format { return errorFormat{} }

type errorFormat struct{}

func (errorFormat) ContentType() string { return "application/json" }

func (errorFormat) Append(dst []byte, v *Verdict) []byte {
	dst = append(dst, `{"error":`...)
	dst = appendString(dst, v.text())
	return append(dst, '}')
}
