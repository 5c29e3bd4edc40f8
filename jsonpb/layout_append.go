package jsonpb

import (
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/runtime/protoimpl"
)

// A layout says where the fields of a message stand in a struct of the open
// API. Reading them there with package reflect saves the boxes that
// protoreflect puts every element of a list or map in. What has no simple place
// (oneofs, maps of messages) is reached through protoreflect all the same.
type layout struct {
	table *table
	typ   reflect.Type // pointer to the struct
	slots []slot
}

// A slot is the place of one field.
type slot struct {
	*field
	index     int  // in the struct, -1 if there is no simple place
	pointer   bool // to a scalar
	generated bool // the field's message type has methods
	sub       atomic.Pointer[layout]
}

var noLayout = new(layout)

// layoutOf returns the layout of a message of the table's type, nil if it is
// not of the open API.
func (t *table) layoutOf(m proto.Message) *layout {
	typ := reflect.TypeOf(m)
	l := t.layout.Load()
	if l == nil {
		if l = newLayout(t, typ); l == nil {
			l = noLayout
		}
		t.layout.Store(l)
	}
	if l.typ != typ {
		return nil // dynamicpb, for instance, has the same descriptors
	}
	return l
}

func newLayout(t *table, typ reflect.Type) *layout {
	if typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct || typ.Elem().NumField() == 0 ||
		typ.Elem().Field(0).Type != reflect.TypeFor[protoimpl.MessageState]() {
		return nil
	}
	l := &layout{table: t, typ: typ, slots: make([]slot, len(t.fields))}
	for i := range l.slots {
		s := &l.slots[i]
		s.field, s.index = &t.fields[i], -1
		for j := range typ.Elem().NumField() {
			if sf := typ.Elem().Field(j); sf.IsExported() && tagNumber(sf) == int(s.fd.Number()) {
				s.place(sf, j)
			}
		}
	}
	return l
}

// tagNumber returns the field number in a struct tag of protoc-gen-go.
func tagNumber(sf reflect.StructField) int {
	parts := strings.SplitN(sf.Tag.Get("protobuf"), ",", 3)
	if len(parts) < 3 {
		return 0
	}
	n, _ := strconv.Atoi(parts[1])
	return n
}

// place uses the struct field if its type is the one that is expected.
func (s *slot) place(sf reflect.StructField, index int) {
	typ := sf.Type
	switch s.shape {
	case mapping:
		if typ.Kind() == reflect.Map {
			s.index = index
		}
		return
	case list:
		if typ.Kind() != reflect.Slice {
			return
		}
		typ = typ.Elem()
	default:
		if s.presence && typ.Kind() == reflect.Pointer && typ.Elem().Kind() != reflect.Struct {
			s.pointer = true
			typ = typ.Elem()
		}
	}
	if typ.Kind() == goKind(s.kind) {
		s.index = index
		s.generated = typ.Implements(reflect.TypeFor[Message]())
	}
}

// goKind returns the kind of Go type that holds a value.
func goKind(kind protoreflect.Kind) reflect.Kind {
	switch kind {
	case protoreflect.BoolKind:
		return reflect.Bool
	case protoreflect.StringKind:
		return reflect.String
	case protoreflect.BytesKind:
		return reflect.Slice
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind, protoreflect.EnumKind:
		return reflect.Int32
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return reflect.Int64
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return reflect.Uint32
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return reflect.Uint64
	case protoreflect.FloatKind:
		return reflect.Float32
	case protoreflect.DoubleKind:
		return reflect.Float64
	}
	return reflect.Pointer
}

