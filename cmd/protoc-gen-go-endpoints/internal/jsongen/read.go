package jsongen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// readMessage writes the method that reads a message.
func (w *writer) readMessage(m *protogen.Message) {
	bits := newBits(m)
	fields := w.fields(m)
	w.P()
	w.P("// ", readMethod, " reads x from JSON. It is for package jsonpb; call [jsonpb.Unmarshal].")
	w.P("func (x *", m.GoIdent.GoName, ") ", readMethod, "(d *", w.jsonpb("Decoder"), ") {")
	if bits.n > 64 {
		w.P("var seen [", (bits.n+63)/64, "]uint64")
	} else if bits.n > 0 {
		w.P("var seen uint64")
	}
	extensible := m.Desc.ExtensionRanges().Len() > 0
	if extensible {
		w.P("var extensions []", w.QualifiedGoIdent(reflectPackage.Ident("FieldNumber")))
	}
	w.P("for i := d.Object(&", fields, "); i != ", w.jsonpb("End"), "; i = d.Next(&", fields, ", i) {")
	w.P("switch i {")
	for i, f := range m.Fields {
		w.P("case ", i, ":")
		w.readField(f, bits)
	}
	w.P("default:")
	if extensible {
		w.P("d.Extension(x, &extensions)")
	} else {
		w.P("d.Unknown()")
	}
	w.P("}")
	w.P("}")
	for _, f := range m.Fields {
		if f.Desc.Cardinality() == protoreflect.Required {
			w.P("d.Require(", w.has(f), ", ", strconv.Quote(string(f.Desc.Name())), ")")
		}
	}
	w.P("d.EndObject()")
	w.P("}")
}

// fields writes the variable that names the message's fields, and returns its
// name.
func (w *writer) fields(m *protogen.Message) string {
	name := w.prefix + m.GoIdent.GoName + "_fields"
	w.P()
	w.P("var ", name, " = ", w.jsonpb("Fields"), "{")
	w.P("Names: []string{")
	for _, f := range m.Fields {
		usual := `""`
		if slices.Contains(memberNames(f), strconv.Quote(f.Desc.JSONName())) {
			usual = literal("", f.Desc.JSONName())
		}
		w.P(usual, ",")
	}
	w.P("},")
	w.P("Index: func(name []byte) int {")
	w.P("switch string(name) {")
	for i, f := range m.Fields {
		if names := memberNames(f); len(names) > 0 {
			w.P("case ", strings.Join(names, ", "), ":")
			w.P("return ", i)
		}
	}
	w.P("}")
	w.P("return ", w.jsonpb("Unknown"))
	w.P("},")
	w.P("}")
	return name
}

// memberNames returns, as Go literals, the names under which a field is found:
// the JSON name, else that in the text format. A name in brackets is always
// that of an extension.
func memberNames(f *protogen.Field) []string {
	fields := f.Parent.Desc.Fields()
	json, text := f.Desc.JSONName(), f.Desc.TextName()
	var literals []string
	seen := map[string]bool{}
	// Groups, and what looks like one, are found in lower case too.
	for _, name := range []string{json, text, strings.ToLower(json), strings.ToLower(text)} {
		found := fields.ByJSONName(name)
		if found == nil {
			found = fields.ByTextName(name)
		}
		bracketed := len(name) > 1 && name[0] == '[' && name[len(name)-1] == ']'
		if found != nil && found.Number() == f.Desc.Number() && !seen[name] && !bracketed {
			seen[name] = true
			literals = append(literals, strconv.Quote(name))
		}
	}
	return literals
}

// bits gives a bit to every field, and to every oneof.
type bits struct{ fields, n int }

func newBits(m *protogen.Message) bits {
	b := bits{fields: len(m.Fields), n: len(m.Fields)}
	for _, o := range m.Oneofs {
		if !o.Desc.IsSynthetic() {
			b.n = len(m.Fields) + len(m.Oneofs)
		}
	}
	return b
}

