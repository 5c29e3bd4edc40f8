package python

import (
	"errors"
	"math"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A decoder fills messages from the values of one request.
//
// protorpc works in two steps, which decides what is an error: first all values
// of a field are decoded, then those that are kept are validated. So a list
// for a field that is not repeated is its last element, and an element before
// it may have the wrong type, but may not be an unknown enum value.
type decoder struct {
	topName string // the name of the outermost message in errors, "" for its own
	level   int
	// lacks is the required field that is missing, at the level where it was
	// found. A field further out counts more.
	lacks      error
	lacksLevel int
}

// An element is one decoded value of a field.
type element struct {
	value protoreflect.Value
	null  bool
	err   error // does not fit into the field
}

// message fills m from o.
func (d *decoder) message(m protoreflect.Message, o *object) error {
	fields := m.Descriptor().Fields()
	var room [16]protoreflect.FieldNumber
	assigned := room[:0]
	d.level++
	for _, member := range o.members {
		fd, v := fields.ByTextName(member.name), member.value
		if fd == nil || v.kind == null {
			continue
		}
		if choice := fd.ContainingOneof(); choice != nil && m.WhichOneof(choice) != nil {
			return unreadable("more than one field of %s", choice.Name())
		}
		set, err := d.field(m, fd, v)
		if err != nil {
			return err
		}
		if set {
			assigned = append(assigned, fd.Number())
		}
	}
	d.level--
	for i := range fields.Len() {
		if fd := fields.Get(i); required(fd) && !slices.Contains(assigned, fd.Number()) {
			d.miss(m.Descriptor(), fd)
			break
		}
	}
	return nil
}

// miss notes a required field that is not there. It is an error only when
// everything else could be read.
func (d *decoder) miss(md protoreflect.MessageDescriptor, fd protoreflect.FieldDescriptor) {
	if d.lacks != nil && d.lacksLevel <= d.level {
		return
	}
	name := string(md.Name())
	if d.level == 0 && d.topName != "" {
		name = d.topName
	}
	d.lacks = unreadable("Message %s is missing required field %s", name, fd.TextName())
	d.lacksLevel = d.level
}

// field fills one field of m. It returns whether there was a value.
func (d *decoder) field(m protoreflect.Message, fd protoreflect.FieldDescriptor, v value) (bool, error) {
	if fd.IsMap() {
		return true, d.entries(m.Mutable(fd).Map(), fd, v)
	}
	items := []value{v}
	if v.kind == list && (fd.IsList() || !holdsList(fd)) {
		items = v.elements()
	}
	if len(items) == 0 {
		return false, nil
	}
	if fd.IsList() {
		return true, d.elements(m.Mutable(fd).List(), fd, items)
	}
	var e element
	for _, item := range items {
		var err error
		if e, err = d.element(fd, item, func() protoreflect.Value { return m.NewField(fd) }); err != nil {
			return false, err
		}
	}
	switch {
	case e.err != nil:
		return false, e.err
	case e.null && required(fd):
		return false, unreadable("Required field is missing")
	case e.null:
		return false, nil
	}
	m.Set(fd, e.value)
	return true, nil
}

// holdsList says whether a JSON list is one value of the field.
func holdsList(fd protoreflect.FieldDescriptor) bool {
	if fd.Message() == nil {
		return false
	}
	name := fd.Message().FullName()
	return name == "google.protobuf.ListValue" || name == "google.protobuf.Value"
}

func (d *decoder) elements(to protoreflect.List, fd protoreflect.FieldDescriptor, items []value) error {
	decoded := make([]element, len(items))
	for i, item := range items {
		var err error
		if decoded[i], err = d.element(fd, item, to.NewElement); err != nil {
			return err
		}
	}
	for _, e := range decoded {
		if e.null {
			return unreadable("Repeated values for field %s may not be None", fd.TextName())
		}
		if e.err != nil {
			return e.err
		}
		to.Append(e.value)
	}
	return nil
}

// entries fills a map. The original had none; the rules are those of canonical
// proto JSON with this system's scalars.
func (d *decoder) entries(to protoreflect.Map, fd protoreflect.FieldDescriptor, v value) error {
	if v.kind != dictionary {
		return misfit(fd, "object")
	}
	for _, member := range v.object.members {
		name := member.name
		key := value{kind: text, text: name}
		if fd.MapKey().Kind() == protoreflect.BoolKind && (name == "true" || name == "false") {
			key.kind = boolean
		}
		k := scalar(fd.MapKey(), key)
		if k.err != nil {
			return misfit(fd, "map with other keys")
		}
		e, err := d.element(fd.MapValue(), member.value, to.NewValue)
		switch {
		case err != nil:
			return err
		case e.null:
			return unreadable("Values for field %s may not be None", fd.TextName())
		case e.err != nil:
			return misfit(fd, "map with other values")
		}
		to.Set(k.value.MapKey(), e.value)
	}
	return nil
}

// element decodes one value of a field. The error is one of decoding;
// validation errors are in the element.
func (d *decoder) element(fd protoreflect.FieldDescriptor, v value, fresh func() protoreflect.Value) (element, error) {
	switch fd.Kind() {
	case protoreflect.EnumKind:
		n, ok := findEnum(fd.Enum(), v)
		if !ok {
			return element{}, unreadable(`Invalid enum value "%s"`, enumText(v))
		}
		return element{value: protoreflect.ValueOfEnum(n)}, nil
	case protoreflect.BytesKind:
		s := v.str()
		if !isASCII(s) {
			return element{}, unreadable("Base64 decoding error: not ASCII")
		}
		data, ok := decodeBytes(s)
		if !ok {
			return element{}, unreadable("Base64 decoding error: Incorrect padding")
		}
		return element{value: protoreflect.ValueOfBytes(data)}, nil
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return d.submessage(fd, v, fresh)
	}
	return scalar(fd, v), nil
}

// submessage decodes a message, also one of a well-known type.
func (d *decoder) submessage(fd protoreflect.FieldDescriptor, v value, fresh func() protoreflect.Value) (element, error) {
	md := fd.Message()
	out := fresh()
	e := element{value: out}
	switch {
	case wellKnown(md.FullName()) == nil:
		if v.kind != dictionary {
			return e, misfit(fd, "object")
		}
		return e, d.message(out.Message(), v.object)
	case md.FullName() == "google.protobuf.Timestamp":
		if v.kind != text {
			return e, misfit(fd, "time")
		}
		t, err := parseTime(v.text)
		if err != nil {
			return e, unreadable("Field %s: %v", fd.TextName(), err)
		}
		return e, transfer(out.Message(), timestamppb.New(t))
	case md.Fields().Len() == 1 && md.Fields().Get(0).Name() == "value":
		inner, err := d.element(md.Fields().Get(0), v, nil)
		if err == nil && inner.err == nil && !inner.null {
			out.Message().Set(md.Fields().Get(0), inner.value)
		}
		e.null, e.err = inner.null, inner.err
		return e, err
	}
	options := protojson.UnmarshalOptions{DiscardUnknown: true}
	if err := options.Unmarshal(v.appendJSON(nil), out.Message().Interface()); err != nil {
		return e, misfit(fd, string(md.Name()))
	}
	return e, nil
}

// transfer copies t into m, which may be of another Go type.
func transfer(m protoreflect.Message, t proto.Message) error {
	data, err := proto.Marshal(t)
	if err != nil {
		return err
	}
	return proto.Unmarshal(data, m.Interface())
}

// scalar decodes and validates a number, boolean or string.
func scalar(fd protoreflect.FieldDescriptor, v value) element {
	if v.kind == null {
		return element{null: true}
	}
	switch fd.Kind() {
	case protoreflect.StringKind:
		if v.kind == text {
			return element{value: protoreflect.ValueOfString(v.text)}
		}
		return element{err: misfit(fd, "string")}
	case protoreflect.BoolKind:
		if v.kind == boolean {
			return element{value: protoreflect.ValueOfBool(v.text == "true")}
		}
		return element{err: misfit(fd, "boolean")}
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return floating(fd, v)
	}
	return integral(fd, v)
}

func floating(fd protoreflect.FieldDescriptor, v value) element {
	literal := v.text
	switch {
	case v.kind == boolean && literal == "true":
		literal = "1"
	case v.kind == boolean:
		literal = "0"
	case v.kind == list || v.kind == dictionary:
		return element{err: misfit(fd, "number")}
	}
	f, err := parseFloat(literal)
	if err != nil || v.kind == integer && math.IsInf(f, 0) {
		// An integer too large for a float is an error, a float is infinite.
		return element{err: misfit(fd, "number")}
	}
	if fd.Kind() == protoreflect.FloatKind {
		return element{value: protoreflect.ValueOfFloat32(float32(f))}
	}
	return element{value: protoreflect.ValueOfFloat64(f)}
}

// integral decodes an integer. True is 1, and a number with a fraction or
// exponent is none, whatever its value.
func integral(fd protoreflect.FieldDescriptor, v value) element {
	digits := v.text
	switch {
	case v.kind == boolean && digits == "true":
		digits = "1"
	case v.kind == boolean:
		digits = "0"
	case v.kind != integer && v.kind != text:
		return element{err: misfit(fd, "integer")}
	}
	var out protoreflect.Value
	var err error
	switch fd.Kind() {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		var n int64
		n, err = parseInt(digits, 32)
		out = protoreflect.ValueOfInt32(int32(n))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		var n int64
		n, err = parseInt(digits, 64)
		out = protoreflect.ValueOfInt64(n)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		var n uint64
		n, err = parseUint(digits, 32)
		out = protoreflect.ValueOfUint32(uint32(n))
	default:
		var n uint64
		n, err = parseUint(digits, 64)
		out = protoreflect.ValueOfUint64(n)
	}
	switch {
	case errors.Is(err, errRange):
		return element{err: unreadable("Value out of range for field %s", fd.TextName())}
	case err != nil:
		return element{err: misfit(fd, "integer")}
	}
	return element{value: out}
}

// findEnum looks an enum value up: by name, or by number if v is a JSON integer
// or boolean.
func findEnum(ed protoreflect.EnumDescriptor, v value) (protoreflect.EnumNumber, bool) {
	var found protoreflect.EnumValueDescriptor
	switch v.kind {
	case text:
		found = ed.Values().ByName(protoreflect.Name(v.text))
	case integer:
		if n, err := parseInt(v.text, 32); err == nil {
			found = ed.Values().ByNumber(protoreflect.EnumNumber(n))
		}
	case boolean:
		n := protoreflect.EnumNumber(0)
		if v.text == "true" {
			n = 1
		}
		found = ed.Values().ByNumber(n)
	}
	if found == nil {
		return 0, false
	}
	return found.Number(), true
}

// enumText is how a rejected enum value is shown: nothing for what Python takes
// for false.
func enumText(v value) string {
	if v.falsy() {
		return ""
	}
	return shorten(v.str())
}

// misfit is the error for a value of the wrong type. The original showed the
// value and the names of Python types; those texts are not imitated.
func misfit(fd protoreflect.FieldDescriptor, want string) error {
	return unreadable("Expected type %s for field %s", want, fd.TextName())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
