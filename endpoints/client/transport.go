package client

import (
	"context"
	"net/http"
	"net/url"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Transport carries the calls of one client over one protocol. It is safe for
// concurrent use. What does not depend on the protocol (options, repetition) is
// done by the [Client].
type Transport interface {
	// Do sends a call once, fills its reply and its answer, and returns when the
	// answer has been read. An exception of the other side is what [ReadError] or
	// [ReadStatus] return; any other error says that there was no answer, or none
	// that makes sense.
	Do(ctx context.Context, call *Call) error
}

// An Opener makes the [Transport] of a client.
type Opener func(Target) (Transport, error)

// A Target is what a [Transport] is made for.
type Target struct {
	// BaseURL has a scheme, a host, and a path that does not end with a slash.
	BaseURL *url.URL
	Service protoreflect.ServiceDescriptor
	// HTTPClient sends the requests.
	HTTPClient *http.Client
	// ReplyBytes is the largest reply, or message of a stream, after its content
	// coding is undone.
	ReplyBytes int64
	// ProtoNames says that JSON and parameters have the names of the proto file;
	// see [WithProtoNames].
	ProtoNames bool
}

// A Call is one call on its way.
type Call struct {
	Method protoreflect.MethodDescriptor
	// Request is not changed. It is nil if the client streams.
	Request proto.Message
	// Reply is of the type that Method replies. It is nil for a stream.
	Reply proto.Message
	// Header is sent. It is shared and must not be changed.
	Header http.Header
	// Answer is filled with status, header and trailer, also before an error.
	Answer *Answer
}
