package python_test

import (
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// kindsFile declares a message with the kinds of fields that the original did
// not have, among them scalars without presence.
const kindsFile = `
name: "kinds.proto" package: "kinds" syntax: "proto3"
dependency: [
  "google/protobuf/any.proto", "google/protobuf/duration.proto", "google/protobuf/field_mask.proto", "google/api/field_behavior.proto",
  "google/protobuf/struct.proto", "google/protobuf/timestamp.proto", "google/protobuf/wrappers.proto"
]
message_type {
  name: "Kinds"
  field { name: "any" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Any" }
  field { name: "duration" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" }
  field { name: "mask" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" }
  field { name: "struct" number: 4 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" }
  field { name: "value" number: 5 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Value" }
  field { name: "list" number: 6 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.ListValue" }
  field { name: "lists" number: 7 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".google.protobuf.ListValue" }
  field { name: "int64_value" number: 8 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Int64Value" }
  field { name: "strings" number: 9 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" }
  field { name: "left" number: 10 label: LABEL_OPTIONAL type: TYPE_STRING oneof_index: 0 }
  field { name: "right" number: 11 label: LABEL_OPTIONAL type: TYPE_STRING oneof_index: 0 }
  field { name: "bools" number: 12 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".kinds.Kinds.BoolsEntry" }
  field { name: "numbers" number: 13 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".kinds.Kinds.NumbersEntry" }
  field { name: "fixed" number: 14 label: LABEL_OPTIONAL type: TYPE_FIXED64 }
  field { name: "sfixed" number: 15 label: LABEL_REPEATED type: TYPE_SFIXED32 }
  field { name: "kinds" number: 16 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".kinds.Kinds" }
  field { name: "null_value" number: 17 label: LABEL_OPTIONAL type: TYPE_ENUM type_name: ".google.protobuf.NullValue" }
  field { name: "time" number: 18 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" }
  nested_type { name: "BoolsEntry" options { map_entry: true }
    field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_BOOL }
    field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING } }
  nested_type { name: "NumbersEntry" options { map_entry: true }
    field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
    field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".kinds.Kinds" } }
  oneof_decl { name: "side" }
}
message_type {
  name: "Needy"
  field { name: "inner" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".kinds.Needy" }
  field { name: "first" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 options { [google.api.field_behavior]: REQUIRED } }
  field { name: "second" number: 3 label: LABEL_REPEATED type: TYPE_STRING options { [google.api.field_behavior]: REQUIRED } }
}`

// kind returns a new message of a type in kindsFile.
func kind(t testing.TB, name protoreflect.Name) proto.Message {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(kindsFile), file); err != nil {
		t.Fatal(err)
	}
	fd, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return dynamicpb.NewMessage(fd.Messages().ByName(name))
}
