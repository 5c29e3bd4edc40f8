// Package conformance serves the API that the recorded cases call, and replays
// the cases against it.
//
// The cases stand in testdata/conformance/cases, one JSON object a line: a
// request, what the imitated system answered, and how to compare. What the
// handlers raise and return is data, in the folder data beside this file.
package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Options are the settings that a case may ask the server to run with.
type Options struct {
	// PrettyPrint false makes the java profiles write compact JSON by default.
	PrettyPrint *bool `json:"prettyPrint,omitempty"`
	// AddContentLength is always on in this framework.
	AddContentLength bool `json:"addContentLength,omitempty"`
	// IllegalArgumentIsBackendError makes an illegal argument that a handler
	// reports an unexpected error, and not a bad request.
	IllegalArgumentIsBackendError bool `json:"illegalArgumentIsBackendError,omitempty"`
}

// NewAPI returns the conformance API with the named profile.
func NewAPI(profile string, o Options, more ...endpoints.Option) (*endpoints.API, error) {
	p, ok := endpoints.ProfileByName(profile)
	if !ok {
		return nil, fmt.Errorf("no profile is called %q", profile)
	}
	options := []endpoints.Option{endpoints.WithProfile(p), endpoints.WithEscapedPaths("conformance.v1.UriApi.Uri")}
	if o.PrettyPrint != nil {
		options = append(options, endpoints.WithPrettyPrint(*o.PrettyPrint))
	}
	api := endpoints.New(append(options, more...)...)
	handlers, err := newHandlers(o)
	if err != nil {
		return nil, err
	}
	var wrong []error
	for _, file := range []protoreflect.FileDescriptor{
		conformancev1.File_conformance_v1_python_proto, conformancev1.File_conformance_v1_java_proto,
	} {
		for i := range file.Services().Len() {
			wrong = append(wrong, register(api, file.Services().Get(i), handlers))
		}
	}
	return api, errors.Join(wrong...)
}

// A handler answers one rpc.
type handler func(ctx context.Context, request proto.Message) (proto.Message, error)

// register serves every rpc of the service: those that only show what they got
// by show, the others by the handler of their name.
func register(api *endpoints.API, service protoreflect.ServiceDescriptor, handlers map[string]handler) error {
	s := endpoints.Service{Descriptor: service}
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		input, err := protoregistry.GlobalTypes.FindMessageByName(method.Input().FullName())
		if err != nil {
			return err
		}
		name := rpcName(method)
		call := handlers[name]
		if call == nil {
			if method.Output().FullName() != "conformance.v1.Seen" {
				return fmt.Errorf("no handler for %s", name)
			}
			call = show(name)
		}
		s.Methods = append(s.Methods, endpoints.Method{
			Name:       string(method.Name()),
			NewRequest: func() proto.Message { return input.New().Interface() },
			Call:       call,
		})
	}
	return api.Register(s)
}

// rpcName is "Decode.Body", as cases name methods.
func rpcName(method protoreflect.MethodDescriptor) string {
	return string(method.Parent().Name()) + "." + string(method.Name())
}

// show answers what the handler was given.
func show(rpc string) handler {
	return func(_ context.Context, request proto.Message) (proto.Message, error) {
		received, err := protojson.Marshal(request)
		if err != nil {
			return nil, err
		}
		return &conformancev1.Seen{Rpc: rpc, Received: string(received)}, nil
	}
}
