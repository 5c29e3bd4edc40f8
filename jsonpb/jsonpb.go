// Package jsonpb reads and writes proto messages as canonical proto JSON: byte
// for byte what google.golang.org/protobuf/encoding/protojson writes, but for
// the spaces that it strews at random, and with the same verdict on input.
//
//	body, err := jsonpb.Append(nil, shelf, jsonpb.AppendOptions{})
//	err = jsonpb.Unmarshal(body, shelf, jsonpb.UnmarshalOptions{})
//
// Extensions and the types inside google.protobuf.Any are looked up in
// [protoregistry.GlobalTypes].
package jsonpb

import (
	"errors"
	"strings"

	"google.golang.org/protobuf/proto"
)

// AppendOptions say how a message is written. The zero value writes canonical
// proto JSON without white space.
type AppendOptions struct {
	EmitDefaults  bool   // also fields without presence that hold their default
	UseProtoNames bool   // field names as declared instead of lowerCamel
	EnumNumbers   bool   // enum values as numbers
	Indent        string // one level of indentation, blanks and tabs only; empty: one line
}

// UnmarshalOptions say how a message is read. The zero value rejects unknown
// fields.
type UnmarshalOptions struct {
	DiscardUnknown bool // ignore unknown fields and enum names
	KnownEnums     bool // refuse unknown enum names, even if DiscardUnknown is set
	RecursionLimit int  // how deep messages may nest; 0: 10,000, as in protojson
	Empty          bool // the message is known to be empty, as a new one is: do not reset it
}

// Append appends m as JSON to dst and returns the extended buffer. A nil m is
// an empty message. If m cannot be written (invalid UTF-8, a timestamp out of
// range, a required field that is not set, an Any of an unknown type), the
// error is an [*Error] and dst is returned as it came.
func Append(dst []byte, m proto.Message, o AppendOptions) ([]byte, error) {
	if o.Indent != "" && strings.Trim(o.Indent, " \t") != "" {
		return dst, errIndent
	}
	if m == nil {
		return append(dst, '{', '}'), nil
	}
	out, err := AppendMessage(dst, m, o.mode())
	if err != nil {
		return dst, writeError(out[len(dst):], err)
	}
	if o.Indent != "" {
		out = append(out[:len(dst)], indented(out[len(dst):], o.Indent)...)
	}
	return out, nil
}

// Unmarshal reads data into m, which it resets first unless it is told not to.
// Nothing in m points into data afterwards; short strings may share memory with
// their neighbours, in pieces of at most 256 bytes. The error is an [*Error]; m
// may then be partly filled.
func Unmarshal(data []byte, m proto.Message, o UnmarshalOptions) error {
	d := decoders.Get().(*Decoder)
	err := d.Unmarshal(data, m, o)
	decoders.Put(d)
	return err
}

// Unmarshal does what the function [Unmarshal] does, in memory of d: for those who
// read one document after the other. The zero Decoder is ready for it; one that is
// used must not be copied, and serves one goroutine at a time. Generated code, which
// is given a Decoder in the middle of a document, must not call it.
func (d *Decoder) Unmarshal(data []byte, m proto.Message, o UnmarshalOptions) error {
	if m == nil {
		return errNoMessage
	}
	d.begin(data, &o)
	if g, ok := m.(Message); ok {
		if !o.Empty {
			g.Reset()
		}
		g.UnmarshalProtoJSON(d)
	} else {
		r := m.ProtoReflect()
		if !o.Empty && !d.isEmpty(r) {
			proto.Reset(m)
		}
		d.readReflect(r)
	}
	return d.finish()
}

var (
	errIndent    = errors.New("jsonpb: the indent may only have blanks and tabs")
	errNoMessage = errors.New("jsonpb: no message to read into")
)
