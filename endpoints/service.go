package endpoints

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Service is one proto service with the code behind its methods. Generated
// registration functions make it; nobody else has to.
type Service struct {
	Descriptor protoreflect.ServiceDescriptor
	// Methods holds one entry for every rpc of Descriptor, in any order.
	Methods []Method
}

// A Method is one rpc of a [Service] with the code behind it.
type Method struct {
	// Name is the name of the rpc, as in the descriptor.
	Name string
	// NewRequest returns an empty request message.
	NewRequest func() proto.Message
	// Call handles one request. A nil reply together with a nil error is the
	// answer "nothing"; a reply that is a nil pointer must come as plain nil.
	Call func(ctx context.Context, request proto.Message) (proto.Message, error)
}
