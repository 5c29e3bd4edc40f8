package bind

import (
	"reflect"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
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

// Setters fill fields of one message type without reflection, each as far as it
// is not nil. They are the generated functions of a Method of package endpoints.
type Setters struct {
	Text    func(msg proto.Message, field int32, text string) bool
	Integer func(msg proto.Message, field int32, n int64) bool
}

// Fill is [Plan.Bind] for most requests: into is the message for the body, which is
// in the field that it fills (nil: there is none yet), values are the texts of the
// path variables in the order of the template, d is memory to read the body with
// (nil if there is none). It is false if it does not know what to do, also for all
// that is wrong with a request. Then Bind has to be called, with the same message:
// what Fill has put into it, Bind puts there as well.
func (p *Plan) Fill(msg, into proto.Message, set *Setters, values []string, query string, body []byte, d *jsonpb.Decoder) bool {
	if reflect.TypeOf(msg) != p.table.goType || len(values) != len(p.variables) || len(query) >= p.options.MaxParameters {
		return false
	}
	b := filling{msg: msg, set: set}
	if len(body) > 0 && (query != "" || !b.fillBody(p, into, body, d)) {
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
		if !plain || given&bit != 0 || !b.fill(f, text) {
			return false
		}
		given |= bit
	}
	for i, text := range values {
		if !isPlain(text) || !b.fill(p.variables[i].chain[0], text) {
			return false
		}
	}
	return true
}

// filling is one request on its way into a message by [Plan.Fill].
type filling struct {
	msg proto.Message
	set *Setters
}

// fill puts a plain text into a field, which has a place in the struct.
func (b *filling) fill(f *field, text string) bool {
	switch {
	case f.presence:
	case f.kind == protoreflect.StringKind:
		if b.set.Text != nil && b.set.Text(b.msg, f.number, text) {
			return true
		}
	case f.kind == protoreflect.EnumKind:
		for i := range f.names {
			if f.names[i].text == text {
				if b.set.Integer != nil && b.set.Integer(b.msg, f.number, int64(f.names[i].number)) {
					return true
				}
				break
			}
		}
	case f.short:
		if n, ok := parseShort(text); ok && b.set.Integer != nil && b.set.Integer(b.msg, f.number, n) {
			return true
		}
	}
	return f.setStruct(reflect.ValueOf(b.msg).Elem(), text, true) == ""
}

// fillBody reads the body into the message, or into the field that it is.
func (b *filling) fillBody(p *Plan, into proto.Message, body []byte, d *jsonpb.Decoder) bool {
	if IsBlank(body) {
		return true
	}
	switch {
	case p.bodyField == nil:
		into = b.msg
	case into == nil:
		into = newPart(reflect.ValueOf(b.msg).Elem(), p.bodyField)
	}
	return d.Unmarshal(body, into, p.json) == nil
}
