package jsonpb_test

import (
	"math"
	"math/rand/v2"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/hybrid"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/legacy"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/opaque"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/plain"
)

// allTypes are the messages that the tests fill, write and read: those of
// testpb, and the well-known types as documents of their own.
var allTypes = func() []protoreflect.MessageType {
	var all []protoreflect.MessageType
	add := func(fd protoreflect.FileDescriptor) {
		for i := range fd.Messages().Len() {
			mt, err := protoregistry.GlobalTypes.FindMessageByName(fd.Messages().Get(i).FullName())
			if err != nil {
				panic(err)
			}
			all = append(all, mt)
		}
	}
	add(open.File_jsontest_open_open_proto)
	add(legacy.File_jsontest_legacy_legacy_proto)
	add(opaque.File_jsontest_opaque_opaque_proto)
	add(hybrid.File_jsontest_hybrid_hybrid_proto)
	add(plain.File_jsontest_plain_plain_proto)
	for _, name := range []protoreflect.FullName{"Any", "Timestamp", "Duration", "Struct", "Value", "ListValue", "FieldMask", "Empty",
		"StringValue", "Int64Value", "UInt32Value", "DoubleValue", "BytesValue", "BoolValue"} {
		mt, err := protoregistry.GlobalTypes.FindMessageByName("google.protobuf." + name)
		if err != nil {
			panic(err)
		}
		all = append(all, mt)
	}
	return all
}()

// A filler fills messages at random. Hardly anything that a message can hold
// is left out; the rarer values (NaN, invalid UTF-8, times out of range) are
// rare enough for most messages to be writable.
type filler struct {
	*rand.Rand
	bad float64 // how likely a value is one that cannot be written
}

func newFiller(seed uint64) *filler {
	return &filler{Rand: rand.New(rand.NewPCG(seed, 7)), bad: 0.002}
}

func (r *filler) chance(p float64) bool { return r.Float64() < p }

func pick[T any](r *filler, of ...T) T { return of[r.IntN(len(of))] }

// fill sets fields of m; depth bounds the nesting.
func (r *filler) fill(m protoreflect.Message, depth int) {
	switch m.Descriptor().FullName() {
	case "google.protobuf.Any":
		r.any(m, depth)
		return
	case "google.protobuf.Timestamp":
		r.setNumbers(m, r.Int64N(315537897600)-62135596800, pick(r, 0, 1, 1000, 120_000_000, 999_999_999))
		return
	case "google.protobuf.Duration":
		s := pick(r, 0, r.Int64N(100), r.Int64N(315576000001))
		n := pick(r, 0, 1, 5000, 999_999_999)
		if r.chance(0.5) {
			s, n = -s, -n
		}
		r.setNumbers(m, s, n)
		return
	case "google.protobuf.FieldMask":
		l := m.Mutable(m.Descriptor().Fields().ByNumber(1)).List()
		for range r.IntN(3) {
			l.Append(protoreflect.ValueOfString(pick(r, "a", "a_b.c_d", "_x", "foo_bar")))
		}
		if r.chance(r.bad) {
			l.Append(protoreflect.ValueOfString(pick(r, "", "aB", "a_1", "a__b", "a_", "a..b", "é")))
		}
		return
	case "google.protobuf.Value":
		fields := m.Descriptor().Fields()
		if depth < 0 {
			m.Set(fields.ByName("null_value"), protoreflect.ValueOfEnum(0))
			return
		}
		if !r.chance(r.bad) {
			r.set(m, fields.Get(r.IntN(fields.Len())), depth-1)
		}
		return
	}
	fields := m.Descriptor().Fields()
	p := pick(r, 0.1, 0.5, 1)
	for i := range fields.Len() {
		fd := fields.Get(i)
		required := fd.Cardinality() == protoreflect.Required
		if required && !r.chance(r.bad) || !required && depth > 0 && r.chance(p) || fd.Message() == nil && r.chance(p) {
			r.set(m, fd, depth-1)
		}
	}
	if m.Descriptor().ExtensionRanges().Len() > 0 && depth > 0 {
		protoregistry.GlobalTypes.RangeExtensionsByMessage(m.Descriptor().FullName(), func(xt protoreflect.ExtensionType) bool {
			if r.chance(p / 2) {
				r.set(m, xt.TypeDescriptor(), depth-1)
			}
			return true
		})
	}
}

// setNumbers sets seconds and nanos.
func (r *filler) setNumbers(m protoreflect.Message, seconds int64, nanos int) {
	if r.chance(r.bad) {
		seconds = pick(r, int64(math.MinInt64), math.MaxInt64, -62135596801, 253402300800, 315576000001)
	}
	if r.chance(r.bad) {
		nanos = pick(r, -1, 1_000_000_000)
	}
	fields := m.Descriptor().Fields()
	m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64(seconds))
	m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32(int32(nanos)))
}

