package java

import (
	"math"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// textNull is the fault of an element or entry that is null, which a message
// cannot hold; a property that is null stays unset. The functions here report
// null as an invalid value.
const textNull = "is null, which a list or map cannot hold"

// scalarAt returns value i as a scalar.
func (d *document) scalarAt(i uint32) scalar {
	s := scalar{kind: d.nodes[i].kind}
	switch s.kind {
	case kindInt, kindFloat:
		s.text = string(d.raw(i))
	case kindString:
		s.text = d.str(i)
	}
	return s
}

// object fills m from object i. Members without a field are ignored, of those
// that stand twice the last counts.
func (d *document) object(m protoreflect.Message, i uint32) *fault {
	fields := m.Descriptor().Fields()
	var few [32]uint32
	last := few[:]
	if fields.Len() > len(few) {
		last = make([]uint32, fields.Len())
	}
	d.members(fields, i, last)
	for n := range fields.Len() {
		if last[n] == 0 {
			continue
		}
		fd := fields.Get(n)
		if _, f := d.property(m, fd, last[n]); f != nil {
			return f.in(fd.JSONName())
		}
	}
	return nil
}

// members notes for each field the index of the last member of object i that
// has its name. It is never 0, the index of the body itself.
func (d *document) members(fields protoreflect.FieldDescriptors, i uint32, last []uint32) {
	for k := i + 1; k < d.nodes[i].next; k = d.nodes[k+1].next {
		if fd := fields.ByJSONName(d.str(k)); fd != nil {
			last[fd.Index()] = k + 1
		}
	}
}

// property sets a field to value i and reports whether that is not null.
func (d *document) property(m protoreflect.Message, fd protoreflect.FieldDescriptor, i uint32) (set bool, f *fault) {
	isFree := fd.Message() != nil && fd.Message().FullName() == nameValue
	if d.nodes[i].kind == kindNull && (!isFree || fd.Cardinality() == protoreflect.Repeated) {
		return false, nil
	}
	switch {
	case fd.IsList():
		return true, d.list(m.Mutable(fd).List(), fd, i)
	case fd.IsMap():
		return true, d.entries(m.Mutable(fd).Map(), fd, i)
	}
	v, f := d.value(fd, i, func() protoreflect.Value { return m.NewField(fd) })
	if f != nil || !v.IsValid() {
		return false, f
	}
	m.Set(fd, v)
	return true, nil
}

func (d *document) list(l protoreflect.List, fd protoreflect.FieldDescriptor, i uint32) *fault {
	if d.nodes[i].kind != kindList {
		return &fault{text: "is not a list"}
	}
	n := 0
	for e := i + 1; e < d.nodes[i].next; e = d.nodes[e].next {
		v, f := d.value(fd, e, l.NewElement)
		if f == nil && !v.IsValid() {
			f = &fault{text: textNull}
		}
		if f != nil {
			return f.in("[" + strconv.Itoa(n) + "]")
		}
		l.Append(v)
		n++
	}
	return nil
}

// entries fills a map. The name of a wrong entry, which is the caller's, is not
// part of its place.
func (d *document) entries(m protoreflect.Map, fd protoreflect.FieldDescriptor, i uint32) *fault {
	if d.nodes[i].kind != kindObject {
		return &fault{text: "is not an object"}
	}
	last := make(map[string]uint32)
	for k := i + 1; k < d.nodes[i].next; k = d.nodes[k+1].next {
		last[d.str(k)] = k + 1
	}
	for k := i + 1; k < d.nodes[i].next; k = d.nodes[k+1].next {
		name := d.str(k)
		if last[name] != k+1 {
			continue
		}
		key, f := convert(fd.MapKey(), scalar{kind: kindString, text: name})
		if f != nil || !key.IsValid() {
			return &fault{text: "has a name that is no key of it"}
		}
		v, f := d.value(fd.MapValue(), k+1, m.NewValue)
		if f == nil && !v.IsValid() {
			f = &fault{text: textNull}
		}
		if f != nil {
			return f
		}
		m.Set(key.MapKey(), v)
	}
	return nil
}

// value returns value i for a singular field, an element or an entry. newValue
// makes the message that it fills if it is one.
func (d *document) value(fd protoreflect.FieldDescriptor, i uint32, newValue func() protoreflect.Value) (v protoreflect.Value, f *fault) {
	k := d.nodes[i].kind
	switch {
	case fd.Message() != nil:
		return d.message(i, newValue())
	case fd.Kind() == protoreflect.BytesKind && k == kindList:
		return d.byteList(i)
	}
	return convert(fd, d.scalarAt(i))
}

// byteList reads bytes from a list of numbers from -128 to 255.
func (d *document) byteList(i uint32) (v protoreflect.Value, f *fault) {
	b := []byte{}
	for e := i + 1; e < d.nodes[i].next; e = d.nodes[e].next {
		s := d.scalarAt(e)
		n, _, f := toInt(s, 32)
		if f != nil || s.kind != kindInt && s.kind != kindFloat || n < math.MinInt8 || n > math.MaxUint8 {
			f = &fault{text: "is not a byte"}
			return v, f.in("[" + strconv.Itoa(len(b)) + "]")
		}
		b = append(b, byte(n))
	}
	return protoreflect.ValueOfBytes(b), nil
}

// message reads value i into the empty message in v.
func (d *document) message(i uint32, v protoreflect.Value) (protoreflect.Value, *fault) {
	m := v.Message()
	switch md := m.Descriptor(); {
	case md.FullName() == nameValue:
		return v, d.free(m, i)
	case d.nodes[i].kind == kindNull:
		return protoreflect.Value{}, nil
	case md.FullName() == nameStruct, md.FullName() == nameListValue:
		fd := md.Fields().ByNumber(1)
		if fd.IsMap() {
			return v, d.entries(m.Mutable(fd).Map(), fd, i)
		}
		return v, d.list(m.Mutable(fd).List(), fd, i)
	case md.FullName() == nameAny:
		return v, canonicalMessage(m, d.appendJSON(nil, i))
	case isScalarMessage(md):
		return scalarMessage(v, d.scalarAt(i))
	}
	if d.nodes[i].kind != kindObject {
		return v, &fault{text: "is not an object"}
	}
	return v, d.object(m, i)
}

// free reads any value.
func (d *document) free(m protoreflect.Message, i uint32) *fault {
	fields := m.Descriptor().Fields()
	switch s := d.scalarAt(i); s.kind {
	case kindNull:
		m.Set(fields.ByName("null_value"), protoreflect.ValueOfEnum(0))
	case kindTrue, kindFalse:
		m.Set(fields.ByName("bool_value"), protoreflect.ValueOfBool(s.kind == kindTrue))
	case kindInt, kindFloat:
		x, _, _ := toFloat(s, 64)
		if math.IsInf(x, 0) {
			return &fault{text: "is a number that is too large"}
		}
		m.Set(fields.ByName("number_value"), protoreflect.ValueOfFloat64(x))
	case kindString:
		m.Set(fields.ByName("string_value"), protoreflect.ValueOfString(s.text))
	case kindObject:
		inner := m.Mutable(fields.ByName("struct_value")).Message()
		fd := inner.Descriptor().Fields().ByNumber(1)
		return d.entries(inner.Mutable(fd).Map(), fd, i)
	case kindList:
		inner := m.Mutable(fields.ByName("list_value")).Message()
		fd := inner.Descriptor().Fields().ByNumber(1)
		return d.list(inner.Mutable(fd).List(), fd, i)
	}
	return nil
}

// isScalarMessage reports whether values of a message type are written as a
// JSON scalar, and so may come from a parameter.
func isScalarMessage(md protoreflect.MessageDescriptor) bool {
	switch md.FullName() {
	case nameTimestamp, nameDuration, nameFieldMask, nameValue:
		return true
	}
	return isWrapper(md)
}

// scalarMessage reads s into the empty message in v, which is one of
// isScalarMessage.
func scalarMessage(v protoreflect.Value, s scalar) (protoreflect.Value, *fault) {
	if s.kind == kindNull {
		return protoreflect.Value{}, nil
	}
	m := v.Message()
	fields := m.Descriptor().Fields()
	if isWrapper(m.Descriptor()) {
		inner, f := convert(fields.ByNumber(1), s)
		if f != nil || !inner.IsValid() {
			return protoreflect.Value{}, f
		}
		m.Set(fields.ByNumber(1), inner)
		return v, nil
	}
	text, f := toText(s)
	if f != nil {
		return v, f
	}
	switch m.Descriptor().FullName() {
	case nameValue:
		m.Set(fields.ByName("string_value"), protoreflect.ValueOfString(text))
		return v, nil
	case nameTimestamp:
		seconds, nanos, ok := parseTime(text)
		if !ok {
			return v, &fault{text: "is not a date or time of RFC 3339", date: true}
		}
		m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64(seconds))
		m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32(int32(nanos)))
		return v, nil
	}
	return v, canonicalMessage(m, appendText(nil, text))
}

// canonicalMessage reads the proto JSON of a message that Java does not have.
func canonicalMessage(m protoreflect.Message, json []byte) *fault {
	if err := jsonpb.Unmarshal(json, m.Interface(), jsonpb.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: DefaultDepth}); err != nil {
		name := string(m.Descriptor().FullName())
		return &fault{text: "is not of type " + name[strings.LastIndexByte(name, '.')+1:]}
	}
	return nil
}
