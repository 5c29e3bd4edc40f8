package bind

import (
	"reflect"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Most requests need little of what a [Plan] can do: their variables and
// parameters are scalar fields of the message itself, each given once, and
// nothing is wrong with them. They are bound by little code: what a call runs
// through does not all fit into the nearest cache of a processor, so that the
// length of the way counts, also for the parts of it that are quick.

// findStraight finds out whether [Plan.Fill] can do for the plan.
func (p *Plan) findStraight() {
	if p.table.goType == nil || p.table.busy() || len(p.headers) > 0 {
		return
	}
	for i := range p.variables {
		if chain := p.variables[i].chain; len(chain) != 1 || chain[0].at < 0 {
			return
		}
	}
	if f := p.bodyField; f != nil && f.partAt < 0 {
		return
	}
	for _, e := range p.places {
		if e.f.index >= 64 {
			return
		}
	}
	p.straight = true
}

// Straight reports whether [Plan.Fill] is of any use.
func (p *Plan) Straight() bool { return p.straight }

// Fill is [Plan.Bind] for most requests: values are the texts of the path
// variables in the order of the template. It is false if it does not know what to
// do, also for all that is wrong with a request. Then Bind has to be called, with
// the same message: what Fill has put into it, Bind puts there as well.
func (p *Plan) Fill(msg proto.Message, values []string, query string, body []byte) bool {
	if reflect.TypeOf(msg) != p.table.goType || len(values) != len(p.variables) || len(query) >= p.options.MaxParameters {
		return false
	}
	s := reflect.ValueOf(msg).Elem()
	if len(body) > 0 && (query != "" || !p.fillBody(msg, s, body)) {
		return false // a parameter counts unless the body has its field
	}
	for given := uint64(0); query != ""; {
		f, rest := findPlace(p.places, query)
		if f == nil {
			return false
		}
		var text string
		var plain bool
		text, query, plain = cutValue(rest)
		bit := uint64(1) << (f.index & 63)
		if !plain || given&bit != 0 || !f.fill(s, text) {
			return false
		}
		given |= bit
	}
	for i, text := range values {
		if !isPlain(text) || !p.variables[i].chain[0].fill(s, text) {
			return false
		}
	}
	return true
}

// fill puts a plain text into the field, which has a place in s.
func (f *field) fill(s reflect.Value, text string) bool {
	switch {
	case f.presence:
		return f.setOptional(s, text) == ""
	case f.kind == protoreflect.StringKind:
		s.Field(f.at).SetString(text)
		return true
	case f.kind == protoreflect.EnumKind:
		for i := range f.names {
			if f.names[i].text == text {
				s.Field(f.at).SetInt(int64(f.names[i].number))
				return true
			}
		}
	case f.short:
		if n, ok := parseShort(text); ok {
			s.Field(f.at).SetInt(n)
			return true
		}
	}
	return f.setStruct(s, text, true) == ""
}

// fillBody reads the body into the message, or into the field that it is.
func (p *Plan) fillBody(msg proto.Message, s reflect.Value, body []byte) bool {
	b := binding{plan: p, msg: msg, s: s}
	if isBlank(body) {
		return true
	}
	if p.bodyField != nil {
		msg = b.part(p.bodyField)
	}
	return b.unmarshal(body, msg, true) == nil
}
