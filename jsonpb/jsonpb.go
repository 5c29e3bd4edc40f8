// Package jsonpb reads and writes proto messages as canonical proto JSON.
package jsonpb

import (
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// AppendOptions say how a message is written. The zero value writes canonical
// proto JSON without white space.
type AppendOptions struct {
	EmitDefaults  bool   // also fields without presence that hold their default
	UseProtoNames bool   // field names as declared instead of lowerCamel
	EnumNumbers   bool   // enum values as numbers
	Indent        string // one level of indentation; empty: one line
}

// UnmarshalOptions say how a message is read. The zero value rejects unknown
// fields.
type UnmarshalOptions struct {
	DiscardUnknown bool // ignore unknown fields and enum names
	RecursionLimit int  // how deep messages may nest; 0: 100
}

// Append appends m as JSON to dst and returns the extended buffer.
func Append(dst []byte, m proto.Message, o AppendOptions) ([]byte, error) {
	return protojson.MarshalOptions{
		EmitUnpopulated: o.EmitDefaults, UseProtoNames: o.UseProtoNames, UseEnumNumbers: o.EnumNumbers, Indent: o.Indent,
	}.MarshalAppend(dst, m)
}

// Unmarshal reads data into m, which it resets first.
func Unmarshal(data []byte, m proto.Message, o UnmarshalOptions) error {
	return protojson.UnmarshalOptions{DiscardUnknown: o.DiscardUnknown, RecursionLimit: o.RecursionLimit}.Unmarshal(data, m)
}
