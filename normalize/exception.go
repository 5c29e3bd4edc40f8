package normalize

import (
	"bytes"
	"encoding/json"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// An exception that is a message is written once, as JSON, whatever it is
// written for: each of its parents has some of its fields, with the same names
// and values, and so have the metadata of google.rpc.ErrorInfo and the members
// of a problem. What goes where is looked up in a table, made once per type.

// A shape is that table for one type of message.
type shape struct {
	// levels are the message itself and its parents, the nearest first.
	levels []level
	fields []shapeField
}

type level struct {
	descriptor protoreflect.MessageDescriptor
	// open is the beginning of its google.protobuf.Any.
	open string
}

type shapeField struct {
	// key is the name in JSON, quoted.
	key string
	// levels says how many levels have the field.
	levels int
	// metadata and member say whether it is written as metadata and as a member
	// of a problem.
	metadata, member bool
}

var shapes sync.Map // of *shape by protoreflect.MessageDescriptor

// shape returns the table for the message that is the exception, and how many
// of the details are that message and its parents; nil for exceptions that are
// no messages, and for those whose details are dropped by the policy.
func (v *Verdict) shape() (*shape, int) {
	if v.Class == nil || len(v.Details) == 0 || v.Details[0] == nil {
		return nil, 0
	}
	own := v.Details[0].ProtoReflect().Descriptor()
	if string(own.FullName()) != v.Class.Name {
		return nil, 0
	}
	var s *shape
	if known, ok := shapes.Load(own); ok {
		s = known.(*shape)
	} else {
		s = v.newShape()
		shapes.Store(own, s)
	}
	n := 1
	for n < len(s.levels) && n < len(v.Details) && descriptorOf(v.Details[n]) == s.levels[n].descriptor {
		n++
	}
	return s, n
}

func descriptorOf(m proto.Message) protoreflect.MessageDescriptor {
	if m == nil {
		return nil
	}
	return m.ProtoReflect().Descriptor()
}

func (v *Verdict) newShape() *shape {
	s := new(shape)
	class := v.Class
	for _, m := range v.Details {
		d := descriptorOf(m)
		if class == nil || d == nil || string(d.FullName()) != class.Name {
			break
		}
		s.levels = append(s.levels, level{d, `{"@type":"` + typePrefix + class.Name + `"`})
		class = class.Parent
	}
	fields := s.levels[0].descriptor.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		x := shapeField{
			key: string(appendString(nil, f.JSONName())), levels: 1,
			metadata: plain(f) && metadataKey(f.JSONName()), member: !problemMember(f.JSONName()),
		}
		for x.levels < len(s.levels) && s.levels[x.levels].descriptor.Fields().ByName(f.Name()) != nil {
			x.levels++
		}
		s.fields = append(s.fields, x)
	}
	return s
}

// plain says whether a field has a text for the metadata.
func plain(f protoreflect.FieldDescriptor) bool {
	return f.Cardinality() != protoreflect.Repeated && f.Message() == nil && f.Kind() != protoreflect.BytesKind
}

