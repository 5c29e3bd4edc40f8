package rpcclient

import (
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
)

// A wire is a message, or its bytes. Package connect makes the message of a reply
// itself and by its Go type, which is not known here. Streams receive without it:
// there the caller has the message.
type wire struct {
	message proto.Message // nil: data
	data    []byte
}

// A codec writes and reads messages for package connect, which asks it for
// nothing else: a message without bytes is empty.
type codec struct {
	name string
	// write appends a message to dst.
	write func(dst []byte, m proto.Message) ([]byte, error)
	read  func([]byte, proto.Message) error
}

// codec returns the codec of the settings.
func (s *settings) codec(protoNames bool) codec {
	if !s.json {
		return codec{"proto", proto.MarshalOptions{Deterministic: s.get}.MarshalAppend, proto.Unmarshal}
	}
	o := jsonpb.AppendOptions{UseProtoNames: protoNames}
	return codec{
		name:  "json",
		write: func(dst []byte, m proto.Message) ([]byte, error) { return jsonpb.Append(dst, m, o) },
		read: func(data []byte, m proto.Message) error {
			return jsonpb.Unmarshal(data, m, jsonpb.UnmarshalOptions{DiscardUnknown: true})
		},
	}
}

// Name implements [connect.Codec].
func (c codec) Name() string { return c.name }

// Marshal implements [connect.Codec].
func (c codec) Marshal(m any) ([]byte, error) { return c.MarshalAppend(nil, m) }

// MarshalAppend is what package connect uses if it is there, with buffers that it
// has kept.
func (c codec) MarshalAppend(dst []byte, m any) ([]byte, error) {
	switch m := m.(type) {
	case *wire:
		if m.message != nil {
			return c.write(dst, m.message)
		}
		return append(dst, m.data...), nil
	case proto.Message:
		return c.write(dst, m)
	}
	return nil, fmt.Errorf("%T is no message", m)
}

// Unmarshal implements [connect.Codec].
func (c codec) Unmarshal(data []byte, m any) error {
	switch m := m.(type) {
	case *wire:
		m.data = append([]byte(nil), data...)
		return nil
	case proto.Message:
		return c.read(data, m)
	}
	return fmt.Errorf("%T is no message", m)
}

// MarshalStable is what package connect wants for GET: the same message makes
// the same URL.
func (c codec) MarshalStable(m any) ([]byte, error) { return c.Marshal(m) }

// IsBinary says whether messages must be encoded as base64 for a URL.
func (c codec) IsBinary() bool { return c.name == "proto" }
