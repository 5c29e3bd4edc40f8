package jsonpb

import (
	"math"
	"reflect"
	"slices"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// readTable reads the object of a message without methods of its own, in the
// fastest way that there is.
func (d *Decoder) readTable(t *table, m protoreflect.Message) {
	x := m.Interface()
	if l := t.layoutOf(x); l != nil {
		l.read(d, reflect.ValueOf(x))
		return
	}
	if methods := m.ProtoMethods(); methods != nil && methods.Unmarshal != nil {
		d.readWire(t, m)
		return
	}
	t.read(d, m)
}

// read reads an object into m, of the table's type.
func (t *table) read(d *Decoder, m protoreflect.Message) {
	var few [2]uint64
	seen := few[:]
	if t.bits > 64*len(few) {
		seen = make([]uint64, (t.bits+63)/64)
	}
	var extensions []protoreflect.FieldNumber
	for i := d.Object(&t.members); i != End; i = d.Next(&t.members, i) {
		if i == t.typeField && d.open == d.typeAt {
			d.unknown([]byte("@type"))
			continue
		}
		if i == Unknown {
			d.extend(d.name, m.Interface(), &extensions)
			continue
		}
		f := &t.fields[i]
		if !d.Nullable(&seen[i/64], 1<<(i%64)) || !f.nullable && d.null() {
			continue
		}
		if f.oneof >= 0 && !d.Oneof(&seen[f.oneof/64], 1<<(f.oneof%64)) {
			continue
		}
		f.read(d, m)
	}
	for _, f := range t.required {
		d.Require(m.Has(f.fd), string(f.fd.Name()))
	}
	d.EndObject()
}

// Extension is called for a member that is no field, in messages that may be
// extended. seen holds the extensions that were there before.
func (d *Decoder) Extension(msg protoreflect.ProtoMessage, seen *[]protoreflect.FieldNumber) {
	d.extend(d.name, msg, seen)
}

func (d *Decoder) extend(name []byte, msg protoreflect.ProtoMessage, seen *[]protoreflect.FieldNumber) {
	if !isExtensionName(name) {
		d.unknown(name)
		return
	}
	m := msg.ProtoReflect()
	if f := d.extension(name, m.Descriptor(), seen); f != nil && (f.nullable || !d.null()) {
		f.read(d, m)
	}
}

// extension returns the field of the extension with that name. If there is
// none, the member is dealt with.
func (d *Decoder) extension(name []byte, md protoreflect.MessageDescriptor, seen *[]protoreflect.FieldNumber) *field {
	if !isExtensionName(name) {
		d.unknown(name)
		return nil
	}
	xt, err := protoregistry.GlobalTypes.FindExtensionByName(protoreflect.FullName(name[1 : len(name)-1]))
	if err != nil {
		if err == protoregistry.NotFound {
			d.unknown(name)
			return nil
		}
		d.fail(d.key, "not an extension")
		d.cause = err
		return nil
	}
	fd := xt.TypeDescriptor()
	if !md.ExtensionRanges().Has(fd.Number()) || fd.ContainingMessage().FullName() != md.FullName() {
		d.fail(d.key, "not an extension of this message")
		return nil
	}
	if slices.Contains(*seen, fd.Number()) {
		d.fail(d.key, "duplicate field")
		return nil
	}
	*seen = append(*seen, fd.Number())
	return extensionField(fd)
}

// read reads the field's value into m.
func (f *field) read(d *Decoder, m protoreflect.Message) {
	switch f.shape {
	case list:
		if d.i < len(d.data) && d.data[d.i] == '[' {
			f.readList(d, m.Mutable(f.fd).List())
		} else {
			d.wrong("a list")
		}
	case mapping:
		if d.i < len(d.data) && d.data[d.i] == '{' {
			f.readMap(d, m.Mutable(f.fd).Map())
		} else {
			d.wrong("an object")
		}
	default:
		if f.kind == protoreflect.MessageKind || f.kind == protoreflect.GroupKind {
			f.readMessage(d, m.Mutable(f.fd).Message())
			return
		}
		if v, ok := f.readScalar(d); ok {
			m.Set(f.fd, v)
		}
	}
}

func (f *field) readList(d *Decoder, l protoreflect.List) {
	message := f.kind == protoreflect.MessageKind || f.kind == protoreflect.GroupKind
	for ok := d.Elements(); ok; ok = d.More() {
		if message {
			v := l.NewElement()
			f.readMessage(d, v.Message())
			l.Append(v)
			continue
		}
		if v, ok := f.readScalar(d); ok {
			l.Append(v)
		}
	}
}

func (f *field) readMap(d *Decoder, m protoreflect.Map) {
	for k := d.openObject(); k != nil; k = d.nextKey() {
		at, n := d.key, m.Len()
		key, ok := f.key.readKey(d, k)
		if !ok {
			break
		}
		switch f.value.kind {
		case protoreflect.MessageKind, protoreflect.GroupKind:
			v := m.NewValue()
			f.value.readMessage(d, v.Message())
			m.Set(key, v)
		case protoreflect.EnumKind: // its value may be ignored, but not its key
			if m.Has(key) {
				d.fail(at, "duplicate key")
			} else if v, ok := f.value.readScalar(d); ok {
				m.Set(key, v)
			}
			continue
		default:
			if v, ok := f.value.readScalar(d); ok {
				m.Set(key, v)
			}
		}
		if m.Len() == n {
			d.fail(at, "duplicate key")
		}
	}
}

func (f *field) readMessage(d *Decoder, m protoreflect.Message) {
	t := f.table()
	switch {
	case t.wellKnown && m.ProtoMethods() == nil: // dynamicpb
		d.readTwin(t, m)
		return
	case t.wellKnown:
		d.readWellKnown(m)
		return
	case t.messageSet:
		d.readForeign(m.Interface())
		return
	}
	if g, ok := m.Interface().(Message); ok {
		g.UnmarshalProtoJSON(d)
		return
	}
	d.readTable(t, m)
}

// readScalar reads a value that is no message. It reports whether there is
// one: not after an error, nor for an unknown enum name that is ignored.
func (f *field) readScalar(d *Decoder) (v protoreflect.Value, ok bool) {
	switch f.kind {
	case protoreflect.StringKind:
		v = protoreflect.ValueOfString(d.String())
	case protoreflect.BoolKind:
		v = protoreflect.ValueOfBool(d.Bool())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		v = protoreflect.ValueOfInt32(d.Int32())
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		v = protoreflect.ValueOfUint32(d.Uint32())
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		v = protoreflect.ValueOfInt64(d.Int64())
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		v = protoreflect.ValueOfUint64(d.Uint64())
	case protoreflect.FloatKind:
		v = protoreflect.ValueOfFloat32(d.Float32())
	case protoreflect.DoubleKind:
		v = protoreflect.ValueOfFloat64(d.Float64())
	case protoreflect.BytesKind:
		v = protoreflect.ValueOfBytes(d.Bytes())
	case protoreflect.EnumKind:
		n, ok := f.enum.read(d)
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(n)), ok
	}
	return v, !d.failed
}

