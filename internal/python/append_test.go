package python_test

import (
	"encoding/json"
	"math"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"google.golang.org/protobuf/types/pluginpb"
)

func TestAppendRecorded(t *testing.T) {
	messages := table[json.RawMessage](t, "encode.json")
	for _, c := range cases(t, "encode") {
		t.Run(c.ID, func(t *testing.T) {
			var m proto.Message
			if c.RPC == "Encode.Nested" {
				m = &conformancev1.Node{
					Name: proto.String("n"),
					Leaf: &conformancev1.Leaf{S: proto.String("a"), I: proto.Int32(1), L: proto.Int64(2)},
					Leaves: []*conformancev1.Leaf{
						{S: proto.String("b")}, {},
					},
				}
			} else {
				m = new(conformancev1.AllTypes)
				if err := protojson.Unmarshal(messages[path.Base(c.Request.Target)], m); err != nil {
					t.Fatal(err)
				}
			}
			got, err := python.Append(nil, m)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != *c.Expect.Body {
				t.Errorf("got  %s\nwant %s", got, *c.Expect.Body)
			}
		})
	}
}

func mustStruct(t *testing.T, fields map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(fields)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustAny(t *testing.T, m proto.Message) *anypb.Any {
	t.Helper()
	a, err := anypb.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAppend(t *testing.T) {
	t.Parallel()
	double := func(d float64) proto.Message { return &conformancev1.AllTypes{D: &d} }
	float := func(f float32) proto.Message { return &conformancev1.AllTypes{F: &f} }
	text := func(s string) proto.Message { return &conformancev1.AllTypes{S: &s} }
	tests := []struct {
		name string
		in   proto.Message
		want string
	}{
		{"empty", &conformancev1.EmptyMessage{}, `{}`},
		{"typed nil", (*conformancev1.Leaf)(nil), `{}`},
		{"exponent from 1e16", double(1e16), "{\n \"d\": 1e+16\n}"},
		{"no exponent below 1e16", double(9999999999999998), "{\n \"d\": 9999999999999998.0\n}"},
		{"no exponent from 1e-4", double(0.0001), "{\n \"d\": 0.0001\n}"},
		{"exponent below 1e-4", double(0.00012345 / 10), "{\n \"d\": 1.2345e-05\n}"},
		{"exponent of three digits", double(-1.5e-300), "{\n \"d\": -1.5e-300\n}"},
		{"smallest", double(math.SmallestNonzeroFloat64), "{\n \"d\": 5e-324\n}"},
		{"negative zero", double(math.Copysign(0, -1)), "{\n \"d\": -0.0\n}"},
		{"float has 32 bits", float(3.4028235e38), "{\n \"f\": 3.4028235e+38\n}"},
		{"float NaN", float(float32(math.NaN())), "{\n \"f\": \"NaN\"\n}"},
		{"all of ASCII that is escaped", text("\x00\x1f\x7f\"\\/"), `{` + "\n" + ` "s": "\u0000\u001f\u007f\"\\/"` + "\n}"},
		{"edges of planes", text("\u0080\uffff\U00010000\U0010ffff"), `{` + "\n" + ` "s": "\u0080\uffff\ud800\udc00\udbff\udfff"` + "\n}"},
		{"unknown enum number", &conformancev1.AllTypes{E: conformancev1.Color(7).Enum()}, "{\n \"e\": 7\n}"},
		{"names as declared", &pluginpb.CodeGeneratorRequest{FileToGenerate: []string{"a", "b"}, Parameter: proto.String("p")},
			"{\n \"file_to_generate\": [\n  \"a\", \n  \"b\"\n ], \n \"parameter\": \"p\"\n}"},
		{"timestamp cut to microseconds", timestamppb.New(time.Unix(1, 1999)), `"1970-01-01T00:00:01.000001"`},
		{"timestamp below a microsecond", timestamppb.New(time.Unix(-1, 999)), `"1969-12-31T23:59:59"`},
		{"duration", durationpb.New(-1500 * time.Millisecond), `"-1.500s"`},
		{"field mask", &fieldmaskpb.FieldMask{Paths: []string{"a.b_c", "d"}}, `"a.bC,d"`},
		{"wrapper of 64 bits", wrapperspb.Int64(-5), `"-5"`},
		{"wrapper of zero", wrapperspb.Bool(false), `false`},
		{"wrapper of bytes", wrapperspb.Bytes([]byte{0xfb, 0xff}), `"+/8="`},
		{"struct", mustStruct(t, map[string]any{"z": 1, "a": []any{}, "m": map[string]any{}, "n": nil, "f": 1.5, "big": 1e21, "b": true, "é": "é"}),
			"{\n \"a\": [], \n \"b\": true, \n \"big\": 1e+21, \n \"f\": 1.5, \n \"m\": {}, \n \"n\": null, \n \"z\": 1, \n \"\\u00e9\": \"\\u00e9\"\n}"},
		{"list value", &structpb.ListValue{Values: []*structpb.Value{structpb.NewNumberValue(-2), structpb.NewStringValue("x")}}, "[\n -2, \n \"x\"\n]"},
		{"empty any", &anypb.Any{}, `{}`},
		{"any", mustAny(t, &conformancev1.Leaf{S: proto.String("x"), I: proto.Int32(0)}),
			"{\n \"@type\": \"type.googleapis.com/conformance.v1.Leaf\", \n \"i\": 0, \n \"s\": \"x\"\n}"},
		{"any of a well-known type", mustAny(t, wrapperspb.UInt64(1)),
			"{\n \"@type\": \"type.googleapis.com/google.protobuf.UInt64Value\", \n \"value\": \"1\"\n}"},
		{"map", &conformancev1.JavaAllTypes{LongMap: map[string]int64{"b": 2, "a": 1}}, "{\n \"long_map\": {\n  \"a\": \"1\", \n  \"b\": \"2\"\n }\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := python.Append([]byte("x"), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != "x"+tt.want {
				t.Errorf("got  %s\nwant x%s", got, tt.want)
			}
		})
	}
}

