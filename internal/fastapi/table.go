package fastapi

import (
	"fmt"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/internal/bounds"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A table is what is known of a message type before the first request. Tables
// point at each other as the types do.
type table struct {
	desc   protoreflect.MessageDescriptor
	fields []*field // in the order of their declaration
	byName map[string]*field
	wrong  []error
}

type field struct {
	desc     protoreflect.FieldDescriptor
	name     string
	required bool
	fallback string // the text of the default; "": none
	// table is that of the message that the field, its elements or its values
	// are; nil if they are scalars or written in JSON in a way of their own.
	table *table
	// special are messages that are written in JSON in a way of their own.
	special bool
	limits  bounds.Limits
}

func compile(desc protoreflect.MessageDescriptor, tables map[protoreflect.FullName]*table) *table {
	if t := tables[desc.FullName()]; t != nil {
		return t
	}
	t := &table{desc: desc, byName: map[string]*field{}}
	tables[desc.FullName()] = t
	for i := range desc.Fields().Len() {
		d := desc.Fields().Get(i)
		f := &field{desc: d, name: string(d.Name())}
		f.limits = bounds.Of(d)
		f.declare(t)
		held := d.Message()
		if d.IsMap() {
			held = d.MapValue().Message()
		}
		if held != nil {
			if f.special = strings.HasPrefix(string(held.FullName()), "google.protobuf."); !f.special {
				f.table = compile(held, tables)
			}
		}
		t.fields = append(t.fields, f)
	}
	for _, f := range t.fields {
		t.byName[f.desc.JSONName()] = f
	}
	for _, f := range t.fields {
		t.byName[f.name] = f
	}
	return t
}

// declare reads the options of the field.
func (f *field) declare(t *table) {
	options, _ := proto.GetExtension(f.desc.Options(), endpointsv1.E_Field).(*endpointsv1.FieldOptions)
	f.required, f.fallback = options.GetRequired(), options.GetDefault()
	behaviors, _ := proto.GetExtension(f.desc.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range behaviors {
		f.required = f.required || b == annotations.FieldBehavior_REQUIRED
	}
	if f.fallback == "" {
		return
	}
	if f.desc.IsList() || f.desc.IsMap() || f.required {
		t.wrong = append(t.wrong, fmt.Errorf("%s: a repeated or required field has no default", f.desc.FullName()))
		return
	}
	if f.desc.Message() == nil {
		var wrong problems
		if f.convert(nil, f.fallback, nil, &wrong); len(wrong) > 0 {
			t.wrong = append(t.wrong, fmt.Errorf("%s: default %q: %s", f.desc.FullName(), f.fallback, wrong[0].Msg))
		}
	}
}

// find returns the fields that a dotted path leads through, nil if there are
// none such.
func (t *table) find(path string) chain {
	var c chain
	for name := range strings.SplitSeq(path, ".") {
		if t == nil {
			return nil
		}
		f := t.byName[name]
		if f == nil {
			return nil
		}
		c = append(c, f)
		t = nil
		if f.nested() {
			t = f.table
		}
	}
	return c
}

// nested says that the field is one message whose fields have names.
func (f *field) nested() bool { return f.table != nil && !f.desc.IsList() && !f.desc.IsMap() }
