package java_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

type all = conformancev1.JavaAllTypes

func TestAppend(t *testing.T) {
	free := func(v any) *structpb.Value {
		t.Helper()
		s, err := structpb.NewValue(v)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	packed, err := anypb.New(&conformancev1.JavaItem{Name: new("n")})
	if err != nil {
		t.Fatal(err)
	}
	packedTime, err := anypb.New(&timestamppb.Timestamp{Seconds: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		m      proto.Message
		want   string
		pretty string // if it is worth a look
	}{
		{"empty", &all{}, `{}`, `{ }`},
		{"empty message type", &conformancev1.EmptyMessage{}, `{}`, `{ }`},
		{"google empty", &emptypb.Empty{}, `{}`, `{ }`},
		{"zeros that are set", &all{IntBoxed: new(int32), BoolBoxed: new(bool), Str: new(""), Color: new(conformancev1.JavaAllTypes_RED)},
			`{"intBoxed":0,"boolBoxed":false,"str":"","color":"RED"}`, "{\n \"intBoxed\": 0,\n \"boolBoxed\": false,\n \"str\": \"\",\n \"color\": \"RED\"\n}"},
		{"nested", &all{Nested: &conformancev1.JavaNested{}, Nesteds: []*conformancev1.JavaNested{{A: new("x")}, {}}},
			`{"nested":{},"nesteds":[{"a":"x"},{}]}`, "{\n \"nested\": { },\n \"nesteds\": [\n  {\n   \"a\": \"x\"\n  },\n  { }\n ]\n}"},
		{"64 bits", &all{LongBoxed: new(int64(math.MinInt64)), Longs: []int64{1, math.MaxInt64}}, `{"longBoxed":"-9223372036854775808","longs":["1","9223372036854775807"]}`, ""},
		{"bytes", &all{Bytes: []byte{0xfb, 0xff, 0xfe}, BytesList: [][]byte{{}, {1}}}, `{"bytes":"-__-","bytesList":["","AQ"]}`, ""},
		{"bytes that are empty", &all{Bytes: []byte{}, BytesList: [][]byte{{}, {}}}, `{}`, ""},
		{"time", &all{Date: &timestamppb.Timestamp{Seconds: 1, Nanos: 999999999}}, `{"date":"1970-01-01T00:00:01.999Z"}`, ""},
		{"time before 1970", &all{Date: &timestamppb.Timestamp{Seconds: -1, Nanos: 999000001}}, `{"date":"1969-12-31T23:59:59.999Z"}`, ""},
		{"first and last time", &all{Dates: []*timestamppb.Timestamp{{Seconds: -62135596800}, {Seconds: 253402300799}}},
			`{"dates":["0001-01-01T00:00:00.000Z","9999-12-31T23:59:59.000Z"]}`, ""},
		{"enum without a name", &all{Color: new(conformancev1.JavaAllTypes_Color(9)), Colors: []conformancev1.JavaAllTypes_Color{2, 7}}, `{"color":9,"colors":["BLUE",7]}`, ""},
		{"maps", &all{Map: map[string]string{"b\"": "1", "a": "2"}, LongMap: map[string]int64{"k": 5}, NestedMap: map[string]*conformancev1.JavaNested{"k": {}}},
			`{"map":{"a":"2","b\"":"1"},"longMap":{"k":"5"},"nestedMap":{"k":{}}}`, ""},
		{"text", &all{Str: new("<&>'\"/\\ é\u2028𝄞\u0001\u007f\b\t\n\f\r\u001f\ufffd")},
			"{\"str\":\"<&>'\\\"/\\\\ é\u2028\\uD834\\uDD1E\\u0001\u007f\\b\\t\\n\\f\\r\\u001F\ufffd\"}", ""},
		{"list answer", &conformancev1.JavaItemList{}, `{"items":[]}`, "{\n \"items\": [ ]\n}"},
		{"collection", &conformancev1.JavaItemCollection{}, `{}`, ""},
		{"map answer", &structpb.Struct{}, `{}`, `{ }`},
		{"free values", free(map[string]any{"a": nil, "b": []any{}, "c": 1, "d": -0.5, "e": true, "f": 1e300, "g": "x", "h": map[string]any{}}).GetStructValue(),
			`{"a":null,"b":[],"c":1,"d":-0.5,"e":true,"f":1.0E300,"g":"x","h":{}}`, ""},
		{"free list", free([]any{math.NaN(), 9007199254740993.0}).GetListValue(), `["NaN",9007199254740992]`, ""},
		{"free value that is not set", &structpb.Value{}, `null`, ""},
		{"boxed", wrapperspb.Int64(7), `"7"`, ""},
		{"boxed zero", wrapperspb.Double(0), `0.0`, ""},
		{"duration", durationpb.New(1500e6), `"1.500s"`, ""},
		{"field mask", &fieldmaskpb.FieldMask{Paths: []string{"a_b", "c"}}, `"aB,c"`, ""},
		{"any", packed, `{"@type":"type.googleapis.com/conformance.v1.JavaItem","name":"n"}`, "{\n \"@type\": \"type.googleapis.com/conformance.v1.JavaItem\",\n \"name\": \"n\"\n}"},
		{"any of a time", packedTime, `{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"1970-01-01T00:00:01.000Z"}`, ""},
		{"empty any", &anypb.Any{}, `{}`, ""},
		{"texts without presence", &conformancev1.Seen{Rpc: "a"}, `{"rpc":"a"}`, ""},
		{"required of proto2", &descriptorpb.UninterpretedOption_NamePart{NamePart: new("p"), IsExtension: new(false)}, `{"namePart":"p","isExtension":false}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := java.Append([]byte("x"), tt.m, false)
			if err != nil || string(got) != "x"+tt.want {
				t.Errorf("compact: %s, %v\nwant x%s", got, err, tt.want)
			}
			got, err = java.Append(nil, tt.m, true)
			if err != nil || tt.pretty != "" && string(got) != tt.pretty {
				t.Errorf("pretty: %q, %v\nwant %q", got, err, tt.pretty)
			}
			if !json.Valid(got) {
				t.Errorf("pretty is not JSON: %s", got)
			}
		})
	}
}

// A number or bool without presence is a Java primitive: it has no null, so it
// is always written.
func TestAppendPrimitives(t *testing.T) {
	fd := protodesc.ToFileDescriptorProto(conformancev1.File_conformance_v1_common_proto)
	fd.Name = new("primitives.proto")
	fd.Package = new("primitives")
	typ := func(name string, n int32, t descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{Name: &name, Number: &n, Type: &t, Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
	}
	fd.MessageType = []*descriptorpb.DescriptorProto{{Name: new("P"), Field: []*descriptorpb.FieldDescriptorProto{
		typ("an_int", 2, descriptorpb.FieldDescriptorProto_TYPE_INT32), typ("text", 1, descriptorpb.FieldDescriptorProto_TYPE_STRING),
		typ("long", 3, descriptorpb.FieldDescriptorProto_TYPE_UINT64), typ("flag", 4, descriptorpb.FieldDescriptorProto_TYPE_BOOL),
		typ("real", 5, descriptorpb.FieldDescriptorProto_TYPE_DOUBLE), typ("bytes", 6, descriptorpb.FieldDescriptorProto_TYPE_BYTES),
	}}}
	file, err := protodesc.NewFile(fd, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := java.Append(nil, dynamicpb.NewMessage(file.Messages().Get(0)), false)
	if want := `{"anInt":0,"long":"0","flag":false,"real":0.0}`; err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

// What comes in as canonical JSON goes out in the layout of the original, with
// map entries sorted, and without lists and maps that hold nothing at any depth.
func TestAppendMore(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"byInt":{"10":"","-2":"AQ==","9":""},"byBool":{"true":0,"false":1}}`, `{"aUint":0,"aUlong":"0","aSint":0,"byInt":{"-2":"AQ","9":"","10":""},"byBool":{"false":1,"true":0},"withDefault":0}`},
		{`{"byInt":{"1":""},"map":{"a":[],"b":{"c":null}},"list":[[],null],"free":[{}],"frees":[null,[]]}`, `{"aUint":0,"aUlong":"0","aSint":0,"withDefault":0}`},
		{`{"map":{"a":[],"b":false},"list":[[],0],"free":"","frees":[null,""],"boxed":0,"self":{}}`,
			`{"aUint":0,"aUlong":"0","aSint":0,"boxed":0,"free":"","map":{"a":[],"b":false},"list":[[],0],"self":{"aUint":0,"aUlong":"0","aSint":0,"withDefault":0},"frees":[null,""],"withDefault":0}`},
		{`{"aUint":4294967295,"aUlong":"18446744073709551615","or":0}`, `{"aUint":4294967295,"aUlong":"18446744073709551615","aSint":0,"or":0,"withDefault":0}`},
	} {
		m := everything(t)
		if err := protojson.Unmarshal([]byte(tt.in), m); err != nil {
			t.Fatal(err)
		}
		if got, err := java.Append(nil, m, false); err != nil || string(got) != tt.want {
			t.Errorf("%s, %v\nwant %s", got, err, tt.want)
		}
	}
}

func TestAppendErrors(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    proto.Message
		want string
	}{
		{"string", &conformancev1.Text{Text: new("\xff")}, "field text: a string is not UTF-8"},
		{"element", &conformancev1.JavaStringList{Items: []string{"a", "\xc0"}}, "not UTF-8"},
		{"key", &all{Map: map[string]string{"\xff": ""}}, "not UTF-8"},
		{"time", &all{Date: &timestamppb.Timestamp{Seconds: 253402300800}}, "field date: a time is out of range"},
		{"nanoseconds", &all{Date: &timestamppb.Timestamp{Nanos: -1}}, "out of range"},
		{"duration", &durationpb.Duration{Seconds: 1, Nanos: -1}, "Duration"},
		{"any of an unknown type", &anypb.Any{TypeUrl: "x/y.Z"}, "not found"},
		{"any of bytes that are no message", &anypb.Any{TypeUrl: "x/conformance.v1.JavaItem", Value: []byte{0xff}}, "wire-format"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := java.Append([]byte("x"), tt.m, true)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if string(got) != "x" {
				t.Errorf("buffer %q, want it as it was", got)
			}
		})
	}
}

