package python

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

var (
	errTimestamp = errors.New("a Timestamp is out of range")
	errNumber    = errors.New("a Value holds a number that JSON does not have")
	errNoKind    = errors.New("a Value holds nothing")
)

// wellKnown returns how messages of a well-known type are written, nil if the
// type has no form of its own.
func wellKnown(name protoreflect.FullName) func(*writer, protoreflect.Message) error {
	if name.Parent() != "google.protobuf" {
		return nil
	}
	switch name.Name() {
	case "Timestamp":
		return (*writer).timestamp
	case "Duration", "FieldMask":
		return (*writer).canonical
	case "Struct":
		return (*writer).structure
	case "Value":
		return (*writer).value
	case "ListValue":
		return (*writer).only
	case "Any":
		return (*writer).any
	case "BoolValue", "BytesValue", "StringValue", "DoubleValue", "FloatValue",
		"Int32Value", "Int64Value", "UInt32Value", "UInt64Value":
		return (*writer).only
	}
	return nil
}

// only writes the value of a message's only field, set or not.
func (w *writer) only(m protoreflect.Message) error {
	fd := m.Descriptor().Fields().Get(0)
	return w.field(fd, m.Get(fd))
}

// canonical writes a message whose canonical JSON is a string in ASCII.
func (w *writer) canonical(m protoreflect.Message) error {
	text, err := protojson.Marshal(m.Interface())
	if err != nil {
		return err
	}
	w.buf = append(w.buf, text...)
	return nil
}

// timestamp writes the ISO format of a datetime without a zone. Nanoseconds
// are cut to microseconds, which are left out if they are zero.
func (w *writer) timestamp(m protoreflect.Message) error {
	const first, last = -62135596800, 253402300799
	fields := m.Descriptor().Fields()
	seconds, nanos := m.Get(fields.ByNumber(1)).Int(), m.Get(fields.ByNumber(2)).Int()
	if seconds < first || seconds > last || nanos < 0 || nanos >= int64(time.Second) {
		return errTimestamp
	}
	form := `"2006-01-02T15:04:05"`
	if nanos >= int64(time.Microsecond) {
		form = `"2006-01-02T15:04:05.000000"`
	}
	w.buf = time.Unix(seconds, nanos).UTC().AppendFormat(w.buf, form)
	return nil
}

func (w *writer) structure(m protoreflect.Message) error {
	fields := m.Get(m.Descriptor().Fields().ByNumber(1)).Map()
	names := make([]protoreflect.MapKey, 0, fields.Len())
	for k := range fields.Range {
		if !utf8.ValidString(k.String()) {
			return errUTF8
		}
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b protoreflect.MapKey) int { return cmp.Compare(a.String(), b.String()) })
	w.open('{')
	for i, name := range names {
		w.next(i == 0)
		w.key(name.String())
		if err := w.message(fields.Get(name).Message()); err != nil {
			return err
		}
	}
	w.close('}', len(names) == 0)
	return nil
}

func (w *writer) value(m protoreflect.Message) error {
	fd := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
	if fd == nil {
		return errNoKind
	}
	if fd.Kind() != protoreflect.DoubleKind {
		return w.field(fd, m.Get(fd))
	}
	f := m.Get(fd).Float()
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return errNumber
	case f == math.Trunc(f) && math.Abs(f) < 1e21:
		// A Value does not know whether its number was an integer. Canonical
		// JSON writes integers without a fraction.
		w.buf = strconv.AppendFloat(w.buf, f, 'f', -1, 64)
	default:
		w.buf = appendRepr(w.buf, f, 64)
	}
	return nil
}

// any writes the message that an Any holds with its type in front. The type
// has to be linked into the program.
func (w *writer) any(m protoreflect.Message) error {
	fields := m.Descriptor().Fields()
	url, data := m.Get(fields.ByNumber(1)).String(), m.Get(fields.ByNumber(2)).Bytes()
	if url == "" && len(data) == 0 {
		w.buf = append(w.buf, '{', '}')
		return nil
	}
	typ, err := protoregistry.GlobalTypes.FindMessageByURL(url)
	if err != nil {
		return err
	}
	inner := typ.New()
	if err := proto.Unmarshal(data, inner.Interface()); err != nil {
		return err
	}
	write := wellKnown(inner.Descriptor().FullName())
	if write == nil {
		return w.object(inner, url)
	}
	w.open('{')
	w.next(true)
	w.key("@type")
	w.buf = appendString(w.buf, url)
	w.next(false)
	w.key("value")
	if err := write(w, inner); err != nil {
		return err
	}
	w.close('}', false)
	return nil
}
