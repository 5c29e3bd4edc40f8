package jsonpb

import (
	"encoding/binary"
	"math/bits"
)

// Fields are the fields of a message as generated code gives them.
type Fields struct {
	// Names holds each field's name in a document as it usually stands there,
	// with quotes and colon, in the order in which the fields usually come. It
	// is empty for a field that is not found by that name.
	Names []string
	// Index returns the index of the field with a name, Unknown if there is
	// none.
	Index func(name []byte) int
}

// What Object and Next return where there is no field.
const (
	End     = -1 // of the object, or of the document after an error
	Unknown = -2 // a member that is no field
)

// Object opens a message's object and reads the name of the first member:
//
//	for i := d.Object(&fields); i != jsonpb.End; i = d.Next(&fields, i) {
func (d *Decoder) Object(f *Fields) int {
	if d.depth--; d.depth < 0 {
		d.fail(d.i, "nested too deeply")
		return End
	}
	if len(f.Names) > 0 && d.open < d.most && d.expect('{', f.Names[0]) {
		d.open++
		return 0
	}
	return d.find(f, d.openObject())
}

// Next reads what stands behind the value of field i: the name of the next
// member, or the end of the object.
func (d *Decoder) Next(f *Fields, i int) int {
	if i++; uint(i) < uint(len(f.Names)) && d.expect(',', f.Names[i]) {
		return i
	}
	return d.find(f, d.nextKey())
}

// expect reads what stands before a member and its name if they are those that
// are expected, with no white space around. This is how most documents are, and
// saves looking for the end of the name and then for the name.
func (d *Decoder) expect(before byte, name string) bool {
	data, n, at := d.data, len(name), d.i+1
	end := at + n
	if end >= len(data) || data[at-1] != before || data[end] <= ' ' {
		return false
	}
	b := data[at:end]
	switch {
	case n > 16 || n < 4:
		if n == 0 || string(b) != name {
			return false
		}
	case n >= 8: // the first eight bytes and the last eight
		if binary.LittleEndian.Uint64(b) != first8(name) || binary.LittleEndian.Uint64(b[n-8:]) != first8(name[n-8:]) {
			return false
		}
	default:
		if binary.LittleEndian.Uint32(b) != first4(name) || binary.LittleEndian.Uint32(b[n-4:]) != first4(name[n-4:]) {
			return false
		}
	}
	d.key, d.i, d.first = at, end, data[end]
	return true
}

// first8 is binary.LittleEndian.Uint64 of a string.
func first8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// first4 is binary.LittleEndian.Uint32 of a string.
func first4(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// find returns the field of that name.
func (d *Decoder) find(f *Fields, name []byte) int {
	if name == nil {
		return End
	}
	i := f.Index(name)
	if i == Unknown {
		d.name = name
	}
	return i
}

// EndObject is called behind the loop over a message's members.
func (d *Decoder) EndObject() { d.depth++ }

// openObject opens the object of a message or a map.
func (d *Decoder) openObject() []byte {
	if d.i >= len(d.data) || d.data[d.i] != '{' {
		d.wrong("an object")
		return nil
	}
	if d.open++; d.open > d.most {
		d.fail(d.i, "nested too deeply")
		return nil
	}
	d.i++
	if d.space() == '}' {
		d.i++
		d.open--
		return nil
	}
	return d.readKey()
}

// nextKey reads what stands behind a member's value: the name of the next
// member, or the end of the object, then it returns nil. After an error it
// returns nil too.
func (d *Decoder) nextKey() []byte {
	if i := d.i; i+1 < len(d.data) && d.data[i] == ',' && d.data[i+1] == '"' {
		d.i++ // the usual case: no white space
		return d.readKey()
	}
	switch d.space() {
	case ',':
		d.i++
		d.space()
		return d.readKey()
	case '}':
		d.i++
		d.open--
		return nil
	}
	d.unexpected()
	return nil
}

// object opens a message's object, as Object does, and returns the name of the
// first member, nil if there is none.
func (d *Decoder) object() []byte {
	if d.depth--; d.depth < 0 {
		d.fail(d.i, "nested too deeply")
		return nil
	}
	return d.openObject()
}

// readKey reads a member name and the colon. The name is valid until the next
// call and must not be changed.
func (d *Decoder) readKey() []byte {
	data := d.data
	d.key = d.i
	if d.i >= len(data) || data[d.i] != '"' {
		d.unexpected()
		return nil
	}
	i := plainEnd(data, d.i+1)
	if i+2 < len(data) && data[i] == '"' && data[i+1] == ':' && data[i+2] > ' ' {
		name := data[d.i+1 : i] // the usual case: no white space, no escapes
		d.i = i + 2
		d.first = data[i+2]
		return name
	}
	name, ok := d.quotedFrom(i)
	if !ok {
		return nil
	}
	if d.space() != ':' {
		d.unexpected()
		return nil
	}
	d.i++
	d.first = d.space()
	return name
}

// plainEnd returns the offset of the first byte from i on that does not stand
// for itself in a string, len(data) if there is none.
func plainEnd(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		if m := special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(data) && plain[data[i]] {
		i++
	}
	return i
}

// Elements opens a list and reports whether it has an element.
//
//	for ok := d.Elements(); ok; ok = d.More() {
func (d *Decoder) Elements() bool {
	if d.i >= len(d.data) || d.data[d.i] != '[' {
		d.wrong("a list")
		return false
	}
	if d.open++; d.open > d.most {
		d.fail(d.i, "nested too deeply")
		return false
	}
	d.i++
	if d.space() == ']' {
		d.i++
		d.open--
		return false
	}
	return true
}

// More reads what stands behind an element and reports whether another one
// follows.
func (d *Decoder) More() bool {
	switch d.space() {
	case ',':
		d.i++
		d.space()
		return true
	case ']':
		d.i++
		d.open--
		return false
	}
	d.unexpected()
	return false
}

// Field is called for each member that is a field, before its value is read.
// It fails on a field that was there before, as bit in seen tells, and reports
// whether there is a value: null is none, and is read.
func (d *Decoder) Field(seen *uint64, bit uint64) bool {
	if *seen&bit != 0 || d.first == 'n' {
		return d.Nullable(seen, bit) && !d.null()
	}
	*seen |= bit
	return true
}

// Nullable is Field for fields to which null is a value.
func (d *Decoder) Nullable(seen *uint64, bit uint64) bool {
	if *seen&bit != 0 {
		d.fail(d.key, "duplicate field")
		return false
	}
	*seen |= bit
	return !d.failed
}

// Oneof is called for each field of a oneof that has a value, and fails if
// another one had.
func (d *Decoder) Oneof(seen *uint64, bit uint64) bool {
	if *seen&bit != 0 {
		d.fail(d.key, "another field of the same oneof is already set")
		return false
	}
	*seen |= bit
	return true
}

// null reads null if it is next.
func (d *Decoder) null() bool {
	if d.i < len(d.data) && d.data[d.i] == 'n' && d.literal("null") {
		d.i += len("null")
		return true
	}
	return false
}
