package jsongen

import (
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// scalars tells the functions and methods of jsonpb, and the Go type, for a
// kind that is neither an enum nor a message.
var scalars = map[protoreflect.Kind]struct{ append, read, typ string }{
	protoreflect.BoolKind:     {"AppendBool", "Bool", "bool"},
	protoreflect.Int32Kind:    {"AppendInt32", "Int32", "int32"},
	protoreflect.Sint32Kind:   {"AppendInt32", "Int32", "int32"},
	protoreflect.Sfixed32Kind: {"AppendInt32", "Int32", "int32"},
	protoreflect.Uint32Kind:   {"AppendUint32", "Uint32", "uint32"},
	protoreflect.Fixed32Kind:  {"AppendUint32", "Uint32", "uint32"},
	protoreflect.Int64Kind:    {"AppendInt64", "Int64", "int64"},
	protoreflect.Sint64Kind:   {"AppendInt64", "Int64", "int64"},
	protoreflect.Sfixed64Kind: {"AppendInt64", "Int64", "int64"},
	protoreflect.Uint64Kind:   {"AppendUint64", "Uint64", "uint64"},
	protoreflect.Fixed64Kind:  {"AppendUint64", "Uint64", "uint64"},
	protoreflect.FloatKind:    {"AppendFloat32", "Float32", "float32"},
	protoreflect.DoubleKind:   {"AppendFloat64", "Float64", "float64"},
	protoreflect.StringKind:   {"AppendString", "String", "string"},
	protoreflect.BytesKind:    {"AppendBytes", "Bytes", "[]byte"},
}

// wellKnown tells the same for messages with a JSON form of their own.
var wellKnown = map[protoreflect.FullName]struct {
	append string // "" for Empty
	mode   bool   // it is given the mode
	scalar protoreflect.Kind
	read   string
}{
	"google.protobuf.Any":         {append: "AppendAny", mode: true, read: "Any"},
	"google.protobuf.Timestamp":   {append: "AppendTimestamp", read: "Timestamp"},
	"google.protobuf.Duration":    {append: "AppendDuration", read: "Duration"},
	"google.protobuf.Struct":      {append: "AppendStruct", read: "Struct"},
	"google.protobuf.Value":       {append: "AppendValue", read: "Value"},
	"google.protobuf.ListValue":   {append: "AppendListValue", read: "ListValue"},
	"google.protobuf.FieldMask":   {append: "AppendFieldMask", read: "FieldMask"},
	"google.protobuf.Empty":       {read: "Empty"},
	"google.protobuf.BoolValue":   {scalar: protoreflect.BoolKind, read: "BoolValue"},
	"google.protobuf.Int32Value":  {scalar: protoreflect.Int32Kind, read: "Int32Value"},
	"google.protobuf.Int64Value":  {scalar: protoreflect.Int64Kind, read: "Int64Value"},
	"google.protobuf.UInt32Value": {scalar: protoreflect.Uint32Kind, read: "UInt32Value"},
	"google.protobuf.UInt64Value": {scalar: protoreflect.Uint64Kind, read: "UInt64Value"},
	"google.protobuf.FloatValue":  {scalar: protoreflect.FloatKind, read: "FloatValue"},
	"google.protobuf.DoubleValue": {scalar: protoreflect.DoubleKind, read: "DoubleValue"},
	"google.protobuf.StringValue": {scalar: protoreflect.StringKind, read: "StringValue"},
	"google.protobuf.BytesValue":  {scalar: protoreflect.BytesKind, read: "BytesValue"},
}

// goType returns the Go type of a single value of the field.
func (w *writer) goType(f *protogen.Field) string {
	switch {
	case isMessage(f):
		return "*" + w.QualifiedGoIdent(f.Message.GoIdent)
	case f.Enum != nil:
		return w.QualifiedGoIdent(f.Enum.GoIdent)
	}
	return scalars[f.Desc.Kind()].typ
}
