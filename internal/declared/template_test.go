package declared

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/typepb"
)

// typeMessage has fields of most kinds, some of them messages.
func typeMessage() protoreflect.MessageDescriptor {
	return (&typepb.Type{}).ProtoReflect().Descriptor()
}

func TestTemplate(t *testing.T) {
	tests := []struct {
		source string
		want   []string // texts, and placeholders as paths
	}{
		{"", nil},
		{"text", []string{"text"}},
		{"{name}", []string{"/name"}},
		{"{name}{syntax}", []string{"/name", "/syntax"}},
		{"a {source_context.file_name} b", []string{"a ", "/source_context/file_name", " b"}},
		{"{{{name}}}", []string{"{", "/name", "}"}},
		{"{{name}}", []string{"{name}"}},
		{"ü{{", []string{"ü{"}},
	}
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			template, err := parseTemplate(tt.source, typeMessage())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, part := range template {
				s := part.Text
				for _, f := range part.Path {
					s += "/" + string(f.Name())
				}
				got = append(got, s)
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if template.String() != tt.source {
				t.Errorf("printed as %q", template)
			}
		})
	}
}

// FuzzTemplate proves that what can be read is printed as it was, and that its
// placeholders are fields that have a text.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"", "{name} is {syntax}", "{{}}", "{", "}", "{}", "{.}", "{name.}", "{source_context.file_name}", "{{{name}}}", "{fields}", "{source_context}", "{nam\x00e}", "\xff{"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		template, err := parseTemplate(source, typeMessage())
		if err != nil {
			return
		}
		if template.String() != source {
			t.Errorf("%q is printed as %q", source, template)
		}
		for _, part := range template {
			if (part.Text == "") == (part.Path == nil) {
				t.Errorf("%q has a part that is neither or both", source)
			}
			if n := len(part.Path); n > 0 && (part.Path[n-1].Message() != nil || part.Path[n-1].Cardinality() == protoreflect.Repeated) {
				t.Errorf("%q has a placeholder without a text", source)
			}
		}
	})
}

func TestReason(t *testing.T) {
	for _, ok := range []string{"a", "shelfLocked", "http2", strings.Repeat("a", 63), strings.Repeat("a", 61) + "B"} {
		if err := checkReason(ok); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	for _, bad := range []string{"A", "2a", "a_b", "a-b", "ä", "a ", strings.Repeat("a", 64), strings.Repeat("a", 62) + "B"} {
		if checkReason(bad) == nil {
			t.Errorf("%q is allowed", bad)
		}
	}
}
