package java

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxWriteDepth is how deep values may nest in a reply. It is the limit that
// the protobuf runtime has for reading, so every message that came off a wire
// can be written.
const maxWriteDepth = 10000

var (
	errNotUTF8   = errors.New("a string is not UTF-8")
	errWriteDeep = errors.New("the message nests too deep")
)

// Append appends m to dst as the original's JSON and returns the extended
// buffer. With pretty, every member stands on a line of its own, indented by
// one space for each level, and empty objects and lists are "{ }" and "[ ]";
// without, there is no white space.
//
// Fields come in the order of their declaration under their lowerCamel names.
// What a Java bean holds as null is left out: a field that is not set, an empty
// list, map or byte string. A number or bool without presence is a Java
// primitive: it always has a value, which is always written. A message whose
// only field is the repeated field "items" stands for a list answer and keeps
// its empty list, as a google.protobuf.Struct stands for a map. 64-bit integers
// are strings, floating point numbers follow Double.toString, bytes are
// URL-safe base64 without padding, times have three decimals and end in Z.
//
// A message that has no such form (a string that is not UTF-8, a time out of
// range) is an error, with dst returned as it was.
func Append(dst []byte, m proto.Message, pretty bool) ([]byte, error) {
	w := writer{dst: dst, pretty: pretty}
	if err := w.answer(m.ProtoReflect()); err != nil {
		return dst, fmt.Errorf("writing %s: %w", m.ProtoReflect().Descriptor().FullName(), err)
	}
	return w.dst, nil
}

// A writer appends JSON in the layout of the original's pretty printer.
type writer struct {
	dst    []byte
	pretty bool
	depth  int
}

// open begins an object or list.
func (w *writer) open(bracket byte) error {
	if w.depth++; w.depth > maxWriteDepth {
		return errWriteDeep
	}
	w.dst = append(w.dst, bracket)
	return nil
}

// next begins member number n of an object or list.
func (w *writer) next(n int) {
	if n > 0 {
		w.dst = append(w.dst, ',')
	}
	w.newline()
}

// key writes the name of a member, which needs no escapes, and its colon.
func (w *writer) key(name string) {
	w.dst = append(w.dst, '"')
	w.dst = append(w.dst, name...)
	w.dst = append(w.dst, '"')
	w.colon()
}

func (w *writer) colon() {
	w.dst = append(w.dst, ':')
	if w.pretty {
		w.dst = append(w.dst, ' ')
	}
}

// close ends an object or list of n members.
func (w *writer) close(bracket byte, n int) {
	w.depth--
	switch {
	case n > 0:
		w.newline()
	case w.pretty:
		w.dst = append(w.dst, ' ')
	}
	w.dst = append(w.dst, bracket)
}

func (w *writer) newline() {
	if !w.pretty {
		return
	}
	w.dst = append(w.dst, '\n')
	for range w.depth {
		w.dst = append(w.dst, ' ')
	}
}

// answer writes the message that is the whole reply.
func (w *writer) answer(m protoreflect.Message) error {
	fields := m.Descriptor().Fields()
	if fields.Len() == 1 && fields.Get(0).IsList() && fields.Get(0).Name() == "items" {
		if err := w.open('{'); err != nil {
			return err
		}
		w.next(0)
		w.key(fields.Get(0).JSONName())
		if err := w.list(fields.Get(0), m.Get(fields.Get(0)).List()); err != nil {
			return err
		}
		w.close('}', 1)
		return nil
	}
	return w.message(m)
}

func (w *writer) message(m protoreflect.Message) error {
	if write := wellKnownWriter(m.Descriptor()); write != nil {
		return write(w, m)
	}
	if err := w.open('{'); err != nil {
		return err
	}
	n, err := w.fields(m, 0)
	if err != nil {
		return err
	}
	w.close('}', n)
	return nil
}

// fields writes the members of m after n others and returns how many there are
// then.
func (w *writer) fields(m protoreflect.Message, n int) (int, error) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if !hasValue(m, fd) {
			continue
		}
		w.next(n)
		n++
		w.key(fd.JSONName())
		if err := w.field(fd, m.Get(fd)); err != nil {
			return n, fmt.Errorf("field %s: %w", fd.Name(), err)
		}
	}
	return n, nil
}

// hasValue reports whether a property of a bean would be written: not if it is
// null, and not if it is a list, map or array that is empty all the way down.
func hasValue(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	if !m.Has(fd) {
		return !fd.HasPresence() && fd.Cardinality() != protoreflect.Repeated && isPrimitive(fd.Kind())
	}
	switch {
	case fd.IsList():
		return !deepEmptyList(fd, m.Get(fd).List())
	case fd.IsMap():
		return !deepEmptyMap(fd.MapValue(), m.Get(fd).Map())
	default:
		return !deepEmpty(fd, m.Get(fd))
	}
}

// isPrimitive reports whether a Java field of this kind can have a type
// without null.
func isPrimitive(kind protoreflect.Kind) bool {
	switch kind {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.EnumKind,
		protoreflect.MessageKind, protoreflect.GroupKind:
		return false
	}
	return true
}

