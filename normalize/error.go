package normalize

import "net/http"

// Error is the error format {"error":"..."}, as AgentCore applications answer.
// An exception's JSON value takes the place of its text. Without either there
// is the phrase of the status that is sent. The schema is
// endpoints.v1.ErrorReply, but for such values.
func Error() Format { return errorFormat{} }

type errorFormat struct{}

func (errorFormat) ContentType() string { return "application/json" }

func (errorFormat) Append(dst []byte, v *Verdict) []byte {
	dst = append(dst, `{"error":`...)
	return append(v.appendText(dst), '}')
}

// appendText appends the value of v, or else its text. The phrase of 418 is
// spelled as in Python's http.HTTPStatus, since both systems that answer so are
// written in Python.
func (v *Verdict) appendText(dst []byte) []byte {
	switch {
	case v.Value != nil:
		return append(dst, v.Value...)
	case v.Status == http.StatusTeapot && v.Message == "" && !v.Blank && len(v.Violations) == 0:
		return append(dst, `"I'm a Teapot"`...)
	}
	return appendString(dst, v.text())
}
