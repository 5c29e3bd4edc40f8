package jsonpb_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/opaque"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/plain"
)

// Whatever was in a message before is gone, in every kind of message.
func TestUnmarshalResets(t *testing.T) {
	descriptor := (*plain.Book)(nil).ProtoReflect().Descriptor()
	used := dynamicpb.NewMessage(descriptor)
	used.Mutable(descriptor.Fields().ByName("tags")) // set, but empty
	unknown := dynamicpb.NewMessage(descriptor)
	unknown.SetUnknown(protoreflect.RawFields{0xf8, 0x3f, 1})
	for _, m := range []proto.Message{new(open.Book), new(opaque.Book), new(plain.Book), dynamicpb.NewMessage(descriptor), used, unknown} {
		for _, in := range []string{bookJSON, `{"tags":["x"],"genre":"GREEN"}`, `{}`} {
			want := m.ProtoReflect().New().Interface()
			if err := jsonpb.Unmarshal([]byte(in), want, jsonpb.UnmarshalOptions{}); err != nil {
				t.Fatal(err)
			}
			if err := jsonpb.Unmarshal([]byte(in), m, jsonpb.UnmarshalOptions{}); err != nil || !proto.Equal(m, want) {
				t.Errorf("%T: got %v, %v; want %v", m, m, err, want)
			}
		}
	}
}

// Field names that mean something else in other places.
func TestOddFieldNames(t *testing.T) {
	field := func(number int32, name, json string) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: &name, JsonName: &json, Number: &number,
			Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("odd.proto"), Package: proto.String("odd"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{
			Name: proto.String("Odd"),
			Field: []*descriptorpb.FieldDescriptorProto{
				field(1, "type", "@type"), field(2, "quote", `a"b`), field(3, "escape", `\u0061`), field(4, "empty", "x"),
				field(5, "extension", "[odd.x]"), field(6, "letter", "é"), field(7, "swapped", "other"), field(8, "other_one", "swappedOne"),
			},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	mt := dynamicpb.NewMessageType(file.Messages().Get(0))
	for _, in := range []string{
		`{"@type":"a"}`, `{"type":"a"}`, `{"@type":"a","type":"b"}`, `{"@type":"a","@type":"b"}`, `{"a\"b":"x"}`, `{"a"b":"x"}`,
		`{"\\u0061":"x"}`, `{"\u0061":"x"}`, `{"a":"x"}`, `{"[odd.x]":"x"}`, `{"extension":"x"}`, `{"é":"x"}`, `{"\u00e9":"x"}`,
		`{"x":"1","empty":"2"}`, `{"other":"1","swapped":"2"}`, `{"other_one":"1"}`, `{"swappedOne":"1","other_one":null}`,
		`{"@type":"a","a\"b":"b","\\u0061":"c","x":"d","é":"e","other":"f","swappedOne":"g"}`,
	} {
		for _, o := range []jsonpb.UnmarshalOptions{{}, {DiscardUnknown: true}} {
			compareUnmarshal(t, []byte(in), mt, o)
		}
	}
}
