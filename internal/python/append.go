package python

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var (
	errUTF8  = errors.New("a string is not UTF-8")
	errDepth = errors.New("the message is nested too deeply")
)

// maxWriteDepth is how deeply a message may be nested that is written. The
// indent makes the size grow with the square of the depth.
const maxWriteDepth = 1000

// Append appends m in the JSON of the Python framework to dst and returns the
// extended buffer. On an error it returns dst as it was.
//
// Members are sorted and named as their fields are declared, also where that
// has underscores. A field that is not set is left out, and so are empty lists
// and maps; a field with presence that was assigned its zero value is written.
// 64-bit integers are strings, bytes are standard base64 with padding, an enum
// is its name, a Timestamp is local time in UTC without a zone
// ("2014-01-02T03:04:05.678900"), a float is what Python's repr gives. Other
// well-known types keep the form of canonical proto JSON.
//
// It fails if a string is not UTF-8, a well-known type is out of its range, or
// a field is missing that is marked REQUIRED, in m or in a message within it:
// the framework refused such a reply too.
func Append(dst []byte, m proto.Message) ([]byte, error) {
	w := writer{layout{buf: dst}}
	if err := w.message(m.ProtoReflect()); err != nil {
		return dst, fmt.Errorf("python: write %s: %w", m.ProtoReflect().Descriptor().FullName(), err)
	}
	return w.buf, nil
}

type writer struct{ layout }

func (w *writer) message(m protoreflect.Message) error {
	if w.depth > maxWriteDepth {
		return errDepth
	}
	if write := wellKnown(m.Descriptor().FullName()); write != nil {
		return write(w, m)
	}
	return w.object(m, "")
}

// A member is one field of an object that is about to be written.
type member struct {
	name  string
	field protoreflect.FieldDescriptor
	value protoreflect.Value
}

// object writes m as an object. TypeURL is its "@type" within an Any.
func (w *writer) object(m protoreflect.Message, typeURL string) error {
	if fd := missing(m); fd != nil {
		return fmt.Errorf("message %s is missing required field %s", m.Descriptor().Name(), fd.Name())
	}
	var room [16]member
	members := room[:0]
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		members = append(members, member{fieldName(fd), fd, v})
		return true
	})
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.name, b.name) })

	w.open('{')
	first := true
	if typeURL != "" {
		// An at sign sorts before everything that a name may begin with.
		w.next(first)
		w.key("@type")
		w.buf = appendString(w.buf, typeURL)
		first = false
	}
	for _, f := range members {
		w.next(first)
		w.key(f.name)
		if err := w.field(f.field, f.value); err != nil {
			return err
		}
		first = false
	}
	w.close('}', first)
	return nil
}

// fieldName returns the JSON name of a field: its declared name, for an
// extension its full name in brackets.
func fieldName(fd protoreflect.FieldDescriptor) string {
	if fd.IsExtension() {
		return "[" + string(fd.FullName()) + "]"
	}
	return fd.TextName()
}

func (w *writer) field(fd protoreflect.FieldDescriptor, v protoreflect.Value) error {
	switch {
	case fd.IsList():
		return w.list(fd, v.List())
	case fd.IsMap():
		return w.entries(fd, v.Map())
	}
	return w.singular(fd, v)
}

func (w *writer) list(fd protoreflect.FieldDescriptor, list protoreflect.List) error {
	w.open('[')
	for i := range list.Len() {
		w.next(i == 0)
		if err := w.singular(fd, list.Get(i)); err != nil {
			return err
		}
	}
	w.close(']', list.Len() == 0)
	return nil
}

func (w *writer) entries(fd protoreflect.FieldDescriptor, entries protoreflect.Map) error {
	keys := make([]protoreflect.MapKey, 0, entries.Len())
	for k := range entries.Range {
		if !utf8.ValidString(k.String()) {
			return errUTF8
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int { return cmp.Compare(a.String(), b.String()) })
	w.open('{')
	for i, k := range keys {
		w.next(i == 0)
		w.key(k.String())
		if err := w.singular(fd.MapValue(), entries.Get(k)); err != nil {
			return err
		}
	}
	w.close('}', len(keys) == 0)
	return nil
}

func (w *writer) singular(fd protoreflect.FieldDescriptor, v protoreflect.Value) error {
	switch fd.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return w.message(v.Message())
	case protoreflect.StringKind:
		if !utf8.ValidString(v.String()) {
			return errUTF8
		}
		w.buf = appendString(w.buf, v.String())
	case protoreflect.BytesKind:
		w.buf = append(w.buf, '"')
		w.buf = base64.StdEncoding.AppendEncode(w.buf, v.Bytes())
		w.buf = append(w.buf, '"')
	case protoreflect.EnumKind:
		w.enum(fd.Enum(), v.Enum())
	case protoreflect.BoolKind:
		w.buf = strconv.AppendBool(w.buf, v.Bool())
	case protoreflect.FloatKind:
		w.buf = appendFloat(w.buf, v.Float(), 32)
	case protoreflect.DoubleKind:
		w.buf = appendFloat(w.buf, v.Float(), 64)
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		w.buf = strconv.AppendInt(w.buf, v.Int(), 10)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		w.buf = strconv.AppendUint(w.buf, v.Uint(), 10)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		w.buf = append(w.buf, '"')
		w.buf = strconv.AppendInt(w.buf, v.Int(), 10)
		w.buf = append(w.buf, '"')
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.buf = append(w.buf, '"')
		w.buf = strconv.AppendUint(w.buf, v.Uint(), 10)
		w.buf = append(w.buf, '"')
	}
	return nil
}

// enum writes the name of a value, or the number of one that has no name.
func (w *writer) enum(ed protoreflect.EnumDescriptor, n protoreflect.EnumNumber) {
	if ed.FullName() == "google.protobuf.NullValue" {
		w.buf = append(w.buf, "null"...)
		return
	}
	if value := ed.Values().ByNumber(n); value != nil {
		w.buf = appendString(w.buf, string(value.Name()))
		return
	}
	w.buf = strconv.AppendInt(w.buf, int64(n), 10)
}

// missing returns the first field, in the order of the declaration, that is
// marked REQUIRED and not set in m, or nil. A field without presence is never
// missing: its zero value cannot be told from none.
func missing(m protoreflect.Message) protoreflect.FieldDescriptor {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if fd := fields.Get(i); fd.HasPresence() && required(fd) && !m.Has(fd) {
			return fd
		}
	}
	return nil
}

// required says whether a field has the field behavior REQUIRED (AIP-203).
func required(fd protoreflect.FieldDescriptor) bool {
	options := fd.Options()
	if options == nil || !options.ProtoReflect().IsValid() {
		return false
	}
	behaviors, ok := proto.GetExtension(options, annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return ok && slices.Contains(behaviors, annotations.FieldBehavior_REQUIRED)
}
