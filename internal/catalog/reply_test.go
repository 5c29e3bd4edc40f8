package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/catalog"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// TestReplies: the catalog says how a method answers when nothing is raised.
func TestReplies(t *testing.T) {
	tests := []struct {
		name    string
		output  string
		stream  bool
		options *endpointsv1.MethodOptions
		want    catalog.Reply
	}{
		{"a message", ".x.M", false, nil, catalog.Reply{Status: 200, Type: "x.M"}},
		{"Empty", ".google.protobuf.Empty", false, nil, catalog.Reply{Status: 204, Type: "google.protobuf.Empty"}},
		{
			"a declared status", ".google.protobuf.Empty", false, &endpointsv1.MethodOptions{SuccessStatus: 202},
			catalog.Reply{Status: 202, Type: "google.protobuf.Empty"},
		},
		{"a stream", ".x.M", true, nil, catalog.Reply{Status: 200, Type: "x.M", Stream: true}},
		{
			"header fields", ".x.M", false,
			&endpointsv1.MethodOptions{
				RequestHeaders:  []*endpointsv1.Header{{Name: "x-tenant"}},
				ResponseHeaders: []*endpointsv1.Header{{Name: "X-Request-Cost"}, {Name: "etag"}},
			},
			catalog.Reply{Status: 200, Type: "x.M", RequestHeaders: []string{"X-Tenant"}, ResponseHeaders: []string{"X-Request-Cost", "Etag"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := &descriptorpb.MethodOptions{}
			if tt.options != nil {
				proto.SetExtension(options, endpointsv1.E_Method, tt.options)
			}
			file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
				Name: new("x.proto"), Package: new("x"), Syntax: new("proto3"), Dependency: []string{"google/protobuf/empty.proto"},
				MessageType: []*descriptorpb.DescriptorProto{{Name: new("M")}},
				Service: []*descriptorpb.ServiceDescriptorProto{{Name: new("S"), Method: []*descriptorpb.MethodDescriptorProto{{
					Name: new("Get"), InputType: new(".x.M"), OutputType: &tt.output, ServerStreaming: &tt.stream, Options: options,
				}}}},
			}, protoregistry.GlobalFiles)
			if err != nil {
				t.Fatal(err)
			}
			files := new(protoregistry.Files)
			if err := files.RegisterFile(file); err != nil {
				t.Fatal(err)
			}
			c, err := catalog.Of(files, normalize.Frameworks(), true)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, c.Services[0].Methods[0].Reply); diff != "" {
				t.Errorf("reply (-want +got):\n%s", diff)
			}
		})
	}
}
