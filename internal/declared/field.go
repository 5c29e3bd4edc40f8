package declared

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// checkFields reports the fields of the parent of e that e does not repeat.
func (r *Reader) checkFields(e *Exception) {
	own, parents := e.Message.Fields(), e.Parent.Message.Fields()
	for i := range parents.Len() {
		want := parents.Get(i)
		got := own.ByName(want.Name())
		if got == nil {
			got = own.ByNumber(want.Number())
		}
		switch {
		case got == nil:
			r.add(e.Message, nil, "its parent %s has the field %q; repeat it here", e.Parent.Message.FullName(), signature(want))
		case signature(got) != signature(want):
			r.add(got, nil, "it is %q, but the parent %s has %q", signature(got), e.Parent.Message.FullName(), signature(want))
		}
	}
}

// signature returns how a field is declared. Two fields with equal signatures
// hold the same values, in Go, on the wire and in JSON.
func signature(f protoreflect.FieldDescriptor) string {
	s := fmt.Sprintf("%s%s %s = %d", label(f), typeName(f), f.Name(), f.Number())
	if f.HasJSONName() && f.JSONName() != jsonName(f.Name()) {
		s += fmt.Sprintf(" [json_name = %q]", f.JSONName())
	}
	if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() {
		s += fmt.Sprintf(" in oneof %s", o.Name())
	}
	return s
}

func label(f protoreflect.FieldDescriptor) string {
	o := f.ContainingOneof()
	switch {
	case f.IsMap():
		return ""
	case f.IsList():
		return "repeated "
	case f.Cardinality() == protoreflect.Required:
		return "required "
	case f.Message() == nil && f.HasPresence() && (o == nil || o.IsSynthetic()):
		return "optional "
	}
	return ""
}

func typeName(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return fmt.Sprintf("map<%s, %s>", typeName(f.MapKey()), typeName(f.MapValue()))
	case f.Kind() == protoreflect.GroupKind:
		return "group " + string(f.Message().FullName())
	case f.Message() != nil:
		return string(f.Message().FullName())
	case f.Enum() != nil:
		return string(f.Enum().FullName())
	}
	return f.Kind().String()
}

// jsonName returns the JSON name of a field that declares none.
func jsonName(name protoreflect.Name) string {
	b := make([]byte, 0, len(name))
	up := false
	for i := range len(name) {
		c := name[i]
		if c == '_' {
			up = true
			continue
		}
		if up && c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		b = append(b, c)
		up = false
	}
	return string(b)
}
