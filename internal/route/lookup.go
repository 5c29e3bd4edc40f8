package route

import "strings"

// A Match is the result of a look-up. It belongs to the caller, usually on its
// stack, and may be used again.
type Match struct {
	tree  *tree
	route int32
	// values holds the text of the variables; while a look-up runs, that of the
	// wildcards.
	values [MaxVariables]string
}

// Value returns the text of the variable with this position in
// [Template.Variables], as it stands in the path.
func (m *Match) Value(i int) string { return m.values[i] }

// Template returns the template that fits.
func (m *Match) Template() *Template { return m.tree.routes[m.route] }

// Len returns the number of variables.
func (m *Match) Len() int { return len(m.Template().variables) }

// FieldPath returns the field that the variable with this position fills.
func (m *Match) FieldPath(i int) string { return m.Template().variables[i].FieldPath }

// A search is one look-up on its way.
type search struct {
	values *[MaxVariables]string
	// bits are the methods that count.
	bits uint64
	// key and anyKey are the verb with the method and with AnyMethod.
	key, anyKey uint32
	hasAny      bool
	// collect says that no route is wanted but all methods that have one: they
	// go into found.
	collect bool
	found   uint64
	verb    uint32
	escaped bool // the path has percent signs that literals must look through
	options *Options
}

func (t *tree) lookup(method, path string, m *Match) int32 {
	s := search{values: &m.values, options: &t.options}
	bit, known := t.bit(method)
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
	if t.root.mask&s.bits == 0 {
		return -1
	}
	r, matched := t.passes(&s, path, bit)
	if r < 0 {
		return -1
	}
	m.tree, m.route = t, r>>1
	if r&1 == 0 {
		m.Template().extract(matched, &m.values)
	}
	return r >> 1
}

func (t *tree) allowed(path string) []string {
	var values [MaxVariables]string
	s := search{values: &values, options: &t.options, bits: ^uint64(0), collect: true}
	t.passes(&s, path, 0)
	return t.names(s.found)
}

// bit returns the number of a method.
func (t *tree) bit(method string) (uint8, bool) {
	for i := range t.methods {
		if t.methods[i] == method {
			return uint8(i), true
		}
	}
	return 0, false
}

// passes runs the search with and without a slash at the end, as far as the
// options ask for it. It returns the route and the path that matched it.
func (t *tree) passes(s *search, path string, bit uint8) (int32, string) {
	if t.options.Slash == SlashTrimmed {
		path = trim(path)
	} else if path == "" || path[0] != '/' {
		return -1, ""
	}
	s.escaped = !t.options.Exact && strings.IndexByte(path, '%') >= 0
	if t.options.Slash == SlashOptional && len(path) > 1 && path[len(path)-1] == '/' {
		if r, matched := t.verbPasses(s, path[:len(path)-1], bit); r >= 0 {
			return r, matched
		}
		if !t.options.AllowEmpty {
			// Only an empty last segment could be a match now.
			return -1, ""
		}
	}
	return t.verbPasses(s, path, bit)
}

// trim removes all slashes around a path but one before it; of a path that is
// only slashes nothing is left.
func trim(path string) string {
	path = strings.TrimRight(path, "/")
	i := 0
	for i < len(path) && path[i] == '/' {
		i++
	}
	if i == 0 {
		return path // no slash, no match, unless it is the root
	}
	return path[i-1:]
}

// verbPasses looks for the templates with the verb of the path, if it has one
// that some template has, and then for those without. The root has no segment;
// only after that it may be an empty one.
func (t *tree) verbPasses(s *search, path string, bit uint8) (int32, string) {
	if path == "/" {
		if r := t.pass(s, "", 0, bit); r >= 0 {
			return r, ""
		}
	}
	if t.verbs != nil {
		if i := verbColon(path); i >= 0 {
			if verb := t.verb(s, path[i+1:]); verb != 0 {
				if r := t.pass(s, path[:i], verb, bit); r >= 0 {
					return r, path[:i]
				}
			}
		}
	}
	return t.pass(s, path, 0, bit), path
}

// verbColon returns the place of the last colon in the last segment, or -1.
func verbColon(path string) int {
	for i := len(path) - 1; i >= 0 && path[i] != '/'; i-- {
		if path[i] == ':' {
			return i
		}
	}
	return -1
}

