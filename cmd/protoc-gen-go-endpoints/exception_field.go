package main

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/gofeaturespb"

	"github.com/endpoints-frameworks/endpoints-go/internal/declared"
)

const strconvPackage = protogen.GoImportPath("strconv")

// opaque says whether the fields of a message are hidden in Go. Messages of the
// hybrid API have both, fields and the methods of the opaque API.
func opaque(m *protogen.Message) bool { return m.APILevel == gofeaturespb.GoFeatures_API_OPAQUE }

// open says whether a message has fields alone, and no methods to set them.
func open(m *protogen.Message) bool { return m.APILevel == gofeaturespb.GoFeatures_API_OPEN }

// mayBeEmpty says whether a text with placeholders can come out empty.
func mayBeEmpty(t declared.Template) bool {
	for _, part := range t {
		if part.Path == nil {
			return false
		}
	}
	return len(t) > 0
}

// textExpr returns the expression for the text of the exception.
func (w *exceptionWriter) textExpr() string {
	parts := make([]string, len(w.exception.Text))
	for i, part := range w.exception.Text {
		if part.Path == nil {
			parts[i] = quote(part.Text)
		} else {
			parts[i] = w.fieldText(part.Path)
		}
	}
	return strings.Join(parts, " + ")
}

// fieldText returns the expression for a field as a text.
func (w *exceptionWriter) fieldText(path []protoreflect.FieldDescriptor) string {
	value, m := w.x, w.message
	for _, step := range path {
		f := fieldOf(m, step.Name())
		value += "." + getter(f) + "()"
		m = f.Message
	}
	call := func(name, convert string, more string) string {
		return fmt.Sprintf("%s(%s(%s)%s)", w.QualifiedGoIdent(strconvPackage.Ident(name)), convert, value, more)
	}
	switch path[len(path)-1].Kind() {
	case protoreflect.BoolKind:
		return call("FormatBool", "bool", "")
	case protoreflect.EnumKind:
		return value + ".String()"
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind,
		protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return call("FormatInt", "int64", ", 10")
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return call("FormatUint", "uint64", ", 10")
	case protoreflect.FloatKind:
		return call("FormatFloat", "float64", ", 'g', -1, 32")
	case protoreflect.DoubleKind:
		return call("FormatFloat", "float64", ", 'g', -1, 64")
	}
	return value
}

// fieldOf returns the field of that name, which m has.
func fieldOf(m *protogen.Message, name protoreflect.Name) *protogen.Field {
	for _, f := range m.Fields {
		if f.Desc.Name() == name {
			return f
		}
	}
	panic(fmt.Sprintf("%s has no field %s", m.Desc.FullName(), name))
}

func getter(f *protogen.Field) string {
	name, _ := f.MethodName("Get")
	return name
}

// writeProjection writes the function that makes the exception one of its
// parents: a message with those of its fields that the parent has. Lists, maps
// and messages are shared, since exceptions do not change once they are raised.
func (w *exceptionWriter) writeProjection(parent *protogen.Message) {
	w.P()
	w.P("func ", projection(w.message, parent), "(", w.x, " *", w.message.GoIdent, ") *", parent.GoIdent, " {")
	w.P(w.p, " := new(", parent.GoIdent, ")")
	for _, to := range parent.Fields {
		w.writeCopy(fieldOf(w.message, to.Desc.Name()), to)
	}
	w.P("return ", w.p)
	w.P("}")
}

// writeCopy writes the statement that copies a field of the exception to that
// of a parent.
func (w *exceptionWriter) writeCopy(from, to *protogen.Field) {
	if open(from.Parent) && open(to.Parent) && !inOneof(from) {
		w.P(w.p, ".", to.GoName, " = ", w.x, ".", from.GoName)
		return
	}
	if !from.Desc.HasPresence() {
		w.writeSet(from, to)
		return
	}
	switch {
	case !open(from.Parent):
		name, _ := from.MethodName("Has")
		w.P("if ", w.x, ".", name, "() {")
	case inOneof(from):
		w.P("if _, ok := ", w.x, ".", from.Oneof.GoName, ".(*", from.GoIdent, "); ok {")
	default:
		w.P("if ", w.x, ".", from.GoName, " != nil {")
	}
	w.writeSet(from, to)
	w.P("}")
}

func (w *exceptionWriter) writeSet(from, to *protogen.Field) {
	value := w.x + "." + getter(from) + "()"
	switch {
	case !open(to.Parent):
		name, _ := to.MethodName("Set")
		w.P(w.p, ".", name, "(", value, ")")
	case inOneof(to):
		w.P(w.p, ".", to.Oneof.GoName, " = &", to.GoIdent, "{", to.GoName, ": ", value, "}")
	case to.Desc.HasPresence() && to.Desc.Message() == nil && to.Desc.Kind() != protoreflect.BytesKind:
		w.P(w.p, ".", to.GoName, " = new(", value, ")")
	default:
		w.P(w.p, ".", to.GoName, " = ", value)
	}
}

// inOneof says whether a field is in a oneof that the proto file declares.
func inOneof(f *protogen.Field) bool { return f.Oneof != nil && !f.Oneof.Desc.IsSynthetic() }
