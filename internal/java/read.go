package java

import (
	"bytes"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A reader parses the JSON that the original accepts: what RFC 8259 says, and
//
//   - comments, /* like this */ and // like that, wherever white space may be
//   - strings and names in single quotes, and \' in any string
//   - names without quotes, made of what Java allows in names and of @ # * - +
//
// What follows the first value is not looked at.
type reader struct {
	document
	pos   int
	depth int
	most  int      // how deep objects and lists may nest
	buf   [32]node // enough for most bodies
}

// parse reads the first value of body, which must be UTF-8 and not deeper than
// depth.
func (r *reader) parse(body []byte, depth int) *RequestError {
	if len(body) > math.MaxInt32 {
		return unreadable("the body is too large")
	}
	r.text, r.nodes, r.pos, r.depth, r.most = body, r.buf[:0], 0, 0, depth
	if !r.space() || !r.value() {
		return r.fail()
	}
	if k := r.nodes[0].kind; (k == kindInt || k == kindFloat) && r.pos < len(body) && !isSpace(body[r.pos]) {
		return r.fail() // the original wants a blank after a number
	}
	return nil
}

// fail reports that the text cannot go on as it does at the position.
func (r *reader) fail() *RequestError {
	switch {
	case r.depth > r.most:
		return unreadable("the body nests deeper than " + strconv.Itoa(r.most) + " levels")
	case r.pos >= len(r.text):
		return unreadable("the body is not JSON: it ends too early")
	}
	line := 1 + bytes.Count(r.text[:r.pos], []byte{'\n'})
	column := r.pos - bytes.LastIndexByte(r.text[:r.pos], '\n')
	return unreadable("the body is not JSON: unexpected character in line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column))
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// space skips white space and comments and reports whether anything follows.
func (r *reader) space() bool {
	for r.pos < len(r.text) {
		c := r.text[r.pos]
		if c == '/' {
			if !r.comment() {
				return false
			}
			continue
		}
		if !isSpace(c) {
			return true
		}
		r.pos++
	}
	return false
}

func (r *reader) comment() bool {
	rest := r.text[r.pos:]
	end := -1
	switch {
	case bytes.HasPrefix(rest, []byte("/*")):
		if end = bytes.Index(rest[2:], []byte("*/")); end >= 0 {
			end += 4
		}
	case bytes.HasPrefix(rest, []byte("//")):
		if end = bytes.IndexAny(rest, "\r\n"); end < 0 {
			end = len(rest)
		}
	default:
		return false
	}
	if end < 0 {
		r.pos = len(r.text)
		return false
	}
	r.pos += end
	return true
}

// add appends a node whose text lies between start and end.
func (r *reader) add(k kind, start, end int) *node {
	r.nodes = append(r.nodes, node{kind: k, start: uint32(start), end: uint32(end), next: uint32(len(r.nodes) + 1)})
	return &r.nodes[len(r.nodes)-1]
}

// value reads the value that begins at the position.
func (r *reader) value() bool {
	switch c := r.text[r.pos]; {
	case c == '"' || c == '\'':
		return r.quoted(c)
	case c == '{':
		return r.compound(kindObject, '}')
	case c == '[':
		return r.compound(kindList, ']')
	case c == '-' || '0' <= c && c <= '9':
		return r.number()
	case c == 't':
		return r.word("true", kindTrue)
	case c == 'f':
		return r.word("false", kindFalse)
	case c == 'n':
		return r.word("null", kindNull)
	}
	return false
}

func (r *reader) word(word string, k kind) bool {
	if !bytes.HasPrefix(r.text[r.pos:], []byte(word)) {
		return false
	}
	r.pos += len(word)
	if n := nameRune(r.text[r.pos:], false); n > 0 {
		return false
	}
	r.add(k, r.pos, r.pos)
	return true
}

// compound reads an object or a list.
func (r *reader) compound(k kind, end byte) bool {
	if r.depth++; r.depth > r.most {
		return false
	}
	r.add(k, r.pos, r.pos)
	at := len(r.nodes) - 1
	r.pos++
	for n := 0; ; n++ {
		if !r.space() {
			return false
		}
		if n == 0 && r.text[r.pos] == end {
			break
		}
		if k == kindObject && !r.name() || !r.value() || !r.space() {
			return false
		}
		if r.text[r.pos] == end {
			break
		}
		if r.text[r.pos] != ',' {
			return false
		}
		r.pos++
	}
	r.pos++
	r.depth--
	r.nodes[at].next = uint32(len(r.nodes))
	return true
}

// name reads a name, the colon, and the space up to its value.
func (r *reader) name() bool {
	if c := r.text[r.pos]; c == '"' || c == '\'' {
		if !r.quoted(c) {
			return false
		}
	} else {
		start := r.pos
		for {
			n := nameRune(r.text[r.pos:], true)
			if n == 0 {
				break
			}
			r.pos += n
		}
		if r.pos == start {
			return false
		}
		r.add(kindString, start, r.pos)
	}
	if !r.space() || r.text[r.pos] != ':' {
		return false
	}
	r.pos++
	return r.space()
}

// nameRune returns the length of the character that b begins with if it may be
// part of a Java identifier, or of a name without quotes; else 0.
func nameRune(b []byte, unquoted bool) int {
	c, size := utf8.DecodeRune(b)
	switch {
	case size == 0 || c > 0xFFFF:
		return 0
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '$':
		return size
	case c == '@' || c == '#' || c == '*' || c == '-' || c == '+':
		if unquoted {
			return size
		}
		return 0
	case c < 0x7F:
		return 0
	case c < 0xA0 || unicode.In(c, unicode.L, unicode.Nd, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Sc, unicode.Pc, unicode.Cf):
		return size
	}
	return 0
}

// number reads a number as RFC 8259 has it.
func (r *reader) number() bool {
	start := r.pos
	if r.text[r.pos] == '-' {
		r.pos++
	}
	zero := r.pos
	if !r.digits() {
		return false
	}
	if r.text[zero] == '0' && r.pos > zero+1 {
		r.pos = zero + 1
		return false
	}
	k := kindInt
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		r.pos++
		k = kindFloat
		if !r.digits() {
			return false
		}
	}
	if r.pos < len(r.text) && (r.text[r.pos] == 'e' || r.text[r.pos] == 'E') {
		r.pos++
		k = kindFloat
		if r.pos < len(r.text) && (r.text[r.pos] == '+' || r.text[r.pos] == '-') {
			r.pos++
		}
		if !r.digits() {
			return false
		}
	}
	r.add(k, start, r.pos)
	return true
}

func (r *reader) digits() bool {
	start := r.pos
	for r.pos < len(r.text) && '0' <= r.text[r.pos] && r.text[r.pos] <= '9' {
		r.pos++
	}
	return r.pos > start
}

// quoted reads a string up to its closing quote.
func (r *reader) quoted(quote byte) bool {
	r.pos++
	start, escaped := r.pos, false
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c == quote:
			r.add(kindString, start, r.pos).escaped = escaped
			r.pos++
			return true
		case c < ' ':
			return false
		case c == '\\':
			escaped = true
			if !r.escape() {
				return false
			}
		default:
			r.pos++
		}
	}
	return false
}

// escape skips a backslash and what belongs to it.
func (r *reader) escape() bool {
	r.pos++
	if r.pos >= len(r.text) {
		return false
	}
	switch r.text[r.pos] {
	case 'b', 't', 'n', 'f', 'r', '"', '/', '\\', '\'':
		r.pos++
		return true
	case 'u':
		for range 4 {
			if r.pos++; r.pos >= len(r.text) || hexDigit(r.text[r.pos]) < 0 {
				return false
			}
		}
		r.pos++
		return true
	}
	return false
}
