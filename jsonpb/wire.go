package jsonpb

import (
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Messages of the opaque API are slow to fill through protoreflect, which boxes
// every value, and fast to read from the binary format. So without JSON methods
// their documents are translated to the binary format in one pass, and package
// proto reads that. What the binary format cannot say (a number that is none of
// a closed enum's goes to the unknown fields there) makes the translation give
// up; then the document is read again, through protoreflect.

// maxWire bounds the buffer that is kept for the next document.
const maxWire = 64 << 10

// readWire reads the object of a message by way of the binary format.
func (d *Decoder) readWire(t *table, m protoreflect.Message) {
	saved, depth := *d, d.depth
	b := d.wire[:0]
	d.wire = nil // an Any may need one too
	b = t.translate(d, b)
	if cap(b) <= maxWire {
		d.wire = b
	}
	if !d.failed {
		// A level of Value or Struct is up to three messages there.
		limit := 4*min(depth, math.MaxInt32/8) + 4
		o := proto.UnmarshalOptions{Merge: true, AllowPartial: true, NoLazyDecoding: true, RecursionLimit: limit}
		if o.Unmarshal(b, m.Interface()) == nil {
			return
		}
		proto.Reset(m.Interface())
		d.gaveUp = true
	}
	if d.gaveUp {
		wire := d.wire
		*d = saved
		d.wire, d.own = wire, strings.Builder{}
		t.read(d, m)
	}
}

// giveUp ends the translation.
func (d *Decoder) giveUp() {
	if !d.failed {
		d.gaveUp = true
		d.fail(d.i, "")
	}
}

// translate reads an object and appends its fields in the binary format.
func (t *table) translate(d *Decoder, b []byte) []byte {
	var few [2]uint64
	seen := few[:]
	if t.bits > 64*len(few) {
		seen = make([]uint64, (t.bits+63)/64)
	}
	var extensions []protoreflect.FieldNumber
	var set map[string]bool // required fields
	for i := d.Object(&t.members); i != End; i = d.Next(&t.members, i) {
		if i == t.typeField && d.open == d.typeAt {
			d.unknown([]byte("@type"))
			continue
		}
		if i == Unknown {
			if f := d.extension(d.name, t.desc, &extensions); f != nil && (f.nullable || !d.null()) {
				b = f.translate(d, b)
			}
			continue
		}
		f := &t.fields[i]
		if !d.Nullable(&seen[i/64], 1<<(i%64)) || !f.nullable && d.null() {
			continue
		}
		if f.oneof >= 0 && !d.Oneof(&seen[f.oneof/64], 1<<(f.oneof%64)) {
			continue
		}
		n := len(b)
		b = f.translate(d, b)
		if f.required && len(b) > n {
			if set == nil {
				set = make(map[string]bool)
			}
			set[string(f.fd.Name())] = true
		}
	}
	for _, f := range t.required {
		name := string(f.fd.Name())
		d.Require(set[name], name)
	}
	d.EndObject()
	return b
}

// translate reads the field's value and appends it with its tags, nothing for
// an unknown enum name that is ignored.
func (f *field) translate(d *Decoder, b []byte) []byte {
	switch f.shape {
	case list:
		return f.translateList(d, b)
	case mapping:
		return f.translateMap(d, b)
	}
	return f.translateValue(d, b)
}

func (f *field) translateList(d *Decoder, b []byte) []byte {
	start := len(b)
	packed := f.wireType != protowire.BytesType && f.wireType != protowire.StartGroupType
	if packed {
		b = reserve(protowire.AppendTag(b, f.fd.Number(), protowire.BytesType))
	}
	at := len(b)
	for ok := d.Elements(); ok; ok = d.More() {
		if packed {
			b, _ = f.translateScalar(d, b)
		} else {
			b = f.translateValue(d, b)
		}
	}
	if packed {
		if len(b) == at {
			return b[:start]
		}
		patch(b, at)
	}
	return b
}

func (f *field) translateMap(d *Decoder, b []byte) []byte {
	var keys mapKeys
	for k := d.openObject(); k != nil; k = d.nextKey() {
		start, at := len(b), d.key
		b = reserve(protowire.AppendVarint(b, f.tag))
		body := len(b)
		b = f.key.translateKey(d, b, k)
		end := len(b)
		if keys.seen(b, body, end) {
			d.fail(at, "duplicate key")
		}
		b = f.value.translateValue(d, b)
		if len(b) == end && f.value.kind == protoreflect.EnumKind {
			b = b[:start] // the name of an enum value that is ignored
			keys.forget()
			continue
		}
		patch(b, body)
	}
	return b
}

// mapKeys finds duplicates among the keys of a map, which stand in the output:
// one by one while they are few.
type mapKeys struct {
	few  [16][2]int
	n    int
	many map[string]bool
	last string
}

// seen reports whether the key in b[from:to] was there before.
func (k *mapKeys) seen(b []byte, from, to int) bool {
	key := b[from:to]
	if k.many == nil && k.n < len(k.few) {
		for _, r := range k.few[:k.n] {
			if string(b[r[0]:r[1]]) == string(key) {
				return true
			}
		}
		k.few[k.n] = [2]int{from, to}
		k.n++
		return false
	}
	if k.many == nil {
		k.many = make(map[string]bool)
		for _, r := range k.few {
			k.many[string(b[r[0]:r[1]])] = true
		}
	}
	k.last = string(key)
	if k.many[k.last] {
		return true
	}
	k.many[k.last] = true
	return false
}

// forget takes back the last key.
func (k *mapKeys) forget() {
	if k.many != nil {
		delete(k.many, k.last)
		return
	}
	k.n--
}

// translateValue appends a single value with its tag.
func (f *field) translateValue(d *Decoder, b []byte) []byte {
	start := len(b)
	b = protowire.AppendVarint(b, f.tag)
	switch f.kind {
	case protoreflect.GroupKind:
		b = f.table().translate(d, b)
		return protowire.AppendTag(b, f.fd.Number(), protowire.EndGroupType)
	case protoreflect.MessageKind:
		b = reserve(b)
		at := len(b)
		b = f.translateMessage(d, b)
		patch(b, at)
		return b
	}
	b, ok := f.translateScalar(d, b)
	if !ok {
		return b[:start]
	}
	return b
}

func (f *field) translateMessage(d *Decoder, b []byte) []byte {
	t := f.table()
	switch {
	case t.messageSet:
		d.giveUp()
		return b
	case !t.wellKnown:
		return t.translate(d, b)
	case t.wrapper:
		d.shallow()
		return t.fields[0].translateValue(d, b)
	}
	switch t.desc.FullName() {
	case "google.protobuf.Timestamp":
		sec, nanos, _ := d.timestamp()
		return appendSeconds(b, sec, nanos)
	case "google.protobuf.Duration":
		sec, nanos, _ := d.duration()
		return appendSeconds(b, sec, nanos)
	}
	m := newWellKnown(t.desc.FullName())
	if d.readWellKnown(m.ProtoReflect()); d.failed {
		return b
	}
	b, err := proto.MarshalOptions{AllowPartial: true}.MarshalAppend(b, m)
	if err != nil {
		d.giveUp()
	}
	return b
}

func appendSeconds(b []byte, sec int64, nanos int32) []byte {
	if sec != 0 {
		b = protowire.AppendVarint(protowire.AppendTag(b, 1, protowire.VarintType), uint64(sec))
	}
	if nanos != 0 {
		b = protowire.AppendVarint(protowire.AppendTag(b, 2, protowire.VarintType), uint64(int64(nanos)))
	}
	return b
}

// translateScalar appends a value without its tag. It reports whether there is
// one.
func (f *field) translateScalar(d *Decoder, b []byte) ([]byte, bool) {
	switch f.kind {
	case protoreflect.StringKind:
		if d.i >= len(d.data) || d.data[d.i] != '"' {
			d.wrong("a string")
			return b, false
		}
		s, ok := d.quoted()
		return protowire.AppendBytes(b, s), ok
	case protoreflect.BoolKind:
		return protowire.AppendVarint(b, protowire.EncodeBool(d.Bool())), true
	case protoreflect.Int32Kind:
		return protowire.AppendVarint(b, uint64(int64(d.Int32()))), true
	case protoreflect.Sint32Kind:
		return protowire.AppendVarint(b, protowire.EncodeZigZag(int64(d.Int32()))), true
	case protoreflect.Sfixed32Kind:
		return protowire.AppendFixed32(b, uint32(d.Int32())), true
	case protoreflect.Uint32Kind:
		return protowire.AppendVarint(b, uint64(d.Uint32())), true
	case protoreflect.Fixed32Kind:
		return protowire.AppendFixed32(b, d.Uint32()), true
	case protoreflect.Int64Kind:
		return protowire.AppendVarint(b, uint64(d.Int64())), true
	case protoreflect.Sint64Kind:
		return protowire.AppendVarint(b, protowire.EncodeZigZag(d.Int64())), true
	case protoreflect.Sfixed64Kind:
		return protowire.AppendFixed64(b, uint64(d.Int64())), true
	case protoreflect.Uint64Kind:
		return protowire.AppendVarint(b, d.Uint64()), true
	case protoreflect.Fixed64Kind:
		return protowire.AppendFixed64(b, d.Uint64()), true
	case protoreflect.FloatKind:
		return protowire.AppendFixed32(b, math.Float32bits(d.Float32())), true
	case protoreflect.DoubleKind:
		return protowire.AppendFixed64(b, math.Float64bits(d.Float64())), true
	case protoreflect.BytesKind:
		return protowire.AppendBytes(b, d.Bytes()), true
	}
	n, ok := f.enum.read(d)
	if _, known := f.enum.names[protoreflect.EnumNumber(n)]; ok && f.enum.closed && !known {
		d.giveUp()
	}
	if !ok {
		return b, false
	}
	return protowire.AppendVarint(b, uint64(int64(n))), true
}

// translateKey appends the key of a map with its tag.
func (f *field) translateKey(d *Decoder, b, name []byte) []byte {
	b = protowire.AppendTag(b, 1, f.wireType)
	switch f.kind {
	case protoreflect.StringKind:
		return protowire.AppendBytes(b, name)
	case protoreflect.BoolKind:
		return protowire.AppendVarint(b, protowire.EncodeBool(d.BoolKey(name)))
	case protoreflect.Int32Kind:
		return protowire.AppendVarint(b, uint64(int64(d.Int32Key(name))))
	case protoreflect.Sint32Kind:
		return protowire.AppendVarint(b, protowire.EncodeZigZag(int64(d.Int32Key(name))))
	case protoreflect.Sfixed32Kind:
		return protowire.AppendFixed32(b, uint32(d.Int32Key(name)))
	case protoreflect.Uint32Kind:
		return protowire.AppendVarint(b, uint64(d.Uint32Key(name)))
	case protoreflect.Fixed32Kind:
		return protowire.AppendFixed32(b, d.Uint32Key(name))
	case protoreflect.Int64Kind:
		return protowire.AppendVarint(b, uint64(d.Int64Key(name)))
	case protoreflect.Sint64Kind:
		return protowire.AppendVarint(b, protowire.EncodeZigZag(d.Int64Key(name)))
	case protoreflect.Sfixed64Kind:
		return protowire.AppendFixed64(b, uint64(d.Int64Key(name)))
	case protoreflect.Fixed64Kind:
		return protowire.AppendFixed64(b, d.Uint64Key(name))
	}
	return protowire.AppendVarint(b, d.Uint64Key(name))
}

// The length of a message is known at its end only: five bytes are kept free
// for it, and filled with a varint of that length, the last groups of which
// may be zero.

func reserve(b []byte) []byte { return append(b, 0, 0, 0, 0, 0) }

// patch writes the length of b[at:] before it.
func patch(b []byte, at int) {
	n := len(b) - at
	for i := at - 5; i < at-1; i++ {
		b[i] = byte(n) | 0x80
		n >>= 7
	}
	b[at-1] = byte(n)
}
