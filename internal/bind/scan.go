package bind

import (
	"encoding/json"
	"strings"
)

// scanBody notes which members the body has. The body is known to be valid.
func (b *binding) scanBody() {
	s := scanner{data: b.in.Body}
	s.space()
	if s.peek() != '{' {
		return
	}
	s.pos++
	for s.space(); s.peek() == '"'; s.space() {
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
	start, escaped := s.pos, false
	for s.pos++; s.pos < len(s.data) && s.data[s.pos] != '"'; s.pos++ {
		if s.data[s.pos] == '\\' {
			escaped = true
			s.pos++
		}
	}
	s.pos = min(s.pos+1, len(s.data))
	quoted := s.data[start:s.pos]
	if escaped {
		var text string
		_ = json.Unmarshal(quoted, &text)
		return []byte(text)
	}
	return quoted[1:max(1, len(quoted)-1)]
}

// value steps over a value of any kind. What stands between the braces and
// brackets of a value does not matter, but for strings.
func (s *scanner) value() {
	for depth := 0; s.pos < len(s.data); {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.skipString()
		case c == '{' || c == '[':
			depth++
			s.pos++
		case c == '}' || c == ']':
			depth--
			s.pos++
		case depth > 0 && (isSpace(c) || c == ',' || c == ':'):
			s.pos++
		default: // a number or a name
			s.skipWord()
		}
		if depth <= 0 {
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

// skipWord steps over a number or a name, and at least one byte.
func (s *scanner) skipWord() {
	for s.pos++; s.pos < len(s.data); s.pos++ {
		if c := s.data[s.pos]; isSpace(c) || strings.IndexByte(",:]}", c) >= 0 {
			return
		}
	}
}
