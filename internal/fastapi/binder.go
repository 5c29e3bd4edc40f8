package fastapi

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Rule is the part of a method's declaration that matters for binding.
type Rule struct {
	// Path are the fields of the path variables, Body the body clause.
	Path []string
	Body string
	// Headers are the request headers that fill fields.
	Headers []Header
	// Depth is how deep a body may nest; at most 990.
	Depth int
}

// A Header is a request header field, or a cookie, that fills a field of the
// message.
type Header = bind.Header

// A Binder fills messages of one type. It is made by [Compile], never changes,
// and is safe for concurrent use.
//
//   - Path variables, query, headers and body each fill fields of their own:
//     those that the path does not name, nor a header rule, are the body's with
//     a body clause, and the query's otherwise.
//   - Names are those of the proto file; JSON names are understood, too.
//   - Unknown names are ignored. Of a parameter that is given twice, the last
//     value counts, unless the field is repeated.
//   - Types are converted as pydantic does in its lax mode: "5" and 5.0 fill an
//     integer, "yes" a bool.
//   - A body must claim to be JSON.
//
// All that is wrong is one [*ValidationError]; a body that is no text, or nests
// too deep, is a BadRequest.
type Binder struct {
	table   *table
	path    map[string]chain
	query   []*field
	headers []header
	body    *field // the field that is the body; nil: see whole
	whole   bool   // the message is the body
	without map[*field]bool
	depth   int
}

type header struct {
	Header
	chain chain
}

// chain are the fields that a dotted path leads through.
type chain []*field

var _ bind.Binder = (*Binder)(nil)

// maxDepth is where the original gives up.
const maxDepth = 990

// Compile makes the binder for messages of one type. The error says all that is
// wrong with the rule.
func Compile(desc protoreflect.MessageDescriptor, r Rule) (*Binder, error) {
	tables := map[protoreflect.FullName]*table{}
	b := &Binder{
		table: compile(desc, tables), path: map[string]chain{}, without: map[*field]bool{},
		whole: r.Body == "*", depth: min(r.Depth, maxDepth),
	}
	var wrong []error
	for _, t := range tables {
		wrong = append(wrong, t.wrong...)
	}
	find := func(path string) chain {
		c := b.table.find(path)
		if c == nil {
			wrong = append(wrong, fmt.Errorf("%s has no field %q", desc.FullName(), path))
			return nil
		}
		if len(c) == 1 {
			b.without[c[0]] = true
		}
		return c
	}
	for _, path := range r.Path {
		b.path[path] = find(path)
	}
	for _, h := range r.Headers {
		b.headers = append(b.headers, header{h, find(h.Field)})
	}
	if r.Body != "" && !b.whole {
		if c := find(r.Body); len(c) > 1 {
			wrong = append(wrong, fmt.Errorf("body %q is not a field of %s itself", r.Body, desc.FullName()))
		} else if c != nil {
			b.body = c[0]
		}
	}
	if !b.whole {
		for _, f := range b.table.fields {
			if !b.without[f] {
				b.query = append(b.query, f)
			}
		}
	}
	return b, errors.Join(wrong...)
}

// Bind implements [bind.Binder].
func (b *Binder) Bind(in *bind.Input, msg proto.Message) error {
	m := msg.ProtoReflect()
	var wrong problems
	for _, v := range in.Variables {
		text, err := url.PathUnescape(v.Raw)
		if err != nil {
			text = v.Raw
		}
		if c := b.path[v.FieldPath]; c != nil {
			c.fill(m, []string{text}, []any{"path", v.FieldPath}, &wrong)
		}
	}
	b.readQuery(in.RawQuery, m, &wrong)
	for _, h := range b.headers {
		loc := []any{"header", h.Name}
		if h.Cookie != "" {
			loc = []any{"cookie", h.Cookie}
		}
		h.chain.fill(m, h.Values(in.Header), loc, &wrong)
	}
	if err := b.readBody(in, m, &wrong); err != nil {
		return err
	}
	return wrong.err()
}

// readQuery fills the fields that are the query's. What cannot be decoded is
// ignored, as in the original.
func (b *Binder) readQuery(query string, m protoreflect.Message, wrong *problems) {
	if len(b.query) == 0 {
		return
	}
	values, _ := url.ParseQuery(query)
	for _, f := range b.query {
		if f.nested() {
			for name, texts := range values {
				if c := b.table.find(name); len(c) > 1 && c[0] == f {
					c.fill(m, texts, []any{"query", name}, wrong)
				}
			}
			continue
		}
		name := f.name
		texts, ok := values[name]
		if !ok {
			texts = values[f.desc.JSONName()]
		}
		chain{f}.fill(m, texts, []any{"query", name}, wrong)
	}
}

// fill fills the field at the end of the chain from the texts of a parameter.
func (c chain) fill(m protoreflect.Message, texts []string, loc []any, wrong *problems) {
	f := c[len(c)-1]
	if len(texts) == 0 && f.fallback == "" {
		if f.required {
			wrong.missing(loc, nil)
		}
		return
	}
	for _, outer := range c[:len(c)-1] {
		m = m.Mutable(outer.desc).Message()
	}
	switch {
	case len(texts) == 0:
		f.setDefault(m)
	case f.desc.IsList():
		list := m.Mutable(f.desc).List()
		for i, text := range texts {
			if v, ok := f.convert(list.NewElement, text, append(loc, i), wrong); ok {
				list.Append(v)
			}
		}
		f.checkEntries(list.Len(), texts, loc, wrong)
	default:
		if v, ok := f.convert(f.newValue(m), texts[len(texts)-1], loc, wrong); ok {
			m.Set(f.desc, v)
		}
	}
}

// isJSON says whether the value of Content-Type names JSON, or a type built on
// it.
func isJSON(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	sub, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(kind)), "application/")
	return ok && (sub == "json" || strings.HasSuffix(sub, "+json"))
}
