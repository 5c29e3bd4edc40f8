package normalize

import (
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Text returns the text that a caller reads where a protocol wants one: that of
// the exception, or else of its first violation, or else the phrase of Status.
// It is empty only if the exception means it to be.
func (v *Verdict) Text() string { return v.text() }

// RPCDetails returns the details of google.rpc.Status, which gRPC and Connect
// carry beside code and message. They are those of the format [AIP193]:
// google.rpc.ErrorInfo if info says so, BadRequest if there are violations,
// RetryInfo if the exception says when to come back, then its own details; one of
// each type, where one of its own takes the place of one of ours.
func (v *Verdict) RPCDetails(info bool) []proto.Message {
	var all []proto.Message
	if info && !holds(v.Details, errorInfoName) {
		all = append(all, v.errorInfo())
	}
	if len(v.Violations) > 0 && !holds(v.Details, badReqName) {
		all = append(all, v.badRequest())
	}
	if v.RetryAfter > 0 && !holds(v.Details, retryInfoName) {
		all = append(all, &errdetails.RetryInfo{RetryDelay: durationpb.New(v.RetryAfter)})
	}
	for i, m := range v.Details {
		if name := detailName(m); name != "" && !holds(v.Details[:i], name) {
			all = append(all, m)
		}
	}
	return all
}

func (v *Verdict) errorInfo() *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Reason: UpperSnake(v.Reason), Domain: v.Domain, Metadata: v.metadata()}
}

func (v *Verdict) badRequest() *errdetails.BadRequest {
	b := new(errdetails.BadRequest)
	for i := range v.Violations {
		violation := &v.Violations[i]
		item := &errdetails.BadRequest_FieldViolation{Field: violation.Location, Description: violation.Message}
		if violation.Reason != "" {
			item.Reason = UpperSnake(violation.Reason)
		}
		b.FieldViolations = append(b.FieldViolations, item)
	}
	return b
}
