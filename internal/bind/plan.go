package bind

import (
	"reflect"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Plan fills the request messages of one method by one http rule. It is a
// [Binder], made by [Compiler.Compile], immutable and safe for concurrent use.
//
// # One field from two places
//
// The path wins, then the body, then the query: who may touch an item is decided
// by its path. A parameter for a field that the path fills is not looked at, and
// neither is one for a field of the request message that the body has, nor for
// fields inside it. A field that the body has as null is one that it does not
// have.
//
// # Query
//
// A parameter is a field by its JSON name or its name in the proto file; dots
// lead into messages. Values are percent-encoded, "+" is a space. A parameter
// that is given again appends to a repeated field and is an error for any other.
// Parameters fill scalars and the messages that JSON writes as scalars:
// Timestamp (RFC 3339; without a zone it is UTC), Duration, FieldMask and the
// wrappers. Integers are decimal; numbers are as in JSON, or NaN, Infinity and
// -Infinity; booleans true, false, 1 and 0; enum values a name or a number; bytes
// base64 in either alphabet, padded or not. Two members of one oneof are an
// error.
//
// # Path
//
// Variables are percent-decoded once; "+" stays. In a variable of one segment
// "%2F" becomes a slash, in one that may span several it stays as it is, so that
// a slash always separates segments (see google.api.http).
//
// # Body
//
// The body is the message, or the field that the body clause names. A body that
// came although the rule has no body clause is the message. Nothing and blanks
// are the empty message.
//
// # Headers
//
// A header field that is declared to fill a field wins over all of these. Its
// values are read as those of a parameter; several are an error unless the field
// is repeated.
//
// # Required fields and defaults
//
// Then required fields must be there, also in messages inside the request that
// are there, and absent fields get their defaults. All that are missing are
// named. A field without presence is missing if it holds its zero value; its
// default is used if the request did not have it. The field that is the body of
// a PATCH is left alone: it holds the part of a resource that changes (AIP-134).
//
// # Errors
//
// All errors are BadRequest with the reasons invalidParameter or required and a
// violation for each place (but at most 20), or without reason for a body that
// cannot be read. They never hold the rejected value.
type Plan struct {
	options   Options
	json      jsonpb.UnmarshalOptions // of a body into an empty message
	table     *table
	bodyField *field // nil: the body is the message
	part      *field // whose required fields may be missing; nil: none
	wholeBody bool   // the body clause is "*"
	variables []variable
	headers   []header
	places    []named // see findPlaces
	// inPath are the top-level fields that the path fills, nestedInPath those
	// inside messages, by the numbers on the way to them.
	inPath       set
	nestedInPath map[string]bool
	straight     bool // see findStraight
}

var _ Binder = (*Plan)(nil)

// variable is a path variable and where it leads.
type variable struct {
	path    string // as the template names it
	name    string // as the caller is told
	chain   []*field
	escapes escapes
}

// binding is one request on its way into a message.
type binding struct {
	plan *Plan
	in   *Input
	msg  proto.Message
	m    protoreflect.Message // of msg, once somebody asked for it
	// s is the message as a struct, if it is one of the expected type.
	s reflect.Value
	// hasBody says that a body was read; inBody are the top-level fields that
	// it has, once scanned is true.
	hasBody, scanned bool
	inBody           set
	// inQuery are the top-level fields that the query has something for, nested
	// those inside messages, by the numbers on the way to them.
	inQuery    set
	nested     map[string]bool
	violations []exceptions.Violation
	more       int // violations that are not listed
}

// Bind fills msg.
func (p *Plan) Bind(in *Input, msg proto.Message) error {
	b := binding{plan: p, in: in, msg: msg}
	if t := p.table.goType; t != nil && reflect.TypeOf(msg) == t {
		b.s = reflect.ValueOf(msg).Elem()
	}
	if err := b.readBody(); err != nil {
		return err
	}
	if in.RawQuery != "" {
		if err := b.readQuery(in.RawQuery); err != nil {
			return err
		}
	}
	for i := range p.variables {
		b.readVariable(i)
	}
	for i := range p.headers {
		b.readHeader(&p.headers[i])
	}
	if b.violations != nil {
		return b.invalidParameters()
	}
	if p.table.busy() {
		return b.finish()
	}
	return nil
}

// Complete does the last step of [Plan.Bind] for a message that was read in
// another way: required fields and defaults. A field without presence that holds
// its zero value gets its default, since nobody can tell where it came from.
func (p *Plan) Complete(msg proto.Message) error {
	if !p.table.busy() {
		return nil
	}
	b := binding{plan: p, m: msg.ProtoReflect()}
	return b.finish()
}

// readVariable fills the field of a path variable.
func (b *binding) readVariable(i int) {
	v := &b.plan.variables[i]
	raw, ok := b.in.variable(i, v.path)
	if !ok {
		return
	}
	text, plain := raw, isPlain(raw)
	if !plain {
		if text, ok = decode(raw, v.escapes); !ok {
			b.violate(invalid(v.name, "bad percent-encoding"))
			return
		}
	}
	var p problem
	if b.hasPlace(v.chain) {
		p = v.chain[0].setStruct(b.s, text, plain)
	} else {
		m := b.message()
		for _, f := range v.chain[:len(v.chain)-1] {
			m = m.Mutable(f.desc).Message()
		}
		p = v.chain[len(v.chain)-1].set(m, text)
	}
	if p != "" {
		b.violate(invalid(v.name, p))
	}
}

// message returns the message for those who need reflection.
func (b *binding) message() protoreflect.Message {
	if b.m == nil {
		b.m = b.msg.ProtoReflect()
	}
	return b.m
}

// hasPlace reports whether chain is a field that setStruct can fill.
func (b *binding) hasPlace(chain []*field) bool {
	return len(chain) == 1 && chain[0].at >= 0 && b.s.IsValid()
}

// variable returns the text of a variable, which is as a rule at the same
// position as in the template.
func (in *Input) variable(i int, path string) (string, bool) {
	if i < len(in.Variables) && in.Variables[i].FieldPath == path {
		return in.Variables[i].Raw, true
	}
	for _, v := range in.Variables {
		if v.FieldPath == path {
			return v.Raw, true
		}
	}
	return "", false
}

// markPath notes that the path fills a field.
func (p *Plan) markPath(chain []*field) {
	if len(chain) == 1 {
		p.inPath.add(chain[0].index)
		return
	}
	if p.nestedInPath == nil {
		p.nestedInPath = map[string]bool{}
	}
	p.nestedInPath[numbers(chain)] = true
}

// numbers identifies a field inside messages, whatever names lead there.
func numbers(chain []*field) string {
	b := make([]byte, 0, 32)
	for _, f := range chain {
		for n := uint32(f.desc.Number()); ; n >>= 7 {
			if n < 0x80 {
				b = append(b, byte(n))
				break
			}
			b = append(b, byte(n)|0x80)
		}
	}
	return string(b)
}

// set is a set of top-level fields by their index. The first 64, so as a rule
// all, take no memory of their own.
type set struct {
	first uint64
	more  map[int]bool
}

func (s *set) add(i int) {
	if i < 64 {
		s.first |= 1 << i
		return
	}
	if s.more == nil {
		s.more = map[int]bool{}
	}
	s.more[i] = true
}

func (s *set) has(i int) bool {
	if i < 64 {
		return s.first&(1<<i) != 0
	}
	return s.more[i]
}
