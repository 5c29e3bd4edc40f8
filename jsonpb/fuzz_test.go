package jsonpb_test

import (
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
	f.Fuzz(func(t *testing.T, typ byte, data []byte, options uint8) {
		m := allTypes[int(typ)%len(allTypes)].New().Interface()
		if (proto.UnmarshalOptions{AllowPartial: true}).Unmarshal(data, m) != nil {
			return
		}
		compareAppend(t, m, appendOptions[int(options)%len(appendOptions)])
	})
}