func (r *filler) any(m protoreflect.Message, depth int) {
	var a anypb.Any
	if r.chance(0.1) || depth < 0 {
		return
	}
	in := pick(r, allTypes...).New()
	r.fill(in, depth-1)
	data, err := proto.MarshalOptions{AllowPartial: true}.Marshal(in.Interface())
	if err != nil {
		return
	}
	a.TypeUrl, a.Value = "type.googleapis.com/"+string(in.Descriptor().FullName()), data
	if r.chance(r.bad) {
		a.TypeUrl = pick(r, "", "x/nope", "nope")
	}
	if r.chance(r.bad) {
		a.Value = []byte{0xff}
	}
	fields := m.Descriptor().Fields()
	m.Set(fields.ByNumber(1), protoreflect.ValueOfString(a.TypeUrl))
	m.Set(fields.ByNumber(2), protoreflect.ValueOfBytes(a.Value))
}

func (r *filler) set(m protoreflect.Message, fd protoreflect.FieldDescriptor, depth int) {
	message := func(d protoreflect.FieldDescriptor) bool {
		return d.Kind() == protoreflect.MessageKind || d.Kind() == protoreflect.GroupKind
	}
	switch {
	case fd.IsList():
		l := m.Mutable(fd).List()
		for range r.IntN(4) {
			if message(fd) {
				r.fill(l.AppendMutable().Message(), depth)
			} else {
				l.Append(r.scalar(fd))
			}
		}
	case fd.IsMap():
		mm := m.Mutable(fd).Map()
		for range pick(r, 0, 1, 2, 3, 20) {
			k := r.scalar(fd.MapKey()).MapKey()
			if message(fd.MapValue()) {
				v := mm.NewValue()
				r.fill(v.Message(), depth-1)
				mm.Set(k, v)
			} else {
				mm.Set(k, r.scalar(fd.MapValue()))
			}
		}
	case message(fd):
		v := m.NewField(fd)
		r.fill(v.Message(), depth)
		m.Set(fd, v)
	default:
		m.Set(fd, r.scalar(fd))
	}
}

func (r *filler) scalar(fd protoreflect.FieldDescriptor) protoreflect.Value {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(r.chance(0.5))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(pick(r, 0, int32(r.Uint32()), int32(r.IntN(100)), math.MinInt32, math.MaxInt32))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(pick(r, 0, int64(r.Uint64()), -5, math.MinInt64, math.MaxInt64))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(pick(r, 0, r.Uint32(), 9, math.MaxUint32))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(pick(r, 0, r.Uint64(), 9, math.MaxUint64))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(r.float()))
	case protoreflect.DoubleKind:
		v := r.float()
		if fd.FullName() == "google.protobuf.Value.number_value" && (math.IsNaN(v) || math.IsInf(v, 0)) && !r.chance(r.bad) {
			v = 1
		}
		return protoreflect.ValueOfFloat64(v)
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(r.text())
	case protoreflect.BytesKind:
		b := make([]byte, r.IntN(10))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return protoreflect.ValueOfBytes(b)
	}
	values := fd.Enum().Values()
	n := values.Get(r.IntN(values.Len())).Number()
	if r.chance(0.1) && !fd.Enum().IsClosed() {
		n = protoreflect.EnumNumber(r.IntN(20) - 10)
	}
	return protoreflect.ValueOfEnum(n)
}

func (r *filler) float() float64 {
	switch r.IntN(8) {
	case 0:
		return pick(r, 0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1))
	case 1:
		return pick(r, 1e-6, 9.99e-7, 1e21, 9.99e20, 1e-7, 1e-10, 1e100, math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxFloat32)
	case 2:
		return math.Float64frombits(r.Uint64())
	case 3:
		return float64(r.IntN(2000) - 1000)
	case 4:
		return float64(r.IntN(1_000_000)) / pick(r, 10, 100, 1000, 10000.0)
	}
	return r.NormFloat64()
}

func (r *filler) text() string {
	var s []byte
	for range pick(r, 0, 1, 3, 10, 40) {
		switch r.IntN(12) {
		case 0:
			s = append(s, byte(r.IntN(32)))
		case 1:
			s = append(s, pick(r, `"`, `\`, "/", "<", "&", "\x7f", "\u2028", "\ufffd", "é", "日本", "😀", "\u0080")...)
		default:
			s = append(s, byte(' '+r.IntN(95)))
		}
	}
	if r.chance(r.bad / 4) {
		s = append(s, pick(r, "\xff", "\xc3", "\xed\xa0\x80")...)
	}
	return string(s)
}
