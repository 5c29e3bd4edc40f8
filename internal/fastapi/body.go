package fastapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// readBody fills the fields that are the body's. The error is for a body that
// nothing can be said about.
func (b *Binder) readBody(in *bind.Input, m protoreflect.Message, wrong *problems) error {
	if !b.whole && b.body == nil {
		return nil
	}
	loc := []any{"body"}
	var body any
	switch {
	case len(in.Body) == 0:
	case !isJSON(in.Header.Get("Content-Type")):
		if !utf8.Valid(in.Body) {
			return unreadable()
		}
		wrong.noObject(loc, string(in.Body))
		return nil
	default:
		if !utf8.Valid(in.Body) || tooDeep(in.Body, b.depth) {
			return unreadable()
		}
		d := json.NewDecoder(bytes.NewReader(in.Body))
		d.UseNumber()
		err := d.Decode(&body)
		if err == nil && trailing(in.Body, d.InputOffset()) >= 0 {
			err = &json.SyntaxError{Offset: int64(trailing(in.Body, d.InputOffset())) + 1}
		}
		if err != nil {
			return invalid(in.Body, err)
		}
	}
	if body == nil {
		b.noBody(m, wrong)
		return nil
	}
	if b.whole {
		object, ok := body.(map[string]any)
		if !ok {
			wrong.noObject(loc, body)
			return nil
		}
		b.table.fill(m, object, loc, wrong, b.without)
		return nil
	}
	b.body.set(m, body, loc, wrong)
	return nil
}

// noBody reports a missing body, unless nothing in it is required.
func (b *Binder) noBody(m protoreflect.Message, wrong *problems) {
	if b.body != nil {
		if b.body.required || b.body.table != nil && b.body.table.requires(nil) {
			wrong.missing([]any{"body"}, nil)
		}
		return
	}
	if b.table.requires(b.without) {
		wrong.missing([]any{"body"}, nil)
		return
	}
	b.table.fill(m, nil, nil, wrong, b.without)
}

func (t *table) requires(without map[*field]bool) bool {
	for _, f := range t.fields {
		if f.required && !without[f] {
			return true
		}
	}
	return false
}

// fill fills m from an object.
func (t *table) fill(m protoreflect.Message, object map[string]any, loc []any, wrong *problems, without map[*field]bool) {
	for _, f := range t.fields {
		if without[f] {
			continue
		}
		v, ok := object[f.name]
		if !ok {
			v, ok = object[f.desc.JSONName()]
		}
		here := append(loc[:len(loc):len(loc)], f.name)
		switch {
		case ok && v == nil && f.desc.HasPresence() && !f.required:
		case ok:
			f.set(m, v, here, wrong)
		case f.required:
			wrong.missing(here, object)
		case f.fallback != "":
			f.setDefault(m)
		}
	}
}

// unreadable is the original's answer to a body that it cannot even parse.
func unreadable() error { return exceptions.NewBadRequest("There was an error parsing the body") }

// invalid is a body that is no JSON. Nothing else is looked at then.
func invalid(body []byte, err error) error {
	at := int64(len(body))
	text := "Unexpected end"
	if s, ok := errors.AsType[*json.SyntaxError](err); ok && s.Offset > 0 && s.Offset <= at {
		at, text = s.Offset-1, "Unexpected character"
	}
	var wrong problems
	wrong.add("json_invalid", []any{"body", int(at)}, "JSON decode error", map[string]any{}, map[string]any{"error": text})
	return wrong.err()
}

// trailing returns where something other than white space stands behind the
// value that ends at offset, or -1.
func trailing(body []byte, offset int64) int {
	for i := int(offset); i < len(body); i++ {
		switch body[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return i
		}
	}
	return -1
}

// tooDeep says whether a body nests deeper than max. It need not be exact about
// text that is no JSON.
func tooDeep(body []byte, max int) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			if depth++; depth > max {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}
