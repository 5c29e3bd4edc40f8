package jsonpb_test

import (
	"bytes"
	"flag"
	"fmt"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// documents is how many documents the differential tests mutate; make
// conformance-jsonpb asks for 100,000.
var documents = flag.Int("documents", 4000, "how many mutated documents to compare with protojson")

var appendOptions = []jsonpb.AppendOptions{
	{},
	{EmitDefaults: true},
	{UseProtoNames: true, EnumNumbers: true},
	{EmitDefaults: true, UseProtoNames: true},
}

// reference is what protojson writes, without its random spaces.
func reference(m proto.Message, o jsonpb.AppendOptions) ([]byte, error) {
	b, err := protojson.MarshalOptions{
		EmitDefaultValues: o.EmitDefaults, UseProtoNames: o.UseProtoNames, UseEnumNumbers: o.EnumNumbers,
	}.Marshal(m)
	return jsonpb.Compact(b), err
}

// compareAppend fails if a way to write m differs from protojson, and returns
// what was written, nil if it cannot be.
func compareAppend(t testing.TB, m proto.Message, o jsonpb.AppendOptions) []byte {
	t.Helper()
	want, wantErr := reference(m, o)
	check := func(way string, got []byte, err error) {
		t.Helper()
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%s of %s, %+v: error %v\nprotojson %v\n%s", way, m.ProtoReflect().Descriptor().FullName(), o, err, wantErr, want)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%s of %s, %+v:\n got %s\nwant %s", way, m.ProtoReflect().Descriptor().FullName(), o, got, want)
		}
	}
	got, err := jsonpb.Append(nil, m, o)
	check("Append", got, err)
	table, tableErr := jsonpb.AppendTable(nil, m, o)
	check("AppendTable", table, tableErr)
	if err != nil && err.Error() != tableErr.Error() {
		t.Fatalf("%s, %+v: Append says %q, AppendTable %q", m.ProtoReflect().Descriptor().FullName(), o, err, tableErr)
	}
	if d := dynamic(m); d != nil {
		if want, wantErr = reference(d, o); wantErr == nil || err != nil {
			dyn, err := jsonpb.Append(nil, d, o)
			check("Append of dynamic message", dyn, err)
		}
	}
	if err != nil {
		return nil
	}
	return got
}

// dynamic returns m as a message of dynamicpb, nil if it cannot be converted.
func dynamic(m proto.Message) proto.Message {
	data, err := proto.MarshalOptions{AllowPartial: true}.Marshal(m)
	if err != nil {
		return nil
	}
	d := dynamicpb.NewMessage(m.ProtoReflect().Descriptor())
	if (proto.UnmarshalOptions{AllowPartial: true}).Unmarshal(data, d) != nil {
		return nil
	}
	return d
}

// compareUnmarshal fails if a way to read data differs from protojson.
func compareUnmarshal(t testing.TB, data []byte, mt protoreflect.MessageType, o jsonpb.UnmarshalOptions) (accepted bool) {
	t.Helper()
	ref := protojson.UnmarshalOptions{DiscardUnknown: o.DiscardUnknown, RecursionLimit: o.RecursionLimit}
	want := mt.New().Interface()
	wantErr := ref.Unmarshal(data, want)
	check := func(way string, got proto.Message, err error) {
		t.Helper()
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%s of %s, %+v: error %v\nprotojson %v\n%q", way, mt.Descriptor().FullName(), o, err, wantErr, data)
		}
		if err == nil && !proto.Equal(got, want) {
			t.Fatalf("%s of %s, %+v:\n got %v\nwant %v\n%q", way, mt.Descriptor().FullName(), o, got, want, data)
		}
	}
	// Nothing in the message may point into the buffer.
	buf := bytes.Clone(data)
	got := mt.New().Interface()
	err := jsonpb.Unmarshal(buf, got, o)
	clear(buf)
	if err != nil && len(err.Error()) > 600 {
		t.Fatalf("long error: %v", err)
	}
	check("Unmarshal", got, err)
	got = mt.New().Interface()
	buf = bytes.Clone(data)
	tableErr := jsonpb.UnmarshalTable(buf, got, o)
	clear(buf)
	check("UnmarshalTable", got, tableErr)
	buf = bytes.Clone(data)
	got = mt.New().Interface()
	wireErr := jsonpb.UnmarshalWire(buf, got, o)
	clear(buf)
	check("UnmarshalWire", got, wireErr)
	got = mt.New().Interface()
	check("UnmarshalReflect", got, jsonpb.UnmarshalReflect(data, got, o))
	accepted = err == nil

	want = dynamicpb.NewMessage(mt.Descriptor())
	wantErr = ref.Unmarshal(data, want)
	got = dynamicpb.NewMessage(mt.Descriptor())
	check("Unmarshal of dynamic message", got, jsonpb.Unmarshal(data, got, o))
	return accepted
}

func TestRandomMessages(t *testing.T) {
	for i, mt := range allTypes {
		t.Run(string(mt.Descriptor().FullName()), func(t *testing.T) {
			t.Parallel()
			for n := range *documents / 80 {
				r := newFiller(uint64(i*1000 + n))
				m := mt.New()
				r.fill(m, r.IntN(5))
				for _, o := range appendOptions {
					data := compareAppend(t, m.Interface(), o)
					if data == nil {
						continue
					}
					compareUnmarshal(t, data, mt, jsonpb.UnmarshalOptions{})
				}
			}
		})
	}
}

func TestMutatedDocuments(t *testing.T) {
	const shards = 8
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			accepted := 0
			n := *documents / shards
			for i := range n {
				r := newFiller(uint64(shard)<<32 | uint64(i))
				r.bad = 0
				mt := pick(r, allTypes...)
				m := mt.New()
				r.fill(m, r.IntN(4))
				data, err := protojson.Marshal(m.Interface())
				if err != nil {
					t.Fatalf("%s: %v", mt.Descriptor().FullName(), err)
				}
				data = r.mutate(data)
				o := jsonpb.UnmarshalOptions{DiscardUnknown: r.chance(0.5), RecursionLimit: pick(r, 0, 0, 0, 1, 2, 3, 4)}
				if compareUnmarshal(t, data, mt, o) {
					accepted++
				}
			}
			t.Logf("%d of %d accepted", accepted, n)
		})
	}
}
