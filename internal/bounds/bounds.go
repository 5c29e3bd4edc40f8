// Package bounds checks the messages of requests against the bounds that their
// fields declare: endpoints.v1.FieldOptions.
package bounds

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Breach is a value that is outside of the bounds of its field.
type Breach struct {
	// Field is the field, Path the way to the value: names, and numbers in
	// lists.
	Field protoreflect.FieldDescriptor
	Path  []any
	Bound Bound
	// Limit is the bound as a number.
	Limit float64
	Value protoreflect.Value // of the field, or of the element
}

// A Bound is a kind of bound.
type Bound int

const (
	MaxLength Bound = iota
	MinLength
	Maximum
	Minimum
)

// Text says for people what is wrong with the value, without the value.
func (b *Breach) Text() string {
	limit := strconv.FormatFloat(b.Limit, 'g', -1, 64)
	what := map[bool]string{true: "entries", false: "characters"}[b.Field.IsList() || b.Field.IsMap()]
	if what == "characters" && b.Field.Kind() == protoreflect.BytesKind {
		what = "bytes"
	}
	switch b.Bound {
	case MaxLength:
		return "must have at most " + limit + " " + what
	case MinLength:
		return "must have at least " + limit + " " + what
	case Maximum:
		return "must be " + limit + " at most"
	}
	return "must be " + limit + " at least"
}

// Rules are the bounds of a message type and of those inside it. They never
// change and are safe for concurrent use. Nil has no bounds.
type Rules struct {
	fields []rule
	below  []nested
}

// rule is one field with bounds.
type rule struct {
	desc protoreflect.FieldDescriptor
	Limits
}

// Limits are the bounds of one field. Nil: there is none.
type Limits struct{ MaxLength, MinLength, Maximum, Minimum *float64 }

// Of returns the bounds that a field declares.
func Of(d protoreflect.FieldDescriptor) Limits {
	o, _ := proto.GetExtension(d.Options(), endpointsv1.E_Field).(*endpointsv1.FieldOptions)
	if o == nil {
		return Limits{}
	}
	return Limits{fromInt(o.MaxLength), fromInt(o.MinLength), o.Maximum, o.Minimum}
}

func fromInt(n *uint32) *float64 {
	if n == nil {
		return nil
	}
	x := float64(*n)
	return &x
}

// nested is a field that leads to messages with bounds.
type nested struct {
	desc  protoreflect.FieldDescriptor
	rules *Rules
}

// Compile reads the bounds. It returns nil if there are none, and an error that
// says all that is wrong with them.
func Compile(desc protoreflect.MessageDescriptor) (*Rules, error) {
	c := compiler{all: map[protoreflect.FullName]*Rules{}}
	r := c.message(desc)
	if err := errors.Join(c.wrong...); err != nil {
		return nil, err
	}
	if !r.any(map[*Rules]bool{}) {
		return nil, nil
	}
	return r, nil
}

type compiler struct {
	all   map[protoreflect.FullName]*Rules
	wrong []error
}

func (c *compiler) message(desc protoreflect.MessageDescriptor) *Rules {
	if r := c.all[desc.FullName()]; r != nil {
		return r
	}
	r := &Rules{}
	c.all[desc.FullName()] = r
	for i := range desc.Fields().Len() {
		d := desc.Fields().Get(i)
		c.field(r, d, Of(d))
		held := d.Message()
		if d.IsMap() {
			held = d.MapValue().Message()
		}
		if held != nil {
			r.below = append(r.below, nested{d, c.message(held)})
		}
	}
	return r
}

func (c *compiler) field(r *Rules, d protoreflect.FieldDescriptor, l Limits) {
	if l == (Limits{}) {
		return
	}
	text := d.Kind() == protoreflect.StringKind || d.Kind() == protoreflect.BytesKind
	switch {
	case (l.MaxLength != nil || l.MinLength != nil) && !text && !d.IsList() && !d.IsMap():
		c.wrong = append(c.wrong, fmt.Errorf("%s: max_length and min_length are for strings, bytes, repeated fields and maps", d.FullName()))
	case (l.Maximum != nil || l.Minimum != nil) && (!isNumber(d.Kind()) || d.IsMap()):
		c.wrong = append(c.wrong, fmt.Errorf("%s: minimum and maximum are for numbers", d.FullName()))
	case l.MaxLength != nil && l.MinLength != nil && *l.MaxLength < *l.MinLength, l.Maximum != nil && l.Minimum != nil && !(*l.Minimum <= *l.Maximum):
		c.wrong = append(c.wrong, fmt.Errorf("%s: no value is within its bounds", d.FullName()))
	}
	r.fields = append(r.fields, rule{d, l})
}