// args returns the arguments for Decoder.Field and its like.
func (b bits) args(i int) string {
	if b.n > 64 {
		return fmt.Sprintf("&seen[%d], 1<<%d", i/64, i%64)
	}
	return fmt.Sprintf("&seen, 1<<%d", i)
}

func (w *writer) readField(f *protogen.Field, bits bits) {
	condition := "d.Field(" + bits.args(f.Desc.Index()) + ")"
	if nullable(f) {
		condition = "d.Nullable(" + bits.args(f.Desc.Index()) + ")"
	}
	if inOneof(f) {
		condition += " && d.Oneof(" + bits.args(bits.fields+f.Oneof.Desc.Index()) + ")"
	}
	w.P("if ", condition, " {")
	switch {
	case f.Desc.IsMap():
		w.readMap(f)
	case f.Desc.IsList() && f.Enum != nil:
		w.set(f, w.jsonpb("EnumList")+"(d, "+w.reader(f)+")")
	case f.Desc.IsList() && isNumber(f):
		w.set(f, w.jsonpb("NumberList")+"(d, "+w.reader(f)+")")
	case f.Desc.IsList():
		w.set(f, w.jsonpb("List")+"(d, "+w.reader(f)+")")
	case f.Enum != nil:
		w.P("if v, ok := ", w.call(f), "; ok {")
		w.set(f, "v")
		w.P("}")
	case isMessage(f) && wellKnown[f.Message.Desc.FullName()].read == "":
		w.P("v := new(", w.QualifiedGoIdent(f.Message.GoIdent), ")")
		w.readInto(f)
		w.set(f, "v")
	default:
		w.set(f, w.call(f))
	}
	w.P("}")
}

// isNumber reports whether a value of the field is a number or a boolean.
func isNumber(f *protogen.Field) bool {
	s, ok := scalars[f.Desc.Kind()]
	return ok && s.typ != "string" && s.typ != "[]byte"
}

// nullable reports whether null is a value of the field.
func nullable(f *protogen.Field) bool {
	return isNull(f.Enum) || f.Message != nil && f.Message.Desc.FullName() == "google.protobuf.Value"
}

// readInto writes the statement that reads a message into v.
func (w *writer) readInto(f *protogen.Field) {
	if w.generated(f.Message) {
		w.P("v.", readMethod, "(d)")
		return
	}
	w.P("d.Message(v)")
}

// method returns the method of Decoder for a single value, "" if there is
// none.
func method(f *protogen.Field) string {
	switch {
	case isMessage(f):
		return wellKnown[f.Message.Desc.FullName()].read
	case isNull(f.Enum):
		return "NullValue"
	}
	return scalars[f.Desc.Kind()].read
}

// call returns the expression that reads a single value.
func (w *writer) call(f *protogen.Field) string {
	if m := method(f); m != "" {
		return "d." + m + "()"
	}
	return w.enum(f.Enum) + "_read(d)"
}

// reader returns the function that reads one element.
func (w *writer) reader(f *protogen.Field) string {
	if m := method(f); m != "" {
		return "(*" + w.jsonpb("Decoder") + ")." + m
	}
	if f.Enum != nil {
		return w.enum(f.Enum) + "_read"
	}
	typ := w.QualifiedGoIdent(f.Message.GoIdent)
	read := "d.Message(v)"
	if w.generated(f.Message) {
		read = "v." + readMethod + "(d)"
	}
	return "func(d *" + w.jsonpb("Decoder") + ") *" + typ + " {\nv := new(" + typ + ")\n" + read + "\nreturn v\n}"
}

func (w *writer) readMap(f *protogen.Field) {
	key, elem := f.Message.Fields[0], f.Message.Fields[1]
	read := "Map"
	if elem.Enum != nil {
		read = "EnumMap"
	}
	method := "(*" + w.jsonpb("Decoder") + ")." + scalars[key.Desc.Kind()].read + "Key"
	w.set(f, w.jsonpb(read)+"(d, "+method+", "+w.reader(elem)+")")
}
