package jsonpb

import "google.golang.org/protobuf/proto"

// AppendTable is Append by way of the table alone, for the message itself.
func AppendTable(dst []byte, m proto.Message, o AppendOptions) ([]byte, error) {
	out, err := appendReflect(dst, m.ProtoReflect(), o.mode())
	if err != nil {
		return dst, writeError(out[len(dst):], err)
	}
	return out, nil
}

// UnmarshalTable is Unmarshal by way of the table alone, for the message
// itself.
func UnmarshalTable(data []byte, m proto.Message, o UnmarshalOptions) error {
	proto.Reset(m)
	d := begun(data, &o)
	d.readReflect(m.ProtoReflect())
	return d.finish()
}

// UnmarshalWire is UnmarshalTable by way of the binary format.
func UnmarshalWire(data []byte, m proto.Message, o UnmarshalOptions) error {
	proto.Reset(m)
	d := begun(data, &o)
	if t := tableOf(m.ProtoReflect().Descriptor()); t.wellKnown {
		d.readWellKnown(m.ProtoReflect())
	} else {
		d.readWire(t, m.ProtoReflect())
	}
	return d.finish()
}

// UnmarshalReflect is UnmarshalTable by way of protoreflect alone.
func UnmarshalReflect(data []byte, m proto.Message, o UnmarshalOptions) error {
	proto.Reset(m)
	d := begun(data, &o)
	if t := tableOf(m.ProtoReflect().Descriptor()); t.wellKnown {
		d.readWellKnown(m.ProtoReflect())
	} else {
		t.read(d, m.ProtoReflect())
	}
	return d.finish()
}

// ParseUTC and ParseTime are the quick and the other way to read a timestamp.
var (
	ParseUTC  = parseUTC
	ParseTime = parseTime
)

// Compact removes white space from valid JSON.
var Compact = compact

func begun(data []byte, o *UnmarshalOptions) *Decoder {
	d := new(Decoder)
	d.begin(data, o)
	return d
}
