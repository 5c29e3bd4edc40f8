package java

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

const (
	nameTimestamp = protoreflect.FullName("google.protobuf.Timestamp")
	nameDuration  = protoreflect.FullName("google.protobuf.Duration")
	nameFieldMask = protoreflect.FullName("google.protobuf.FieldMask")
	nameAny       = protoreflect.FullName("google.protobuf.Any")
	nameStruct    = protoreflect.FullName("google.protobuf.Struct")
	nameListValue = protoreflect.FullName("google.protobuf.ListValue")
	nameValue     = protoreflect.FullName("google.protobuf.Value")
)

// isWrapper reports whether md is one of the wrappers of google.protobuf, which
// are what Integer is to int.
func isWrapper(md protoreflect.MessageDescriptor) bool {
	switch md.FullName() {
	case "google.protobuf.BoolValue", "google.protobuf.Int32Value", "google.protobuf.Int64Value",
		"google.protobuf.UInt32Value", "google.protobuf.UInt64Value", "google.protobuf.FloatValue",
		"google.protobuf.DoubleValue", "google.protobuf.StringValue", "google.protobuf.BytesValue":
		return true
	}
	return false
}

// wellKnownWriter returns what writes a message that is not a bean to the
// original; nil for all others.
func wellKnownWriter(md protoreflect.MessageDescriptor) func(*writer, protoreflect.Message) error {
	if md.FullName().Parent() != "google.protobuf" {
		return nil
	}
	switch md.FullName() {
	case nameTimestamp:
		return (*writer).timestamp
	case nameDuration, nameFieldMask:
		return (*writer).canonical
	case nameAny:
		return (*writer).any
	case nameStruct:
		return func(w *writer, m protoreflect.Message) error {
			fd := m.Descriptor().Fields().ByNumber(1)
			return w.entries(fd, m.Get(fd).Map())
		}
	case nameListValue:
		return func(w *writer, m protoreflect.Message) error {
			fd := m.Descriptor().Fields().ByNumber(1)
			return w.list(fd, m.Get(fd).List())
		}
	case nameValue:
		return (*writer).free
	}
	if isWrapper(md) {
		return func(w *writer, m protoreflect.Message) error {
			fd := m.Descriptor().Fields().ByNumber(1)
			return w.value(fd, m.Get(fd))
		}
	}
	return nil
}

// timestamp writes a time in UTC to the millisecond, which is all that a
// java.util.Date holds.
func (w *writer) timestamp(m protoreflect.Message) error {
	fields := m.Descriptor().Fields()
	seconds, nanos := m.Get(fields.ByNumber(1)).Int(), m.Get(fields.ByNumber(2)).Int()
	if err := checkTime(seconds, nanos); err != nil {
		return err
	}
	w.dst = time.Unix(seconds, nanos).UTC().AppendFormat(w.dst, `"2006-01-02T15:04:05.000Z"`)
	return nil
}

// canonical writes a message whose proto JSON is a single string.
func (w *writer) canonical(m protoreflect.Message) (err error) {
	w.dst, err = jsonpb.Append(w.dst, m.Interface(), jsonpb.AppendOptions{})
	return err
}

// free writes a value of any type, as the original writes an Object.
func (w *writer) free(m protoreflect.Message) error {
	fd := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
	switch {
	case fd == nil || fd.Kind() == protoreflect.EnumKind:
		w.dst = append(w.dst, "null"...)
		return nil
	case fd.Kind() == protoreflect.DoubleKind:
		w.freeNumber(m.Get(fd).Float())
		return nil
	}
	return w.value(fd, m.Get(fd))
}

// freeNumber writes whole numbers without a point: they were integers before a
// google.protobuf.Value made doubles of them.
func (w *writer) freeNumber(f float64) {
	const exact = 1 << 53
	if f == math.Trunc(f) && math.Abs(f) <= exact && (f != 0 || !math.Signbit(f)) {
		w.dst = strconv.AppendInt(w.dst, int64(f), 10)
		return
	}
	w.dst = appendFloat(w.dst, f, 64)
}

// any writes the message that a google.protobuf.Any holds, in canonical form
// but for the layout: its type first, then its own members or, for a type that
// is not an object, its value.
func (w *writer) any(m protoreflect.Message) error {
	fields := m.Descriptor().Fields()
	url := m.Get(fields.ByNumber(1)).String()
	if err := w.open('{'); err != nil {
		return err
	}
	if url == "" {
		w.close('}', 0)
		return nil
	}
	mt, err := protoregistry.GlobalTypes.FindMessageByURL(url)
	if err != nil {
		return err
	}
	inner := mt.New()
	if err := proto.Unmarshal(m.Get(fields.ByNumber(2)).Bytes(), inner.Interface()); err != nil {
		return err
	}
	w.next(0)
	w.key("@type")
	if err := w.text(strings.ToValidUTF8(url, "\uFFFD")); err != nil {
		return err
	}
	n := 1
	if wellKnownWriter(inner.Descriptor()) != nil {
		w.next(n)
		n++
		w.key("value")
		err = w.message(inner)
	} else {
		n, err = w.fields(inner, n)
	}
	if err != nil {
		return err
	}
	w.close('}', n)
	return nil
}