// verb returns the number of a verb, 0 if no template has it.
func (t *tree) verb(s *search, text string) uint32 {
	if s.escaped && strings.IndexByte(text, '%') >= 0 {
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
func (t *tree) pass(s *search, path string, verb uint32, bit uint8) int32 {
	if path != "" && path[0] != '/' {
		return -1
	}
	s.verb = verb
	s.key, s.anyKey = key(verb, bit), key(verb, t.anyBit)
	return s.find(&t.root, path, 0)
}

// find looks below n for what is left of a path, which is nothing or starts
// with a slash; wild is the number of wildcards so far. It calls itself only
// where a node offers a choice, so no deeper than a template is long.
func (s *search) find(n *node, path string, wild int) int32 {
	for path != "" {
		segment, rest := path[1:], ""
		if i := strings.IndexByte(segment, '/'); i >= 0 {
			segment, rest = segment[:i], segment[i:]
		}
		var lit *node
		if s.escaped && strings.IndexByte(segment, '%') >= 0 {
			lit = escapedLiteral(n, segment)
		} else {
			lit = n.literal(segment)
		}
		if lit != nil && lit.mask&s.bits == 0 {
			lit = nil
		}
		wildcard := n.any
		if wildcard != nil && (wildcard.mask&s.bits == 0 || !s.matches(segment)) {
			wildcard = nil
		}
		final := !n.rests.has(s.bits)
		if lit != nil {
			if wildcard == nil && final {
				n, path = lit, rest
				continue
			}
			if r := s.find(lit, rest, wild); r >= 0 {
				return r
			}
		}
		if wildcard != nil {
			s.values[wild] = segment
			if final {
				n, path, wild = wildcard, rest, wild+1
				continue
			}
			if r := s.find(wildcard, rest, wild+1); r >= 0 {
				return r
			}
		}
		if final {
			return -1
		}
		s.values[wild] = path[1:]
		return s.end(n.rests)
	}
	if r := s.end(n.ends); r >= 0 {
		return r
	}
	if !n.rests.has(s.bits) {
		return -1
	}
	s.values[wild] = ""
	return s.end(n.rests)
}

// matches reports whether a wildcard matches the segment.
func (s *search) matches(segment string) bool {
	if segment == "" {
		return s.options.AllowEmpty
	}
	return s.options.Excluded == "" || !strings.ContainsAny(segment, s.options.Excluded)
}

// end returns the route with the verb and the method of the search, or -1; a
// search that collects takes note of the methods and goes on.
func (s *search) end(e *ends) int32 {
	if !e.has(s.bits) {
		return -1
	}
	if s.collect {
		s.found |= e.methods(s.verb)
		return -1
	}
	r := e.route(s.key)
	if r < 0 && s.hasAny {
		r = e.route(s.anyKey)
	}
	return r
}

// methods returns the methods that have a route with the verb.
func (e *ends) methods(verb uint32) uint64 {
	var mask uint64
	for _, list := range [][]end{e.first[:], e.more} {
		for _, o := range list {
			if o.key != noKey && o.key>>8 == verb {
				mask |= 1 << (o.key & 0xff)
			}
		}
	}
	if e.many != nil {
		for bit := range uint8(64) {
			if e.mask&(1<<bit) != 0 && e.route(key(verb, bit)) >= 0 {
				mask |= 1 << bit
			}
		}
	}
	return mask
}

// escapedLiteral finds the child for a segment with percent signs. A segment
// with a bad escape is no literal.
//
//go:noinline
func escapedLiteral(n *node, segment string) *node {
	var buf [MaxLiteral]byte
	text, ok := decodeLiteral(&buf, segment)
	if !ok {
		return nil
	}
	return n.literalBytes(text)
}

// decodeLiteral undoes the percent-encoding of s, unless it is longer than any
// literal.
func decodeLiteral(buf *[MaxLiteral]byte, s string) ([]byte, bool) {
	if len(s) > 3*MaxLiteral {
		return nil, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			var ok bool
			if c, ok = unescape(s[i:]); !ok {
				return nil, false
			}
			i += 2
		}
		if n == len(buf) {
			return nil, false
		}
		buf[n] = c
		n++
	}
	return buf[:n], true
}

// extract fills values with the text of the variables in a path that t matches.
func (t *Template) extract(path string, values *[MaxVariables]string) {
	segment, pos := 0, 0 // the segment that starts after path[pos], a slash
	for i := range t.variables {
		v := &t.variables[i]
		for ; segment < v.First; segment++ {
			pos = next(path, pos)
		}
		start := min(pos+1, len(path))
		for ; segment < v.Last && t.segments[segment].Kind != Rest; segment++ {
			pos = next(path, pos)
		}
		end := pos
		if segment < v.Last { // stopped before "**", which takes all
			end = len(path)
		}
		values[i] = path[start:max(start, end)]
	}
}

// next returns the place of the first slash after pos, or the length of path.
func next(path string, pos int) int {
	if i := strings.IndexByte(path[pos+1:], '/'); i >= 0 {
		return pos + 1 + i
	}
	return len(path)
}
