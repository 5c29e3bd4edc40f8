package bounds_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bounds"
)

type fieldType = descriptorpb.FieldDescriptorProto_Type

const (
	text   = descriptorpb.FieldDescriptorProto_TYPE_STRING
	raw    = descriptorpb.FieldDescriptorProto_TYPE_BYTES
	whole  = descriptorpb.FieldDescriptorProto_TYPE_INT64
	count  = descriptorpb.FieldDescriptorProto_TYPE_UINT32
	real   = descriptorpb.FieldDescriptorProto_TYPE_DOUBLE
	truth  = descriptorpb.FieldDescriptorProto_TYPE_BOOL
	nested = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
)

// message declares a message M of the fields; those of type nested are of type
// M themselves.
func message(t testing.TB, fields ...*descriptorpb.FieldDescriptorProto) protoreflect.MessageDescriptor {
	t.Helper()
	for i, f := range fields {
		f.Number = proto.Int32(int32(i + 1))
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("b.proto"), Package: proto.String("b"), Syntax: proto.String("proto3"), Dependency: []string{"endpoints/v1/annotations.proto"},
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("M"), Field: fields}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
}

func field(name string, kind fieldType, many bool, o *endpointsv1.FieldOptions) *descriptorpb.FieldDescriptorProto {
	options := &descriptorpb.FieldOptions{}
	proto.SetExtension(options, endpointsv1.E_Field, o)
	f := &descriptorpb.FieldDescriptorProto{Name: &name, Type: &kind, Options: options, Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
	if many {
		f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	}
	if kind == nested {
		f.TypeName = proto.String(".b.M")
	}
	return f
}

func TestCheck(t *testing.T) {
	short := &endpointsv1.FieldOptions{MaxLength: proto.Uint32(2), MinLength: proto.Uint32(1)}
	small := &endpointsv1.FieldOptions{Minimum: proto.Float64(-1), Maximum: proto.Float64(2.5)}
	desc := message(t,
		field("s", text, false, short), field("y", raw, false, short), field("l", text, true, short),
		field("i", whole, false, small), field("u", count, true, small), field("d", real, false, small),
		field("m", nested, false, nil), field("r", nested, true, nil))
	rules, err := bounds.Compile(desc)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, message, want string }{
		{"nothing", `{}`, ``},
		{"within", `{"s":"éé","y":"AAA=","l":["long enough"],"i":"2","u":[0,2],"d":2.5}`, ``},
		{"text", `{"s":"ééé"}`, `[s] must have at most 2 characters`},
		{"bytes", `{"y":"AAAA"}`, `[y] must have at most 2 bytes`},
		{"list", `{"l":["a","b","c"]}`, `[l] must have at most 2 entries`},
		{"low", `{"i":"-2"}`, `[i] must be -1 at least`},
		{"high in a list", `{"u":[1,3,9]}`, `[u 1] must be 2.5 at most;[u 2] must be 2.5 at most`},
		{"NaN", `{"d":"NaN"}`, `[d] must be 2.5 at most`},
		{"inside", `{"m":{"i":"3"},"r":[{},{"m":{"s":"abc"}}]}`, `[m i] must be 2.5 at most;[r 1 m s] must have at most 2 characters`},
		{"at most three", `{"u":[3,3,3,3,3]}`, `[u 0] must be 2.5 at most;[u 1] must be 2.5 at most;[u 2] must be 2.5 at most`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := dynamicpb.NewMessage(desc)
			if err := protojson.Unmarshal([]byte(test.message), m); err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, b := range rules.Check(m, 3) {
				all = append(all, fmt.Sprint(b.Path, " ", b.Text()))
			}
			if got := strings.Join(all, ";"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestCompile(t *testing.T) {
	if rules, err := bounds.Compile(message(t, field("s", text, false, &endpointsv1.FieldOptions{Required: true}), field("m", nested, true, nil))); rules != nil || err != nil {
		t.Errorf("without bounds: %v, %v", rules, err)
	}
	length, value := &endpointsv1.FieldOptions{MaxLength: proto.Uint32(1)}, &endpointsv1.FieldOptions{Minimum: proto.Float64(1)}
	_, err := bounds.Compile(message(t,
		field("a", whole, false, length), field("b", text, false, value), field("c", truth, false, value),
		field("d", text, false, &endpointsv1.FieldOptions{MaxLength: proto.Uint32(1), MinLength: proto.Uint32(2)}),
		field("e", real, false, &endpointsv1.FieldOptions{Maximum: proto.Float64(1), Minimum: proto.Float64(math.NaN())})))
	for _, want := range []string{"b.M.a: max_length", "b.M.b: minimum", "b.M.c: minimum", "b.M.d: no value", "b.M.e: no value"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
