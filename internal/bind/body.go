package bind

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
)

// readBody fills msg, or the field that is the body, from the body.
func (b *binding) readBody(msg proto.Message) error {
	if isBlank(b.in.Body) {
		return nil
	}
	b.hasBody = true
	o := jsonpb.UnmarshalOptions{
		DiscardUnknown: !b.plan.options.RejectUnknownFields,
		RecursionLimit: b.plan.options.MaxDepth,
	}
	f := b.plan.bodyField
	switch {
	case f == nil:
		if err := jsonpb.Unmarshal(b.in.Body, msg, o); err != nil {
			return badBody(err, "", 0)
		}
	case f.table != nil && f.shape == message, f.shape == wellKnown && !f.list:
		part := b.m.Mutable(f.desc).Message().Interface()
		if err := jsonpb.Unmarshal(b.in.Body, part, o); err != nil {
			return badBody(err, f.name, 0)
		}
	default:
		return b.wrapBody(msg, f, o)
	}
	return nil
}

// wrapBody reads a body that is the value of a field which is no message: it
// becomes a document with that one field. The field stands on a line of its own,
// so that all places in the body keep their columns.
func (b *binding) wrapBody(msg proto.Message, f *field, o jsonpb.UnmarshalOptions) error {
	// The body must not close the document and open another field.
	if !json.Valid(b.in.Body) {
		return badRequest("The request body is not valid JSON.", nil)
	}
	var document bytes.Buffer
	document.Grow(len(b.in.Body) + len(f.name) + 8)
	document.WriteString(`{"` + f.name + "\":\n")
	document.Write(b.in.Body)
	document.WriteString("\n}")
	if err := jsonpb.Unmarshal(document.Bytes(), msg, o); err != nil {
		return badBody(err, "", 1)
	}
	return nil
}

// isBlank reports whether a body holds nothing but JSON white space.
func isBlank(body []byte) bool {
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
			b.inBody.add(f.desc.Index())
		} else {
			b.scanBody()
		}
	}
	return b.inBody.has(index)
}

// scanBody notes which members the body has. The body is known to be valid.
func (b *binding) scanBody() {
	s := scanner{data: b.in.Body}
	s.space()
	if s.peek() != '{' {
		return
	}
	s.pos++
	for {
		s.space()
		if s.peek() != '"' {
			return
		}
		key := s.string()
		s.space()
		s.pos++ // colon
		s.space()
		null := s.peek() == 'n'
		s.value()
		if f := b.plan.table.byName[string(key)]; f != nil && !null {
			b.inBody.add(f.desc.Index())
		}
		s.space()
		if s.peek() != ',' {
			return
		}
		s.pos++
	}
}

// A scanner steps over the parts of a JSON document that is known to be valid.
// Of any other it makes no sense, but it ends.
type scanner struct {
	data []byte
	pos  int
}

func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func (s *scanner) space() {
	for s.pos < len(s.data) && isSpace(s.data[s.pos]) {
		s.pos++
	}
}

// string steps over a string and returns it, without quotes and escapes.
func (s *scanner) string() []byte {
	start := s.pos
	s.pos++
	escaped := false
	for s.pos < len(s.data) && s.data[s.pos] != '"' {
		if s.data[s.pos] == '\\' {
			escaped = true
			s.pos++
		}
		s.pos++
	}
	s.pos = min(s.pos+1, len(s.data))
	quoted := s.data[start:s.pos]
	if escaped {
		var text string
		_ = json.Unmarshal(quoted, &text)
		return []byte(text)
	}
	if len(quoted) < 2 {
		return nil
	}
	return quoted[1 : len(quoted)-1]
}

// value steps over a value of any kind.
func (s *scanner) value() {
	depth := 0
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.skipString()
		case c == '{' || c == '[':
			depth++
			s.pos++
			continue
		case (c == '}' || c == ']') && depth == 0:
			return
		case c == '}' || c == ']':
			depth--
			s.pos++
		case isSpace(c) || c == ',' || c == ':':
			if depth == 0 {
				return
			}
			s.pos++
			continue
		default: // a number or a name
			for s.pos < len(s.data) && !isSpace(s.data[s.pos]) && bytes.IndexByte([]byte(",:]}"), s.data[s.pos]) < 0 {
				s.pos++
			}
		}
		if depth == 0 {
			return
		}
	}
}

// skipString steps over a string.
func (s *scanner) skipString() {
	for s.pos++; s.pos < len(s.data) && s.data[s.pos] != '"'; s.pos++ {
		if s.data[s.pos] == '\\' {
			s.pos++
		}
	}
	s.pos = min(s.pos+1, len(s.data))
}
