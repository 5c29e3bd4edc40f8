package bind_test

import (
	"fmt"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// big is a message with 300 strings f0, f1, ... and a message of its own type,
// self, with a large number.
func big(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	m := &descriptorpb.DescriptorProto{Name: proto.String("Big")}
	add := func(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type, typeName *string) {
		m.Field = append(m.Field, &descriptorpb.FieldDescriptorProto{
			Name: &name, Number: &number, Type: &kind, TypeName: typeName,
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		})
	}
	for i := range int32(300) {
		add(fmt.Sprintf("f%d", i), i+1, descriptorpb.FieldDescriptorProto_TYPE_STRING, nil)
	}
	add("self", 100_000, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, proto.String(".test.Big"))
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("big.proto"), Package: proto.String("test"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{m},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
}

func TestBigMessage(t *testing.T) {
	t.Parallel()
	desc := big(t)
	run(t, desc, func() proto.Message { return dynamicpb.NewMessage(desc) }, bind.Options{}, []bindTest{
		{name: "field 299 twice", target: "?f299=a&f298=b&f299=c", want: parameter("f299", "given more than once")},
		{name: "body before query", rule: "POST /x *", target: "?f299=q&f298=q", body: `{"f299":""}`, want: `{"f298":"q"}`},
		{name: "path before query", rule: "GET /x/{f299}", target: "/x/p?f299=q&f298=q", want: `{"f298":"q","f299":"p"}`},
		{name: "large numbers", rule: "GET /x/{self.self.f200}", target: "/x/p?self.self.f200=q&self.f200=q&self.self.f201=q", want: `{"self":{"f200":"q","self":{"f200":"p","f201":"q"}}}`},
		{name: "large numbers twice", target: "?self.self.f200=q&self.self.f200=q", want: parameter("self.self.f200", "given more than once")},
	})
}

// TestVariablesInAnyOrder gives a plan the variables in another order than the
// template, and without one.
func TestVariablesInAnyOrder(t *testing.T) {
	t.Parallel()
	desc := big(t)
	plan := compile(t, desc, "GET /{f0}/{f1}/{f2}", bind.Options{})
	msg := dynamicpb.NewMessage(desc)
	in := &bind.Input{Variables: []bind.Variable{{FieldPath: "f1", Raw: "b"}, {FieldPath: "f0", Raw: "a"}, {FieldPath: "other", Raw: "c"}}}
	if got, want := show(msg, plan.Bind(in, msg)), `{"f0":"a","f1":"b"}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
