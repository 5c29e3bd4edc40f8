package bench_test

import (
	"bytes"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"
	plainv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/plain/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/handwritten"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// A payload is a message in all forms that codecs work on.
type payload struct {
	name    string
	msg     proto.Message // with generated JSON methods
	plain   proto.Message // the same without
	dynamic proto.Message // the same of dynamicpb, made at run time from a descriptor
	// All once more, empty.
	newMsg, newPlain, newDynamic func() proto.Message
	json                         []byte
	wire                         []byte
	// The code written by hand.
	write func(dst []byte) ([]byte, error)
	read  func(d *handwritten.Dec)
}

// payloads are a message of strings above all, a list of 50 of them, and one of
// numbers, maps and other kinds.
var payloads = []payload{
	newPayload("strings", arena.SmallProto,
		func() proto.Message { return new(benchv1.Book) }, func() proto.Message { return new(plainv1.Book) },
		func(dst []byte) ([]byte, error) { return handwritten.AppendBook(dst, arena.SmallProto) },
		func(d *handwritten.Dec) { handwritten.DecodeBook(d, new(benchv1.Book)) }),
	newPayload("list", arena.MediumProto,
		func() proto.Message { return new(benchv1.ListBooksResponse) }, func() proto.Message { return new(plainv1.ListBooksResponse) },
		func(dst []byte) ([]byte, error) {
			return handwritten.AppendListBooksResponse(dst, arena.MediumProto)
		},
		func(d *handwritten.Dec) { handwritten.DecodeListBooksResponse(d, new(benchv1.ListBooksResponse)) }),
	newPayload("numbers", numbers,
		func() proto.Message { return new(benchv1.Mixed) }, func() proto.Message { return new(plainv1.Mixed) },
		func(dst []byte) ([]byte, error) { return handwritten.AppendMixed(dst, numbers) },
		func(d *handwritten.Dec) { handwritten.DecodeMixed(d, new(benchv1.Mixed)) }),
}

var numbers = &benchv1.Mixed{
	Rating: 4.3712, Score: 0.5, Checksum: []byte("0123456789abcdef0123"),
	Labels: map[string]string{"env": "prod", "team": "catalog", "tier": "1", "region": "eu-west-1"},
	Counts: map[string]int64{"views": 123456, "loans": 42},
	Note:   proto.String("handle with care"), Owner: &benchv1.Mixed_User{User: "users/31337"},
	Samples: []float64{0.1, 2.5, 1234.56789, 3.141592653589793, 1e-9}, Revision: 18446744073709551615,
	Ttl: &durationpb.Duration{Seconds: 3600, Nanos: 500_000_000}, Alias: wrapperspb.String("lhod"), Ids: []int32{1, 22, 333, 4444},
}

func newPayload(name string, msg proto.Message, newMsg, newPlain func() proto.Message, write func([]byte) ([]byte, error), read func(*handwritten.Dec)) payload {
	descriptor := newPlain().ProtoReflect().Descriptor()
	newDynamic := func() proto.Message { return dynamicpb.NewMessage(descriptor) }
	p := payload{
		name: name, msg: msg, plain: newPlain(), dynamic: newDynamic(),
		newMsg: newMsg, newPlain: newPlain, newDynamic: newDynamic, json: arena.JSON(msg), write: write, read: read,
	}
	var err error
	if p.wire, err = (proto.MarshalOptions{Deterministic: true}).Marshal(msg); err != nil {
		panic(err)
	}
	for _, m := range []proto.Message{p.plain, p.dynamic} {
		if err := proto.Unmarshal(p.wire, m); err != nil {
			panic(err)
		}
	}
	return p
}

// TestCodecs checks that all write the same and read it back.
func TestCodecs(t *testing.T) {
	if _, ok := any(arena.SmallProto).(jsonpb.Message); !ok {
		t.Fatal("the messages of package benchv1 have no JSON methods")
	}
	if _, ok := any(new(plainv1.Book)).(jsonpb.Message); ok {
		t.Fatal("the messages of package plainv1 have JSON methods")
	}
	for _, p := range payloads {
		for _, m := range []proto.Message{p.msg, p.plain, p.dynamic} {
			got, err := jsonpb.Append(nil, m, jsonpb.AppendOptions{})
			if err != nil || !bytes.Equal(got, p.json) {
				t.Errorf("%s: %T is written as %s, %v", p.name, m, got, err)
			}
			back := m.ProtoReflect().New().Interface()
			if err := jsonpb.Unmarshal(p.json, back, jsonpb.UnmarshalOptions{}); err != nil || !proto.Equal(back, m) {
				t.Errorf("%s: %T is read as %v, %v", p.name, m, back, err)
			}
		}
		if got, err := p.write(nil); err != nil || !bytes.Equal(got, p.json) {
			t.Errorf("%s: written by hand: %s, %v", p.name, got, err)
		}
	}
}

// BenchmarkWrite/<payload>/<codec> writes into a buffer that is large enough.
func BenchmarkWrite(b *testing.B) {
	buf := make([]byte, 0, 1<<20)
	for _, p := range payloads {
		b.Run(p.name, func(b *testing.B) {
			writeJSON := func(m proto.Message) func() {
				return func() { sinkBytes, sinkError = jsonpb.Append(buf, m, jsonpb.AppendOptions{}) }
			}
			run(b, "protojson", func() { sinkBytes, sinkError = protojson.MarshalOptions{}.MarshalAppend(buf, p.msg) })
			run(b, "generated", writeJSON(p.msg))
			run(b, "table", writeJSON(p.plain))
			run(b, "protojson-dynamic", func() { sinkBytes, sinkError = protojson.MarshalOptions{}.MarshalAppend(buf, p.dynamic) })
			run(b, "table-dynamic", writeJSON(p.dynamic))
			run(b, "handwritten", func() { sinkBytes, sinkError = p.write(buf) })
			run(b, "wire", func() { sinkBytes, sinkError = proto.MarshalOptions{}.MarshalAppend(buf, p.msg) })
		})
	}
}

// BenchmarkRead/<payload>/<codec> reads into a new message.
func BenchmarkRead(b *testing.B) {
	for _, p := range payloads {
		b.Run(p.name, func(b *testing.B) {
			run(b, "protojson", func() { sinkError = protojson.Unmarshal(p.json, p.newMsg()) })
			run(b, "generated", func() { sinkError = jsonpb.Unmarshal(p.json, p.newMsg(), jsonpb.UnmarshalOptions{}) })
			run(b, "table", func() { sinkError = jsonpb.Unmarshal(p.json, p.newPlain(), jsonpb.UnmarshalOptions{}) })
			run(b, "protojson-dynamic", func() { sinkError = protojson.Unmarshal(p.json, p.newDynamic()) })
			run(b, "table-dynamic", func() { sinkError = jsonpb.Unmarshal(p.json, p.newDynamic(), jsonpb.UnmarshalOptions{}) })
			run(b, "handwritten", func() {
				d := handwritten.Dec{S: string(p.json)}
				p.read(&d)
				sinkError = d.End()
			})
			run(b, "wire", func() { sinkError = proto.Unmarshal(p.wire, p.newMsg()) })
		})
	}
}

var (
	sinkBytes []byte
	sinkError error
	sinkInt   int
)

// run measures f as a benchmark of its own.
func run(b *testing.B, name string, f func()) {
	b.Run(name, func(b *testing.B) { arena.Loop(b, f) })
}
