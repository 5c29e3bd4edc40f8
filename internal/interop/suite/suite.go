// Package suite holds what the server and the client under test of the Connect
// conformance suite have in common: how the suite talks to them, and how it
// writes header fields and details.
package suite

import (
	"encoding/binary"
	"io"
	"net/http"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Read reads a message with its length in front. The error is [io.EOF] if there
// is none.
func Read(r io.Reader, m proto.Message) error {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return err
	}
	data := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(r, data); err != nil {
		return err
	}
	return proto.Unmarshal(data, m)
}

// Write writes a message with its length in front.
func Write(w io.Writer, m proto.Message) error {
	data, err := proto.Marshal(m)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...))
	return err
}

// Pack puts messages into Any; those that are Any already stay as they are.
func Pack(messages []proto.Message) ([]*anypb.Any, error) {
	var packed []*anypb.Any
	for _, m := range messages {
		if p, ok := m.(*anypb.Any); ok {
			packed = append(packed, p)
			continue
		}
		p, err := anypb.New(m)
		if err != nil {
			return nil, err
		}
		packed = append(packed, p)
	}
	return packed, nil
}

// Fields returns a header, or a query, as the suite writes it.
func Fields(all map[string][]string) []*conformancev1.Header {
	var list []*conformancev1.Header
	for name, values := range all {
		list = append(list, &conformancev1.Header{Name: name, Value: values})
	}
	return list
}

// AddFields adds what the suite has written to a header.
func AddFields(to http.Header, fields []*conformancev1.Header) {
	for _, f := range fields {
		for _, v := range f.GetValue() {
			to.Add(f.GetName(), v)
		}
	}
}
