package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// place is where the walk over a message is; the outer ones are on the stack.
type place struct {
	outer *place
	name  string // of a field
	index int    // of an element of a list
	key   string // of an entry of a map
	kind  placeKind
}

type placeKind uint8

const (
	inMessage placeKind = iota
	inList
	inMap
)

// path returns the place as text: "shelf.books[3]" or `labels["a"]`.
func (p *place) path() string {
	name := p.name
	switch p.kind {
	case inList:
		name += "[" + strconv.Itoa(p.index) + "]"
	case inMap:
		name += "[" + strconv.Quote(p.key) + "]"
	}
	return p.outer.within(name)
}

// within returns the path of a field at the place, which may be nil.
func (p *place) within(name string) string {
	if p == nil {
		return name
	}
	return p.path() + "." + name
}

// top returns the field of the request message that the place is in.
func (p *place) top() string {
	for p.outer != nil {
		p = p.outer
	}
	return p.name
}

// finish fills in defaults and looks for required fields that are missing.
func (b *binding) finish() error {
	t, m := b.plan.table, b.message()
	for _, f := range t.defaults {
		if i := f.index; !m.Has(f.desc) && (f.presence || !b.inQuery.has(i) && !b.plan.inPath.has(i) && !b.bodyHas(i)) {
			f.set(m, f.fallback)
		}
	}
	for _, f := range t.required {
		if !m.Has(f.desc) {
			b.missing(nil, f)
		}
	}
	for _, f := range t.below {
		if f == b.plan.part {
			continue
		}
		b.finishField(m, f, nil)
	}
	if b.violations == nil {
		return nil
	}
	return b.missingFields()
}

// finishField goes on in the messages that a field of m holds.
func (b *binding) finishField(m protoreflect.Message, f *field, outer *place) {
	if !m.Has(f.desc) {
		return
	}
	at := place{outer: outer, name: f.name}
	switch {
	case f.list:
		at.kind = inList
		list := m.Get(f.desc).List()
		for i := range list.Len() {
			at.index = i
			b.finishMessage(list.Get(i).Message(), f.table, &at)
		}
	case f.desc.IsMap():
		b.finishMap(m.Get(f.desc).Map(), f.table, &at)
	default:
		b.finishMessage(m.Get(f.desc).Message(), f.table, &at)
	}
}

// finishMap goes on in the values of a map, in the order of the keys.
func (b *binding) finishMap(entries protoreflect.Map, t *table, at *place) {
	keys := make([]protoreflect.MapKey, 0, entries.Len())
	for k := range entries.Range {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y protoreflect.MapKey) int { return strings.Compare(x.String(), y.String()) })
	at.kind = inMap
	for _, k := range keys {
		at.key = k.String()
		b.finishMessage(entries.Get(k).Message(), t, at)
	}
}

func (b *binding) finishMessage(m protoreflect.Message, t *table, at *place) {
	for _, f := range t.defaults {
		if !m.Has(f.desc) {
			f.set(m, f.fallback)
		}
	}
	for _, f := range t.required {
		if !m.Has(f.desc) {
			b.missing(at, f)
		}
	}
	for _, f := range t.below {
		b.finishField(m, f, at)
	}
}

// missing notes that a required field is missing.
func (b *binding) missing(at *place, f *field) {
	if len(b.violations) == maxViolations {
		b.more++
		return
	}
	name, top := at.within(f.name), f.name
	if at != nil {
		top = at.top()
	}
	if h := b.plan.headerOf(f); at == nil && h != nil {
		b.violate(exceptions.Violation{
			Location: h.place(), LocationType: h.kind(), Reason: "required",
			Message: "The required " + h.kind() + ` "` + h.place() + `" is missing.`,
		})
		return
	}
	b.violate(exceptions.Violation{
		Location:     name,
		LocationType: b.plan.locationType(top),
		Reason:       "required",
		Message:      `The required field "` + name + `" is missing.`,
	})
}

// locationType says where the caller would put a field.
func (p *Plan) locationType(top string) string {
	if p.bodyField != nil && p.bodyField.name == top || p.bodyField == nil && p.wholeBody {
		return "body"
	}
	return "parameter"
}
