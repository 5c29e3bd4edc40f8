package endpoints

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bounds"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
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

// A Method is one rpc of a [Service] with the code behind it. The exported
// fields are set by generated code; the methods answer once it is registered.
// A registered Method is never changed and is safe for concurrent use.
type Method struct {
	// Name is the name of the rpc, as in the descriptor.
	Name string
	// NewRequest returns an empty request message.
	NewRequest func() proto.Message
	// SetText and SetInteger put a value into a field of a request, given by its
	// number, and report whether it is one that they know: a string, or an integer or
	// an enum, of the message itself. The caller has looked that the value fits. They
	// may be nil; parameters are then set by reflection, which takes longer.
	SetText    func(request proto.Message, field int32, text string) bool
	SetInteger func(request proto.Message, field int32, n int64) bool
	// NewWithBody is NewRequest for a request whose body is one of its fields, with an
	// empty message there, which it returns too. It may be nil, for the same price.
	// Both may be one piece of memory: who keeps the body then keeps the request.
	NewWithBody func() (request, body proto.Message)
	// Call handles one request. A nil reply together with a nil error is the
	// answer "nothing"; a reply that is a nil pointer must come as plain nil.
	Call func(ctx context.Context, request proto.Message) (proto.Message, error)
	// Stream stands in place of Call if the rpc is streaming, and handles one call
	// from its begin to its end. request is nil if the client streams; the reply
	// is nil if the server does, and otherwise as that of Call.
	Stream func(ctx context.Context, request proto.Message, stream Stream) (proto.Message, error)
	// Throws holds the classes of the exceptions that the rpc declares, in the
	// order of their declaration. Whoever declares a class declares all that
	// extend it.
	Throws []*exceptions.Class

	descriptor    protoreflect.MethodDescriptor
	fullName      string
	api           *endpointsv1.ApiOptions
	successStatus int           // 0: not declared
	bounds        *bounds.Rules // of the request; nil: none
	inHeaders     []headerField
	outHeaders    []headerField
	void          bool // the reply is google.protobuf.Empty
	takesBody     bool // the request is not google.protobuf.Empty
	// checked is what checkDeclared has looked at last.
	checked *atomic.Pointer[checked]
}

// Descriptor returns the declaration of the method.
func (m *Method) Descriptor() protoreflect.MethodDescriptor { return m.descriptor }

// FullName is "library.v1.Library.GetShelf".
func (m *Method) FullName() string { return m.fullName }

const emptyMessage protoreflect.FullName = "google.protobuf.Empty"

// resolve checks s against its descriptor and returns its methods ready to be
// attached. The error names all that is wrong.
func (s Service) resolve() ([]*Method, error) {
	if s.Descriptor == nil {
		return nil, errors.New("a Service needs a descriptor")
	}
	var (
		methods []*Method
		wrong   []error
		seen    = map[string]bool{}
		api, _  = proto.GetExtension(s.Descriptor.Options(), endpointsv1.E_Api).(*endpointsv1.ApiOptions)
	)
	for i := range s.Methods {
		m := s.Methods[i] // a copy: the caller's value stays as it is
		d := s.Descriptor.Methods().ByName(protoreflect.Name(m.Name))
		switch {
		case d == nil:
			wrong = append(wrong, fmt.Errorf("%s has no rpc %q", s.Descriptor.FullName(), m.Name))
			continue
		case seen[m.Name]:
			wrong = append(wrong, fmt.Errorf("%s is given twice", d.FullName()))
			continue
		}
		seen[m.Name] = true
		if m.NewRequest == nil || m.Call == nil && m.Stream == nil {
			wrong = append(wrong, fmt.Errorf("%s has no code behind it", d.FullName()))
			continue
		}
		m.api = api
		wrong = append(wrong, m.describe(d))
		methods = append(methods, &m) // also one that is wrong: its routes may be so too
	}
	for i := range s.Descriptor.Methods().Len() {
		if d := s.Descriptor.Methods().Get(i); !seen[string(d.Name())] {
			wrong = append(wrong, fmt.Errorf("%s is not implemented", d.FullName()))
		}
	}
	return methods, errors.Join(wrong...)
}

// each returns the errors that [errors.Join] has joined in err, over any number
// of levels.
func each(err error) (all []error) {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || err.Error() != errors.Join(joined.Unwrap()...).Error() { // fmt.Errorf makes such too
		return []error{err}
	}
	for _, err := range joined.Unwrap() {
		all = append(all, each(err)...)
	}
	return all
}

// describe fills in what the declaration d says.
func (m *Method) describe(d protoreflect.MethodDescriptor) error {
	m.descriptor, m.fullName = d, string(d.FullName())
	m.checked = new(atomic.Pointer[checked])
	var wrong error
	if streaming := d.IsStreamingClient() || d.IsStreamingServer(); streaming != (m.Stream != nil) || streaming == (m.Call != nil) {
		wrong = fmt.Errorf("%s: an rpc that streams has a Stream, any other a Call", d.FullName())
	}
	m.void = d.Output().FullName() == emptyMessage
	m.takesBody = d.Input().FullName() != emptyMessage
	options, _ := proto.GetExtension(d.Options(), endpointsv1.E_Method).(*endpointsv1.MethodOptions)
	m.successStatus = int(options.GetSuccessStatus())
	var bad error
	if m.bounds, bad = bounds.Compile(d.Input()); bad != nil {
		bad = fmt.Errorf("%s: %w", d.FullName(), bad)
	}
	return errors.Join(wrong, m.checkSuccess(), m.readHeaders(options), bad)
}

// checkSuccess looks at the declared status of a success.
func (m *Method) checkSuccess() error {
	d := m.descriptor
	switch s := m.successStatus; {
	case s == 0:
	case (s < 200 || s > 299) && s != 304:
		return fmt.Errorf("%s: success_status %d is not a success: use 200 to 299, or 304", d.FullName(), s)
	case !normalize.BodyAllowed(s) && !m.void:
		return fmt.Errorf("%s: success_status %d carries no body, but the rpc replies %s: reply google.protobuf.Empty or declare another status",
			d.FullName(), s, d.Output().FullName())
	}
	return nil
}