func isNumber(k protoreflect.Kind) bool {
	switch k {
	case protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind, protoreflect.GroupKind:
		return false
	}
	return true
}

// any says whether there are bounds somewhere.
func (r *Rules) any(seen map[*Rules]bool) bool {
	if len(r.fields) > 0 {
		return true
	}
	if seen[r] {
		return false
	}
	seen[r] = true
	for _, n := range r.below {
		if n.rules.any(seen) {
			return true
		}
	}
	return false
}

// Check returns the values of m that are out of bounds, at most max of them.
func (r *Rules) Check(m proto.Message, max int) []Breach {
	if r == nil || m == nil {
		return nil
	}
	w := walk{max: max}
	w.message(r, m.ProtoReflect(), nil)
	return w.found
}

type walk struct {
	found []Breach
	max   int
}

func (w *walk) message(r *Rules, m protoreflect.Message, path []any) {
	for i := range r.fields {
		if f := &r.fields[i]; m.Has(f.desc) {
			w.field(f, m.Get(f.desc), within(path, string(f.desc.Name())))
		}
	}
	for _, n := range r.below {
		if len(w.found) >= w.max || !m.Has(n.desc) {
			continue
		}
		here := within(path, string(n.desc.Name()))
		switch v := m.Get(n.desc); {
		case n.desc.IsList():
			for i := range v.List().Len() {
				w.message(n.rules, v.List().Get(i).Message(), within(here, i))
			}
		case n.desc.IsMap():
			for key, value := range v.Map().Range {
				w.message(n.rules, value.Message(), within(here, key.String()))
			}
		default:
			w.message(n.rules, v.Message(), here)
		}
	}
}

func within(path []any, step any) []any { return append(path[:len(path):len(path)], step) }

func (w *walk) field(f *rule, v protoreflect.Value, path []any) {
	if f.MaxLength != nil || f.MinLength != nil {
		n := length(f.desc, v)
		switch {
		case f.MaxLength != nil && n > *f.MaxLength:
			w.add(f, path, MaxLength, *f.MaxLength, v)
		case f.MinLength != nil && n < *f.MinLength:
			w.add(f, path, MinLength, *f.MinLength, v)
		}
	}
	switch {
	case f.Maximum == nil && f.Minimum == nil:
	case f.desc.IsList():
		for i := range v.List().Len() {
			w.number(f, v.List().Get(i), within(path, i))
		}
	default:
		w.number(f, v, path)
	}
}

func (w *walk) number(f *rule, v protoreflect.Value, path []any) {
	x := number(f.desc.Kind(), v)
	switch {
	case f.Maximum != nil && !(x <= *f.Maximum):
		w.add(f, path, Maximum, *f.Maximum, v)
	case f.Minimum != nil && !(x >= *f.Minimum):
		w.add(f, path, Minimum, *f.Minimum, v)
	}
}

func (w *walk) add(f *rule, path []any, b Bound, limit float64, v protoreflect.Value) {
	if len(w.found) < w.max {
		w.found = append(w.found, Breach{f.desc, path, b, limit, v})
	}
}

func length(d protoreflect.FieldDescriptor, v protoreflect.Value) float64 {
	switch {
	case d.IsList():
		return float64(v.List().Len())
	case d.IsMap():
		return float64(v.Map().Len())
	case d.Kind() == protoreflect.BytesKind:
		return float64(len(v.Bytes()))
	}
	return float64(utf8.RuneCountInString(v.String()))
}

// number is the value as a number. Integers beyond 2^53 are rounded.
func number(k protoreflect.Kind, v protoreflect.Value) float64 {
	switch k {
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return v.Float()
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return float64(v.Uint())
	}
	return float64(v.Int())
}
