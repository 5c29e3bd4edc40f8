package main

import (
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/gofeaturespb"
)

// settable are the fields of requests of a method with an http rule that are set
// without further ado: those of a struct with exported fields, which know no
// presence, and the one that is the body.
type settable struct {
	texts, integers []*protogen.Field
	body            *protogen.Field // nil: none
}

func settableFields(m *protogen.Method) (s settable) {
	rule, _ := proto.GetExtension(m.Desc.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule == nil || m.Input.APILevel == gofeaturespb.GoFeatures_API_OPAQUE {
		return s
	}
	for _, f := range m.Input.Fields {
		switch {
		case f.Desc.IsList() || f.Desc.IsMap():
		case f.Message != nil:
			if string(f.Desc.Name()) == rule.GetBody() && f.Oneof == nil {
				s.body = f
			}
		case f.Desc.HasPresence():
		case f.Desc.Kind() == protoreflect.StringKind:
			s.texts = append(s.texts, f)
		case integerType(f) != "" || f.Enum != nil:
			s.integers = append(s.integers, f)
		}
	}
	return s
}

// idents returns the types that the functions name.
func (s settable) idents() (all []protogen.GoIdent) {
	for _, f := range s.integers {
		if f.Enum != nil {
			all = append(all, f.Enum.GoIdent)
		}
	}
	if s.body != nil {
		all = append(all, s.body.Message.GoIdent)
	}
	return all
}

// writeSetters writes the functions that fill requests of a method.
func (w *serviceWriter) writeSetters(m *protogen.Method) {
	s := settableFields(m)
	w.writeSetter(m, "SetText", "string", s.texts)
	w.writeSetter(m, "SetInteger", "int64", s.integers)
	if s.body != nil {
		w.writeNewWithBody(m, s.body)
	}
}

// writeSetter writes one function for all fields that take a value of a type.
func (w *serviceWriter) writeSetter(m *protogen.Method, name, typ string, fields []*protogen.Field) {
	if len(fields) == 0 {
		return
	}
	w.P(name, ": func(", w.message, " ", w.proto(), ", ", w.field, " int32, ", w.value, " ", typ, ") bool {")
	w.P("switch ", w.request, " := ", w.message, ".(*", m.Input.GoIdent, "); ", w.field, " {")
	for _, f := range fields {
		w.P("case ", f.Desc.Number(), ":")
		value := w.value
		switch {
		case f.Enum != nil:
			value = w.QualifiedGoIdent(f.Enum.GoIdent) + "(" + value + ")"
		case typ == "int64" && integerType(f) != "int64":
			value = integerType(f) + "(" + value + ")"
		}
		w.P(w.request, ".", f.GoName, " = ", value)
	}
	w.P("default:")
	w.P("return false")
	w.P("}")
	w.P("return true")
	w.P("},")
}

// writeNewWithBody writes the function that makes a request with its body, in one
// piece of memory: one allocation of those that a request takes.
func (w *serviceWriter) writeNewWithBody(m *protogen.Method, f *protogen.Field) {
	w.P("NewWithBody: func() (", w.proto(), ", ", w.proto(), ") {")
	w.P(w.message, " := new(struct {")
	w.P("request ", m.Input.GoIdent)
	w.P("body ", f.Message.GoIdent)
	w.P("})")
	w.P(w.message, ".request.", f.GoName, " = &", w.message, ".body")
	w.P("return &", w.message, ".request, &", w.message, ".body")
	w.P("},")
}

// integerType returns the Go type of a field whose values are signed integers, else
// nothing.
func integerType(f *protogen.Field) string {
	switch f.Desc.Kind() {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return "int32"
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return "int64"
	}
	return ""
}
