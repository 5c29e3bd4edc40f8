package endpoints_test

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

var update = flag.Bool("update", false, "write the golden files anew")

// wrongServices are the services of testdata/wrong.textproto.
func wrongServices(t *testing.T) protoreflect.ServiceDescriptors {
	t.Helper()
	data, err := os.ReadFile("testdata/wrong.textproto")
	if err != nil {
		t.Fatal(err)
	}
	var file descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	desc, err := protodesc.NewFile(&file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return desc.Services()
}

// coded is a service with code behind all of its methods.
func coded(desc protoreflect.ServiceDescriptor) endpoints.Service {
	s := endpoints.Service{Descriptor: desc}
	for i := range desc.Methods().Len() {
		d := desc.Methods().Get(i)
		m := endpoints.Method{Name: string(d.Name()), NewRequest: func() proto.Message { return dynamicpb.NewMessage(d.Input()) }}
		if d.IsStreamingClient() || d.IsStreamingServer() {
			m.Stream = func(context.Context, proto.Message, endpoints.Stream) (proto.Message, error) { return nil, nil }
		} else {
			m.Call = func(context.Context, proto.Message) (proto.Message, error) { return nil, nil }
		}
		s.Methods = append(s.Methods, m)
	}
	return s
}

// TestRegisterSaysAll: everything that is wrong with a service is reported at
// once, each thing once, in words that name the place.
func TestRegisterSaysAll(t *testing.T) {
	t.Parallel()
	services := wrongServices(t)
	wrong := coded(services.ByName("Wrong"))
	var methods []endpoints.Method
	for _, m := range wrong.Methods {
		switch m.Name {
		case "Forgotten":
			continue
		case "NoCode":
			m.Call = nil
		case "Twice":
			methods = append(methods, m)
		case "CallIsNoStream":
			m.Stream, m.Call = nil, func(context.Context, proto.Message) (proto.Message, error) { return nil, nil }
		}
		methods = append(methods, m)
	}
	wrong.Methods = append(methods, endpoints.Method{Name: "Unheard"})

	want, err := os.ReadFile("testdata/wrong.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Modern(), endpoints.Java(), endpoints.Python()} {
		t.Run(profile.Name(), func(t *testing.T) {
			api := endpoints.New(endpoints.WithProfile(profile))
			var got strings.Builder
			for _, s := range []endpoints.Service{wrong, coded(services.ByName("BadBase")), {}} {
				if err := api.Register(s); err != nil {
					got.WriteString(err.Error() + "\n\n")
				}
			}
			if *update && profile.Name() == "frameworks" {
				if err := os.WriteFile("testdata/wrong.txt", []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("testdata/wrong.txt (-want +got):\n%s", diff)
			}
		})
	}
}
