package jsonpb

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// AppendMessage appends a message of any type, for generated code: by its own
// methods if it has them, else through its descriptor.
func AppendMessage(b []byte, m proto.Message, mode Mode) ([]byte, error) {
	if g, ok := m.(Message); ok {
		return g.AppendProtoJSON(b, mode)
	}
	return appendReflect(b, m.ProtoReflect(), mode)
}

// Message reads into an empty message of any type, as AppendMessage writes.
func (d *Decoder) Message(m proto.Message) {
	if g, ok := m.(Message); ok {
		g.UnmarshalProtoJSON(d)
		return
	}
	d.readReflect(m.ProtoReflect())
}

func appendReflect(b []byte, m protoreflect.Message, mode Mode) ([]byte, error) {
	t := tableOf(m.Descriptor())
	switch {
	case t.messageSet:
		return appendForeign(b, m.Interface(), mode)
	case t.ownForm:
		return appendWellKnown(b, m, mode)
	}
	return t.append(b, m, mode)
}

func (d *Decoder) readReflect(m protoreflect.Message) {
	t, md := d.latest, m.Descriptor()
	if t == nil || t.desc != md {
		t = tableOf(md)
		d.latest = t
	}
	switch {
	case t.messageSet:
		d.readForeign(m.Interface())
	case t.wellKnown:
		d.readWellKnown(m)
	default:
		d.readTable(t, m)
	}
}

const emptyName = "google.protobuf.Empty"

// isWellKnown reports whether the message has a JSON form of its own (Empty
// has one only where it is read, inside an Any).
func isWellKnown(name protoreflect.FullName) bool { return newWellKnown(name) != nil }

// newWellKnown returns a message of the well-known type, nil for other types.
func newWellKnown(name protoreflect.FullName) proto.Message {
	if name.Parent() != "google.protobuf" {
		return nil
	}
	switch name.Name() {
	case "Any":
		return new(anypb.Any)
	case "Timestamp":
		return new(timestamppb.Timestamp)
	case "Duration":
		return new(durationpb.Duration)
	case "BoolValue":
		return new(wrapperspb.BoolValue)
	case "Int32Value":
		return new(wrapperspb.Int32Value)
	case "Int64Value":
		return new(wrapperspb.Int64Value)
	case "UInt32Value":
		return new(wrapperspb.UInt32Value)
	case "UInt64Value":
		return new(wrapperspb.UInt64Value)
	case "FloatValue":
		return new(wrapperspb.FloatValue)
	case "DoubleValue":
		return new(wrapperspb.DoubleValue)
	case "StringValue":
		return new(wrapperspb.StringValue)
	case "BytesValue":
		return new(wrapperspb.BytesValue)
	case "Struct":
		return new(structpb.Struct)
	case "ListValue":
		return new(structpb.ListValue)
	case "Value":
		return new(structpb.Value)
	case "FieldMask":
		return new(fieldmaskpb.FieldMask)
	case "Empty":
		return new(emptypb.Empty)
	}
	return nil
}

// appendWellKnown appends a message with a JSON form of its own.
func appendWellKnown(b []byte, m protoreflect.Message, mode Mode) ([]byte, error) {
	switch x := m.Interface().(type) {
	case *anypb.Any:
		return AppendAny(b, x, mode)
	case *timestamppb.Timestamp:
		return AppendTimestamp(b, x)
	case *durationpb.Duration:
		return AppendDuration(b, x)
	case *wrapperspb.BoolValue:
		return AppendBool(b, x.GetValue()), nil
	case *wrapperspb.Int32Value:
		return AppendInt32(b, x.GetValue()), nil
	case *wrapperspb.Int64Value:
		return AppendInt64(b, x.GetValue()), nil
	case *wrapperspb.UInt32Value:
		return AppendUint32(b, x.GetValue()), nil
	case *wrapperspb.UInt64Value:
		return AppendUint64(b, x.GetValue()), nil
	case *wrapperspb.FloatValue:
		return AppendFloat32(b, x.GetValue()), nil
	case *wrapperspb.DoubleValue:
		return AppendFloat64(b, x.GetValue()), nil
	case *wrapperspb.StringValue:
		return AppendString(b, x.GetValue())
	case *wrapperspb.BytesValue:
		return AppendBytes(b, x.GetValue()), nil
	case *structpb.Struct:
		return AppendStruct(b, x)
	case *structpb.ListValue:
		return AppendListValue(b, x)
	case *structpb.Value:
		return AppendValue(b, x)
	case *fieldmaskpb.FieldMask:
		return AppendFieldMask(b, x)
	}
	return appendTwin(b, tableOf(m.Descriptor()), m, mode)
}