func (e *enum) read(d *Decoder) (int32, bool) {
	if e.null {
		v, ok := d.NullValue()
		return int32(v), ok
	}
	return d.Enum(func(name []byte) (int32, bool) {
		n, ok := e.numbers[string(name)]
		return n, ok
	})
}

func (f *field) readKey(d *Decoder, name []byte) (k protoreflect.MapKey, ok bool) {
	switch f.kind {
	case protoreflect.StringKind:
		k = protoreflect.ValueOfString(d.keep(name)).MapKey()
	case protoreflect.BoolKind:
		k = protoreflect.ValueOfBool(d.BoolKey(name)).MapKey()
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		k = protoreflect.ValueOfInt32(d.Int32Key(name)).MapKey()
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		k = protoreflect.ValueOfUint32(d.Uint32Key(name)).MapKey()
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		k = protoreflect.ValueOfInt64(d.Int64Key(name)).MapKey()
	default:
		k = protoreflect.ValueOfUint64(d.Uint64Key(name)).MapKey()
	}
	return k, !d.failed
}

// The keys of maps are numbers in strings; a sign and leading zeros may stand
// before them.

// StringKey returns the key of a map.
func (d *Decoder) StringKey(name []byte) string { return d.keep(name) }

// BoolKey returns the key of a map.
func (d *Decoder) BoolKey(name []byte) bool {
	if string(name) != "true" && string(name) != "false" {
		d.fail(d.key, "want true or false as key")
	}
	return string(name) == "true"
}

// Int32Key returns the key of a map.
func (d *Decoder) Int32Key(name []byte) int32 { return int32(d.signedKey(name, 32, wantInt32)) }

// Int64Key returns the key of a map.
func (d *Decoder) Int64Key(name []byte) int64 { return d.signedKey(name, 64, wantInt64) }

func (d *Decoder) signedKey(name []byte, bits int, want string) int64 {
	v, err := strconv.ParseInt(string(name), 10, bits)
	if err != nil {
		d.fail(d.key, "want "+want+" as key")
		return 0
	}
	return v
}

// Uint32Key returns the key of a map.
func (d *Decoder) Uint32Key(name []byte) uint32 {
	return uint32(d.unsignedKey(name, math.MaxUint32, wantUint32))
}

// Uint64Key returns the key of a map.
func (d *Decoder) Uint64Key(name []byte) uint64 {
	return d.unsignedKey(name, math.MaxUint64, wantUint64)
}

func (d *Decoder) unsignedKey(name []byte, limit uint64, want string) uint64 {
	v, err := strconv.ParseUint(string(name), 10, 64)
	if err != nil || v > limit {
		d.fail(d.key, "want "+want+" as key")
		return 0
	}
	return v
}
