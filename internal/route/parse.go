package route

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A ParseError says where a template is wrong and why.
type ParseError struct {
	Text    string // the template
	Column  int    // in characters, from 1
	Message string // what is wrong there
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("path template %q, column %d: %s", e.Text, e.Column, e.Message)
}

// Parse reads a path template by the grammar of google.api.http:
//
//	Template  = "/" [ Segments ] [ ":" LITERAL ] ;
//	Segments  = Segment { "/" Segment } ;
//	Segment   = "*" | "**" | LITERAL | Variable ;
//	Variable  = "{" FieldPath [ "=" Segments ] "}" ;
//	FieldPath = IDENT { "." IDENT } ;
//
// A literal holds the characters that RFC 3986 section 3.3 allows in a
// segment, percent-encoded others, and characters beyond ASCII as they are; an
// asterisk is written %2A. "**" stands last. The custom verb is what follows
// the last colon of the last segment. The template "/" is the root and has no
// segments. The error is a [*ParseError].
func Parse(text string) (*Template, error) {
	p := &parser{text: text, t: &Template{text: text}}
	if err := p.template(); err != nil {
		return nil, err
	}
	p.t.plain = p.wildcards == len(p.t.variables)
	for _, v := range p.t.variables {
		if v.Last-v.First > 1 || p.t.segments[v.First].Kind == Literal {
			p.t.plain = false
		}
	}
	return p.t, nil
}

type parser struct {
	text      string
	pos       int
	t         *Template
	wildcards int
}

func (p *parser) fail(pos int, format string, args ...any) error {
	return &ParseError{
		Text:    p.text,
		Column:  utf8.RuneCountInString(p.text[:pos]) + 1,
		Message: fmt.Sprintf(format, args...),
	}
}

// at reports whether the next byte is c.
func (p *parser) at(c byte) bool { return p.pos < len(p.text) && p.text[p.pos] == c }

func (p *parser) template() error {
	if !p.at('/') {
		return p.fail(0, `a template starts with "/"`)
	}
	p.pos++
	if p.pos == len(p.text) {
		return nil
	}
	for {
		if err := p.segment(); err != nil {
			return err
		}
		switch {
		case p.pos == len(p.text):
			return nil
		case p.at('/'):
			p.pos++
		case p.at(':'):
			return p.verb()
		default:
			return p.fail(p.pos, `expected "/", ":" or the end after a segment`)
		}
	}
}

// segment reads a segment outside of variables.
func (p *parser) segment() error {
	if p.at('{') {
		return p.variable()
	}
	start := p.pos
	run := p.run()
	if p.pos == len(p.text) {
		// The last segment: what follows its last colon is the verb.
		if i := strings.LastIndexByte(run, ':'); i >= 0 {
			run = run[:i]
			p.pos = start + i
		}
	}
	return p.plainSegment(start, run)
}

// run reads what may be a literal or a wildcard.
func (p *parser) run() string {
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte("/{}", p.text[p.pos]) < 0 {
		p.pos++
	}
	return p.text[start:p.pos]
}

// plainSegment adds the segment with this text, which starts at start.
func (p *parser) plainSegment(start int, run string) error {
	s := Segment{Kind: Literal, Raw: run}
	switch run {
	case "":
		return p.fail(start, "the segment is empty")
	case "*":
		s.Kind = Wildcard
	case "**":
		s.Kind = Rest
	default:
		text, err := p.literal(start, run)
		if err != nil {
			return err
		}
		if len(text) > MaxLiteral {
			return p.fail(start, "the segment is longer than %d bytes", MaxLiteral)
		}
		s.Text = text
	}
	if n := len(p.t.segments); n > 0 && p.t.segments[n-1].Kind == Rest {
		return p.fail(start, `nothing but a verb may follow "**"`)
	}
	if len(p.t.segments) == MaxSegments {
		return p.fail(start, "more than %d segments", MaxSegments)
	}
	if s.Kind != Literal {
		if p.wildcards++; p.wildcards > MaxVariables {
			return p.fail(start, "more than %d variables and wildcards", MaxVariables)
		}
	}
	p.t.segments = append(p.t.segments, s)
	return nil
}

