package wsclient_test

import (
	"io"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/wsclient"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// anything is a service whose messages can be any JSON object.
func anything(t *testing.T) protoreflect.ServiceDescriptor {
	t.Helper()
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("anything.proto"), Package: proto.String("anything"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/struct.proto", "google/protobuf/empty.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Anything"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Say"), InputType: proto.String(".google.protobuf.Empty"), OutputType: proto.String(".google.protobuf.Struct"),
			ServerStreaming: proto.Bool(true),
		}}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Services().Get(0)
}

// TestAmbiguousFrames sends messages that look like an error. What comes after
// them tells.
func TestAmbiguousFrames(t *testing.T) {
	t.Parallel()
	const looks = `{"error":{"code":409,"message":"Held."}}`
	tests := []struct {
		name, frames string
		n            int
		status       int // 0: the end
	}{
		{"followed by a message", text(looks) + text("{}") + closing(1000, ""), 2, 0},
		{"followed by the end", text(looks) + closing(1000, ""), 1, 0},
		{"followed by a stop", text(looks) + closing(1001, ""), 1, 503},
		{"followed by a failure", text(looks) + closing(1008, ""), 0, 409},
		{"twice, followed by a failure", text(looks) + text(looks) + closing(1008, ""), 1, 409},
	}
	for _, tt := range tests {
		c, err := client.New("http://desk", anything(t), client.WithTransport(wsclient.With(wsclient.JSON())),
			client.WithHTTPClient(raw(t, "endpoints.v1.json", tt.frames, false)))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := client.OpenServerStream[structpb.Struct](t.Context(), c, "Say", &emptypb.Empty{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for err == nil {
			if _, err = stream.Receive(); err == nil {
				n++
			}
		}
		status := 0
		if e, ok := err.(exceptions.ServiceException); ok {
			status = e.HTTPStatus()
		}
		if n != tt.n || status != tt.status || status == 0 && err != io.EOF {
			t.Errorf("%s: %d messages, %v", tt.name, n, err)
		}
	}
}