func TestAppendDeep(t *testing.T) {
	v := structpb.NewNullValue()
	for range 10001 {
		v = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{v}})
	}
	if got, err := java.Append(nil, v, false); err == nil {
		t.Errorf("no error, %d bytes", len(got))
	}
}

func TestAppendFloats(t *testing.T) {
	for _, tt := range []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1, "1.0"}, {-100, "-100.0"}, {0.1, "0.1"},
		{0.001, "0.001"}, {0.00099, "9.9E-4"}, {9999999, "9999999.0"}, {9999999.5, "9999999.5"}, {1e7, "1.0E7"},
		{123456789, "1.23456789E8"}, {1e21, "1.0E21"}, {1e-7, "1.0E-7"}, {1.5e-10, "1.5E-10"}, {1e100, "1.0E100"},
		{math.MaxFloat64, "1.7976931348623157E308"}, {math.SmallestNonzeroFloat64, "4.9E-324"},
		{math.NaN(), `"NaN"`}, {math.Inf(1), `"Infinity"`}, {math.Inf(-1), `"-Infinity"`},
	} {
		got, err := java.Append(nil, wrapperspb.Double(tt.f), false)
		if err != nil || string(got) != tt.want {
			t.Errorf("double %v: %s, %v; want %s", tt.f, got, err, tt.want)
		}
	}
	for _, tt := range []struct {
		f    float32
		want string
	}{
		{0.1, "0.1"}, {1e-7, "1.0E-7"}, {16777216, "1.6777216E7"}, {3.4028235e38, "3.4028235E38"},
		{math.SmallestNonzeroFloat32, "1.4E-45"}, {float32(math.Inf(1)), `"Infinity"`},
	} {
		got, err := java.Append(nil, wrapperspb.Float(tt.f), false)
		if err != nil || string(got) != tt.want {
			t.Errorf("float %v: %s, %v; want %s", tt.f, got, err, tt.want)
		}
	}
}