// literal checks and decodes a literal that starts at start.
func (p *parser) literal(start int, run string) (string, error) {
	for i := 0; i < len(run); {
		c := run[i]
		switch {
		case c == '*':
			return "", p.fail(start+i, `"*" must be a segment by itself (as text it is written %%2A)`)
		case c == '%':
			if _, ok := unescape(run[i:]); !ok {
				return "", p.fail(start+i, `"%%" needs two hexadecimal digits`)
			}
			i += 3
		case c < utf8.RuneSelf:
			if !isPathChar(c) {
				return "", p.fail(start+i, "the character %q must be percent-encoded", c)
			}
			i++
		default:
			r, n := utf8.DecodeRuneInString(run[i:])
			if r == utf8.RuneError && n == 1 {
				return "", p.fail(start+i, "the template is not valid UTF-8")
			}
			i += n
		}
	}
	text, _ := appendDecoded(nil, run)
	if !utf8.Valid(text) {
		return "", p.fail(start, "the percent-encoded text is not valid UTF-8")
	}
	return string(text), nil
}

// variable reads a variable with its braces.
func (p *parser) variable() error {
	open := p.pos
	p.pos++
	path, err := p.fieldPath()
	if err != nil {
		return err
	}
	v := Variable{FieldPath: path, First: len(p.t.segments)}
	switch {
	case p.at('}'):
		err = p.plainSegment(open, "*")
	case p.at('='):
		p.pos++
		err = p.innerSegments()
	default:
		return p.unexpectedInVariable()
	}
	if err != nil {
		return err
	}
	if !p.at('}') {
		return p.unexpectedInVariable()
	}
	p.pos++
	v.Last = len(p.t.segments)
	v.Multi = v.Last-v.First > 1 || p.t.segments[v.First].Kind == Rest
	for _, o := range p.t.variables {
		if o.FieldPath == v.FieldPath {
			return p.fail(open, "the field %q is filled twice", v.FieldPath)
		}
	}
	if len(p.t.variables) == MaxVariables {
		return p.fail(open, "more than %d variables", MaxVariables)
	}
	p.t.variables = append(p.t.variables, v)
	return nil
}

// innerSegments reads the segments of a variable up to its closing brace.
func (p *parser) innerSegments() error {
	for {
		if p.at('{') {
			return p.fail(p.pos, "a variable may not hold another")
		}
		start := p.pos
		if err := p.plainSegment(start, p.run()); err != nil {
			return err
		}
		if !p.at('/') {
			return nil
		}
		p.pos++
	}
}

func (p *parser) unexpectedInVariable() error {
	if p.pos == len(p.text) {
		return p.fail(p.pos, `the variable is not closed with "}"`)
	}
	return p.fail(p.pos, `unexpected %q in a variable`, p.next())
}

// next returns the next character as text for a message.
func (p *parser) next() string {
	_, n := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.text[p.pos : p.pos+n]
}

func (p *parser) fieldPath() (string, error) {
	start := p.pos
	for {
		first := p.pos
		for p.pos < len(p.text) && isIdent(p.text[p.pos], p.pos > first) {
			p.pos++
		}
		if p.pos == first {
			if p.pos == len(p.text) {
				return "", p.unexpectedInVariable()
			}
			return "", p.fail(p.pos, "expected the name of a field, found %q", p.next())
		}
		if !p.at('.') {
			return p.text[start:p.pos], nil
		}
		p.pos++
	}
}

// verb reads a custom verb with its colon up to the end.
func (p *parser) verb() error {
	p.pos++
	start := p.pos
	raw := p.text[start:]
	if raw == "" {
		return p.fail(start, `a verb must follow ":"`)
	}
	if i := strings.IndexAny(raw, "/{}:"); i >= 0 {
		return p.fail(start+i, "unexpected %q in the verb, which ends a template", raw[i:i+1])
	}
	text, err := p.literal(start, raw)
	if err != nil {
		return err
	}
	if len(text) > MaxLiteral {
		return p.fail(start, "the verb is longer than %d bytes", MaxLiteral)
	}
	p.t.verb, p.t.rawVerb = text, raw
	return nil
}

func isIdent(c byte, digits bool) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || digits && '0' <= c && c <= '9'
}

// isPathChar reports whether c may stand in a segment, RFC 3986 section 3.3
// (pchar), except for the percent sign.
func isPathChar(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0
}
