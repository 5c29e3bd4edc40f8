package route

import "strings"

// A Match is the result of a look-up. It belongs to the caller, usually on its
// stack, and may be used again.
type Match struct {
	tree   *tree
	route  int32
	values [MaxVariables]string
}

// Value returns the text of the variable with this position in
// [Template.Variables], as it stands in the path.
func (m *Match) Value(i int) string { return m.values[i] }

// Values returns the texts of the first n variables, which are as long as the
// match those of the look-up.
func (m *Match) Values(n int) []string { return m.values[:n] }

// Template returns the template that fits.
func (m *Match) Template() *Template { return m.tree.routes[m.route] }

// Len returns the number of variables.
func (m *Match) Len() int { return len(m.Template().variables) }

// FieldPath returns the field that the variable with this position fills.
func (m *Match) FieldPath(i int) string { return m.Template().variables[i].FieldPath }

func (t *tree) lookup(method, path string, m *Match) int32 {
	bit, known := t.bit(method)
	if known && t.strict && !t.hasAny {
		if r, ok := t.walk(path, bit, m); ok {
			return r
		}
	}
	return t.search(path, bit, known, m)
}

// walk is search for most requests: it follows a path without escapes and verbs
// through nodes that offer one way, where neither the options nor AnyMethod ask
// for more. It is false if it does not know. The segments need not be found
// before, and what a search takes note of not be made: that is a quarter of the
// instructions of a look-up.
func (t *tree) walk(path string, bit uint8, m *Match) (route int32, ok bool) {
	if len(path) < 2 || path[0] != '/' {
		return -1, false
	}
	n, bits, count := &t.root, uint64(1)<<(bit&63), 0
	for start := 1; start <= len(path); {
		// A literal that is the only way is compared where it stands.
		if end := start + len(n.text); n.any == nil && n.rests == nil && t.clean && n.child != nil &&
			end <= len(path) && path[start:end] == n.text && (end == len(path) || path[end] == '/') {
			if n = n.child; n.mask&bits == 0 {
				return -1, true
			}
			start = end + 1
			continue
		}
		end := start
		for ; end < len(path) && path[end] != '/'; end++ {
			if path[end] == '%' || path[end] == ':' {
				return -1, false
			}
		}
		segment := path[start:end]
		switch {
		case n.rests != nil:
			return -1, false
		case n.any == nil:
			n = n.literal(segment)
		case n.child != nil || segment == "" || count == MaxVariables:
			return -1, false
		default:
			m.values[count] = segment
			count++
			n = n.any
		}
		if n == nil || n.mask&bits == 0 {
			return -1, true
		}
		start = end + 1
	}
	if n.rests != nil {
		return -1, false
	}
	if !n.ends.has(bits) {
		return -1, true
	}
	r := n.ends.route(key(0, bit))
	if r < 0 {
		return -1, true
	}
	m.tree, m.route = t, r>>1
	return r >> 1, r&1 == 1 // of a template that is not plain, variables are not wildcards
}

// search looks a path up for the method with the number bit, if that is known.
func (t *tree) search(path string, bit uint8, known bool, m *Match) int32 {
	s := search{options: &t.options}
	if known {
		s.bits = 1 << bit
	}
	if t.hasAny {
		s.bits |= 1 << t.anyBit
		s.hasAny = true
		if !known {
			bit = t.anyBit
		}
	}
	if t.root.mask&s.bits == 0 || !s.split(path) {
		return -1
	}
	r := t.passes(&s, bit)
	if r < 0 {
		return -1
	}
	m.tree, m.route = t, r>>1
	if r&1 == 0 {
		s.extract(m)
		return r >> 1
	}
	for i := range s.count { // the template is plain: variables are wildcards
		m.values[i] = s.segment(int(s.wilds[i]))
	}
	if s.toEnd {
		m.values[s.count] = s.rest(int(s.wilds[s.count]))
	}
	return r >> 1
}

func (t *tree) allowed(path string) []string {
	s := search{options: &t.options, bits: ^uint64(0), collect: true}
	if s.split(path) {
		t.passes(&s, 0)
	}
	return t.names(s.found)
}

// bit returns the number of a method.
func (t *tree) bit(method string) (uint8, bool) {
	if method == "" {
		return 0, false
	}
	if i := t.quick[methodHash(method)]; i < uint8(len(t.methods)) && t.methods[i] == method {
		return i, true
	}
	for i := range t.methods {
		if t.methods[i] == method {
			return uint8(i), true
		}
	}
	return 0, false
}

// methodHash is different for all methods of RFC 9110 and PATCH.
func methodHash(method string) byte { return (method[0] + 7*byte(len(method))) & 63 }

// passes runs the search with and without a slash at the end, as far as the
// options ask for it.
func (t *tree) passes(s *search, bit uint8) int32 {
	if t.options.Slash == SlashOptional && s.end > 1 && s.path[s.end-1] == '/' {
		n, end := s.segments, s.end
		s.cut(n-1, end-1)
		if r := t.verbPasses(s, bit); r >= 0 {
			return r
		}
		if !t.options.AllowEmpty {
			// Only an empty last segment could be a match now.
			return -1
		}
		s.cut(n, end)
	}
	return t.verbPasses(s, bit)
}

// verbPasses looks for the templates with the verb of the path, if it has one
// that some template has, and then for those without. The root has no segment;
// only after that it may be an empty one, unless slashes do not count.
func (t *tree) verbPasses(s *search, bit uint8) int32 {
	if s.end == 1 {
		s.cut(0, 0)
		if r := t.pass(s, 0, bit); r >= 0 || t.options.Slash == SlashTrimmed {
			return r
		}
		s.cut(1, 1)
		return t.pass(s, 0, bit)
	}
	if t.verbs != nil {
		if i := s.verbColon(); i >= 0 {
			if verb := t.verbID(s.path[i+1 : s.end]); verb != 0 {
				n, end := s.segments, s.end
				s.cut(n, i)
				if r := t.pass(s, verb, bit); r >= 0 {
					return r
				}
				s.cut(n, end)
			}
		}
	}
	return t.pass(s, 0, bit)
}

// verbID returns the number of a verb, 0 if no template has it.
func (t *tree) verbID(text string) uint32 {
	if !t.options.Exact && strings.IndexByte(text, '%') >= 0 {
		var buf [MaxLiteral]byte
		decoded, ok := decodeLiteral(&buf, text)
		if !ok {
			return 0
		}
		return t.verbs[string(decoded)]
	}
	return t.verbs[text]
}

// pass runs the search for one verb.
func (t *tree) pass(s *search, verb uint32, bit uint8) int32 {
	s.verb = verb
	s.key, s.anyKey = key(verb, bit), key(verb, t.anyBit)
	return s.find(&t.root, 0, 0)
}
