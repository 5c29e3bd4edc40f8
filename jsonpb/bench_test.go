package jsonpb_test

import (
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/opaque"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/plain"
)

// The documents that are measured: one of strings, one of numbers and maps.
const (
	bookJSON = `{"name":"shelves/31/books/the-left-hand-of-darkness","title":"The Left Hand of Darkness",` +
		`"author":{"givenName":"Ursula","familyName":"Le Guin","birthYear":1929},"isbn":"9780441478125","genre":"GREEN",` +
		`"publishTime":"1969-03-01T10:30:00Z","pageCount":286,"inStock":true,"tags":["hugo","nebula","hainish"]}`
	mixedJSON = `{"rating":4.3712,"score":0.5,"checksum":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM=",` +
		`"labels":{"env":"prod","region":"eu-west-1","team":"catalog","tier":"1"},"counts":{"loans":"42","views":"123456"},` +
		`"note":"handle with care","user":"users/31337","samples":[0.1,2.5,1234.56789,3.141592653589793,1e-9],` +
		`"revision":"18446744073709551615","ttl":"3600.500s","alias":"lhod","ids":[1,22,333,4444]}`
)

// measured are the messages and what they are measured as. protojson, the
// binary format and Append are measured for each.
var measured = []struct {
	name string
	json string
	new  func() proto.Message
}{
	{"book/generated", bookJSON, func() proto.Message { return new(open.Book) }},
	{"book/opaque", bookJSON, func() proto.Message { return new(opaque.Book) }},
	{"book/table", bookJSON, func() proto.Message { return new(plain.Book) }},
	{"book/dynamic", bookJSON, func() proto.Message { return dynamicpb.NewMessage((*plain.Book)(nil).ProtoReflect().Descriptor()) }},
	{"mixed/generated", mixedJSON, func() proto.Message { return new(open.Mixed) }},
	{"mixed/table", mixedJSON, func() proto.Message { return new(plain.Mixed) }},
}

func BenchmarkAppend(b *testing.B) {
	for _, bb := range measured {
		m := bb.new()
		if err := protojson.Unmarshal([]byte(bb.json), m); err != nil {
			b.Fatal(err)
		}
		buf := make([]byte, 0, 4096)
		if got, err := jsonpb.Append(buf, m, jsonpb.AppendOptions{}); err != nil || string(got) != bb.json {
			b.Fatalf("%s, %v", got, err)
		}
		b.Run(bb.name+"/jsonpb", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := jsonpb.Append(buf, m, jsonpb.AppendOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bb.name+"/protojson", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (protojson.MarshalOptions{}).MarshalAppend(buf, m); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bb.name+"/binary", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (proto.MarshalOptions{}).MarshalAppend(buf, m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	for _, bb := range measured {
		data := []byte(bb.json)
		m := bb.new()
		if err := jsonpb.Unmarshal(data, m, jsonpb.UnmarshalOptions{}); err != nil {
			b.Fatal(err)
		}
		wire, err := proto.Marshal(m)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bb.name+"/jsonpb", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := jsonpb.Unmarshal(data, bb.new(), jsonpb.UnmarshalOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bb.name+"/protojson", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := protojson.Unmarshal(data, bb.new()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(bb.name+"/binary", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := proto.Unmarshal(wire, bb.new()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
