package bind

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
)

// readBody fills the message, or the field that is the body, from the body.
func (b *binding) readBody() error {
	if IsBlank(b.in.Body) {
		return nil
	}
	b.hasBody = true
	f := b.plan.bodyField
	switch {
	case f == nil:
		if err := b.unmarshal(b.in.Body, b.msg, false); err != nil {
			return badBody(err, "", 0)
		}
	case f.desc.Message() != nil && !f.list && !f.desc.IsMap():
		if err := b.unmarshal(b.in.Body, b.part(f), true); err != nil {
			return badBody(err, f.name, 0)
		}
	default:
		return b.wrapBody(b.msg, f)
	}
	return nil
}

// bodyOptions say how bodies are read. An unknown enum name is an error even where
// unknown fields are not: to leave out a misspelt value would change what the
// request means.
func bodyOptions(o Options) jsonpb.UnmarshalOptions {
	return jsonpb.UnmarshalOptions{
		DiscardUnknown: !o.RejectUnknownFields, KnownEnums: true, RecursionLimit: o.MaxDepth, Empty: true,
	}
}

// part puts an empty message into the field, and returns it.
func (b *binding) part(f *field) proto.Message {
	if f.partAt < 0 || !b.s.IsValid() {
		return b.message().Mutable(f.desc).Message().Interface()
	}
	return newPart(b.s, f)
}

// newPart puts an empty message into a field of the struct s.
func newPart(s reflect.Value, f *field) proto.Message {
	dst := s.Field(f.partAt)
	v := reflect.New(dst.Type().Elem())
	dst.Set(v)
	return v.Interface().(proto.Message)
}

// wrapBody reads a body that is the value of a field which is no message: it
// becomes a document with that one field. The field stands on a line of its own,
// so that all places in the body keep their columns.
func (b *binding) wrapBody(msg proto.Message, f *field) error {
	// The body must not close the document and open another field.
	if !json.Valid(b.in.Body) {
		return badRequest("The request body is not valid JSON.", nil)
	}
	var document bytes.Buffer
	document.Grow(len(b.in.Body) + len(f.name) + 8)
	document.WriteString(`{"` + f.name + "\":\n")
	document.Write(b.in.Body)
	document.WriteString("\n}")
	if err := b.unmarshal(document.Bytes(), msg, false); err != nil {
		return badBody(err, "", 1)
	}
	return nil
}

// unmarshal reads a document into msg, which may be known to be empty.
func (b *binding) unmarshal(document []byte, msg proto.Message, empty bool) error {
	o := b.plan.json
	o.Empty = empty
	return jsonpb.Unmarshal(document, msg, o)
}

// IsBlank reports whether a body holds nothing but JSON white space.
func IsBlank(body []byte) bool {
	for _, c := range body {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// badBody is a body that cannot be read. prefix is the field that it is, lines
// is how many lines stand before it.
func badBody(err error, prefix string, lines int) error {
	e, ok := errors.AsType[*jsonpb.Error](err)
	if !ok {
		return exceptions.Raise(exceptions.NewBadRequest("The request body is not valid JSON for this method."), exceptions.Cause(err))
	}
	place := *e
	if place.Line > lines {
		place.Line -= lines
	}
	switch {
	case prefix == "":
	case place.Path == "" || place.Path[0] == '[':
		place.Path = prefix + place.Path
	default:
		place.Path = prefix + "." + place.Path
	}
	text := "Invalid request body: " + strings.TrimSuffix(place.Error(), ".") + "."
	with := []exceptions.Option{exceptions.Cause(err)}
	if place.Path != "" {
		with = append(with, exceptions.Violations(exceptions.Violation{
			Location: place.Path, LocationType: "body", Message: text,
		}))
	}
	return exceptions.Raise(exceptions.NewBadRequest("%s", text), with...)
}

// bodyHas reports whether the body has the top-level field with the index, not
// counting null.
func (b *binding) bodyHas(index int) bool {
	if !b.hasBody {
		return false
	}
	if !b.scanned {
		b.scanned = true
		if f := b.plan.bodyField; f != nil {
			b.inBody.add(f.index)
		} else {
			b.scanBody()
		}
	}
	return b.inBody.has(index)
}