// readWellKnown reads into an empty message with a JSON form of its own.
func (d *Decoder) readWellKnown(m protoreflect.Message) {
	switch x := m.Interface().(type) {
	case *anypb.Any:
		if v := d.Any(); v != nil {
			x.TypeUrl, x.Value = v.TypeUrl, v.Value
		}
	case *timestamppb.Timestamp:
		x.Seconds, x.Nanos, _ = d.timestamp()
	case *durationpb.Duration:
		x.Seconds, x.Nanos, _ = d.duration()
	case *wrapperspb.BoolValue:
		d.shallow()
		x.Value = d.Bool()
	case *wrapperspb.Int32Value:
		d.shallow()
		x.Value = d.Int32()
	case *wrapperspb.Int64Value:
		d.shallow()
		x.Value = d.Int64()
	case *wrapperspb.UInt32Value:
		d.shallow()
		x.Value = d.Uint32()
	case *wrapperspb.UInt64Value:
		d.shallow()
		x.Value = d.Uint64()
	case *wrapperspb.FloatValue:
		d.shallow()
		x.Value = d.Float32()
	case *wrapperspb.DoubleValue:
		d.shallow()
		x.Value = d.Float64()
	case *wrapperspb.StringValue:
		d.shallow()
		x.Value = d.String()
	case *wrapperspb.BytesValue:
		d.shallow()
		x.Value = d.Bytes()
	case *structpb.Struct:
		x.Fields = d.Struct().GetFields()
	case *structpb.ListValue:
		x.Values = d.ListValue().GetValues()
	case *structpb.Value:
		x.Kind = d.Value().GetKind()
	case *fieldmaskpb.FieldMask:
		x.Paths = d.FieldMask().GetPaths()
	case *emptypb.Empty:
		d.emptyObject()
	default:
		d.readTwin(tableOf(m.Descriptor()), m)
	}
}

// appendForeign and readForeign leave the message to protojson: only messages
// in the old MessageSet format, which protojson knows with a build tag only.

func appendForeign(b []byte, m proto.Message, mode Mode) ([]byte, error) {
	at := len(b)
	out, err := protojson.MarshalOptions{
		AllowPartial: mode&Partial != 0, EmitDefaultValues: mode&EmitDefaults != 0,
		UseProtoNames: mode&ProtoNames != 0, UseEnumNumbers: mode&EnumNumbers != 0,
	}.MarshalAppend(b, m)
	if err != nil {
		return b, &failure{"message that cannot be encoded", err}
	}
	return out[:at+len(compact(out[at:]))], nil
}

func (d *Decoder) readForeign(m proto.Message) {
	if !d.shallow() {
		return
	}
	from := d.i
	if d.skip(d.depth + 1); d.failed {
		return
	}
	err := protojson.UnmarshalOptions{
		AllowPartial: d.partial, DiscardUnknown: d.discard, RecursionLimit: d.depth,
	}.Unmarshal(bytes.Clone(d.data[from:d.i]), m)
	if err != nil {
		d.fail(from, "message that cannot be decoded")
		d.cause = err
	}
}

// unknown reads the value of a member that is no field of the message, or
// fails. Extensions are dealt with before.
func (d *Decoder) unknown(name []byte) {
	if d.open == d.typeAt && string(name) == "@type" {
		if d.typeRead {
			d.fail(d.key, "duplicate field")
			return
		}
		d.typeRead = true
		d.skip(0)
		return
	}
	if !d.discard {
		d.fail(d.key, "unknown field")
		return
	}
	d.skip(d.depth)
}

// Unknown is called for a member that is no field, in messages that cannot be
// extended.
func (d *Decoder) Unknown() {
	name := d.name
	if isExtensionName(name) {
		xt, err := protoregistry.GlobalTypes.FindExtensionByName(protoreflect.FullName(name[1 : len(name)-1]))
		if xt != nil || err != protoregistry.NotFound {
			d.fail(d.key, "not an extension of this message")
			return
		}
	}
	d.unknown(name)
}

// isExtensionName reports whether the name has the form of an extension's.
func isExtensionName(name []byte) bool {
	return len(name) > 1 && name[0] == '[' && name[len(name)-1] == ']'
}