// deepEmpty reports whether v is an array, list or map in Java that holds
// nothing but such empty values itself.
func deepEmpty(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
	switch fd.Kind() {
	case protoreflect.BytesKind:
		return len(v.Bytes()) == 0
	case protoreflect.MessageKind:
		m := v.Message()
		switch fd.Message().FullName() {
		case nameStruct:
			entries := fd.Message().Fields().ByNumber(1)
			return deepEmptyMap(entries.MapValue(), m.Get(entries).Map())
		case nameListValue:
			values := fd.Message().Fields().ByNumber(1)
			return deepEmptyList(values, m.Get(values).List())
		case nameValue:
			set := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
			return set == nil || set.Kind() == protoreflect.EnumKind || deepEmpty(set, m.Get(set))
		}
	}
	return false
}

func deepEmptyList(fd protoreflect.FieldDescriptor, l protoreflect.List) bool {
	for i := range l.Len() {
		if !deepEmpty(fd, l.Get(i)) {
			return false
		}
	}
	return true
}

func deepEmptyMap(fd protoreflect.FieldDescriptor, entries protoreflect.Map) bool {
	empty := true
	entries.Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
		empty = deepEmpty(fd, v)
		return empty
	})
	return empty
}

func (w *writer) field(fd protoreflect.FieldDescriptor, v protoreflect.Value) error {
	switch {
	case fd.IsList():
		return w.list(fd, v.List())
	case fd.IsMap():
		return w.entries(fd, v.Map())
	default:
		return w.value(fd, v)
	}
}

func (w *writer) list(fd protoreflect.FieldDescriptor, l protoreflect.List) error {
	if err := w.open('['); err != nil {
		return err
	}
	for i := range l.Len() {
		w.next(i)
		if err := w.value(fd, l.Get(i)); err != nil {
			return err
		}
	}
	w.close(']', l.Len())
	return nil
}

// entries writes a map. The original keeps the order in which entries were
// put, which a message does not know: they are sorted by their keys.
func (w *writer) entries(fd protoreflect.FieldDescriptor, m protoreflect.Map) error {
	if err := w.open('{'); err != nil {
		return err
	}
	keys := make([]protoreflect.MapKey, 0, m.Len())
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, k)
		return true
	})
	slices.SortFunc(keys, compareKeys)
	for i, k := range keys {
		w.next(i)
		if err := w.text(k.String()); err != nil {
			return err
		}
		w.colon()
		if err := w.value(fd.MapValue(), m.Get(k)); err != nil {
			return err
		}
	}
	w.close('}', len(keys))
	return nil
}

// value writes one value: that of a singular field, an element or an entry.
func (w *writer) value(fd protoreflect.FieldDescriptor, v protoreflect.Value) error {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		w.dst = strconv.AppendBool(w.dst, v.Bool())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		w.dst = strconv.AppendInt(w.dst, v.Int(), 10)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		w.dst = strconv.AppendUint(w.dst, v.Uint(), 10)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		w.dst = append(w.dst, '"')
		w.dst = strconv.AppendInt(w.dst, v.Int(), 10)
		w.dst = append(w.dst, '"')
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.dst = append(w.dst, '"')
		w.dst = strconv.AppendUint(w.dst, v.Uint(), 10)
		w.dst = append(w.dst, '"')
	case protoreflect.FloatKind:
		w.dst = appendFloat(w.dst, v.Float(), 32)
	case protoreflect.DoubleKind:
		w.dst = appendFloat(w.dst, v.Float(), 64)
	case protoreflect.StringKind:
		return w.text(v.String())
	case protoreflect.BytesKind:
		w.dst = append(w.dst, '"')
		w.dst = base64.RawURLEncoding.AppendEncode(w.dst, v.Bytes())
		w.dst = append(w.dst, '"')
	case protoreflect.EnumKind:
		w.enum(fd.Enum(), v.Enum())
	default:
		return w.message(v.Message())
	}
	return nil
}

// enum writes the name of a value, or its number if it has no name, which only
// a newer declaration on the other side of a wire brings about.
func (w *writer) enum(ed protoreflect.EnumDescriptor, n protoreflect.EnumNumber) {
	if d := ed.Values().ByNumber(n); d != nil {
		w.dst = append(w.dst, '"')
		w.dst = append(w.dst, d.Name()...)
		w.dst = append(w.dst, '"')
		return
	}
	w.dst = strconv.AppendInt(w.dst, int64(n), 10)
}

func (w *writer) text(s string) error {
	if !utf8.ValidString(s) {
		return errNotUTF8
	}
	w.dst = appendText(w.dst, s)
	return nil
}

// compareKeys orders map keys of one kind: texts by their bytes, numbers by
// value, false before true.
func compareKeys(a, b protoreflect.MapKey) int {
	switch x := a.Interface().(type) {
	case int32, int64:
		return cmp.Compare(a.Int(), b.Int())
	case uint32, uint64:
		return cmp.Compare(a.Uint(), b.Uint())
	case bool:
		switch {
		case x == b.Bool():
			return 0
		case x:
			return 1
		}
		return -1
	}
	return cmp.Compare(a.String(), b.String())
}
