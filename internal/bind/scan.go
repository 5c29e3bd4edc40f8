package bind

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// scanBody notes which members the body has. The body is known to be valid.
func (b *binding) scanBody() {
	s := scanner{data: b.in.Body}
	s.space()
	s.members(func(key []byte) bool {
		if f := b.plan.table.byName[string(key)]; f != nil && s.peek() != 'n' { // null
			b.inBody.add(f.desc.Index())
		}
		s.value()
		return true
	})
}

// checkEnums returns an error for the first enum value in the document that is
// named by no name. The document is known to be valid for the message type of t.
func checkEnums(document []byte, t *table) error {
	s := scanner{data: document}
	s.space()
	at, path, found := s.badEnum(t, nil)
	if !found {
		return nil
	}
	before := document[:at]
	return &jsonpb.Error{
		Path:   path,
		Line:   bytes.Count(before, []byte("\n")) + 1,
		Column: utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1,
		Reason: "not a value of the enumeration",
	}
}

// hasEnums reports whether the field may hold enum values, at any depth.
func (f *field) hasEnums() bool {
	return f.table != nil && f.table.enums || f.enum() != nil
}

// enum returns the type of the enum values that the field itself holds, or nil.
func (f *field) enum() protoreflect.EnumDescriptor {
	if f.desc.IsMap() {
		return f.desc.MapValue().Enum()
	}
	return f.desc.Enum()
}

// badEnum looks through an object. It stops at the first bad value and returns
// its place.
func (s *scanner) badEnum(t *table, outer *place) (at int, path string, found bool) {
	s.members(func(key []byte) bool {
		f := t.byName[string(key)]
		if f == nil || !f.hasEnums() {
			s.value()
			return true
		}
		where := place{outer: outer, name: f.name}
		element := func() bool {
			at, path, found = s.badElement(f, &where)
			return !found
		}
		switch {
		case f.list && s.peek() == '[':
			where.kind = inList
			s.elements(func(i int) bool {
				where.index = i
				return element()
			})
		case f.desc.IsMap() && s.peek() == '{':
			where.kind = inMap
			s.members(func(key []byte) bool {
				where.key = string(key)
				return element()
			})
		default:
			element()
		}
		return !found
	})
	return at, path, found
}

// badElement looks at one value of a field.
func (s *scanner) badElement(f *field, where *place) (at int, path string, found bool) {
	switch c := s.peek(); {
	case c == '{' && f.table != nil:
		return s.badEnum(f.table, where)
	case c == '"' && f.enum() != nil:
		at = s.pos
		if f.enum().Values().ByName(protoreflect.Name(s.string())) == nil {
			return at, where.path(), true
		}
	default:
		s.value()
	}
	return 0, "", false
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

// members calls visit for the members of an object, if one is here: with the
// key, at the value, which visit steps over. A visit that returns false ends it
// all.
func (s *scanner) members(visit func(key []byte) bool) {
	if s.peek() != '{' {
		s.value()
		return
	}
	s.pos++
	for {
		s.space()
		if s.peek() != '"' {
			break
		}
		key := s.string()
		s.space()
		s.pos++ // colon
		s.space()
		if !visit(key) {
			return
		}
		s.space()
		if s.peek() != ',' {
			break
		}
		s.pos++
	}
	s.pos++ // closing brace
}

// elements is members for an array.
func (s *scanner) elements(visit func(i int) bool) {
	s.pos++
	for i := 0; ; i++ {
		s.space()
		if s.peek() == ']' || s.peek() == 0 {
			break
		}
		if !visit(i) {
			return
		}
		s.space()
		if s.peek() != ',' {
			break
		}
		s.pos++
	}
	s.pos++ // closing bracket
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
