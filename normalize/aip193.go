package normalize

import (
	"bytes"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// AIP193 is the error format of Google's newer APIs (AIP-193): exactly the four
// keys code, message, status and details, since clients give up on a body with
// one more.
//
//	{"error":{"code":404,"message":"...","status":"NOT_FOUND","details":[
//	  {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}
//
// code is the status that is sent, status the name of the gRPC code. details
// holds google.rpc.ErrorInfo always, BadRequest if the exception has violations,
// RetryInfo if it says when to come back, then its own details: one of each
// type, where one of its own takes the place of one of ours. The details of an
// exception that is declared in proto begin with the message itself, followed
// by what it is to clients that know only its parents; its plain fields are the
// metadata of ErrorInfo, too. The schema is endpoints.v1.StatusEnvelope.
func AIP193() Format { return aip193{} }

type aip193 struct{}

func (aip193) ContentType() string { return "application/json; charset=UTF-8" }

const (
	typePrefix    = "type.googleapis.com/"
	errorInfoName = "google.rpc.ErrorInfo"
	badReqName    = "google.rpc.BadRequest"
	retryInfoName = "google.rpc.RetryInfo"
)

func (aip193) Append(dst []byte, v *Verdict) []byte {
	var room [maxMembers]member
	start := len(dst)
	dst, x := v.appendSpread(dst, room[:0])
	end := len(dst)
	others := v.Details[x.n:]
	dst = append(dst, `{"error":{"code":`...)
	dst = appendStatus(dst, v.Status)
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, v.text())
	dst = append(dst, `,"status":`...)
	dst = appendString(dst, v.Code.String())
	dst = append(dst, `,"details":[`...)
	first := len(dst)
	if !holds(others, errorInfoName) {
		dst = appendErrorInfo(dst, v, &x)
	}
	if len(v.Violations) > 0 && !holds(others, badReqName) {
		dst = appendBadRequest(appendComma(dst, first), v)
	}
	if v.RetryAfter > 0 && !holds(others, retryInfoName) {
		dst = appendRetryInfo(appendComma(dst, first), v.RetryAfter)
	}
	dst = appendDetails(dst, first, v, &x)
	return takeAway(append(dst, `]}}`...), start, end)
}

// appendDetails appends the details as elements of an array whose first element
// stands at first: one of each type. x holds the first of them.
func appendDetails(dst []byte, first int, v *Verdict, x *spread) []byte {
	dst = x.appendDetails(dst, first)
	for i := x.n; i < len(v.Details); i++ {
		m := v.Details[i]
		if name := detailName(m); name == "" || holds(v.Details[:i], name) {
			continue
		}
		dst = appendDetail(dst, first, m)
	}
	return dst
}

// holds says whether one of the details is of the named message type.
func holds(details []proto.Message, name string) bool {
	for _, m := range details {
		if detailName(m) == name {
			return true
		}
	}
	return false
}

// detailName returns the full name of what m is, or of what it holds if it is
// an Any; empty if there is none.
func detailName(m proto.Message) string {
	if m == nil {
		return ""
	}
	if a, ok := m.(*anypb.Any); ok {
		return string(a.MessageName())
	}
	return string(m.ProtoReflect().Descriptor().FullName())
}

func appendType(dst []byte, name string) []byte {
	dst = append(dst, `{"@type":"`+typePrefix...)
	dst = append(dst, name...)
	return append(dst, '"')
}

func appendErrorInfo(dst []byte, v *Verdict, x *spread) []byte {
	dst = appendType(dst, errorInfoName)
	dst = append(dst, `,"reason":"`...)
	dst = appendUpperSnake(dst, v.Reason)
	dst = append(dst, `","domain":`...)
	dst = appendString(dst, v.Domain)
	dst = x.appendMetadata(dst)
	return append(dst, '}')
}

func appendBadRequest(dst []byte, v *Verdict) []byte {
	dst = appendType(dst, badReqName)
	dst = append(dst, `,"fieldViolations":[`...)
	for i := range v.Violations {
		if i > 0 {
			dst = append(dst, ',')
		}
		violation := &v.Violations[i]
		dst = append(dst, '{')
		open := len(dst)
		dst = appendMember(dst, open, "field", violation.Location)
		dst = appendMember(dst, open, "description", violation.Message)
		if violation.Reason != "" {
			dst = appendComma(dst, open)
			dst = append(dst, `"reason":"`...)
			dst = appendUpperSnake(dst, violation.Reason)
			dst = append(dst, '"')
		}
		dst = append(dst, '}')
	}
	return append(dst, `]}`...)
}

func appendRetryInfo(dst []byte, d time.Duration) []byte {
	dst = appendType(dst, retryInfoName)
	dst = append(dst, `,"retryDelay":"`...)
	dst = appendDuration(dst, d)
	return append(dst, `"}`...)
}

// appendDuration writes a positive duration as proto JSON does: seconds with 0,
// 3, 6 or 9 digits.
func appendDuration(dst []byte, d time.Duration) []byte {
	dst = strconv.AppendInt(dst, int64(d/time.Second), 10)
	if nanos := int64(d % time.Second); nanos != 0 {
		digits := strconv.AppendInt(nil, nanos+int64(time.Second), 10)[1:]
		for bytes.HasSuffix(digits, []byte("000")) {
			digits = digits[:len(digits)-3]
		}
		dst = append(dst, '.')
		dst = append(dst, digits...)
	}
	return append(dst, 's')
}

// appendDetail appends a detail as google.protobuf.Any, or nothing if it cannot
// be written.
func appendDetail(dst []byte, first int, m proto.Message) []byte {
	before := len(dst)
	dst = appendComma(dst, first)
	if _, ok := m.(*anypb.Any); ok {
		out, err := jsonpb.Append(dst, m, jsonpb.AppendOptions{})
		if err != nil {
			return dst[:before]
		}
		return out
	}
	dst = appendType(dst, detailName(m))
	dst = append(dst, ',')
	if wellKnown(m) {
		dst = append(dst, `"value":`...)
	}
	value := len(dst)
	out, err := jsonpb.Append(dst, m, jsonpb.AppendOptions{})
	switch {
	case err != nil:
		return dst[:before]
	case wellKnown(m):
		return append(out, '}')
	case out[value+1] == '}':
		// No fields: the object that holds the type is complete.
		return append(out[:value-1], '}')
	}
	// The members of the message join the type in one object.
	return append(out[:value], out[value+1:]...)
}

// wellKnown says whether m has a JSON form of its own, which an Any holds as
// the member "value".
func wellKnown(m proto.Message) bool {
	d := m.ProtoReflect().Descriptor()
	if d.FullName().Parent() != "google.protobuf" {
		return false
	}
	switch d.Name() {
	case "Duration", "FieldMask", "ListValue", "Struct", "Timestamp", "Value",
		"BoolValue", "BytesValue", "DoubleValue", "FloatValue", "Int32Value", "Int64Value",
		"StringValue", "UInt32Value", "UInt64Value":
		return true
	}
	return false
}
