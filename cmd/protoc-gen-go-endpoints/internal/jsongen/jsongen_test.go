package jsongen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"

	"github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints/internal/jsongen"
)

// generate runs the generator for the files that are named and returns what it
// writes, by name, and what it reports.
func generate(t *testing.T, files []*descriptorpb.FileDescriptorProto, parameter string, names ...string) (map[string]string, []string) {
	t.Helper()
	p, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
		ProtoFile: files, FileToGenerate: names, Parameter: proto.String(parameter),
	})
	if err != nil {
		t.Fatal(err)
	}
	var problems []string
	for _, f := range p.Files {
		if f.Generate {
			jsongen.Generate(p, f, func(d protoreflect.Descriptor, format string, args ...any) {
				problems = append(problems, fmt.Sprintf("%s: %s", d.FullName(), fmt.Sprintf(format, args...)))
			})
		}
	}
	response := p.Response()
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	written := map[string]string{}
	for _, f := range response.File {
		written[f.GetName()] = f.GetContent()
	}
	return written, problems
}

// closure returns a file and what it imports, the latter first.
func closure(fd protoreflect.FileDescriptor) []*descriptorpb.FileDescriptorProto {
	var files []*descriptorpb.FileDescriptorProto
	seen := map[string]bool{}
	var add func(fd protoreflect.FileDescriptor)
	add = func(fd protoreflect.FileDescriptor) {
		if seen[fd.Path()] {
			return
		}
		seen[fd.Path()] = true
		for i := range fd.Imports().Len() {
			add(fd.Imports().Get(i).FileDescriptor)
		}
		files = append(files, protodesc.ToFileDescriptorProto(fd))
	}
	add(fd)
	return files
}

// What is checked in is what is generated.
func TestGenerate(t *testing.T) {
	files := closure(libraryv1.File_library_v1_library_proto)
	written, problems := generate(t, files, "paths=source_relative", "library/v1/library.proto")
	if len(written) != 1 || len(problems) > 0 {
		t.Fatalf("%d files, problems %q", len(written), problems)
	}
	for name, got := range written {
		want, err := os.ReadFile(filepath.Join("../../../../gen", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-checked in +written):\n%s", name, diff)
		}
	}
}

// file parses a file descriptor in the text format.
func file(t *testing.T, text string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	fd := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(text), fd); err != nil {
		t.Fatal(err)
	}
	return fd
}

func TestClashesAreReported(t *testing.T) {
	const text = `
		name: "x.proto" package: "x" options { go_package: "example.com/x" }
		message_type { name: "M"
			field { name: "AppendProtoJSON" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING json_name: "a" }
			field { name: "in" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING json_name: "b" oneof_index: 0 }
			oneof_decl { name: "UnmarshalProtoJSON" }
		}`
	for _, tt := range []struct {
		name, header string
		want         []string
	}{
		{"open", `syntax: "proto3"`, []string{
			"x.M.AppendProtoJSON: the Go name AppendProtoJSON is that of a generated JSON method; rename it, or use the opaque API",
			"x.M.UnmarshalProtoJSON: the Go name UnmarshalProtoJSON is that of a generated JSON method; rename it, or use the opaque API",
		}},
		{"opaque", `syntax: "editions" edition: EDITION_2023`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parameter := ""
			if tt.name == "opaque" {
				parameter = "default_api_level=API_OPAQUE"
			}
			_, problems := generate(t, []*descriptorpb.FileDescriptorProto{file(t, tt.header+text)}, parameter, "x.proto")
			if diff := cmp.Diff(tt.want, problems); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A message with a member "@type" gets no methods: inside an Any that is no
// field.
func TestMessagesWithoutMethods(t *testing.T) {
	written, problems := generate(t, []*descriptorpb.FileDescriptorProto{file(t, `
		syntax: "proto2" name: "x.proto" package: "x" options { go_package: "example.com/x" }
		message_type { name: "Typed" field { name: "a" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING json_name: "@type" } }
		message_type { name: "Usual"
			field { name: "typed" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".x.Typed" json_name: "typed" } }
	`)}, "", "x.proto")
	if len(problems) > 0 {
		t.Error(problems)
	}
	code := written["example.com/x/x_json.pb.go"]
	for _, want := range []string{"func (x *Usual) AppendProtoJSON", "jsonpb.AppendMessage(append(b, `,\"typed\":`...), x.Typed, mode)", "d.Message(v)"} {
		if !strings.Contains(code, want) {
			t.Errorf("no %s in\n%s", want, code)
		}
	}
	if not := "func (x *Typed)"; strings.Contains(code, not) {
		t.Errorf("%s is there", not)
	}
}

// No file comes of a file without messages.
func TestNoMessages(t *testing.T) {
	written, _ := generate(t, []*descriptorpb.FileDescriptorProto{file(t, `
		syntax: "proto3" name: "x.proto" package: "x" options { go_package: "example.com/x" }
		enum_type { name: "E" value { name: "A" number: 0 } }`)}, "", "x.proto")
	if len(written) > 0 {
		t.Errorf("got %d files", len(written))
	}
}

// Every message of the library has the methods, nested ones too.
func TestEveryMessage(t *testing.T) {
	files := closure(libraryv1.File_library_v1_library_proto)
	written, _ := generate(t, files, "paths=source_relative", "library/v1/library.proto")
	code := written["library/v1/library_json.pb.go"]
	var missing []string
	protoregistry.GlobalTypes.RangeMessages(func(mt protoreflect.MessageType) bool {
		md := mt.Descriptor()
		if md.ParentFile().Path() == "library/v1/library.proto" && !md.IsMapEntry() {
			name := strings.ReplaceAll(strings.TrimPrefix(string(md.FullName()), "library.v1."), ".", "_")
			if !strings.Contains(code, "func (x *"+name+") AppendProtoJSON(") || !strings.Contains(code, "func (x *"+name+") UnmarshalProtoJSON(") {
				missing = append(missing, name)
			}
		}
		return true
	})
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("without methods: %s", missing)
	}
}
