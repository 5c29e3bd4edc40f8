// Package bind turns the parts of an HTTP request (path variables, query and
// body) into one request message.
package bind

import (
	"net/http"

	"google.golang.org/protobuf/proto"
)

// An Input is one request as the transport took it apart, before any part of
// it is in a message. A Binder reads it and must not keep or change it.
type Input struct {
	// Variables are those of the path template, in its order.
	Variables []Variable
	// RawQuery is the query as it came, without the question mark.
	RawQuery string
	// Header is that of the request.
	Header http.Header
	// Body is the whole body with its content coding undone, within the limit.
	// It is nil if the request had none. The buffer is reused after the call:
	// nothing in a message may point into it.
	Body []byte
	// BodyField is the body clause of the http rule: "*", the name of a field,
	// or "" for none. What a body without a clause means is up to the binder.
	BodyField string
}

// A Variable is a path variable with the text that it matched.
type Variable struct {
	// FieldPath is the field that it fills, such as "m.leaf.s".
	FieldPath string
	// Raw is the text as it stands in the request target, still escaped.
	Raw string
}

// A Binder fills msg, which is empty, from in. Its errors are
// [exceptions.ServiceException] values that name the place; they hold nothing
// that the caller may not read. Binders are safe for concurrent use.
type Binder interface {
	Bind(in *Input, msg proto.Message) error
}
