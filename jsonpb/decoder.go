package jsonpb

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"sync"
)

// A Decoder reads one document from front to back, for generated code. The
// first error sticks: after it every method returns a zero value and every
// loop over members and elements ends.
//
// Between calls the next unread byte is the first one of a value, or what
// stands behind a value. The methods that read a value accept white space
// behind it, not before it.
type Decoder struct {
	data  []byte
	i     int             // the next unread byte
	key   int             // where the last member name starts
	name  []byte          // it, if it is that of no field
	first byte            // of the value behind it, 0 if there is none
	own   strings.Builder // short strings of the message, many in one allocation

	depth  int // how many more messages may be opened
	open   int // open objects and lists
	most   int // how many may be open at a time
	typeAt int // an object at this value of open has "@type", which is no field

	typeRead bool // it was there

	discard bool // unknown fields and enum names
	enums   bool // enum names must be known all the same
	partial bool // required fields are not checked

	wire   []byte // a buffer for table.translate
	gaveUp bool

	failed bool
	at     int // where it failed
	reason string
	cause  error
}

// defaultDepth is that of protojson.
const defaultDepth = 10000

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

func newDecoder(data []byte, o *UnmarshalOptions) *Decoder {
	d := decoders.Get().(*Decoder)
	d.data, d.i, d.depth, d.open, d.most = data, 0, o.RecursionLimit, 0, math.MaxInt
	d.discard, d.enums, d.partial = o.DiscardUnknown, o.KnownEnums, false
	d.typeAt, d.typeRead, d.gaveUp, d.failed = 0, false, false, false
	if d.depth == 0 {
		d.depth = defaultDepth
	}
	d.space()
	return d
}

// finish checks that the document ends here and gives the decoder back.
func (d *Decoder) finish() error {
	if !d.failed {
		if d.space(); d.i < len(d.data) {
			d.unexpected()
		}
	}
	var err error
	if d.failed {
		e := errorAt(d.data, d.at, d.reason)
		e.cause = d.cause
		err = e
		d.cause = nil
	}
	d.data, d.name = nil, nil
	d.own.Reset()
	decoders.Put(d)
	return err
}

// fail records the first error, at the given offset, and ends the input.
func (d *Decoder) fail(at int, reason string) {
	if !d.failed {
		d.failed, d.at, d.reason = true, at, reason
	}
	d.i = len(d.data)
}

// unexpected fails at the next unread byte.
func (d *Decoder) unexpected() {
	if d.i >= len(d.data) {
		d.fail(len(d.data), "unexpected end of input")
		return
	}
	d.fail(d.i, "unexpected "+strconv.Quote(excerpt(word(d.data[d.i:]), 16)))
}

// word returns the first character of b, or as much of it as reads as one
// number or word.
func word(b []byte) []byte {
	n := 0
	for n < len(b) && n <= 32 && inWord[b[n]] {
		n++
	}
	return b[:max(n, 1)]
}

// inWord tells the bytes that may not follow a number or a word directly.
var inWord = func() (t [256]bool) {
	for _, c := range []byte("-+._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		t[c] = true
	}
	return t
}()

// wrong fails because the value at the next unread byte is not what is wanted.
func (d *Decoder) wrong(want string) {
	if d.i >= len(d.data) {
		d.unexpected()
		return
	}
	got := ""
	switch c := d.data[d.i]; {
	case c == '{':
		got = "an object"
	case c == '[':
		got = "a list"
	case c == '"':
		got = "a string"
	case c == 'n' && d.literal("null"):
		got = "null"
	case c == 't' && d.literal("true"), c == 'f' && d.literal("false"):
		got = "a boolean"
	case c == '-' || '0' <= c && c <= '9':
		got = "a number"
	default:
		d.unexpected()
		return
	}
	d.fail(d.i, "want "+want+", got "+got)
}

// invalid fails because the value at offset at is none of what is wanted.
func (d *Decoder) invalid(at int, want string) { d.fail(at, "want "+want) }

// space skips white space and returns the byte behind it, 0 at the end.
func (d *Decoder) space() byte {
	for d.i < len(d.data) {
		switch c := d.data[d.i]; c {
		case ' ', '\n', '\r', '\t':
			d.i++
		default:
			return c
		}
	}
	return 0
}

// literal reports whether the word w, and nothing longer, stands at the next
// unread byte.
func (d *Decoder) literal(w string) bool {
	end := d.i + len(w)
	return end <= len(d.data) && string(d.data[d.i:end]) == w && (end == len(d.data) || !inWord[d.data[end]])
}

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
	if data := d.data; d.i+1 < len(data) && data[d.i] == '{' && d.open < d.most && len(f.Names) > 0 {
		if d.expect(d.i+1, f.Names[0]) {
			d.open++
			return 0
		}
	}
	return d.find(f, d.openObject())
}

// Next reads what stands behind the value of field i: the name of the next
// member, or the end of the object.
func (d *Decoder) Next(f *Fields, i int) int {
	if i++; uint(i) < uint(len(f.Names)) && d.i < len(d.data) && d.data[d.i] == ',' {
		if d.expect(d.i+1, f.Names[i]) {
			return i
		}
	}
	return d.find(f, d.nextKey())
}

// expect reads the name of a member if it is the one that is expected, with no
// white space around. This is how most documents are, and saves looking for
// the end of the name and then for the name.
func (d *Decoder) expect(at int, name string) bool {
	end := at + len(name)
	if end >= len(d.data) || d.data[end] <= ' ' || string(d.data[at:end]) != name || name == "" {
		return false
	}
	d.key, d.i, d.first = at, end, d.data[end]
	return true
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

// Require fails if a required field is not set, unless the message stands in
// an Any.
func (d *Decoder) Require(set bool, name string) {
	if !set && !d.partial && !d.failed {
		d.fail(max(d.i-1, 0), NotSet(name).Error())
	}
}

// skip reads any value. limit is how many objects and lists may nest in it.
func (d *Decoder) skip(limit int) {
	if d.i >= len(d.data) {
		d.unexpected()
		return
	}
	switch c := d.data[d.i]; c {
	case '{', '[':
		d.skipNested(limit)
	case '"':
		d.quoted()
	case 't':
		d.skipWord("true")
	case 'f':
		d.skipWord("false")
	case 'n':
		d.skipWord("null")
	default:
		n := numberLen(d.data[d.i:])
		if n == 0 {
			d.unexpected()
			return
		}
		d.i += n
	}
}

func (d *Decoder) skipWord(w string) {
	if !d.literal(w) {
		d.unexpected()
		return
	}
	d.i += len(w)
}

func (d *Decoder) skipNested(limit int) {
	if limit--; limit < 0 {
		d.fail(d.i, "nested too deeply")
		return
	}
	if d.data[d.i] == '[' {
		for ok := d.Elements(); ok; ok = d.More() {
			d.skip(limit)
		}
		return
	}
	for k := d.openObject(); k != nil; k = d.nextKey() {
		d.skip(limit)
	}
}
