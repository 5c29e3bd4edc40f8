package python

import (
	"fmt"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	// DefaultDepth is how deeply values of a request may be nested. Python's
	// own limit is about as large.
	DefaultDepth = 900
	// DefaultParameters is how many pairs the query and a form may have each.
	DefaultParameters = 1000
)

// A Binder makes one message of a request as the Python framework did. The
// zero value is ready for use.
//
// Path variables and the query are put together, then the body is laid over
// them: members of objects one by one, anything else as a whole, and null
// removes what the others said. So the body wins over the query, the query
// over the path. Of a parameter that is given twice, the first value counts;
// for a repeated field the values of the query come first, then that of the
// path. A body that is not JSON is read as a form, in which the last value
// counts. Methods of all verbs have a body, its Content-Type does not matter,
// and neither does the body clause of the http rule unless it names a field.
// Unknown names are dropped, whatever they hold.
//
// A parameter that is no boolean, 32-bit integer, float or enum value where its
// field is one, is an exception with status 400, reason invalidParameter and its
// place. Everything else that does not fit is an exception with status 400 that
// names no place. Fields with the behavior REQUIRED have to be there.
//
// The Raw text of a path variable is a piece of what was matched, which is what
// [DecodePath] returned, or the request target for methods that are matched
// undecoded. Bind decodes it once.
type Binder struct {
	// Depth limits how deeply values may be nested; zero: DefaultDepth.
	Depth int
	// Parameters limits the number of pairs of the query, and of those of a form;
	// zero: DefaultParameters.
	Parameters int
}

var _ bind.Binder = Binder{}

// Bind fills msg from in.
func (b Binder) Bind(in *bind.Input, msg proto.Message) error {
	if b.Depth == 0 {
		b.Depth = DefaultDepth
	}
	if b.Parameters == 0 {
		b.Parameters = DefaultParameters
	}
	m := msg.ProtoReflect()
	tree := new(object)
	if err := b.parameters(in, m.Descriptor(), tree); err != nil {
		return err
	}
	if len(in.Body) > 0 && m.Descriptor().FullName() != "google.protobuf.Empty" {
		if err := b.body(in, tree); err != nil {
			return err
		}
	}
	if !dictionaryOf(tree).utf8() {
		return unreadable("the request is not UTF-8")
	}
	var d decoder
	if in.BodyField == "" {
		// What the original called the message that it made of parameters.
		d.topName = "CombinedContainer"
	}
	if err := d.message(m, tree); err != nil {
		return err
	}
	return d.lacks
}

// A parameter is one name of path and query with all of its values.
type parameter struct {
	name   string
	values []string
	inPath bool
}

// parameters puts path variables and the query into tree.
func (b Binder) parameters(in *bind.Input, md protoreflect.MessageDescriptor, tree *object) error {
	all, err := b.collect(in)
	if err != nil {
		return err
	}
	for _, p := range all {
		field := findParameter(md, p.name)
		v, err := field.value(p, p.inPath || in.BodyField != "*" || strings.Contains(p.name, "."))
		if err != nil {
			return err
		}
		if err := b.place(tree, p.name, v); err != nil {
			return err
		}
	}
	return nil
}

// collect joins path and query: the path comes first in the order of names and
// last in the order of values.
func (b Binder) collect(in *bind.Input) ([]*parameter, error) {
	pairs, ok := parseForm(in.RawQuery, b.Parameters)
	if !ok {
		return nil, unreadable("the request has more than %d parameters", b.Parameters)
	}
	var all []*parameter
	names := make(map[string]*parameter)
	get := func(name string) *parameter {
		p := names[name]
		if p == nil {
			p = &parameter{name: name}
			names[name] = p
			all = append(all, p)
		}
		return p
	}
	for _, v := range in.Variables {
		get(v.FieldPath).inPath = true
	}
	for _, q := range pairs {
		p := get(q.name)
		p.values = append(p.values, q.value)
	}
	for _, v := range in.Variables {
		p := get(v.FieldPath)
		p.values = append(p.values, unescapePlus(v.Raw))
	}
	return all, nil
}

// place puts v where the dotted name says. A name that is both a value and a
// prefix of another name is an error.
func (b Binder) place(tree *object, name string, v value) error {
	if strings.Count(name, ".") >= b.Depth {
		return unreadable("a parameter is nested too deeply")
	}
	for {
		root, rest, dotted := strings.Cut(name, ".")
		old, taken := tree.get(root)
		if !dotted {
			if taken {
				return unreadable("a parameter is both a value and an object")
			}
			tree.set(root, v)
			return nil
		}
		if taken && old.kind != dictionary {
			return unreadable("a parameter is both a value and an object")
		}
		if !taken {
			old = dictionaryOf(new(object))
			tree.set(root, old)
		}
		tree, name = old.object, rest
	}
}

