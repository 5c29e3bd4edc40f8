package bind

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Most requests have a few scalar fields, and most messages are structs with
// exported fields (the open API of protoc-gen-go). Through protoreflect each costs
// two allocations, and most of the time that binding takes; by its place in the
// struct, none but for that of an optional field. Everything else goes through
// protoreflect.

// findStruct notes the struct that messages of the type are as a rule, and the
// places of scalar fields in it.
func (t *table) findStruct() {
	mt, err := protoregistry.GlobalTypes.FindMessageByName(t.desc.FullName())
	if err != nil || mt.Descriptor() != t.desc {
		return
	}
	typ := reflect.TypeOf(mt.Zero().Interface())
	if typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct {
		return
	}
	t.goType = typ
	for i := range typ.Elem().NumField() {
		sf := typ.Elem().Field(i)
		f := t.byNumber(sf.Tag.Get("protobuf"))
		switch {
		case f == nil || !sf.IsExported():
		case f.fits(sf.Type):
			f.at = i
		case f.fitsPart(sf.Type):
			f.partAt = i
		}
	}
}

// findPlaces notes what [findPlace] looks for: of few names, those of fields that
// the query may fill and setStruct can, and which stand in a query as they are.
func (p *Plan) findPlaces() {
	for _, e := range p.table.few {
		if e.f.at >= 0 && !p.inPath.has(e.f.index) && protoreflect.Name(e.text).IsValid() {
			p.places = append(p.places, e)
		}
	}
}

// byNumber returns the field that a struct tag such as "varint,1,opt,name=a"
// is for, or nil.
func (t *table) byNumber(tag string) *field {
	parts := strings.SplitN(tag, ",", 3)
	if len(parts) < 3 {
		return nil
	}
	n, err := strconv.ParseInt(parts[1], 10, 32)
	if err != nil {
		return nil
	}
	desc := t.desc.Fields().ByNumber(protoreflect.FieldNumber(n))
	if desc == nil {
		return nil
	}
	return t.fields[desc.Index()]
}

var protoMessage = reflect.TypeFor[proto.Message]()

// fitsPart reports whether a struct field of this type holds the message that
// the field is.
func (f *field) fitsPart(typ reflect.Type) bool {
	return f.desc.Message() != nil && !f.list && !f.desc.IsMap() && f.oneof == nil &&
		typ.Kind() == reflect.Pointer && typ.Elem().Kind() == reflect.Struct && typ.Implements(protoMessage)
}

// fits reports whether a struct field of this type can be set by setStruct.
func (f *field) fits(typ reflect.Type) bool {
	if f.shape != scalar || f.list || f.oneof != nil {
		return false
	}
	if f.presence != (typ.Kind() == reflect.Pointer) {
		return false
	}
	if f.presence {
		typ = typ.Elem()
	}
	switch f.desc.Kind() {
	case protoreflect.StringKind:
		return typ.Kind() == reflect.String
	case protoreflect.BoolKind:
		return typ.Kind() == reflect.Bool
	case protoreflect.EnumKind, protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return typ.Kind() == reflect.Int32
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return typ.Kind() == reflect.Int64
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return typ.Kind() == reflect.Uint32
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return typ.Kind() == reflect.Uint64
	case protoreflect.FloatKind:
		return typ.Kind() == reflect.Float32
	case protoreflect.DoubleKind:
		return typ.Kind() == reflect.Float64
	}
	return false
}

// setStruct is set for a field with a place in the struct s. The usual kinds go
// there straight: a protoreflect.Value on the way, and the dynamic calls that ask
// the descriptor for the kind, took half the time of a small parameter. plain says
// that the text is known to be ASCII.
func (f *field) setStruct(s reflect.Value, text string, plain bool) problem {
	if f.presence {
		return f.setOptional(s, text)
	}
	switch f.kind {
	case protoreflect.StringKind:
		if !plain && !utf8.ValidString(text) {
			return notUTF8
		}
		s.Field(f.at).SetString(text)
		return ""
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		n, p := parseInt(text, 64)
		if p == "" {
			s.Field(f.at).SetInt(n)
		}
		return p
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, p := parseInt(text, 32)
		if p == "" {
			s.Field(f.at).SetInt(n)
		}
		return p
	case protoreflect.EnumKind:
		for i := range f.names {
			if f.names[i].text == text {
				s.Field(f.at).SetInt(int64(f.names[i].number))
				return ""
			}
		}
	}
	v, p := parseScalar(f.desc, text)
	if p == "" {
		setValue(s.Field(f.at), f.kind, v)
	}
	return p
}

// setOptional is setStruct for a field that is a pointer.
func (f *field) setOptional(s reflect.Value, text string) problem {
	v, p := parseScalar(f.desc, text)
	if p != "" {
		return p
	}
	dst := s.Field(f.at)
	dst.Set(reflect.New(dst.Type().Elem()))
	setValue(dst.Elem(), f.kind, v)
	return ""
}

// setValue puts v into a struct field that fits it.
func setValue(dst reflect.Value, kind protoreflect.Kind, v protoreflect.Value) {
	switch dst.Kind() {
	case reflect.String:
		dst.SetString(v.String())
	case reflect.Bool:
		dst.SetBool(v.Bool())
	case reflect.Int32, reflect.Int64:
		if kind == protoreflect.EnumKind {
			dst.SetInt(int64(v.Enum()))
		} else {
			dst.SetInt(v.Int())
		}
	case reflect.Uint32, reflect.Uint64:
		dst.SetUint(v.Uint())
	default:
		dst.SetFloat(v.Float())
	}
}