// metadataKey says whether google.rpc.ErrorInfo allows a key.
func metadataKey(key string) bool {
	for i := range len(key) {
		switch c := key[i]; {
		case c >= 'a' && c <= 'z':
		case i > 0 && (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'):
		default:
			return false
		}
	}
	return key != "" && len(key) <= 64
}

// problemMember says whether a member of a problem has a meaning of its own, in
// RFC 9457 or here.
func problemMember(name string) bool {
	switch name {
	case "type", "title", "status", "detail", "instance", "reason", "domain", "errors", "details":
		return true
	}
	return false
}

// A spread is an exception that is a message, as JSON with its members found.
// The zero value is none.
type spread struct {
	shape *shape
	// n is how many of the details it stands for.
	n       int
	json    []byte
	members []member
}

// maxMembers is how many members of a message need no memory of their own.
const maxMembers = 16

// A member is one member of an object.
type member struct {
	field *shapeField // nil for an extension (proto2)
	// raw is the whole member, value its value.
	raw, value []byte
}

// appendSpread appends the exception as JSON to dst, to be looked at and taken
// away again. It returns none for exceptions that are no messages and for those
// that cannot be written, whose parents perhaps can.
func (v *Verdict) appendSpread(dst []byte, members []member) ([]byte, spread) {
	s, n := v.shape()
	if s == nil {
		return dst, spread{}
	}
	start := len(dst)
	out, err := jsonpb.Append(dst, v.Details[0], jsonpb.AppendOptions{})
	if err != nil {
		return dst, spread{}
	}
	object := out[start:len(out):len(out)]
	if members = s.split(object, members); members == nil {
		return dst, spread{}
	}
	return out, spread{shape: s, n: n, json: object, members: members}
}

// takeAway removes the bytes from start to end, which stand before others.
func takeAway(dst []byte, start, end int) []byte {
	if start == end {
		return dst
	}
	return dst[:start+copy(dst[start:], dst[end:])]
}

// split finds the members of an object, which is valid JSON without white space;
// nil if one is neither a field nor an extension.
func (s *shape) split(object []byte, members []member) []member {
	at := 0 // where the next field is looked for: both have the same order
	for i := 1; i < len(object)-1; i++ {
		from := i
		i = skipValue(object, i)
		key := object[from:i]
		i++ // the colon
		value := i
		i = skipValue(object, i) // then at the comma, or the brace
		m := member{raw: object[from:i], value: object[value:i]}
		for range s.fields {
			f := &s.fields[at]
			if at++; at == len(s.fields) {
				at = 0
			}
			if f.key == string(key) {
				m.field = f
				break
			}
		}
		if m.field == nil && !bytes.HasPrefix(key, []byte(`"[`)) {
			return nil
		}
		members = append(members, m)
	}
	return members
}

// skipValue returns the place behind the value that begins at i.
func skipValue(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			i++
			for b[i] != '"' {
				if b[i] == '\\' {
					i++
				}
				i++
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // of the object around
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// appendDetails appends the exception and its parents as elements of an array
// whose first element stands at first.
func (x *spread) appendDetails(dst []byte, first int) []byte {
	if x.json == nil {
		return dst
	}
	for i := range x.n {
		dst = append(appendComma(dst, first), x.shape.levels[i].open...)
		if i == 0 {
			if len(x.members) > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, x.json[1:]...)
			continue
		}
		for _, m := range x.members {
			if m.field != nil && m.field.levels > i {
				dst = append(append(dst, ','), m.raw...)
			}
		}
		dst = append(dst, '}')
	}
	return dst
}

// appendMembers appends the fields as members of a problem that is not empty.
func (x *spread) appendMembers(dst []byte) []byte {
	for _, m := range x.members {
		if m.field != nil && m.field.member {
			dst = append(append(dst, ','), m.raw...)
		}
	}
	return dst
}

// What of an exception's fields goes into the metadata of google.rpc.ErrorInfo,
// so that no reply grows without bounds. Nothing is cut: half a value misleads.
const (
	maxMetadata      = 64   // entries
	maxMetadataValue = 1024 // bytes of one value, as JSON
)

// appendMetadata appends the fields as metadata of google.rpc.ErrorInfo, for
// clients that do not know the message (AIP-193): all that are set and have a
// plain text, under their JSON names. Messages, lists, maps and bytes are left
// out; the message itself is among the details.
func (x *spread) appendMetadata(dst []byte) []byte {
	before := len(dst)
	dst = append(dst, `,"metadata":{`...)
	open, n := len(dst), 0
	for _, m := range x.members {
		if m.field == nil || !m.field.metadata || len(m.value) > maxMetadataValue+2 || n == maxMetadata {
			continue
		}
		n++
		dst = appendComma(dst, open)
		if m.value[0] == '"' {
			dst = append(dst, m.raw...)
			continue
		}
		dst = append(dst, m.field.key...)
		dst = append(dst, ':', '"')
		dst = append(dst, m.value...)
		dst = append(dst, '"')
	}
	if n == 0 {
		return dst[:before]
	}
	return append(dst, '}')
}

// metadata returns what appendMetadata writes, nil if that is nothing.
func (v *Verdict) metadata() map[string]string {
	_, x := v.appendSpread(nil, make([]member, 0, 8))
	text, ok := bytes.CutPrefix(x.appendMetadata(nil), []byte(`,"metadata":`))
	if !ok {
		return nil
	}
	var values map[string]string
	if json.Unmarshal(text, &values) != nil {
		return nil
	}
	return values
}
