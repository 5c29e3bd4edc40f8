package bind_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	_ "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// world is a file with messages for what the generated ones do not have. They
// are only ever dynamic.
const world = `
name: "bind_test.proto" package: "test" syntax: "proto3"
dependency: ["endpoints/v1/annotations.proto", "google/protobuf/timestamp.proto", "google/protobuf/duration.proto",
  "google/protobuf/field_mask.proto", "google/protobuf/wrappers.proto", "google/protobuf/struct.proto"]
enum_type { name: "Color" value { name: "RED" number: 0 } value { name: "BLUE" number: 2 } }
message_type {
  name: "Kinds"
  field { name: "ts" number: 1 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL }
  field { name: "du" number: 2 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL }
  field { name: "fm" number: 3 type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" label: LABEL_OPTIONAL }
  field { name: "wi" number: 4 type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value" label: LABEL_OPTIONAL }
  field { name: "ws" number: 5 type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" label: LABEL_OPTIONAL }
  field { name: "st" number: 6 type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" label: LABEL_OPTIONAL }
  field { name: "rdu" number: 7 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_REPEATED }
  field { name: "a" number: 8 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "b" number: 9 type: TYPE_INT32 label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "c" number: 10 type: TYPE_MESSAGE type_name: ".test.Kinds" label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "labels" number: 11 type: TYPE_MESSAGE type_name: ".test.Kinds.LabelsEntry" label: LABEL_REPEATED }
  field { name: "page_size" number: 12 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "flag" number: 13 type: TYPE_BOOL label: LABEL_OPTIONAL }
  field { name: "rs" number: 14 type: TYPE_STRING label: LABEL_REPEATED }
  field { name: "odd" number: 15 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "odd.name" }
  field { name: "color" number: 16 type: TYPE_ENUM type_name: ".test.Color" label: LABEL_OPTIONAL }
  nested_type { name: "LabelsEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL } }
  oneof_decl { name: "choice" }
}
message_type {
  name: "Part"
  field { name: "title" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL options { [endpoints.v1.field] { required: true } } }
  field { name: "pages" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL proto3_optional: true oneof_index: 0 options { [endpoints.v1.field] { default: "7" } } }
  field { name: "inner" number: 3 type: TYPE_MESSAGE type_name: ".test.Part" label: LABEL_OPTIONAL }
  oneof_decl { name: "_pages" }
}
message_type {
  name: "Needs"
  field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL options { [endpoints.v1.field] { required: true } } }
  field { name: "part" number: 2 type: TYPE_MESSAGE type_name: ".test.Part" label: LABEL_OPTIONAL options { [endpoints.v1.field] { required: true } } }
  field { name: "parts" number: 3 type: TYPE_MESSAGE type_name: ".test.Part" label: LABEL_REPEATED }
  field { name: "by_name" number: 4 type: TYPE_MESSAGE type_name: ".test.Needs.ByNameEntry" label: LABEL_REPEATED }
  field { name: "size" number: 5 type: TYPE_INT32 label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "50" } } }
  field { name: "color" number: 6 type: TYPE_ENUM type_name: ".test.Color" label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "BLUE" } } }
  field { name: "wait" number: 7 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "1.5s" } } }
  nested_type { name: "ByNameEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".test.Part" label: LABEL_OPTIONAL } }
}
message_type {
  name: "Wrong"
  field { name: "n" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "many" } } }
  field { name: "r" number: 2 type: TYPE_STRING label: LABEL_REPEATED options { [endpoints.v1.field] { default: "x" } } }
  field { name: "m" number: 3 type: TYPE_MESSAGE type_name: ".test.Part" label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "x" } } }
  field { name: "q" number: 4 type: TYPE_STRING label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "x" required: true } } }
  field { name: "o" number: 5 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 options { [endpoints.v1.field] { default: "x" } } }
  field { name: "in" number: 6 type: TYPE_MESSAGE type_name: ".test.Wrong.In" label: LABEL_OPTIONAL }
  nested_type { name: "In"
    field { name: "size" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "1" } } } }
  oneof_decl { name: "one" }
}
`

var worldFile = func() protoreflect.FileDescriptor {
	var file descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal([]byte(world), &file); err != nil {
		panic(err)
	}
	fd, err := protodesc.NewFile(&file, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	return fd
}()

func dynamic(name protoreflect.Name) protoreflect.MessageDescriptor {
	return worldFile.Messages().ByName(name)
}

// rule is "METHOD /template body".
func rule(t testing.TB, text string) bind.Rule {
	t.Helper()
	method, rest, _ := strings.Cut(text, " ")
	path, body, _ := strings.Cut(rest, " ")
	tmpl, err := route.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	return bind.Rule{Method: method, Template: tmpl, Body: body}
}

func compile(t testing.TB, desc protoreflect.MessageDescriptor, text string, o bind.Options) *bind.Plan {
	t.Helper()
	plan, err := bind.NewCompiler(o).Compile(desc, rule(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// target is a request target and a body as an Input for a template.
func target(t testing.TB, template, target, body string) *bind.Input {
	t.Helper()
	path, query, _ := strings.Cut(target, "?")
	in := &bind.Input{RawQuery: query}
	if body != "" {
		in.Body = []byte(body)
	}
	tmpl, err := route.Parse(template)
	if err != nil {
		t.Fatal(err)
	}
	tree := route.New[bool](route.Options{})
	if err := tree.Add("GET", tmpl, true); err != nil {
		t.Fatal(err)
	}
	var m route.Match
	if _, ok := tree.Lookup("GET", path, &m); !ok {
		t.Fatalf("%s does not match %s", path, template)
	}
	for i := range m.Len() {
		in.Variables = append(in.Variables, bind.Variable{FieldPath: m.FieldPath(i), Raw: m.Value(i)})
	}
	return in
}

// show writes a message, or an error with its violations.
func show(msg proto.Message, err error) string {
	if err == nil {
		b, err := protojson.Marshal(msg)
		if err != nil {
			return err.Error()
		}
		var out strings.Builder
		inString := false
		for i, c := range b { // protojson writes spaces at random
			if c == '"' && (i == 0 || b[i-1] != '\\') {
				inString = !inString
			}
			if c != ' ' || inString {
				out.WriteByte(c)
			}
		}
		return out.String()
	}
	e, ok := exceptions.Of(err)
	if !ok {
		return "no exception: " + err.Error()
	}
	d := exceptions.Describe(e)
	s := fmt.Sprintf("%d %s %s", e.HTTPStatus(), d.Reason, d.Message)
	for _, v := range d.Violations {
		s += fmt.Sprintf("\n%s %s %s %s", v.LocationType, v.Location, v.Reason, v.Message)
	}
	return s
}
