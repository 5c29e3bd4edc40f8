package jsonpb

import (
	"math"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A twin is the usual Go type of a well-known message that comes as another one
// with the same descriptor, such as one of dynamicpb. The frequent types are read
// and written without it.

// appendTwin appends a message of another Go type than the usual one.
func appendTwin(b []byte, t *table, m protoreflect.Message, mode Mode) ([]byte, error) {
	switch {
	case t.wrapper:
		f := &t.fields[0]
		return f.appendValue(b, m.Get(f.fd), mode)
	case t.moment:
		sec, nanos := m.Get(t.fields[0].fd).Int(), int32(m.Get(t.fields[1].fd).Int())
		if t.duration {
			return AppendDuration(b, &durationpb.Duration{Seconds: sec, Nanos: nanos})
		}
		return AppendTimestamp(b, &timestamppb.Timestamp{Seconds: sec, Nanos: nanos})
	}
	twin := newWellKnown(t.desc.FullName())
	if err := convert(twin.ProtoReflect(), m); err != nil {
		return b, &failure{"message that cannot be encoded", err}
	}
	return appendWellKnown(b, twin.ProtoReflect(), mode)
}

// moment reads the seconds and nanoseconds of a Timestamp or a Duration.
func (d *Decoder) moment(t *table) (sec int64, nanos int32) {
	if t.duration {
		sec, nanos, _ = d.duration()
	} else {
		sec, nanos, _ = d.timestamp()
	}
	return sec, nanos
}

// readTwin reads into an empty message of another Go type than the usual one.
func (d *Decoder) readTwin(t *table, m protoreflect.Message) {
	at := d.i
	switch {
	case t.wrapper:
		if f := &t.fields[0]; d.shallow() {
			if v, ok := f.readScalar(d); ok {
				m.Set(f.fd, v)
			}
		}
		return
	case t.moment:
		sec, nanos := d.moment(t)
		if sec != 0 {
			m.Set(t.fields[0].fd, protoreflect.ValueOfInt64(sec))
		}
		if nanos != 0 {
			m.Set(t.fields[1].fd, protoreflect.ValueOfInt32(nanos))
		}
		return
	}
	twin := newWellKnown(t.desc.FullName()).ProtoReflect()
	if d.readWellKnown(twin); d.failed {
		return
	}
	if err := convert(m, twin); err != nil {
		d.fail(at, "message that cannot be encoded")
		d.cause = err
	}
}

// convert copies between two Go types of one message type.
func convert(to, from protoreflect.Message) error {
	fields, twins := from.Descriptor().Fields(), to.Descriptor().Fields()
	for i := range fields.Len() {
		if fd := fields.Get(i); fd.Message() != nil || fd.IsList() || fd.ContainingOneof() != nil || twins.ByNumber(fd.Number()) == nil {
			wire, err := proto.MarshalOptions{AllowPartial: true}.Marshal(from.Interface())
			if err != nil {
				return err
			}
			// The depth is that of a message that is there already.
			return proto.UnmarshalOptions{AllowPartial: true, RecursionLimit: math.MaxInt32}.Unmarshal(wire, to.Interface())
		}
	}
	for i := range fields.Len() {
		if fd := fields.Get(i); from.Has(fd) {
			to.Set(twins.ByNumber(fd.Number()), from.Get(fd))
		}
	}
	return nil
}
