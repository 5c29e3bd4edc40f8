package declared

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Template is a text with placeholders for the fields of a message.
type Template []Part

// A Part is either a text or a placeholder.
type Part struct {
	// Text stands as it is; it is empty for a placeholder.
	Text string
	// Path leads to the field of a placeholder: singular messages, and at the
	// end a string, number, bool or enum.
	Path []protoreflect.FieldDescriptor
}

// String returns the template as it is written in a proto file.
func (t Template) String() string {
	var b strings.Builder
	for _, part := range t {
		if part.Path == nil {
			b.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(part.Text))
			continue
		}
		for i, f := range part.Path {
			b.WriteByte("{."[min(i, 1)])
			b.WriteString(string(f.Name()))
		}
		b.WriteByte('}')
	}
	return b.String()
}

// in returns the template of a parent for a message that extends it. What is
// no field there is left as text: the fields of a message are checked against
// those of its parent elsewhere.
func (t Template) in(m protoreflect.MessageDescriptor) Template {
	if u, err := parseTemplate(t.String(), m); err == nil {
		return u
	}
	return nil
}

// parseTemplate reads a text with placeholders for fields of m.
func parseTemplate(source string, m protoreflect.MessageDescriptor) (Template, error) {
	var t Template
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			t = append(t, Part{Text: text.String()})
			text.Reset()
		}
	}
	for rest := source; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			text.WriteString(rest)
			break
		}
		text.WriteString(rest[:at])
		brace := rest[at]
		rest = rest[at+1:]
		if rest != "" && rest[0] == brace {
			text.WriteByte(brace)
			rest = rest[1:]
			continue
		}
		if brace == '}' {
			return nil, errors.New(`a "}" stands without its "{"; write "}}" for a brace`)
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return nil, errors.New(`a "{" stands without its "}"; write "{{" for a brace`)
		}
		path, err := fieldPath(name, m)
		if err != nil {
			return nil, fmt.Errorf("placeholder {%s}: %w", name, err)
		}
		flush()
		t = append(t, Part{Path: path})
		rest = after
	}
	flush()
	return t, nil
}

// fieldPath finds the field that a placeholder names.
func fieldPath(name string, m protoreflect.MessageDescriptor) ([]protoreflect.FieldDescriptor, error) {
	var path []protoreflect.FieldDescriptor
	for step := range strings.SplitSeq(name, ".") {
		if m == nil {
			return nil, fmt.Errorf("%s is no message and has no fields", path[len(path)-1].Name())
		}
		f := m.Fields().ByName(protoreflect.Name(step))
		switch {
		case f == nil:
			return nil, fmt.Errorf("%s has no field %q", m.FullName(), step)
		case f.Cardinality() == protoreflect.Repeated:
			return nil, fmt.Errorf("%s is repeated and has no text", f.Name())
		}
		path = append(path, f)
		m = f.Message()
	}
	switch f := path[len(path)-1]; {
	case m != nil:
		return nil, fmt.Errorf("%s is a message and has no text; name one of its fields, such as {%s.%s}", f.Name(), name, example(m))
	case f.Kind() == protoreflect.BytesKind:
		return nil, fmt.Errorf("%s is of type bytes and has no text", f.Name())
	}
	return path, nil
}

// example returns the name of a field of m that has a text, or "field".
func example(m protoreflect.MessageDescriptor) protoreflect.Name {
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if f.Cardinality() != protoreflect.Repeated && f.Message() == nil && f.Kind() != protoreflect.BytesKind {
			return f.Name()
		}
	}
	return "field"
}
