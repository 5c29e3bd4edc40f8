package python

import (
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parseJSON reads data as Python 2's json.loads does: RFC 8259 and the bare
// words NaN, Infinity and -Infinity, the last member of a name wins, numbers of
// any size. Unpaired surrogates become U+FFFD.
//
// Ok is false if data is not that. The error is for what is JSON, as far as it
// was read, but has more than depth levels or [maxValues] values.
func parseJSON(data []byte, depth int) (v value, ok bool, err error) {
	p := parser{in: string(data), depth: depth, left: maxValues}
	p.blank()
	v, ok = p.value()
	if p.err != nil {
		return value{}, false, p.err
	}
	p.blank()
	return v, ok && p.at == len(p.in), nil
}

// maxValues is how many values a body may hold. A value takes much more room
// in memory than its shortest text.
const maxValues = 1 << 20

var (
	errDeep = errors.New("the body is nested too deeply")
	errMany = errors.New("the body has too many values")
)

// A parser holds a text and how far it was read. Its methods return false at
// the first thing that is not JSON.
type parser struct {
	in    string
	at    int
	depth int // levels that are left
	left  int // values that are left
	err   error
}

func (p *parser) blank() {
	for p.at < len(p.in) && strings.IndexByte(" \t\n\r", p.in[p.at]) >= 0 {
		p.at++
	}
}

// peek returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

// take goes past s if it comes next.
func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.in[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

func (p *parser) value() (value, bool) {
	if p.left--; p.left < 0 {
		p.err = errMany
		return value{}, false
	}
	switch c := p.peek(); c {
	case '{':
		return p.nested(p.members)
	case '[':
		return p.nested(p.elements)
	case '"':
		s, ok := p.text()
		return value{kind: text, text: s}, ok
	case 'n':
		return value{}, p.take("null")
	case 't':
		return value{kind: boolean, text: "true"}, p.take("true")
	case 'f':
		return value{kind: boolean, text: "false"}, p.take("false")
	case 'N':
		return value{kind: float, text: "NaN"}, p.take("NaN")
	case 'I':
		return value{kind: float, text: "Infinity"}, p.take("Infinity")
	case '-':
		if p.take("-Infinity") {
			return value{kind: float, text: "-Infinity"}, true
		}
	}
	return p.number()
}

func (p *parser) nested(read func() (value, bool)) (value, bool) {
	if p.depth == 0 {
		p.err = errDeep
		return value{}, false
	}
	p.depth--
	p.at++
	v, ok := read()
	p.depth++
	return v, ok
}

func (p *parser) members() (value, bool) {
	v := dictionaryOf(new(object))
	p.blank()
	if p.take("}") {
		return v, true
	}
	for {
		if p.peek() != '"' {
			return v, false
		}
		name, ok := p.text()
		if !ok {
			return v, false
		}
		p.blank()
		if !p.take(":") {
			return v, false
		}
		p.blank()
		member, ok := p.value()
		if !ok {
			return v, false
		}
		v.object.set(name, member)
		p.blank()
		if p.take("}") {
			return v, true
		}
		if !p.take(",") {
			return v, false
		}
		p.blank()
	}
}

func (p *parser) elements() (value, bool) {
	var items []value
	p.blank()
	if p.take("]") {
		return listOf(nil), true
	}
	for {
		item, ok := p.value()
		if !ok {
			return value{}, false
		}
		items = append(items, item)
		p.blank()
		if p.take("]") {
			return listOf(items), true
		}
		if !p.take(",") {
			return value{}, false
		}
		p.blank()
	}
}

func (p *parser) number() (value, bool) {
	start := p.at
	p.take("-")
	if !p.take("0") && !p.digits() {
		return value{}, false
	}
	v := value{kind: integer}
	for _, part := range []func() bool{p.fraction, p.exponent} {
		// A part that is not whole is not a part, but text after the number.
		if at := p.at; part() {
			v.kind = float
		} else {
			p.at = at
		}
	}
	v.text = p.in[start:p.at]
	return v, true
}

func (p *parser) fraction() bool { return p.take(".") && p.digits() }

func (p *parser) exponent() bool {
	if !p.take("e") && !p.take("E") {
		return false
	}
	if !p.take("+") {
		p.take("-")
	}
	return p.digits()
}

func (p *parser) digits() bool {
	start := p.at
	for c := p.peek(); '0' <= c && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at > start
}

// text reads a string. Control characters and bytes that are not UTF-8 are
// errors in it.
func (p *parser) text() (string, bool) {
	p.at++
	start := p.at
	for ; p.at < len(p.in); p.at++ {
		switch c := p.in[p.at]; {
		case c == '"':
			s := p.in[start:p.at]
			p.at++
			return s, utf8.ValidString(s)
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escaped reads the rest of a string that has begun at start and has an escape
// at the current place.
func (p *parser) escaped(start int) (string, bool) {
	buf := []byte(p.in[start:p.at])
	for p.at < len(p.in) {
		switch c := p.in[p.at]; {
		case c == '"':
			p.at++
			return string(buf), utf8.Valid(buf)
		case c < ' ':
			return "", false
		case c == '\\':
			r, ok := p.escape()
			if !ok {
				return "", false
			}
			buf = utf8.AppendRune(buf, r)
		default:
			buf = append(buf, c)
			p.at++
		}
	}
	return "", false
}

func (p *parser) escape() (rune, bool) {
	p.at++
	c := p.peek()
	p.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		return p.unit()
	}
	return 0, false
}

// unit reads what follows \u, and the second half of a surrogate pair.
func (p *parser) unit() (rune, bool) {
	r, ok := p.hex()
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	at := p.at
	if p.take(`\u`) {
		if second, ok := p.hex(); ok {
			if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
				return pair, true
			}
		}
	}
	p.at = at
	return utf8.RuneError, true
}

func (p *parser) hex() (rune, bool) {
	if len(p.in)-p.at < 4 {
		return 0, false
	}
	var r rune
	for range 4 {
		c, ok := unhex(p.in[p.at])
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(c)
		p.at++
	}
	return r, true
}