// body lays the body over what the parameters say.
func (b Binder) body(in *bind.Input, tree *object) error {
	v, ok, err := parseJSON(in.Body, b.Depth)
	if err != nil {
		return unreadable("%v", err)
	}
	if !ok {
		if v, ok = b.form(in.Body); !ok {
			return unreadable("the body has more than %d parameters", b.Parameters)
		}
	}
	if in.BodyField != "" && in.BodyField != "*" {
		path := strings.Split(in.BodyField, ".")
		for _, name := range slices.Backward(path) {
			o := new(object)
			o.set(name, v)
			v = dictionaryOf(o)
		}
	}
	if v.kind == list {
		// A batch, of which the original took the first call.
		calls := v.elements()
		if len(calls) == 0 {
			return unreadable("the body is an empty list")
		}
		v = calls[0]
	}
	if v.falsy() {
		return nil
	}
	if v.kind != dictionary {
		return unreadable("the body is not an object")
	}
	tree.merge(v.object)
	return nil
}

// form reads a body that is not JSON. All values are lists; names with dots
// mean nothing.
func (b Binder) form(body []byte) (value, bool) {
	pairs, ok := parseForm(string(body), b.Parameters)
	if !ok {
		return value{}, false
	}
	o := new(object)
	for _, p := range pairs {
		v, ok := o.get(p.name)
		if !ok {
			v = listOf(nil)
			o.set(p.name, v)
		}
		*v.items = append(*v.items, value{kind: text, text: p.value})
	}
	return dictionaryOf(o), true
}

// A target is the field that a parameter fills.
type target struct {
	field    protoreflect.FieldDescriptor // nil: none
	repeated bool                         // the field or a message around it
}

// findParameter finds the field that a dotted name means: one that is no
// message, within messages that have no form of their own.
func findParameter(md protoreflect.MessageDescriptor, name string) target {
	var t target
	for {
		root, rest, dotted := strings.Cut(name, ".")
		fd := md.Fields().ByTextName(root)
		if fd == nil || fd.IsMap() {
			return target{}
		}
		t.repeated = t.repeated || fd.IsList()
		if !dotted {
			t.field = fd
			return t
		}
		if fd.Message() == nil || wellKnown(fd.Message().FullName()) != nil {
			return target{}
		}
		md, name = fd.Message(), rest
	}
}

// value converts the values of p. If strict, one that does not fit is an
// exception that names the parameter; else it is kept and decoding the message
// decides.
func (t target) value(p *parameter, strict bool) (value, error) {
	if !t.repeated || t.field.Message() != nil && t.field.Message().FullName() == "google.protobuf.Timestamp" {
		// The original knew a time as a message with two fields, and an
		// undeclared name has one value.
		return t.convert(p.name, p.values[0], strict)
	}
	items := make([]value, len(p.values))
	for i, s := range p.values {
		var err error
		if items[i], err = t.convert(fmt.Sprintf("%s[%d]", p.name, i), s, strict); err != nil {
			return value{}, err
		}
	}
	return listOf(items), nil
}

func (t target) convert(location, s string, strict bool) (value, error) {
	v := value{kind: text, text: s}
	if t.field == nil {
		return v, nil
	}
	var fits bool
	var what string
	switch t.field.Kind() {
	case protoreflect.BoolKind:
		what = "boolean"
		switch strings.ToLower(s) {
		case "1", "true":
			return value{kind: boolean, text: "true"}, nil
		case "0", "false":
			return value{kind: boolean, text: "false"}, nil
		}
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		_, err := parseInt(s, 32)
		what, fits = "integer", err == nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		_, err := parseUint(s, 32)
		what, fits = "integer", err == nil
	case protoreflect.FloatKind:
		_, err := parseFloat(s)
		what, fits = "float", err == nil
	case protoreflect.DoubleKind:
		_, err := parseFloat(s)
		what, fits = "double", err == nil
	case protoreflect.EnumKind:
		if strict && t.field.Enum().Values().ByName(protoreflect.Name(s)) == nil {
			return value{}, invalid(location, "Invalid string value: %s. Allowed values: %s",
				quoted(shorten(s)), enumNames(t.field.Enum()))
		}
		return v, nil
	default:
		return v, nil
	}
	if !fits && strict {
		return value{}, invalid(location, "Invalid %s value: %s.", what, quoted(shorten(s)))
	}
	return v, nil
}

// enumNames lists the names of an enum in the order of their declaration.
func enumNames(ed protoreflect.EnumDescriptor) string {
	var list []byte
	for i := range ed.Values().Len() {
		if i > 0 {
			list = append(list, ", "...)
		}
		list = appendQuoted(list, string(ed.Values().Get(i).Name()))
	}
	return "[" + string(list) + "]"
}

// shorten cuts a rejected value that is too long to be sent back.
func shorten(s string) string {
	const most = 1000
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
