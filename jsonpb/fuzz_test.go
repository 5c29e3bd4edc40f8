package jsonpb_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// FuzzUnmarshal reads documents as messages of all types and compares with
// protojson.
func FuzzUnmarshal(f *testing.F) {
	for i, mt := range allTypes {
		r := newFiller(uint64(i))
		r.bad = 0
		m := mt.New()
		r.fill(m, 3)
		data, err := protojson.Marshal(m.Interface())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(i), data, i%2 == 0, uint8(0))
	}
	for i, v := range values {
		f.Add(byte(i), []byte(v), i%2 == 0, uint8(i%4))
	}
	for _, h := range shortHostiles() {
		f.Add(typeIndex(h.m), []byte(h.in), h.o.DiscardUnknown, uint8(max(h.o.RecursionLimit, 0)))
	}
	f.Fuzz(func(t *testing.T, typ byte, data []byte, discard bool, limit uint8) {
		mt := allTypes[int(typ)%len(allTypes)]
		o := jsonpb.UnmarshalOptions{DiscardUnknown: discard, RecursionLimit: int(limit % 8)}
		if !compareUnmarshal(t, data, mt, o) {
			return
		}
		m := mt.New().Interface()
		if err := jsonpb.Unmarshal(data, m, o); err != nil {
			t.Fatal(err)
		}
		compareAppend(t, m, jsonpb.AppendOptions{})
	})
}

// FuzzAppend writes messages of all types, which it gets in the binary format,
// and compares with protojson.
func FuzzAppend(f *testing.F) {
	for i, mt := range allTypes {
		r := newFiller(uint64(i))
		m := mt.New()
		r.fill(m, 3)
		if data, err := (proto.MarshalOptions{AllowPartial: true}).Marshal(m.Interface()); err == nil {
			f.Add(byte(i), data, uint8(i))
		}
	}
	for i, h := range shortHostiles() {
		m := h.m.ProtoReflect().New().Interface()
		if jsonpb.Unmarshal([]byte(h.in), m, h.o) != nil {
			continue
		}
		if data, err := proto.Marshal(m); err == nil {
			f.Add(typeIndex(m), data, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, typ byte, data []byte, options uint8) {
		m := allTypes[int(typ)%len(allTypes)].New().Interface()
		if (proto.UnmarshalOptions{AllowPartial: true}).Unmarshal(data, m) != nil {
			return
		}
		compareAppend(t, m, appendOptions[int(options)%len(appendOptions)])
	})
}

// shortHostiles are the hostile documents that are short enough for a fuzzer.
func shortHostiles() []hostile {
	return slices.DeleteFunc(hostiles(), func(h hostile) bool { return len(h.in) > 2048 })
}

// typeIndex returns the index of m's type in allTypes.
func typeIndex(m proto.Message) byte {
	i := slices.Index(allTypes, m.ProtoReflect().Type())
	if i < 0 {
		panic("no test fills this message")
	}
	return byte(i)
}
