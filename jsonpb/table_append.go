package jsonpb

import (
	"cmp"
	"slices"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// append appends m, of the table's type, as an object.
func (t *table) append(b []byte, m protoreflect.Message, mode Mode) (_ []byte, err error) {
	b = append(b, '{')
	for i := range t.fields {
		f := &t.fields[i]
		v, ok := f.get(m, mode)
		if !ok {
			if f.required && mode&Partial == 0 {
				return b, NotSet(string(f.fd.Name()))
			}
			continue
		}
		if b, err = f.append(b, v, mode); err != nil {
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

// get returns the value of the field if it is to be written.
func (f *field) get(m protoreflect.Message, mode Mode) (v protoreflect.Value, ok bool) {
	if f.presence || f.shape == mapping {
		if m.Has(f.fd) || !f.presence && mode&EmitDefaults != 0 {
			return m.Get(f.fd), true
		}
		return v, false
	}
	// Without presence the value itself tells, which saves a look-up.
	v = m.Get(f.fd)
	if mode&EmitDefaults != 0 {
		return v, true
	}
	if f.shape == list {
		return v, v.List().Len() > 0
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
	return append(b, ','), err
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
	type entry struct {
		key   protoreflect.MapKey
		value protoreflect.Value
	}
	entries := make([]entry, 0, m.Len())
	m.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		entries = append(entries, entry{k, v})
		return true
	})
	var compare func(x, y entry) int
	switch f.key.kind {
	case protoreflect.StringKind:
		compare = func(x, y entry) int { return cmp.Compare(x.key.String(), y.key.String()) }
	case protoreflect.BoolKind:
		compare = func(x, y entry) int {
			if x.key.Bool() == y.key.Bool() {
				return 0
			} else if y.key.Bool() {
				return -1
			}
			return 1
		}
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		compare = func(x, y entry) int { return cmp.Compare(x.key.Uint(), y.key.Uint()) }
	default:
		compare = func(x, y entry) int { return cmp.Compare(x.key.Int(), y.key.Int()) }
	}
	slices.SortFunc(entries, compare)
	b = append(b, '{')
	for _, e := range entries {
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

func (f *field) appendKey(b []byte, k protoreflect.MapKey) (_ []byte, err error) {
	switch f.kind {
	case protoreflect.StringKind:
		b, err = AppendString(b, k.String())
	case protoreflect.BoolKind:
		b = append(AppendBool(append(b, '"'), k.Bool()), '"')
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		b = AppendUint64(b, k.Uint())
	default:
		b = AppendInt64(b, k.Int())
	}
	return append(b, ':'), err
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
	case t.wellKnown && t.desc.FullName() != emptyName:
		return appendWellKnown(b, m, mode)
	case t.messageSet:
		return appendForeign(b, m.Interface(), mode)
	}
	if g, ok := m.Interface().(Message); ok {
		return g.AppendProtoJSON(b, mode)
	}
	return t.append(b, m, mode)
}

// AppendExtensions appends the extension fields of m, each with a comma behind
// it.
func AppendExtensions(b []byte, m protoreflect.ProtoMessage, mode Mode) ([]byte, error) {
	return appendExtensions(b, m.ProtoReflect(), mode)
}

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