// append appends the message that v points to as an object.
func (l *layout) append(b []byte, v reflect.Value, mode Mode) (_ []byte, err error) {
	if v.IsNil() {
		v = reflect.New(l.typ.Elem())
	}
	var m protoreflect.Message // where it is needed
	v = v.Elem()
	b = append(b, '{')
	for i := range l.slots {
		s := &l.slots[i]
		if s.index < 0 {
			if m == nil {
				m = v.Addr().Interface().(proto.Message).ProtoReflect()
			}
			if b, err = s.field.appendIn(b, m, mode); err != nil {
				return b, err
			}
			continue
		}
		fv := v.Field(s.index)
		if !s.isSet(fv, mode) {
			if s.required && mode&Partial == 0 {
				return b, NotSet(string(s.fd.Name()))
			}
			continue
		}
		if s.invalid {
			return b, errUTF8
		}
		b = AppendKey(b, mode, s.json, s.proto)
		if b, err = s.append(b, fv, v, mode); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	if l.table.extensible {
		if b, err = appendExtensions(b, v.Addr().Interface().(proto.Message).ProtoReflect(), mode); err != nil {
			return b, err
		}
	}
	return AppendClose(b), nil
}

func (s *slot) isSet(fv reflect.Value, mode Mode) bool {
	switch {
	case s.presence:
		return !fv.IsNil()
	case mode&EmitDefaults != 0:
		return true
	case s.shape != singular:
		return fv.Len() > 0
	case s.kind == protoreflect.BytesKind:
		return fv.Len() > 0
	case s.kind == protoreflect.FloatKind || s.kind == protoreflect.DoubleKind:
		return IsSetFloat64(fv.Float())
	}
	return !fv.IsZero()
}

func (s *slot) append(b []byte, fv, message reflect.Value, mode Mode) (_ []byte, err error) {
	switch s.shape {
	case list:
		b = append(b, '[')
		for i := range fv.Len() {
			if b, err = s.appendOne(b, fv.Index(i), mode); err != nil {
				return b, err
			}
			b = append(b, ',')
		}
		return AppendCloseList(b), nil
	case mapping:
		if b, ok, err := s.appendStrings(b, fv); ok {
			return b, err
		}
		m := message.Addr().Interface().(proto.Message).ProtoReflect()
		return s.appendMap(b, m.Get(s.fd).Map(), mode)
	}
	if s.pointer {
		fv = fv.Elem()
	}
	return s.appendOne(b, fv, mode)
}

func (s *slot) appendOne(b []byte, v reflect.Value, mode Mode) ([]byte, error) {
	switch s.kind {
	case protoreflect.StringKind:
		return AppendString(b, v.String())
	case protoreflect.BoolKind:
		return AppendBool(b, v.Bool()), nil
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return AppendInt32(b, int32(v.Int())), nil
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return AppendUint32(b, uint32(v.Uint())), nil
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
		return s.enum.append(b, protoreflect.EnumNumber(v.Int()), mode), nil
	}
	if s.generated {
		return v.Interface().(Message).AppendProtoJSON(b, mode)
	}
	if l := s.sub.Load(); l != nil && l.typ == v.Type() {
		return l.append(b, v, mode)
	}
	m := v.Interface().(proto.Message)
	if t := s.table(); !t.ownForm && !t.messageSet {
		if l := t.layoutOf(m); l != nil {
			s.sub.Store(l)
			return l.append(b, v, mode)
		}
	}
	return s.appendMessage(b, m.ProtoReflect(), mode)
}

// appendStrings appends a map with strings for keys and scalars for values,
// the usual kind. For others ok is false.
func (s *slot) appendStrings(b []byte, fv reflect.Value) (_ []byte, ok bool, err error) {
	switch m := fv.Interface().(type) {
	case map[string]string:
		b, err = appendStringMap(b, m, AppendString)
	case map[string]bool:
		b, err = appendStringMap(b, m, sure(AppendBool))
	case map[string]int32:
		b, err = appendStringMap(b, m, sure(AppendInt32))
	case map[string]int64:
		b, err = appendStringMap(b, m, sure(AppendInt64))
	case map[string]uint32:
		b, err = appendStringMap(b, m, sure(AppendUint32))
	case map[string]uint64:
		b, err = appendStringMap(b, m, sure(AppendUint64))
	case map[string]float32:
		b, err = appendStringMap(b, m, sure(AppendFloat32))
	case map[string]float64:
		b, err = appendStringMap(b, m, sure(AppendFloat64))
	default:
		return b, false, nil
	}
	return b, true, err
}

// sure makes a function that cannot fail one that could.
func sure[V any](f func([]byte, V) []byte) func([]byte, V) ([]byte, error) {
	return func(b []byte, v V) ([]byte, error) { return f(b, v), nil }
}

func appendStringMap[V any](b []byte, m map[string]V, value func([]byte, V) ([]byte, error)) (_ []byte, err error) {
	var buf [16]Entry[string, V]
	b = append(b, '{')
	for _, e := range SortedEntries(m, buf[:0]) {
		if b, err = AppendString(b, e.Key); err != nil {
			return b, err
		}
		if b, err = value(append(b, ':'), e.Value); err != nil {
			return b, err
		}
		b = append(b, ',')
	}
	return AppendClose(b), nil
}
