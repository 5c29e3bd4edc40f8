package jsongen

import (
	"cmp"
	"strconv"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// appendMessage writes the method that appends a message, and another one for the
// usual mode, in which no member needs to ask for it.
func (w *writer) appendMessage(m *protogen.Message) {
	typ := m.GoIdent.GoName
	w.P()
	w.P("// ", appendMethod, " appends x as JSON. It is for package jsonpb; call [jsonpb.Append].")
	w.P("func (x *", typ, ") ", appendMethod, "(b []byte, mode ", w.jsonpb("Mode"), ") (_ []byte, err error) {")
	if len(m.Fields) > 0 {
		w.P("if mode == 0 {")
		w.P("return x.", usualAppend, "(b)")
		w.P("}")
	}
	w.appendBody(m, "mode")
	if len(m.Fields) > 0 {
		w.P()
		w.P("func (x *", typ, ") ", usualAppend, "(b []byte) (_ []byte, err error) {")
		w.appendBody(m, "0")
	}
}

// usualAppend is the method for the mode 0.
const usualAppend = "appendProtoJSON"

// appendBody writes the body of a method that appends m in a mode, which is an
// expression.
func (w *writer) appendBody(m *protogen.Message, mode string) {
	w.mode = mode
	w.P("if x == nil {")
	w.P("x = new(", m.GoIdent.GoName, ")")
	w.P("}")
	w.P("start := len(b)")
	for _, f := range m.Fields {
		w.appendField(f)
	}
	if m.Desc.ExtensionRanges().Len() > 0 {
		w.try(w.jsonpb("AppendExtensions") + "(b, x, " + mode + ")")
	}
	w.P("return ", w.jsonpb("AppendEnd"), "(b, start), nil")
	w.P("}")
}

// usual reports whether what is written is for the mode 0 alone.
func (w *writer) usual() bool { return w.mode == "0" }

// variable returns the declaration of a variable for a value, nothing if the
// value does not matter: that of null, and of Empty.
func variable(f *protogen.Field, declaration string) string {
	if isNull(f.Enum) || f.Message != nil && f.Message.Desc.FullName() == "google.protobuf.Empty" {
		return ""
	}
	return declaration
}

// try writes a call that may fail.
func (w *writer) try(call string) {
	w.P("if b, err = ", call, "; err != nil {")
	w.P("return b, err")
	w.P("}")
}

// appendField writes the code for one member. The comma stands before it, as part
// of its name, so that there is one append less for each.
func (w *writer) appendField(f *protogen.Field) {
	condition := w.has(f)
	if !f.Desc.HasPresence() && !w.usual() {
		condition += " || mode&" + w.jsonpb("EmitDefaults") + " != 0"
	}
	w.P("if ", condition, " {")
	switch {
	case f.Desc.IsMap():
		w.P("b = append(", w.key(f), ", '{')")
		w.appendMap(f)
		w.P("b = ", w.jsonpb("AppendClose"), "(b)")
	case f.Desc.IsList():
		w.P("b = append(", w.key(f), ", '[')")
		w.P("for ", variable(f, "_, v := "), "range ", value(f), " {")
		w.appendValue(f, "b", "v", ",")
		w.P("}")
		w.P("b = ", w.jsonpb("AppendCloseList"), "(b)")
	default:
		w.appendValue(f, w.key(f), value(f), "")
	}
	if f.Desc.Cardinality() == protoreflect.Required {
		if w.usual() {
			w.P("} else {")
		} else {
			w.P("} else if mode&", w.jsonpb("Partial"), " == 0 {")
		}
		// Behind a comma, so that the place is the message and not its last member.
		w.P("return append(b, ','), ", w.jsonpb("NotSet"), "(", strconv.Quote(string(f.Desc.Name())), ")")
	}
	w.P("}")
}

// key returns the expression for b with the field's name behind it.
func (w *writer) key(f *protogen.Field) string {
	json, proto := literal(",", f.Desc.JSONName()), literal(",", f.Desc.TextName())
	if json == proto || w.usual() {
		return "append(b, " + json + "...)"
	}
	return w.jsonpb("AppendKey") + "(b, mode, " + json + ", " + proto + ")"
}

// literal returns a Go literal for a member name with quotes and colon, and with
// what stands before it.
func literal(before, name string) string {
	b, err := jsonpb.AppendString([]byte(before), name)
	if err != nil {
		panic("field name is not UTF-8: " + strconv.Quote(name)) // no compiler accepts it
	}
	b = append(b, ':')
	if s := string(b); strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(string(b))
}

// appendMap writes the loop over a map, in the order of its keys.
func (w *writer) appendMap(f *protogen.Field) {
	key, elem := f.Message.Fields[0], f.Message.Fields[1]
	if key.Desc.Kind() == protoreflect.BoolKind {
		w.P("for _, k := range [...]bool{false, true} {")
		w.P(cmp.Or(variable(elem, "v"), "_"), ", ok := ", value(f), "[k]")
		w.P("if !ok {")
		w.P("continue")
		w.P("}")
		w.P("b = append(", w.jsonpb("AppendBool"), "(append(b, '\"'), k), '\"', ':')")
		w.appendValue(elem, "b", "v", ",")
		w.P("}")
		return
	}
	w.P("var entries [16]", w.jsonpb("Entry"), "[", w.goType(key), ", ", w.goType(elem), "]")
	w.P("for _, e := range ", w.jsonpb("SortedEntries"), "(", value(f), ", entries[:0]) {")
	switch key.Desc.Kind() {
	case protoreflect.StringKind:
		w.try(w.jsonpb("AppendString") + "(b, e.Key)")
		w.P("b = append(b, ':')")
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.P("b = append(", w.jsonpb("AppendUint64"), "(b, uint64(e.Key)), ':')")
	default:
		w.P("b = append(", w.jsonpb("AppendInt64"), "(b, int64(e.Key)), ':')")
	}
	w.appendValue(elem, "b", "e.Value", ",")
	w.P("}")
}

// appendValue writes the code that appends a single value and what follows it, a
// comma or nothing.
func (w *writer) appendValue(f *protogen.Field, b, v, after string) {
	switch f.Desc.Kind() {
	case protoreflect.StringKind:
		w.try(w.jsonpb("AppendString") + "(" + b + ", " + v + ")")
		w.follow("b", after)
	case protoreflect.EnumKind:
		if isNull(f.Enum) {
			w.P("b = append(", b, ", \"null", after, "\"...)")
			return
		}
		w.follow(w.enum(f.Enum)+"_append("+b+", "+v+", "+w.mode+")", after)
	case protoreflect.MessageKind, protoreflect.GroupKind:
		w.appendMessageValue(f.Message, b, v, after)
	default:
		w.follow(w.jsonpb(scalars[f.Desc.Kind()].append)+"("+b+", "+v+")", after)
	}
}

// follow writes the code that makes b what an expression appends, with what
// follows it.
func (w *writer) follow(expression, after string) {
	switch {
	case after != "":
		w.P("b = append(", expression, ", '", after, "')")
	case expression != "b":
		w.P("b = ", expression)
	}
}

func (w *writer) appendMessageValue(m *protogen.Message, b, v, after string) {
	k, known := wellKnown[m.Desc.FullName()]
	switch {
	case !known && w.generated(m):
		if w.usual() && len(m.Fields) > 0 {
			w.try(v + "." + usualAppend + "(" + b + ")")
		} else {
			w.try(v + "." + appendMethod + "(" + b + ", " + w.mode + ")")
		}
	case !known:
		w.try(w.jsonpb("AppendMessage") + "(" + b + ", " + v + ", " + w.mode + ")")
	case k.scalar == protoreflect.StringKind:
		w.try(w.jsonpb(scalars[k.scalar].append) + "(" + b + ", " + v + ".GetValue())")
	case k.scalar != 0:
		w.follow(w.jsonpb(scalars[k.scalar].append)+"("+b+", "+v+".GetValue())", after)
		return
	case k.append == "":
		w.P("b = append(", b, ", \"{}", after, "\"...)")
		return
	case k.mode:
		w.try(w.jsonpb(k.append) + "(" + b + ", " + v + ", " + w.mode + ")")
	default:
		w.try(w.jsonpb(k.append) + "(" + b + ", " + v + ")")
	}
	w.follow("b", after)
}
