package rpc

import (
	"connectrpc.com/grpcreflect"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// WithReflection serves grpc.reflection.v1.ServerReflection, and v1alpha for
// older clients, by which tools such as grpcurl learn the services of the API.
// It tells everybody all that the proto files say, with comments left out. Like
// probes, its calls do not go through interceptors.
func WithReflection() Option {
	return option(func(t *transport) {
		r := grpcreflect.NewReflector(grpcreflect.NamerFunc(t.names), grpcreflect.WithDescriptorResolver(resolver{}))
		path, handler := grpcreflect.NewHandlerV1(r)
		t.extra[path+infoMethod] = handler
		path, handler = grpcreflect.NewHandlerV1Alpha(r)
		t.extra[path+infoMethod] = handler
	})
}

// infoMethod is the one method of the service.
const infoMethod = "ServerReflectionInfo"

// names returns the services that clients can call.
func (t *transport) names() []string {
	names := append([]string(nil), t.services...)
	if t.health != nil {
		names = append(names, string(healthFile.Services().Get(0).FullName()))
	}
	return names
}

// resolver finds what is registered globally, and the health service.
type resolver struct{}

var _ protodesc.Resolver = resolver{}

func (resolver) FindFileByPath(path string) (protoreflect.FileDescriptor, error) {
	if path == healthFile.Path() {
		return healthFile, nil
	}
	return protoregistry.GlobalFiles.FindFileByPath(path)
}

func (resolver) FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error) {
	if d, err := protoregistry.GlobalFiles.FindDescriptorByName(name); err == nil {
		return d, nil
	}
	return healthFiles.FindDescriptorByName(name)
}

var healthFiles = func() *protoregistry.Files {
	files := new(protoregistry.Files)
	if err := files.RegisterFile(healthFile); err != nil {
		panic("rpc: " + err.Error()) // an empty registry takes any file
	}
	return files
}()
