package endpoints

import (
	"fmt"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
)

// A MessageReader reads request messages of one method for transports on which
// a message comes as a whole. Required fields and defaults are those that REST
// knows, so that a handler finds the same in its request on every protocol. It
// is safe for concurrent use.
type MessageReader struct {
	plan  *bind.Plan
	depth int
}

// MessageReader returns the reader for requests of a method. The error says
// what is wrong with the declaration of its request.
func (m *Middle) MessageReader(method *Method) (*MessageReader, error) {
	if m.api.compiler == nil {
		m.api.compiler = bind.NewCompiler(bind.Options{
			MaxDepth: m.api.limits.Depth, RejectUnknownFields: m.api.profile.rejectUnknown,
		})
	}
	rule := bind.Rule{Method: http.MethodPost, Body: "*"}
	// What a PATCH sends is a part of a resource, whatever carries it (AIP-134).
	http, _ := proto.GetExtension(method.descriptor.Options(), annotations.E_Http).(*annotations.HttpRule)
	if http.GetPatch() != "" && http.GetBody() != "*" {
		rule.Part = http.GetBody()
	}
	plan, err := m.api.compiler.Compile(method.descriptor.Input(), rule)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method.fullName, err)
	}
	return &MessageReader{plan: plan, depth: m.api.limits.Depth}, nil
}

// ReadJSON reads a document into message, which is empty. Nothing in message
// points into data afterwards. The error is a BadRequest exception that names the
// place.
func (r *MessageReader) ReadJSON(data []byte, message proto.Message) (err error) {
	defer recovered(&err)
	if len(data) == 0 {
		return exceptions.NewBadRequest("The request has no message: send at least {}.")
	}
	return r.plan.Bind(&bind.Input{Body: data}, message)
}

// ReadBinary reads a message of the binary format into message, which is empty.
// Nothing in message points into data afterwards. The error is a BadRequest
// exception.
func (r *MessageReader) ReadBinary(data []byte, message proto.Message) (err error) {
	defer recovered(&err)
	if err := (proto.UnmarshalOptions{RecursionLimit: r.depth}).Unmarshal(data, message); err != nil {
		return exceptions.Raise(exceptions.NewBadRequest("The request is not a valid message of type %s.", message.ProtoReflect().Descriptor().FullName()),
			exceptions.Cause(err))
	}
	return r.plan.Complete(message)
}
