package route

import "strings"

// A search is one look-up on its way.
type search struct {
	options *Options
	// path is what is looked up, up to end; without a custom verb, and without
	// a slash at the end where that is optional.
	path string
	end  int
	// segments is how many segments the path has; starts are the places of the
	// slashes before them, and then the end. It is known of no more segments than
	// a template can have, and one: many says that there are more.
	segments int
	starts   [MaxSegments + 2]int32
	many     bool
	// escaped and barred have the segments with a percent sign, and with a
	// character that no wildcard matches.
	escaped, barred uint64
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
	// wilds are the segments at which wildcards stand, so far; count is how many
	// there are in the route that was found, toEnd says that the last is "**".
	wilds [MaxVariables]uint8
	count int
	toEnd bool
}

// split finds the segments of a path. It is the only place that looks at all of
// a path, so what follows costs the same for long ones. It reports whether a
// template can match.
func (s *search) split(path string) bool {
	if s.options.Slash == SlashTrimmed {
		path = trim(path)
	}
	if path == "" || path[0] != '/' {
		return false
	}
	s.path, s.end = path, len(path)
	n := 0
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c > '/' { // most are, and "%" is not
			continue
		}
		if c == '/' {
			if n > MaxSegments {
				s.segments, s.starts[n], s.many = n, int32(i), true
				return true
			}
			s.starts[n] = int32(i)
			n++
		} else if c == '%' {
			s.escaped |= 1 << (n - 1)
		}
	}
	s.segments, s.starts[n] = n, int32(len(path))
	if s.options.Exact {
		s.escaped = 0
	}
	if s.options.Excluded != "" {
		for i := range min(n, MaxSegments) {
			if strings.ContainsAny(s.segment(i), s.options.Excluded) {
				s.barred |= 1 << i
			}
		}
	}
	return true
}

// segment returns the text of a segment.
func (s *search) segment(i int) string { return s.path[s.starts[i]+1 : s.starts[i+1]] }

// rest returns what follows from a segment on.
func (s *search) rest(i int) string {
	if i == s.segments {
		return ""
	}
	return s.path[s.starts[i]+1 : s.end]
}

// cut ends the path at end, in the segment before the number n.
func (s *search) cut(n, end int) {
	s.end = end
	if !s.many {
		s.segments, s.starts[n] = n, int32(end)
	}
}

// trim removes all slashes around a path but one before it.
func trim(path string) string {
	if path == "" {
		return "/"
	}
	path = strings.TrimRight(path, "/")
	if path == "" {
		return "/"
	}
	i := 0
	for path[i] == '/' {
		i++
	}
	return path[max(i-1, 0):]
}

// verbColon returns the place of the last colon in the last segment, or -1.
func (s *search) verbColon() int {
	for i := s.end - 1; s.path[i] != '/'; i-- {
		if s.path[i] == ':' {
			return i
		}
	}
	return -1
}

// find looks below n for the segments from depth on; wild is the number of
// wildcards so far. It calls itself only where a node offers a choice, so no
// deeper than a template is long.
func (s *search) find(n *node, depth, wild int) int32 {
	for depth != s.segments {
		segment := s.segment(depth)
		// Most nodes offer one way, which is found in half the time without what
		// the others need.
		if n.any == nil && n.rests == nil && s.escaped == 0 {
			if n = n.literal(segment); n == nil || n.mask&s.bits == 0 {
				return -1
			}
			depth++
			continue
		}
		if n.child == nil && n.rests == nil && segment != "" && s.barred == 0 {
			if n = n.any; n == nil || n.mask&s.bits == 0 {
				return -1
			}
			s.wilds[wild] = uint8(depth)
			depth, wild = depth+1, wild+1
			continue
		}
		var lit *node
		if s.escaped&(1<<depth) != 0 && strings.IndexByte(segment, '%') >= 0 {
			lit = escapedLiteral(n, segment)
		} else {
			lit = n.literal(segment)
		}
		if lit != nil && lit.mask&s.bits == 0 {
			lit = nil
		}
		wildcard := n.any
		if wildcard != nil && (wildcard.mask&s.bits == 0 || segment == "" && !s.options.AllowEmpty || s.barred&(1<<depth) != 0) {
			wildcard = nil
		}
		final := !n.rests.has(s.bits)
		if lit != nil {
			if wildcard == nil && final {
				n, depth = lit, depth+1
				continue
			}
			if r := s.find(lit, depth+1, wild); r >= 0 {
				return r
			}
		}
		if wildcard != nil {
			s.wilds[wild] = uint8(depth)
			if final {
				n, depth, wild = wildcard, depth+1, wild+1
				continue
			}
			if r := s.find(wildcard, depth+1, wild+1); r >= 0 {
				return r
			}
		}
		if final {
			return -1
		}
		return s.restRoute(n, depth, wild)
	}
	if r := s.route(n.ends); r >= 0 {
		s.count = wild
		return r
	}
	return s.restRoute(n, depth, wild)
}

// restRoute is route for the templates that end with "**" at n.
func (s *search) restRoute(n *node, depth, wild int) int32 {
	r := s.route(n.rests)
	if r >= 0 {
		s.wilds[wild] = uint8(depth)
		s.count, s.toEnd = wild, true
	}
	return r
}

// route returns the route with the verb and the method of the search, or -1; a
// search that collects takes note of the methods and goes on.
func (s *search) route(e *ends) int32 {
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

// extract finds the text of the variables of a template that is not plain.
func (s *search) extract(m *Match) {
	t := m.Template()
	for i := range t.variables {
		v := &t.variables[i]
		if t.segments[v.Last-1].Kind == Rest {
			m.values[i] = s.rest(v.First)
		} else {
			m.values[i] = s.path[s.starts[v.First]+1 : s.starts[v.Last]]
		}
	}
}
