package java

import (
	"unicode/utf16"
	"unicode/utf8"
)

// A kind is what a JSON value is.
type kind uint8

const (
	kindNull kind = iota
	kindTrue
	kindFalse
	kindInt   // digits only
	kindFloat // with a fraction or an exponent
	kindString
	kindObject
	kindList
)

// A node is one value of a document. Nodes lie in the order of the text: an
// object is followed by its names and values by turns, a list by its elements.
type node struct {
	kind    kind
	escaped bool   // a string with backslashes
	start   uint32 // the text of a number or string, without its quotes
	end     uint32
	next    uint32 // index of what follows the value with all that is in it
}

// A document is a parsed body. It takes 16 bytes for each value, whatever it
// is: what a caller may make it cost follows from the size of the body.
type document struct {
	text  []byte
	nodes []node
}

// raw returns the text of a number, or of a string as it stands in the body.
// It points into the body.
func (d *document) raw(i uint32) []byte {
	n := &d.nodes[i]
	return d.text[n.start:n.end]
}

// str returns the value of a string or name.
func (d *document) str(i uint32) string {
	b := d.raw(i)
	if !d.nodes[i].escaped {
		return string(b)
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		if b[0] != '\\' {
			out = append(out, b[0])
			b = b[1:]
			continue
		}
		c := b[1]
		if c != 'u' {
			out = append(out, unescaped(c))
			b = b[2:]
			continue
		}
		r := unit(b)
		b = b[6:]
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(b) >= 6 && b[0] == '\\' && b[1] == 'u' {
				pair = utf16.DecodeRune(r, unit(b))
			}
			if pair != utf8.RuneError {
				b = b[6:]
			}
			r = pair
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// unit returns the code unit of an escape such as \u00e9, which was checked.
func unit(b []byte) (r rune) {
	for _, c := range b[2:6] {
		r = r<<4 | rune(hexDigit(c))
	}
	return r
}

// unescaped returns what a backslash and c stand for.
func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'f':
		return '\f'
	case 'r':
		return '\r'
	}
	return c
}

// member returns the index of the last member of object i that has a name, or 0
// if it has none.
func (d *document) member(i uint32, name string) (at uint32) {
	for k := i + 1; k < d.nodes[i].next; k = d.nodes[k+1].next {
		if n := &d.nodes[k]; !n.escaped && int(n.end-n.start) != len(name) {
			continue
		}
		if d.str(k) == name {
			at = k + 1
		}
	}
	return at
}

// appendJSON appends value i as strict JSON.
func (d *document) appendJSON(dst []byte, i uint32) []byte {
	n := &d.nodes[i]
	switch n.kind {
	case kindNull:
		return append(dst, "null"...)
	case kindTrue:
		return append(dst, "true"...)
	case kindFalse:
		return append(dst, "false"...)
	case kindInt, kindFloat:
		return append(dst, d.raw(i)...)
	case kindString:
		return appendText(dst, d.str(i))
	case kindList:
		dst = append(dst, '[')
		for e := i + 1; e < n.next; e = d.nodes[e].next {
			if e > i+1 {
				dst = append(dst, ',')
			}
			dst = d.appendJSON(dst, e)
		}
		return append(dst, ']')
	}
	// A name that stands twice counts once, with its last value.
	last := make(map[string]uint32)
	for k := i + 1; k < n.next; k = d.nodes[k+1].next {
		last[d.str(k)] = k + 1
	}
	dst = append(dst, '{')
	written := 0
	for k := i + 1; k < n.next; k = d.nodes[k+1].next {
		name := d.str(k)
		if last[name] != k+1 {
			continue
		}
		if written > 0 {
			dst = append(dst, ',')
		}
		written++
		dst = append(appendText(dst, name), ':')
		dst = d.appendJSON(dst, k+1)
	}
	return append(dst, '}')
}
