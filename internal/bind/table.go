package bind

import (
	"reflect"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A table is what is known about a message type before the first request: its
// fields by the names that a parameter may use, and which of them must be
// there or are filled in. Tables point at each other as the types do, so also
// in circles. They do not change after [Compiler.Compile].
type table struct {
	desc protoreflect.MessageDescriptor
	// byName has every field under its JSON name and its name in the proto file.
	byName map[string]*field
	// few has the same if there are no more than maxFew names: comparing them one
	// by one is faster then.
	few []named
	// goType is what messages of the type are as a rule; see findStruct.
	goType reflect.Type
	// fields are in the order of the proto file.
	fields []*field
	// required are the fields that must be there.
	required []*field
	// defaults are the fields that are filled in if they are not there.
	defaults []*field
	// below are the fields that lead to messages with required fields or
	// defaults, at any depth.
	below []*field
}

// shape says how a field can be filled by parameters.
type shape uint8

const (
	scalar    shape = iota // by one parameter, or by several if it is a list
	wellKnown              // the same: a message that JSON writes as a scalar
	message                // by parameters for its fields
	opaque                 // not at all: maps, lists of messages, Struct and its like
)

type field struct {
	desc  protoreflect.FieldDescriptor
	name  string // JSON name
	shape shape
	list  bool
	// presence says that the message knows whether the field was set.
	presence bool
	// oneof is the oneof that the field is a member of, or nil.
	oneof protoreflect.OneofDescriptor
	// table is that of the message that the field holds, or that its elements
	// are; nil for other fields.
	table *table
	// at is the place of the field in the struct of its table if setStruct can fill
	// it, partAt if it is a single message; else they are -1.
	at, partAt int
	// index is that of desc, number its number, kind its kind.
	index  int
	number int32
	kind   protoreflect.Kind
	// short says that every number which parseShort reads is a value.
	short bool
	// names are those of the values, if the field is an enum with few of them.
	names []enumName
	// known is the kind of a well-known message.
	known wellKnownKind
	// fallback is the text of the default, if the field has one.
	fallback string
}

// table returns the table for a message type, with all that it leads to.
func (c *Compiler) table(desc protoreflect.MessageDescriptor) *table {
	if t, ok := c.tables[desc]; ok {
		return t
	}
	n := desc.Fields().Len()
	t := &table{desc: desc, byName: make(map[string]*field, 2*n), fields: make([]*field, n)}
	c.tables[desc] = t
	c.fresh = append(c.fresh, t)
	for i := range n {
		t.fields[i] = c.field(desc.Fields().Get(i))
	}
	// A name in the proto file may be the JSON name of another field, which then
	// has the name.
	for _, f := range t.fields {
		t.byName[string(f.desc.Name())] = f
	}
	for _, f := range t.fields {
		t.byName[f.name] = f
	}
	if len(t.byName) <= maxFew {
		for _, f := range t.fields {
			t.few = append(t.few, named{f.name, f})
			if name := string(f.desc.Name()); name != f.name && t.byName[name] == f {
				t.few = append(t.few, named{name, f})
			}
		}
	}
	t.findStruct()
	return t
}

// maxFew is how many names are compared one by one.
const maxFew = 16

type named struct {
	text string
	f    *field
}

type enumName struct {
	text   string
	number protoreflect.EnumNumber
}

// find returns the field with the name, or nil.
func (t *table) find(name string) *field {
	if t.few == nil {
		return t.byName[name]
	}
	for i := range t.few {
		if t.few[i].text == name {
			return t.few[i].f
		}
	}
	return nil
}

func (c *Compiler) field(desc protoreflect.FieldDescriptor) *field {
	f := &field{desc: desc, name: desc.JSONName(), list: desc.IsList(), presence: desc.HasPresence(), at: -1, partAt: -1,
		index: desc.Index(), number: int32(desc.Number()), kind: desc.Kind()}
	switch f.kind {
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind, protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		f.short = true
	}
	if f.kind == protoreflect.EnumKind && desc.Enum().Values().Len() <= maxFew {
		for i := range desc.Enum().Values().Len() {
			v := desc.Enum().Values().Get(i)
			f.names = append(f.names, enumName{string(v.Name()), v.Number()})
		}
	}
	if od := desc.ContainingOneof(); od != nil && !od.IsSynthetic() {
		f.oneof = od
	}
	held := desc.Message()
	switch {
	case desc.IsMap():
		f.shape = opaque
		held = desc.MapValue().Message()
	case held == nil:
		f.shape = scalar
	case wellKnownOf(held) != 0:
		f.shape, f.known = wellKnown, wellKnownOf(held)
	case f.list, isFree(held):
		f.shape = opaque
	default:
		f.shape = message
	}
	if held != nil && wellKnownOf(held) == 0 && !isFree(held) {
		f.table = c.table(held)
	}
	return f
}

// lookup returns the fields that a dotted name leads through. It is empty if
// there is no such field. The name is cut at dots from the left, unless the
// whole rest is a name. A name that goes on inside a map or a list of messages
// leads there and no further.
func (t *table) lookup(name string, chain []*field) []*field {
	for {
		if f := t.find(name); f != nil {
			return append(chain, f)
		}
		f, rest := t.first(name)
		if f == nil {
			return nil
		}
		chain = append(chain, f)
		switch f.shape {
		case opaque:
			return chain
		case message:
			t, name = f.table, rest
		default:
			return nil
		}
	}
}

// first returns the field that stands before the first dot, and what follows.
func (t *table) first(name string) (*field, string) {
	for i := range len(name) {
		if name[i] == '.' {
			return t.find(name[:i]), name[i+1:]
		}
	}
	return nil, ""
}

// pathOf returns the JSON names of the fields, joined by dots.
func pathOf(chain []*field) string {
	if len(chain) == 1 {
		return chain[0].name
	}
	n := 0
	for _, f := range chain {
		n += len(f.name) + 1
	}
	b := make([]byte, 0, n)
	for i, f := range chain {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(b, f.name...)
	}
	return string(b)
}

// set fills the field of m, which is in the message that holds it, from the
// text of a parameter. It returns what is wrong with the text.
func (f *field) set(m protoreflect.Message, text string) problem {
	switch {
	case f.shape == scalar && f.list:
		v, p := parseScalar(f.desc, text)
		if p == "" {
			m.Mutable(f.desc).List().Append(v)
		}
		return p
	case f.shape == scalar:
		v, p := parseScalar(f.desc, text)
		if p == "" {
			m.Set(f.desc, v)
		}
		return p
	case f.shape == wellKnown && f.list:
		list := m.Mutable(f.desc).List()
		v := list.NewElement()
		p := f.known.set(v.Message(), text)
		if p == "" {
			list.Append(v)
		}
		return p
	case f.shape == wellKnown:
		v := m.NewField(f.desc)
		p := f.known.set(v.Message(), text)
		if p == "" {
			m.Set(f.desc, v)
		}
		return p
	}
	return f.notAValue()
}

// notAValue says why one text cannot fill the field.
func (f *field) notAValue() problem {
	switch {
	case f.desc.IsMap():
		return "a map cannot be set by a parameter"
	case f.list:
		return "a list of messages cannot be set by a parameter"
	case f.shape == opaque:
		return "a value of any form cannot be set by a parameter"
	}
	return "a message cannot be set as a whole, only its fields can"
}

// check reports what is wrong with a text for the field, without a message to
// put it into.
func (f *field) check(text string) problem {
	switch f.shape {
	case scalar:
		_, p := parseScalar(f.desc, text)
		return p
	case wellKnown:
		return f.known.set(newMessage(f.desc.Message()), text)
	}
	return f.notAValue()
}

// invalid is the violation of a parameter that cannot be used.
func invalid(name string, p problem) exceptions.Violation {
	return exceptions.Violation{
		Location:     name,
		LocationType: "parameter",
		Reason:       "invalidParameter",
		Message:      `Invalid value for parameter "` + name + `": ` + string(p) + ".",
	}
}