func TestAppendFails(t *testing.T) {
	t.Parallel()
	deep := structpb.NewNullValue()
	for range 1100 {
		deep = structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{deep}})
	}
	tests := []struct {
		name string
		in   proto.Message
		want string
	}{
		{"string not UTF-8", &conformancev1.Text{Text: proto.String("\xff")}, "a string is not UTF-8"},
		{"map key not UTF-8", &conformancev1.JavaAllTypes{Map: map[string]string{"\xff": ""}}, "a string is not UTF-8"},
		{"struct name not UTF-8", &structpb.Struct{Fields: map[string]*structpb.Value{"\xff": deep}}, "a string is not UTF-8"},
		{"required field not set", &conformancev1.Required{Ri: proto.Int64(1)}, "message Required is missing required field rs"},
		{"timestamp of the year 10000", &timestamppb.Timestamp{Seconds: 253402300800}, "a Timestamp is out of range"},
		{"timestamp with negative nanos", &timestamppb.Timestamp{Nanos: -1}, "a Timestamp is out of range"},
		{"duration out of range", &durationpb.Duration{Seconds: math.MaxInt64}, "google.protobuf.Duration"},
		{"value that is NaN", structpb.NewNumberValue(math.NaN()), "a Value holds a number that JSON does not have"},
		{"value without kind", &structpb.Value{}, "a Value holds nothing"},
		{"any of an unknown type", &anypb.Any{TypeUrl: "x/no.Such", Value: []byte{0}}, "not found"},
		{"any with rubbish", &anypb.Any{TypeUrl: "x/conformance.v1.Leaf", Value: []byte{0}}, "cannot parse"},
		{"nested too deeply", deep, "the message is nested too deeply"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := python.Append([]byte("x"), tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
			if string(got) != "x" {
				t.Errorf("buffer is %q after an error", got)
			}
		})
	}
}

// FuzzAppend checks that what is written is JSON and holds the same values as
// canonical JSON.
func FuzzAppend(f *testing.F) {
	f.Add([]byte{})
	seed, err := proto.Marshal(&conformancev1.AllTypes{S: proto.String("é\U0001f600"), D: proto.Float64(1e-7), Rs: []string{"", "a"},
		Rm: []*conformancev1.Leaf{{}}, Dt: timestamppb.New(time.Unix(1, 1000))})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		m := new(conformancev1.AllTypes)
		if proto.Unmarshal(data, m) != nil {
			return
		}
		got, err := python.Append(nil, m)
		if err != nil {
			return
		}
		if !json.Valid(got) {
			t.Fatalf("not JSON: %s", got)
		}
		for _, c := range got {
			if c > 0x7e {
				t.Fatalf("not ASCII: %q", got)
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	m := &conformancev1.AllTypes{S: proto.String("a short text"), I64: proto.Int64(1 << 40), D: proto.Float64(2.25),
		Rs: []string{"a", "b", "c"}, M: &conformancev1.Node{Name: proto.String("n")}}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = python.Append(buf[:0], m); err != nil {
			b.Fatal(err)
		}
	}
}
