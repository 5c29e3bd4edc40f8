package jsonpb

import (
	"cmp"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// append appends m, of the table's type, as an object.
func (t *table) append(b []byte, m protoreflect.Message, mode Mode) (_ []byte, err error) {
	if x := m.Interface(); x != nil {
		if l := t.layoutOf(x); l != nil {
			return l.append(b, reflect.ValueOf(x), mode)
		}
	}
	b = append(b, '{')
	for i := range t.fields {
		if b, err = t.fields[i].appendIn(b, m, mode); err != nil {
			return b, err
		}
	}
	if t.extensible {
		if b, err = appendExtensions(b, m, mode); err != nil {
			return b, err
		}
	}
	return AppendClose(b), nil
}

// appendIn appends the field of m, if it is to be written.
func (f *field) appendIn(b []byte, m protoreflect.Message, mode Mode) ([]byte, error) {
	v, ok := f.get(m, mode)
	switch {
	case ok:
		return f.append(b, v, mode)
	case f.required && mode&Partial == 0:
		return b, NotSet(string(f.fd.Name()))
	}
	return b, nil
}

// get returns the value of the field if it is to be written.
func (f *field) get(m protoreflect.Message, mode Mode) (v protoreflect.Value, ok bool) {
	if f.presence {
		if m.Has(f.fd) {
			return m.Get(f.fd), true
		}
		return v, false
	}
	// Without presence the value itself tells, which saves a look-up.
	v = m.Get(f.fd)
	if mode&EmitDefaults != 0 {
		return v, true
	}
	switch f.shape {
	case list:
		return v, v.List().Len() > 0
	case mapping:
		return v, v.Map().Len() > 0
	}
	switch f.kind {
	case protoreflect.BoolKind:
		return v, v.Bool()
	case protoreflect.StringKind:
		return v, v.String() != ""
	case protoreflect.BytesKind:
		return v, len(v.Bytes()) > 0
	case protoreflect.EnumKind:
		return v, v.Enum() != 0
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return v, IsSetFloat64(v.Float())
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return v, v.Uint() != 0
	}
	return v, v.Int() != 0
}

// append appends the member and a comma.
func (f *field) append(b []byte, v protoreflect.Value, mode Mode) (_ []byte, err error) {
	if f.invalid {
		return b, errUTF8
	}
	b = AppendKey(b, mode, f.json, f.proto)
	switch f.shape {
	case list:
		b, err = f.appendList(b, v.List(), mode)
	case mapping:
		b, err = f.appendMap(b, v.Map(), mode)
	default:
		b, err = f.appendValue(b, v, mode)
	}
	if err != nil {
		return b, err // what was written ends at the place of the error
	}
	return append(b, ','), nil
}

func (f *field) appendList(b []byte, l protoreflect.List, mode Mode) (_ []byte, err error) {
	b = append(b, '[')
	for i := range l.Len() {
		if b, err = f.appendValue(b, l.Get(i), mode); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	return AppendCloseList(b), nil
}

// appendMap appends a map in the order of its keys.
func (f *field) appendMap(b []byte, m protoreflect.Map, mode Mode) (_ []byte, err error) {
	s := sorters.Get().(*sorter)
	defer s.release()
	s.kind = f.key.kind
	m.Range(s.visit)
	sort.Sort(s)
	b = append(b, '{')
	for _, e := range s.entries {
		if b, err = f.key.appendKey(b, e.key); err != nil {
			return b, err
		}
		if b, err = f.value.appendValue(b, e.value, mode); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	return AppendClose(b), nil
}

// A sorter collects the entries of a map and sorts them by key.
type sorter struct {
	kind    protoreflect.Kind // of the keys
	entries []mapEntry
	visit   func(protoreflect.MapKey, protoreflect.Value) bool
}

type mapEntry struct {
	key   protoreflect.MapKey
	value protoreflect.Value
}

var sorters = sync.Pool{New: func() any {
	s := new(sorter)
	s.visit = func(k protoreflect.MapKey, v protoreflect.Value) bool {
		s.entries = append(s.entries, mapEntry{k, v})
		return true
	}
	return s
}}

func (s *sorter) release() {
	if cap(s.entries) > 1024 {
		return
	}
	clear(s.entries)
	s.entries = s.entries[:0]
	sorters.Put(s)
}

func (s *sorter) Len() int      { return len(s.entries) }
func (s *sorter) Swap(i, j int) { s.entries[i], s.entries[j] = s.entries[j], s.entries[i] }

func (s *sorter) Less(i, j int) bool {
	x, y := s.entries[i].key, s.entries[j].key
	switch s.kind {
	case protoreflect.StringKind:
		return x.String() < y.String()
	case protoreflect.BoolKind:
		return !x.Bool() && y.Bool()
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return x.Uint() < y.Uint()
	}
	return x.Int() < y.Int()
}

func (f *field) appendKey(b []byte, k protoreflect.MapKey) (_ []byte, err error) {
	switch f.kind {
	case protoreflect.StringKind:
		if b, err = AppendString(b, k.String()); err != nil {
			return b, err
		}
	case protoreflect.BoolKind:
		b = append(AppendBool(append(b, '"'), k.Bool()), '"')
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		b = AppendUint64(b, k.Uint())
	default:
		b = AppendInt64(b, k.Int())
	}
	return append(b, ':'), nil
}

// appendValue appends a single value of the field's kind.
func (f *field) appendValue(b []byte, v protoreflect.Value, mode Mode) ([]byte, error) {
	switch f.kind {
	case protoreflect.StringKind:
		return AppendString(b, v.String())
	case protoreflect.BoolKind:
		return AppendBool(b, v.Bool()), nil
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return strconv.AppendUint(b, v.Uint(), 10), nil
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return AppendInt64(b, v.Int()), nil
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return AppendUint64(b, v.Uint()), nil
	case protoreflect.FloatKind:
		return AppendFloat32(b, float32(v.Float())), nil
	case protoreflect.DoubleKind:
		return AppendFloat64(b, v.Float()), nil
	case protoreflect.BytesKind:
		return AppendBytes(b, v.Bytes()), nil
	case protoreflect.EnumKind:
		return f.enum.append(b, v.Enum(), mode), nil
	}
	return f.appendMessage(b, v.Message(), mode)
}

func (e *enum) append(b []byte, v protoreflect.EnumNumber, mode Mode) []byte {
	if e.null {
		return append(b, "null"...)
	}
	if name, ok := e.names[v]; ok && mode&EnumNumbers == 0 {
		return append(b, name...)
	}
	return strconv.AppendInt(b, int64(v), 10)
}

func (f *field) appendMessage(b []byte, m protoreflect.Message, mode Mode) ([]byte, error) {
	t := f.table()
	switch {
	case t.ownForm && m.ProtoMethods() == nil: // dynamicpb
		return appendTwin(b, t, m, mode)
	case t.ownForm:
		return appendWellKnown(b, m, mode)
	case t.messageSet:
		return appendForeign(b, m.Interface(), mode)
	}
	if g, ok := m.Interface().(Message); ok {
		return g.AppendProtoJSON(b, mode)
	}
	return t.append(b, m, mode)
}

// AppendExtensions appends the extension fields of m, each with a comma before
// it.
func AppendExtensions(b []byte, m protoreflect.ProtoMessage, mode Mode) ([]byte, error) {
	b, err := appendExtensions(append(b, ','), m.ProtoReflect(), mode)
	if err != nil {
		return b, err
	}
	return b[:len(b)-1], nil // one comma is behind the last, or alone
}

// appendExtensions appends the extension fields of m, each with a comma behind
// it.
func appendExtensions(b []byte, m protoreflect.Message, mode Mode) (_ []byte, err error) {
	var set []protoreflect.FieldDescriptor
	m.Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if fd.IsExtension() {
			set = append(set, fd)
		}
		return true
	})
	slices.SortFunc(set, func(x, y protoreflect.FieldDescriptor) int { return cmp.Compare(x.FullName(), y.FullName()) })
	for _, fd := range set {
		if b, err = extensionField(fd).append(b, m.Get(fd), mode); err != nil {
			return b, err
		}
	}
	return b, nil
}
