package jsonpb

import (
	"reflect"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// read reads an object into the empty message that v points to.
func (l *layout) read(d *Decoder, v reflect.Value) {
	var few [2]uint64
	seen := few[:]
	if l.table.bits > 64*len(few) {
		seen = make([]uint64, (l.table.bits+63)/64)
	}
	msg := v.Interface().(proto.Message)
	v = v.Elem()
	var extensions []protoreflect.FieldNumber
	for i := d.Object(&l.table.members); i != End; i = d.Next(&l.table.members, i) {
		if i == l.table.typeField && d.open == d.typeAt {
			d.unknown([]byte("@type"))
			continue
		}
		if i == Unknown {
			d.extend(d.name, msg, &extensions)
			continue
		}
		f := &l.table.fields[i]
		if !d.Nullable(&seen[i/64], 1<<(i%64)) || !f.nullable && d.null() {
			continue
		}
		if f.oneof >= 0 && !d.Oneof(&seen[f.oneof/64], 1<<(f.oneof%64)) {
			continue
		}
		if s := &l.slots[i]; s.index < 0 || !s.read(d, v.Field(s.index)) {
			f.read(d, msg.ProtoReflect())
		}
	}
	for _, f := range l.table.required {
		d.Require(msg.ProtoReflect().Has(f.fd), string(f.fd.Name()))
	}
	d.EndObject()
}

// read reads the field's value into its place. It reports false, having read
// nothing, if protoreflect has to do it.
func (s *slot) read(d *Decoder, fv reflect.Value) bool {
	switch s.shape {
	case list:
		s.readList(d, fv)
		return true
	case mapping:
		return readStringMap(d, fv)
	}
	if !s.pointer {
		s.readOne(d, fv)
		return true
	}
	if p := reflect.New(fv.Type().Elem()); s.readOne(d, p.Elem()) {
		fv.Set(p)
	}
	return true
}

// readOne reads a single value and sets v to it. It reports whether there is
// one: not after an error, nor for an unknown enum name that is ignored.
func (s *slot) readOne(d *Decoder, v reflect.Value) bool {
	switch s.kind {
	case protoreflect.StringKind:
		v.SetString(d.String())
	case protoreflect.BoolKind:
		v.SetBool(d.Bool())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		v.SetInt(int64(d.Int32()))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		v.SetUint(uint64(d.Uint32()))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		v.SetInt(d.Int64())
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		v.SetUint(d.Uint64())
	case protoreflect.FloatKind:
		v.SetFloat(float64(d.Float32()))
	case protoreflect.DoubleKind:
		v.SetFloat(d.Float64())
	case protoreflect.BytesKind:
		v.SetBytes(d.Bytes())
	case protoreflect.EnumKind:
		n, ok := s.enum.read(d)
		if ok {
			v.SetInt(int64(n))
		}
		return ok
	default:
		p := reflect.New(v.Type().Elem())
		s.readMessage(d, p)
		v.Set(p)
	}
	return !d.failed
}

// readMessage reads into the empty message that p points to.
func (s *slot) readMessage(d *Decoder, p reflect.Value) {
	if s.generated {
		p.Interface().(Message).UnmarshalProtoJSON(d)
		return
	}
	// Empty is well known where it is read only.
	if l := s.sub.Load(); l != nil && l.typ == p.Type() && !l.table.wellKnown {
		l.read(d, p)
		return
	}
	m := p.Interface().(proto.Message)
	if t := s.table(); !t.wellKnown && !t.messageSet {
		if l := t.layoutOf(m); l != nil {
			s.sub.Store(l)
			l.read(d, p)
			return
		}
	}
	s.field.readMessage(d, m.ProtoReflect())
}

func (s *slot) readList(d *Decoder, fv reflect.Value) {
	switch l := fv.Addr().Interface().(type) {
	case *[]string:
		*l = List(d, (*Decoder).String)
	case *[]bool:
		*l = NumberList(d, (*Decoder).Bool)
	case *[]int32:
		*l = NumberList(d, (*Decoder).Int32)
	case *[]int64:
		*l = NumberList(d, (*Decoder).Int64)
	case *[]uint32:
		*l = NumberList(d, (*Decoder).Uint32)
	case *[]uint64:
		*l = NumberList(d, (*Decoder).Uint64)
	case *[]float32:
		*l = NumberList(d, (*Decoder).Float32)
	case *[]float64:
		*l = NumberList(d, (*Decoder).Float64)
	case *[][]byte:
		*l = List(d, (*Decoder).Bytes)
	default: // of messages or enum values
		n := 0
		for ok := d.Elements(); ok; ok = d.More() {
			if n == fv.Cap() {
				fv.Grow(max(n, 1))
			}
			fv.SetLen(n + 1)
			if s.readOne(d, fv.Index(n)) {
				n++
			}
			fv.SetLen(n)
		}
	}
}

// readStringMap reads a map with strings for keys and scalars for values, the
// usual kind. It reports false, having read nothing, for others.
func readStringMap(d *Decoder, fv reflect.Value) bool {
	switch m := fv.Addr().Interface().(type) {
	case *map[string]string:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).String)
	case *map[string]bool:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Bool)
	case *map[string]int32:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Int32)
	case *map[string]int64:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Int64)
	case *map[string]uint32:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Uint32)
	case *map[string]uint64:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Uint64)
	case *map[string]float32:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Float32)
	case *map[string]float64:
		*m = Map(d, (*Decoder).StringKey, (*Decoder).Float64)
	default:
		return false
	}
	return true
}
