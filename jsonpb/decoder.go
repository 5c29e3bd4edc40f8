package jsonpb

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
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

	latest *table // of the type that was read last

	visited bool // what visit tells
	visit   func(protoreflect.FieldDescriptor, protoreflect.Value) bool

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

// isEmpty reports that there is nothing to reset in m. It looks only into
// messages that are slow to reset: those of dynamicpb, which makes new maps.
func (d *Decoder) isEmpty(m protoreflect.Message) bool {
	if m.ProtoMethods() != nil || !m.IsValid() || len(m.GetUnknown()) > 0 {
		return false
	}
	if d.visit == nil {
		d.visit = func(protoreflect.FieldDescriptor, protoreflect.Value) bool {
			d.visited = true
			return false
		}
	}
	d.visited = false
	m.Range(d.visit)
	return !d.visited
}

// begin prepares for a document.
func (d *Decoder) begin(data []byte, o *UnmarshalOptions) {
	d.data, d.i, d.depth, d.open, d.most = data, 0, o.RecursionLimit, 0, math.MaxInt
	d.discard, d.enums, d.partial = o.DiscardUnknown, o.KnownEnums, false
	d.typeAt, d.typeRead, d.gaveUp, d.failed, d.cause = 0, false, false, false, nil
	if d.depth == 0 {
		d.depth = defaultDepth
	}
	d.space()
}

// finish checks that the document ends here, and lets go of it.
func (d *Decoder) finish() error {
	if !d.failed {
		if d.space(); d.i < len(d.data) {
			d.unexpected()
		}
	}
	var err error
	if d.failed {
		err = d.failure()
	}
	d.data, d.name = nil, nil
	d.own.Reset()
	return err
}

// failure returns the first error.
func (d *Decoder) failure() error {
	err := errorAt(d.data, d.at, d.reason)
	err.cause, d.cause = d.cause, nil
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