// FuzzAppend writes whatever message the bytes make and checks that the reply,
// if there is one, is JSON in both layouts.
func FuzzAppend(f *testing.F) {
	for _, m := range []proto.Message{
		&all{Str: new("a𝄞\u0001"), DoubleBoxed: new(1e300), FloatBoxed: new(float32(-0.1)), Bytes: []byte{1}, Color: new(conformancev1.JavaAllTypes_Color(5))},
		&all{Map: map[string]string{"\"": "\\"}, Date: timestamppb.Now(), Nested: &conformancev1.JavaNested{N: new(int64(1))}},
	} {
		b, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	types := []protoreflect.MessageType{(&all{}).ProtoReflect().Type(), (&structpb.Struct{}).ProtoReflect().Type(), (&descriptorpb.FileDescriptorProto{}).ProtoReflect().Type()}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, mt := range types {
			m := mt.New().Interface()
			if (proto.UnmarshalOptions{AllowPartial: true}).Unmarshal(b, m) != nil {
				continue
			}
			for _, pretty := range []bool{false, true} {
				if got, err := java.Append(nil, m, pretty); err == nil && !json.Valid(got) {
					t.Errorf("not JSON: %q", got)
				}
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	m := &all{IntBoxed: new(int32(1)), LongBoxed: new(int64(2)), DoubleBoxed: new(2.5), Str: new("some text"), Date: &timestamppb.Timestamp{Seconds: 1e9},
		Nesteds: []*conformancev1.JavaNested{{A: new("x"), N: new(int64(9))}, {A: new("y")}}}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = java.Append(dst[:0], m, true)
	}
}
