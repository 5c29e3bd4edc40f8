package jsongen

import (
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/gofeaturespb"
)

// open reports whether the message's fields are used directly. Those of the
// hybrid API could be, but not where it is built as the opaque one.
func open(m *protogen.Message) bool { return m.APILevel == gofeaturespb.GoFeatures_API_OPEN }

// inOneof reports whether the field is one of several in a oneof.
func inOneof(f *protogen.Field) bool { return f.Oneof != nil && !f.Oneof.Desc.IsSynthetic() }

// isMessage reports whether a value of the field is a message.
func isMessage(f *protogen.Field) bool {
	return f.Desc.Kind() == protoreflect.MessageKind || f.Desc.Kind() == protoreflect.GroupKind
}

// plural reports whether the field is a list or a map.
func plural(f *protogen.Field) bool { return f.Desc.IsList() || f.Desc.IsMap() }

// value returns the expression for what the field holds, a value for fields
// with presence. Where it is used the field is known to be set, in the open
// API the oneof's wrapper is in o then.
func value(f *protogen.Field) string {
	switch {
	case !open(f.Parent):
		get, _ := f.MethodName("Get")
		return "x." + get + "()"
	case inOneof(f):
		return "o." + f.GoName
	case pointer(f):
		return "*x." + f.GoName
	}
	return "x." + f.GoName
}

// pointer reports whether the field's Go type is a pointer to a scalar (in the
// open API).
func pointer(f *protogen.Field) bool {
	return f.Desc.HasPresence() && !isMessage(f) && f.Desc.Kind() != protoreflect.BytesKind && !inOneof(f)
}

// has returns the condition, after "if", under which the field is set,
// whatever the mode.
func (w *writer) has(f *protogen.Field) string {
	switch {
	case plural(f):
		return "len(" + value(f) + ") > 0"
	case !f.Desc.HasPresence():
		return w.notZero(f)
	case !open(f.Parent):
		has, _ := f.MethodName("Has")
		return "x." + has + "()"
	case inOneof(f):
		return "o, ok := x." + f.Oneof.GoName + ".(*" + w.QualifiedGoIdent(f.GoIdent) + "); ok && o != nil"
	}
	return "x." + f.GoName + " != nil"
}

// notZero returns the condition for a field without presence.
func (w *writer) notZero(f *protogen.Field) string {
	v := value(f)
	switch f.Desc.Kind() {
	case protoreflect.BoolKind:
		return v
	case protoreflect.StringKind:
		return v + ` != ""`
	case protoreflect.BytesKind:
		return "len(" + v + ") > 0"
	case protoreflect.FloatKind:
		return w.jsonpb("IsSetFloat32") + "(" + v + ")"
	case protoreflect.DoubleKind:
		return w.jsonpb("IsSetFloat64") + "(" + v + ")"
	}
	return v + " != 0"
}

// set writes the statement that gives the field the value of an expression.
func (w *writer) set(f *protogen.Field, expr string) {
	switch {
	case !open(f.Parent):
		set, _ := f.MethodName("Set")
		w.P("x.", set, "(", expr, ")")
	case inOneof(f):
		w.P("x.", f.Oneof.GoName, " = &", w.QualifiedGoIdent(f.GoIdent), "{", f.GoName, ": ", expr, "}")
	case pointer(f):
		w.P("p := ", expr)
		w.P("x.", f.GoName, " = &p")
	default:
		w.P("x.", f.GoName, " = ", expr)
	}
}
