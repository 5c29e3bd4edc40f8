package jsonpb

import (
	"strings"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A table is what is known about a message type before any message is read or
// written: field names, kinds and enum names, in the order of declaration. It
// serves all Go types with the same descriptor.
type table struct {
	desc       protoreflect.MessageDescriptor
	wellKnown  bool // has a form of its own where it is read
	ownForm    bool // and where it is written
	messageSet bool
	extensible bool
	wrapper    bool // of one value
	moment     bool // a Timestamp or a Duration
	duration   bool // the latter
	fields     []field
	required   []*field
	byName     map[string]int // JSON names and names as declared
	members    Fields
	typeField  int // of the name "@type", -1 if there is none
	bits       int // of fields and oneofs together
	layout     atomic.Pointer[layout]
}

// A field is a field of a message, or the key or value of a map.
type field struct {
	fd       protoreflect.FieldDescriptor
	kind     protoreflect.Kind
	json     string // `"pageCount":`
	proto    string // `"page_count":`
	invalid  bool   // the name is not UTF-8
	shape    shape
	presence bool
	required bool
	nullable bool           // null is a value
	oneof    int            // its bit, -1 for none
	wireType protowire.Type // of a single value
	tag      uint64         // number and wire type
	def      protoreflect.Value
	enum     *enum
	key      *field                // of a map
	value    *field                // of a map
	message  atomic.Pointer[table] // of a message, once it was needed
}

type shape uint8

const (
	singular shape = iota
	list
	mapping
)

// An enum holds the names of an enum's values.
type enum struct {
	names   map[protoreflect.EnumNumber]string // with quotes
	numbers map[string]int32
	closed  bool // other numbers are no values
	null    bool // it is google.protobuf.NullValue
}

// maxTables bounds the cache, for programs that make descriptors at run time.
const maxTables = 1 << 14

// A cache maps descriptors to what was compiled for them. It starts anew when
// it is full.
type cache[V any] struct {
	m sync.Map // descriptor to *V
	n atomic.Int64
}

func (c *cache[V]) get(desc any, compile func() *V) *V {
	if v, ok := c.m.Load(desc); ok {
		return v.(*V)
	}
	if c.n.Add(1) > maxTables {
		c.m.Clear()
		c.n.Store(1)
	}
	v, _ := c.m.LoadOrStore(desc, compile())
	return v.(*V)
}

var (
	tables     cache[table]
	extensions cache[field]
)

// tableOf returns the table of a message type.
func tableOf(md protoreflect.MessageDescriptor) *table {
	return tables.get(md, func() *table { return compile(md) })
}

func compile(md protoreflect.MessageDescriptor) *table {
	t := &table{desc: md, wellKnown: isWellKnown(md.FullName()), extensible: md.ExtensionRanges().Len() > 0}
	t.ownForm = t.wellKnown && md.FullName() != emptyName
	if set, ok := md.(interface{ IsMessageSet() bool }); ok {
		t.messageSet = set.IsMessageSet()
	}
	fields := md.Fields()
	t.wrapper = t.wellKnown && strings.HasSuffix(string(md.Name()), "Value") && fields.Len() == 1 && fields.Get(0).Name() == "value"
	t.fields = make([]field, fields.Len())
	t.byName = make(map[string]int, 2*fields.Len())
	t.members = Fields{Names: make([]string, fields.Len()), Index: t.index}
	t.typeField = -1
	t.bits = fields.Len() + md.Oneofs().Len()
	t.moment = t.wellKnown && isMoment(md)
	t.duration = t.moment && md.Name() == "Duration"
	for i := range t.fields {
		fd := fields.Get(i)
		f := &t.fields[i]
		f.fill(fd)
		if f.required {
			t.required = append(t.required, f)
		}
		if od := fd.ContainingOneof(); od != nil {
			f.oneof = fields.Len() + od.Index()
		}
		for _, name := range names(fd) {
			found := fields.ByJSONName(name)
			if found == nil {
				found = fields.ByTextName(name)
			}
			if found != nil && found.Number() == fd.Number() && !isExtensionName([]byte(name)) {
				t.byName[name] = i
				switch {
				case name == "@type":
					t.typeField = i
				case f.json == `"`+name+`":`:
					t.members.Names[i] = f.json
				}
			}
		}
	}
	return t
}

// isMoment reports whether a well-known type is made of seconds and nanoseconds.
func isMoment(md protoreflect.MessageDescriptor) bool {
	if md.Name() != "Timestamp" && md.Name() != "Duration" || md.Fields().Len() != 2 {
		return false
	}
	sec, nanos := md.Fields().Get(0), md.Fields().Get(1)
	return sec.Number() == 1 && sec.Kind() == protoreflect.Int64Kind && nanos.Number() == 2 && nanos.Kind() == protoreflect.Int32Kind
}

// names returns the names under which a field may be found.
func names(fd protoreflect.FieldDescriptor) []string {
	json, text := fd.JSONName(), fd.TextName()
	return []string{json, text, strings.ToLower(json), strings.ToLower(text)} // the latter for groups
}

// extensionField returns the field of an extension.
func extensionField(fd protoreflect.FieldDescriptor) *field {
	return extensions.get(fd, func() *field {
		f := new(field)
		f.fill(fd)
		return f
	})
}

func (f *field) fill(fd protoreflect.FieldDescriptor) {
	f.fd, f.kind, f.oneof = fd, fd.Kind(), -1
	f.presence, f.required = fd.HasPresence(), fd.Cardinality() == protoreflect.Required
	f.wireType = wireType(f.kind)
	f.tag = protowire.EncodeTag(fd.Number(), f.wireType)
	f.json = f.quoted(fd.JSONName())
	f.proto = f.quoted(fd.TextName())
	switch {
	case fd.IsMap():
		f.shape = mapping
		f.key, f.value = new(field), new(field)
		f.key.fill(fd.MapKey())
		f.value.fill(fd.MapValue())
		return
	case fd.IsList():
		f.shape = list
	default:
		f.def = fd.Default()
	}
	switch f.kind {
	case protoreflect.EnumKind:
		f.enum = enumOf(fd.Enum())
		f.nullable = f.enum.null
	case protoreflect.MessageKind, protoreflect.GroupKind:
		f.nullable = fd.Message().FullName() == "google.protobuf.Value"
	}
}

// wireType returns the wire type of a single value.
func wireType(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	}
	return protowire.VarintType
}

// quoted returns a member name with quotes and colon.
func (f *field) quoted(name string) string {
	b, err := AppendString(nil, name)
	f.invalid = f.invalid || err != nil
	return string(append(b, ':'))
}

func enumOf(ed protoreflect.EnumDescriptor) *enum {
	values := ed.Values()
	e := &enum{
		names:   make(map[protoreflect.EnumNumber]string, values.Len()),
		numbers: make(map[string]int32, values.Len()),
		closed:  ed.IsClosed(),
		null:    ed.FullName() == "google.protobuf.NullValue",
	}
	for i := range values.Len() {
		v := values.Get(i)
		if _, ok := e.names[v.Number()]; !ok { // the first of several names is written
			e.names[v.Number()] = `"` + string(v.Name()) + `"`
		}
		e.numbers[string(v.Name())] = int32(v.Number())
	}
	return e
}

// table returns the table of a message field.
func (f *field) table() *table {
	if t := f.message.Load(); t != nil {
		return t
	}
	t := tableOf(f.fd.Message())
	f.message.Store(t)
	return t
}

// index returns the index of the field of that name.
func (t *table) index(name []byte) int {
	if i, ok := t.byName[string(name)]; ok {
		return i
	}
	return Unknown
}
