package handwritten

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Dec is a one-pass proto3 JSON reader over a string. Errors are sticky.
//
// Strings come out as substrings of S (Clone false: one allocation holds the
// whole body) or as copies (Clone true: S may then be a view of a pooled buffer).
type Dec struct {
	S       string
	i       int
	depth   int
	Err     error
	Clone   bool
	Discard bool // ignore unknown fields and enum names
}

var errEOF = errors.New("unexpected end of JSON input")

// Reset makes d read s from its begin.
func (d *Dec) Reset(s string) { d.S, d.i, d.depth, d.Err = s, 0, 0, nil }

// Fail records the first error and moves the reader to the end.
func (d *Dec) Fail(err error) {
	if d.Err == nil {
		d.Err = fmt.Errorf("offset %d: %w", d.i, err)
	}
	d.i = len(d.S)
}

func (d *Dec) failf(f string, a ...any) { d.Fail(fmt.Errorf(f, a...)) }

// peek returns the next non-space byte without consuming it, 0 at the end.
func (d *Dec) peek() byte {
	for d.i < len(d.S) {
		c := d.S[d.i]
		if c > ' ' {
			return c
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
		d.i++
	}
	return 0
}

func (d *Dec) expect(c byte) bool {
	if d.peek() != c || d.i >= len(d.S) {
		d.syntax()
		return false
	}
	d.i++
	return true
}

func (d *Dec) syntax() {
	if d.i >= len(d.S) {
		d.Fail(errEOF)
		return
	}
	d.failf("unexpected character %q", d.S[d.i])
}

// Open consumes '{' or '['.
func (d *Dec) Open(c byte) bool {
	if !d.expect(c) {
		return false
	}
	if d.depth++; d.depth > 10000 {
		d.failf("exceeded maximum recursion depth")
		return false
	}
	return true
}

// Key consumes the next member's name and colon; ok is false at the closing
// brace (consumed) or on error.
func (d *Dec) Key(first bool) (key string, ok bool) {
	c := d.peek()
	if c == '}' {
		d.i++
		d.depth--
		return "", false
	}
	if !first {
		if c != ',' {
			d.syntax()
			return "", false
		}
		d.i++
		c = d.peek()
	}
	if c != '"' {
		d.syntax()
		return "", false
	}
	key = d.rawString(false)
	if d.Err != nil {
		return "", false
	}
	if d.i < len(d.S) && d.S[d.i] == ':' {
		d.i++
		return key, true
	}
	return key, d.expect(':')
}

// Elem reports whether another array element follows; it consumes separators
// and the closing bracket.
func (d *Dec) Elem(first bool) bool {
	c := d.peek()
	if c == ']' {
		d.i++
		d.depth--
		return false
	}
	if first {
		if c == 0 {
			d.syntax()
			return false
		}
		return true
	}
	if c != ',' {
		d.syntax()
		return false
	}
	d.i++
	if d.peek() == ']' {
		d.syntax()
		return false
	}
	return true
}

// Null consumes a null literal if one is next.
func (d *Dec) Null() bool {
	if d.peek() == 'n' && strings.HasPrefix(d.S[d.i:], "null") {
		d.i += 4
		return true
	}
	return false
}

// End checks that only white space is left.
func (d *Dec) End() error {
	if d.Err == nil {
		if d.peek(); d.i < len(d.S) {
			d.syntax()
		}
	}
	return d.Err
}

// Dup fails on a field given twice.
func (d *Dec) Dup(key string) { d.failf("duplicate field %q", key) }

// Unknown skips an unknown field's value or fails.
func (d *Dec) Unknown(key string) {
	if !d.Discard {
		d.failf("unknown field %q", key)
		return
	}
	d.Skip()
}

// Skip consumes any JSON value.
func (d *Dec) Skip() {
	switch c := d.peek(); c {
	case '{':
		if d.Open('{') {
			for first := true; ; first = false {
				if _, ok := d.Key(first); !ok {
					return
				}
				d.Skip()
			}
		}
	case '[':
		if d.Open('[') {
			for first := true; d.Elem(first); first = false {
				d.Skip()
			}
		}
	case '"':
		d.rawString(false)
	case 't', 'f':
		d.Bool()
	case 'n':
		if !d.Null() {
			d.syntax()
		}
	default:
		from := d.i
		for d.i < len(d.S) && strings.IndexByte("+-.0123456789eE", d.S[d.i]) >= 0 {
			d.i++
		}
		if !validNumber(d.S[from:d.i]) {
			d.syntax()
			return
		}
		d.delim()
	}
}

func validNumber(t string) bool {
	if t == "" || t[0] == '+' || t[0] == '.' {
		return false
	}
	r := strings.TrimPrefix(t, "-")
	if len(r) > 1 && r[0] == '0' && r[1]-'0' <= 9 || strings.HasSuffix(r, ".") || strings.Contains(r, ".e") || strings.Contains(r, ".E") {
		return false
	}
	_, err := strconv.ParseFloat(t, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return false
	}
	return r != "" && r[0]-'0' <= 9
}
