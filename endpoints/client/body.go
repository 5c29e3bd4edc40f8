package client

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// body returns the body for a request; nil if it has none.
func (b *binding) body(request protoreflect.Message) ([]byte, error) {
	o := jsonpb.AppendOptions{UseProtoNames: b.protoNames}
	switch f := b.bodyField; {
	case b.wholeBody:
		return jsonpb.Append(nil, b.withoutPath(request).Interface(), o)
	case f == nil || !request.Has(f):
		return nil, nil
	case f.Message() != nil && !f.IsList() && !f.IsMap():
		return jsonpb.Append(nil, request.Get(f).Message().Interface(), o)
	default:
		return fieldJSON(request, f, o)
	}
}

// fieldJSON returns the JSON of a field that has no encoding of its own: that of
// a message with only this field, without what is around it.
func fieldJSON(m protoreflect.Message, f protoreflect.FieldDescriptor, o jsonpb.AppendOptions) ([]byte, error) {
	only := m.New()
	only.Set(f, m.Get(f))
	framed, err := jsonpb.Append(nil, only.Interface(), o)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(framed, &fields); err != nil {
		return nil, err
	}
	for _, value := range fields {
		return value, nil
	}
	return nil, nil // a field without presence that holds its zero value
}

// withoutPath returns a request without the fields that are in the path. It
// shares with the request what it does not change.
func (b *binding) withoutPath(request protoreflect.Message) protoreflect.Message {
	if len(b.variables) == 0 {
		return request
	}
	all := shallow(request)
	for i := range b.variables {
		remove(all, b.variables[i].chain)
	}
	return all
}

func shallow(m protoreflect.Message) protoreflect.Message {
	c := m.New()
	for f, v := range m.Range {
		c.Set(f, v)
	}
	return c
}

// remove clears the field at the end of a chain in m, which is a shallow copy.
func remove(m protoreflect.Message, chain []protoreflect.FieldDescriptor) {
	f := chain[0]
	if len(chain) == 1 {
		m.Clear(f)
		return
	}
	if !m.Has(f) {
		return
	}
	inner := shallow(m.Get(f).Message())
	remove(inner, chain[1:])
	m.Set(f, protoreflect.ValueOfMessage(inner))
}

// readReply reads the body of a reply. Fields that the client does not know yet
// are ignored. Nothing, and the null of servers that have nothing to say, leaves
// the reply empty.
func (b *binding) readReply(body []byte, reply proto.Message) error {
	text := bytes.Trim(body, " \t\r\n")
	o := jsonpb.UnmarshalOptions{DiscardUnknown: true}
	m := reply.ProtoReflect()
	null := string(text) == "null"
	switch f := b.reply; {
	case len(text) == 0:
		return nil
	case f == nil && null && !takesNull(m.Descriptor()):
		return nil
	case f == nil:
		return jsonpb.Unmarshal(text, reply, o)
	case f.Message() != nil && !f.IsList() && !f.IsMap():
		if null && !takesNull(f.Message()) {
			return nil
		}
		return jsonpb.Unmarshal(text, m.Mutable(f).Message().Interface(), o)
	default:
		// The text must not close the document and open another field.
		if !json.Valid(text) {
			return errors.New("it is not valid JSON")
		}
		name, err := json.Marshal(f.JSONName())
		if err != nil {
			return err
		}
		framed := append(append(append(append([]byte{'{'}, name...), ':'), text...), '}')
		return jsonpb.Unmarshal(framed, reply, o)
	}
}

// takesNull says whether null is a value of a message.
func takesNull(m protoreflect.MessageDescriptor) bool {
	return m.FullName() == "google.protobuf.Value"
}

func tooLarge(limit int64) error { return fmt.Errorf("it is larger than %d bytes", limit) }

// readBody reads the whole body of an answer, without its content coding. If
// there is more than limit, it returns the first limit bytes and an error.
func readBody(answer *http.Response, limit int64) ([]byte, error) {
	if answer.Body == nil {
		return nil, nil
	}
	body, err := decoded(answer)
	if err != nil {
		return nil, ignoreEOF(err) // nothing, as for HEAD
	}
	text, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err == nil && int64(len(text)) > limit {
		return text[:limit], tooLarge(limit)
	}
	return text, err
}

// decoded returns the body of an answer without its content coding. The error is
// [io.EOF] if it is coded and there is nothing.
func decoded(answer *http.Response) (io.Reader, error) {
	// net/http undoes the coding that it asked for. Other round trippers may
	// leave that to us.
	if coding := answer.Header.Get("Content-Encoding"); !strings.EqualFold(coding, "gzip") {
		return answer.Body, nil
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(answer.Body, first); err != nil {
		return nil, err
	}
	return gzip.NewReader(io.MultiReader(bytes.NewReader(first), answer.Body))
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// mediaType returns the type of a body, without parameters, in lower case.
func mediaType(h http.Header) string {
	value := h.Get("Content-Type")
	if value == "" {
		return "no type"
	}
	kind, _, err := mime.ParseMediaType(value)
	if err != nil && kind == "" {
		return "a type that is none"
	}
	return kind
}
