package jsonpb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/legacy"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/opaque"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/plain"
)

func TestAppend(t *testing.T) {
	tests := []struct {
		name string
		m    proto.Message
		o    jsonpb.AppendOptions
		want string
	}{
		{"nothing", nil, jsonpb.AppendOptions{}, `{}`},
		{"nil message", (*open.Book)(nil), jsonpb.AppendOptions{}, `{}`},
		{"empty message", new(open.Book), jsonpb.AppendOptions{}, `{}`},
		{"strings", &open.Book{Title: "a\"b\\c\n\x00\x1f\x7f/<é\u2028", Tags: []string{"", "x"}}, jsonpb.AppendOptions{},
			`{"title":"a\"b\\c\n\u0000\u001f` + "\x7f/<é\u2028" + `","tags":["","x"]}`},
		{"proto names", &open.Book{PageCount: 3, Genre: open.Color_GREEN}, jsonpb.AppendOptions{UseProtoNames: true, EnumNumbers: true},
			`{"genre":2,"page_count":3}`},
		{"defaults", new(open.Author), jsonpb.AppendOptions{EmitDefaults: true}, `{"givenName":"","familyName":"","birthYear":0}`},
		{"defaults leave presence alone", new(open.Optionals), jsonpb.AppendOptions{EmitDefaults: true}, `{}`},
		{"nil element", &open.Lists{Messages: []*open.Scalars{nil}}, jsonpb.AppendOptions{}, `{"messages":[{}]}`},
		{"nil in a oneof", &open.Choice{Kind: &open.Choice_AMessage{}}, jsonpb.AppendOptions{}, `{"aMessage":{}}`},
		{"nil oneof", &open.Choice{Kind: (*open.Choice_AString)(nil)}, jsonpb.AppendOptions{}, `{}`},
		{"unknown enum number", &open.Scalars{AColor: 77}, jsonpb.AppendOptions{}, `{"aColor":77}`},
		{"the first of several enum names", &open.Scalars{AColor: open.Color_CRIMSON}, jsonpb.AppendOptions{}, `{"aColor":"RED"}`},
		{"indent", &open.Book{Name: "x", Author: new(open.Author), Tags: []string{"a{", "b,"}}, jsonpb.AppendOptions{Indent: "\t"},
			"{\n\t\"name\": \"x\",\n\t\"author\": {},\n\t\"tags\": [\n\t\t\"a{\",\n\t\t\"b,\"\n\t]\n}"},
		{"any", mustAny(&open.Author{BirthYear: 1929}), jsonpb.AppendOptions{},
			`{"@type":"type.googleapis.com/jsontest.open.Author","birthYear":1929}`},
		{"any without fields", mustAny(&open.Author{}), jsonpb.AppendOptions{}, `{"@type":"type.googleapis.com/jsontest.open.Author"}`},
		{"any with a form of its own", mustAny(&timestamppb.Timestamp{}), jsonpb.AppendOptions{},
			`{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"1970-01-01T00:00:00Z"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jsonpb.Append([]byte("> "), tt.m, tt.o)
			if err != nil || string(got) != "> "+tt.want {
				t.Fatalf("got %s, %v\nwant > %s", got, err, tt.want)
			}
			if tt.m != nil && tt.o.Indent == "" {
				compareAppend(t, tt.m, tt.o)
			}
		})
	}
}

func mustAny(m proto.Message) *anypb.Any {
	a, err := anypb.New(m)
	if err != nil {
		panic(err)
	}
	return a
}

func TestAppendErrors(t *testing.T) {
	tests := []struct {
		name, want string
		m          proto.Message
	}{
		{"invalid UTF-8", `author.familyName: invalid UTF-8`, &open.Book{Name: "x", Author: &open.Author{GivenName: "y", FamilyName: "\xff"}}},
		{"in a list", `tags[2]: invalid UTF-8`, &open.Book{Tags: []string{"a", "b,[", "c\xff"}}},
		{"in a list of messages", `books[1].title: invalid UTF-8`, &open.BookList{Books: []*open.Book{{Title: "x"}, {Title: "\xff"}}}},
		{"map value", `strings["a b"]: invalid UTF-8`, &open.Maps{Strings: map[string]string{"a b": "\xff", "a": "x"}}},
		{"time", `publishTime: timestamp out of range`, &open.Book{PublishTime: &timestamppb.Timestamp{Seconds: 1 << 60}}},
		{"value", `value: google.protobuf.Value without a kind`, &open.WellKnown{Value: new(structpb.Value)}},
		{"mask", `fieldMask: field mask with a path that has no JSON form`, &open.WellKnown{FieldMask: &fieldmaskpb.FieldMask{Paths: []string{"a", "b__c"}}}},
		{"required", `next: required field count is not set`, &legacy.Required{Name: proto.String("x"), Count: proto.Int32(1), Next: &legacy.Required{Name: proto.String("y")}}},
		{"any type", `any: google.protobuf.Any of an unknown type`, &open.WellKnown{Any: &anypb.Any{TypeUrl: "x/no.such.Type"}}},
		{"any value", `any: google.protobuf.Any with a malformed value`, &open.WellKnown{Any: &anypb.Any{TypeUrl: "x/jsontest.open.Book", Value: []byte{0xff}}}},
		{"any without type", `any: google.protobuf.Any with a value and without a type`, &open.WellKnown{Any: &anypb.Any{Value: []byte{1}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jsonpb.Append([]byte("> "), tt.m, jsonpb.AppendOptions{})
			if err == nil || err.Error() != tt.want || string(got) != "> " {
				t.Errorf("got %q, %v\nwant %s", got, err, tt.want)
			}
			if e, ok := errors.AsType[*jsonpb.Error](err); !ok || e.Line != 0 || e.Column != 0 {
				t.Errorf("got %#v", err)
			}
			compareAppend(t, tt.m, jsonpb.AppendOptions{})
		})
	}
	if _, err := jsonpb.Append(nil, new(open.Book), jsonpb.AppendOptions{Indent: "x"}); err == nil {
		t.Error("an indent of letters is accepted")
	}
}

func TestUnmarshalErrors(t *testing.T) {
	tests := []struct {
		name, in, want string
		m              proto.Message
	}{
		{"nothing", ``, `line 1, column 1: unexpected end of input`, new(open.Book)},
		{"no object", ` 7`, `line 1, column 2: want an object, got a number`, new(open.Book)},
		{"garbage behind", `{} x`, `line 1, column 4: unexpected "x"`, new(open.Book)},
		{"wrong type", "{\n\"books\": [{}, {\"pageCount\": \"many\"}]}", `line 2, column 29: books[1].pageCount: want a 32-bit integer`, new(open.BookList)},
		{"columns are characters", `{"title":"größer","pageCount":true}`, `line 1, column 31: pageCount: want a 32-bit integer, got a boolean`, new(open.Book)},
		{"range", `{"pageCount":3000000000}`, `line 1, column 14: pageCount: want a 32-bit integer`, new(open.Book)},
		{"negative", `{"aUint64":-1}`, `line 1, column 12: aUint64: want an unsigned 64-bit integer`, new(open.Scalars)},
		{"float", `{"aDouble":1e400}`, `line 1, column 12: aDouble: want a 64-bit floating-point number`, new(open.Scalars)},
		{"unknown field", `{"author":{"nope":1}}`, `line 1, column 12: author.nope: unknown field`, new(open.Book)},
		{"unknown field without a name to show", `{"author":{"a b":1}}`, `line 1, column 12: author["a b"]: unknown field`, new(open.Book)},
		{"long names are cut", `{"` + strings.Repeat("x", 1000) + `":1}`, `line 1, column 2: ["` + strings.Repeat("x", 39) + `…]: unknown field`, new(open.Book)},
		{"duplicate", `{"page_count":1,"pageCount":2}`, `line 1, column 17: pageCount: duplicate field`, new(open.Book)},
		{"duplicate key", `{"strings":{"a":"1","b":"","\u0061":"2"}}`, `line 1, column 28: strings["\u0061"]: duplicate key`, new(open.Maps)},
		{"map key", `{"int32s":{"1":1,"x":2}}`, `line 1, column 18: int32s.x: want a 32-bit integer as key`, new(open.Maps)},
		{"oneof", `{"left":"a","right":"b"}`, `line 1, column 13: right: another field of the same oneof is already set`, new(open.Choice)},
		{"enum", `{"genre":"HORROR"}`, `line 1, column 10: genre: unknown enum value`, new(open.Book)},
		{"null in a list", `{"tags":["a",null]}`, `line 1, column 14: tags[1]: want a string, got null`, new(open.Book)},
		{"timestamp", `{"publishTime":"yesterday"}`, `line 1, column 16: publishTime: want a timestamp in the form of RFC 3339`, new(open.Book)},
		{"duration", `{"ttl":"1h"}`, `line 1, column 8: ttl: want a duration such as 1.5s`, new(open.Mixed)},
		{"base64", `{"checksum":"*"}`, `line 1, column 13: checksum: want a string of base64`, new(open.Mixed)},
		{"mask", `{"fieldMask":"a_b"}`, `line 1, column 14: fieldMask: want a string of field paths`, new(open.WellKnown)},
		{"required", `{"required":{"name":"x","closed":"ONE"}}`, `line 1, column 39: required: required field count is not set`, new(legacy.HasRequired)},
		{"surrogate", `{"title":"\ud800"}`, `line 1, column 11: title: invalid escape in a string`, new(open.Book)},
		{"invalid UTF-8", "{\"title\":\"ab\xff\"}", `line 1, column 13: title: invalid UTF-8`, new(open.Book)},
		{"control character", "{\"title\":\"a\nb\"}", `line 1, column 12: title: control character in a string`, new(open.Book)},
		{"end in a string", `{"title":"a`, `line 1, column 12: title: unexpected end of input`, new(open.Book)},
		{"end behind a name", `{"title"`, `line 1, column 9: title: unexpected end of input`, new(open.Book)},
		{"missing comma", `{"title":"a" "name":"b"}`, `line 1, column 14: title: unexpected "\""`, new(open.Book)},
		{"comma at the end", `{"title":"a",}`, `line 1, column 14: unexpected "}"`, new(open.Book)},
		{"any type", `{"any":{"@type":"x/no.such.Type"}}`, `line 1, column 17: any["@type"]: unknown message type`, new(open.WellKnown)},
		{"any without type", `{"any":{"x":1}}`, `line 1, column 8: any: missing "@type"`, new(open.WellKnown)},
		{"inside an any", `{"any":{"@type":"x/jsontest.open.Book","author":{"birthYear":"x"}}}`, `line 1, column 62: any.author.birthYear: want a 32-bit integer`, new(open.WellKnown)},
		{"any without value", `{"any":{"@type":"x/google.protobuf.Duration"}}`, `line 1, column 45: any: missing "value"`, new(open.WellKnown)},
		{"extension of another message", `{"[jsontest.legacy.foreign]":"x"}`, `line 1, column 2: [jsontest.legacy.foreign]: not an extension of this message`, new(legacy.Extendable)},
		{"table", `{"author":{"birthYear":[]}}`, `line 1, column 24: author.birthYear: want a 32-bit integer, got a list`, new(plain.Book)},
		{"opaque", `{"author":{"birthYear":{}}}`, `line 1, column 24: author.birthYear: want a 32-bit integer, got an object`, new(opaque.Book)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := jsonpb.Unmarshal([]byte(tt.in), tt.m, jsonpb.UnmarshalOptions{})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			compareUnmarshal(t, []byte(tt.in), tt.m.ProtoReflect().Type(), jsonpb.UnmarshalOptions{})
		})
	}
	if err := jsonpb.Unmarshal([]byte(`{}`), nil, jsonpb.UnmarshalOptions{}); err == nil {
		t.Error("no message is accepted")
	}
}

// KnownEnums keeps enum names strict where unknown fields are ignored.
func TestKnownEnums(t *testing.T) {
	for _, m := range []proto.Message{new(open.Book), new(plain.Book), new(opaque.Book)} {
		o := jsonpb.UnmarshalOptions{DiscardUnknown: true, KnownEnums: true}
		if err := jsonpb.Unmarshal([]byte(`{"nope":1,"genre":"GREEN"}`), m, o); err != nil {
			t.Errorf("%T: %v", m, err)
		}
		err := jsonpb.Unmarshal([]byte(`{"nope":1,"genre":"HORROR"}`), m, o)
		if err == nil || err.Error() != "line 1, column 19: genre: unknown enum value" {
			t.Errorf("%T: %v", m, err)
		}
	}
}

// Every value of mutate_test.go in every field of every message.
func TestEveryValueInEveryField(t *testing.T) {
	for _, mt := range allTypes {
		t.Run(string(mt.Descriptor().FullName()), func(t *testing.T) {
			t.Parallel()
			for _, v := range values {
				for _, o := range []jsonpb.UnmarshalOptions{{}, {DiscardUnknown: true}} {
					compareUnmarshal(t, []byte(v), mt, o)
					fields := mt.Descriptor().Fields()
					for i := range min(fields.Len(), 30) {
						fd := fields.Get(i)
						for _, form := range []string{`{%q:%s}`, `{%q:[%s]}`, `{%q:{"1":%s}}`, `{%q:{"true":%[2]s,"x":%[2]s}}`} {
							if !fd.IsList() && strings.Contains(form, "[%s") || !fd.IsMap() && strings.Contains(form, "{\"") && form[0] == '{' && len(form) > 10 {
								continue
							}
							compareUnmarshal(t, fmt.Appendf(nil, form, fd.JSONName(), v), mt, o)
						}
					}
				}
			}
		})
	}
}

func TestReadsWhatProtojsonWrites(t *testing.T) {
	fd := protojsonFile(t)
	got := new(descriptorpb.FileDescriptorProto)
	if err := jsonpb.Unmarshal(fd, got, jsonpb.UnmarshalOptions{}); err != nil {
		t.Fatal(err)
	}
	want := new(descriptorpb.FileDescriptorProto)
	if err := protojson.Unmarshal(fd, want); err != nil || !proto.Equal(got, want) {
		t.Errorf("%v\n got %v\nwant %v", err, got, want)
	}
	compareAppend(t, got, jsonpb.AppendOptions{})
}

func protojsonFile(t *testing.T) []byte {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	in := `{"name":"x.proto","messageType":[{"name":"M","field":[{"name":"a","number":1,"label":"LABEL_OPTIONAL","type":"TYPE_STRING"}]}],"options":{"goPackage":"x"}}`
	if err := protojson.Unmarshal([]byte(in), file); err != nil {
		t.Fatal(err)
	}
	data, err := protojson.MarshalOptions{Multiline: true}.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAppendDoesNotAllocate(t *testing.T) {
	for _, m := range measured {
		if !strings.HasSuffix(m.name, "generated") {
			continue
		}
		msg := m.new()
		if err := jsonpb.Unmarshal([]byte(m.json), msg, jsonpb.UnmarshalOptions{}); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 0, 2*len(m.json))
		if n := testing.AllocsPerRun(100, func() {
			if _, err := jsonpb.Append(buf, msg, jsonpb.AppendOptions{}); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", m.name, n)
		}
	}
}

func ExampleAppend() {
	book := &open.Book{Title: "The Left Hand of Darkness", PageCount: 286, Genre: open.Color_GREEN}
	body, err := jsonpb.Append(nil, book, jsonpb.AppendOptions{})
	fmt.Println(string(body), err)
	body, err = jsonpb.Append(nil, book, jsonpb.AppendOptions{UseProtoNames: true, EnumNumbers: true, Indent: "  "})
	fmt.Println(string(body), err)
	// Output:
	// {"title":"The Left Hand of Darkness","genre":"GREEN","pageCount":286} <nil>
	// {
	//   "title": "The Left Hand of Darkness",
	//   "genre": 2,
	//   "page_count": 286
	// } <nil>
}

func ExampleUnmarshal() {
	list := new(open.BookList)
	err := jsonpb.Unmarshal([]byte(`{"books":[{"title":"A"},{"title":"B","pageCount":"a lot"}]}`), list, jsonpb.UnmarshalOptions{})
	fmt.Println(err)
	if e, ok := errors.AsType[*jsonpb.Error](err); ok {
		fmt.Println(e.Path, e.Line, e.Column)
	}
	// Output:
	// line 1, column 50: books[1].pageCount: want a 32-bit integer
	// books[1].pageCount 1 50
}

func ExampleDecoder_Unmarshal() {
	var decoder jsonpb.Decoder
	for _, line := range []string{`{"title":"A"}`, `{"title":7}`, `{"title":"B"}`} {
		book := new(open.Book)
		err := decoder.Unmarshal([]byte(line), book, jsonpb.UnmarshalOptions{})
		fmt.Println(book.GetTitle(), err)
	}
	// Output:
	// A <nil>
	//  line 1, column 10: title: want a string, got a number
	// B <nil>
}

// A breaker panics after some of its document has been read.
type breaker struct{ *open.Book }

func (b breaker) UnmarshalProtoJSON(d *jsonpb.Decoder) {
	b.Book.UnmarshalProtoJSON(d)
	panic("broken")
}

// TestDecoderAgain: what a document leaves in a Decoder, valid, invalid or broken
// off, changes nothing for the next.
func TestDecoderAgain(t *testing.T) {
	documents := []string{
		`{"title":"a","author":{"givenName":"b","familyName":"c"},"tags":["d","e","f","g","h"]}`,
		`{"author":{"givenName":`, `{"title":"a","title":"b"}`, `{"no":1}`, ` {} `, `{"publishTime":"0000"}`, `[[`, ``,
	}
	var decoder jsonpb.Decoder
	for _, before := range documents {
		for _, document := range documents {
			for _, m := range []proto.Message{new(open.Book), new(plain.Book), dynamic(new(open.Book))} {
				for i, o := range []jsonpb.UnmarshalOptions{{}, {DiscardUnknown: true, RecursionLimit: 1}, {}, {DiscardUnknown: true}} {
					func() {
						defer func() { _ = recover() }()
						_ = decoder.Unmarshal([]byte(before), new(open.Book), o)
						if i < 2 {
							_ = decoder.Unmarshal([]byte(before), breaker{new(open.Book)}, o)
							t.Error("the document is not broken off")
						}
					}()
					got := decoder.Unmarshal([]byte(document), m, o)
					fresh := m.ProtoReflect().New().Interface()
					want := jsonpb.Unmarshal([]byte(document), fresh, o)
					if fmt.Sprint(got) != fmt.Sprint(want) || !proto.Equal(m, fresh) {
						t.Errorf("%s after %s: got %v, %v, want %v, %v", document, before, m, got, fresh, want)
					}
				}
			}
		}
	}
}

// TestUnmarshalIntoWhatIsThere: a message is reset, unless it is said to be empty,
// by generated code and by the table.
func TestUnmarshalIntoWhatIsThere(t *testing.T) {
	for _, tt := range []struct {
		o    jsonpb.UnmarshalOptions
		want string
	}{{jsonpb.UnmarshalOptions{}, `{"title":"new"}`}, {jsonpb.UnmarshalOptions{Empty: true}, `{"name":"old","title":"new"}`}} {
		book := &open.Book{Name: "old"}
		for _, m := range []proto.Message{book, dynamic(book)} {
			if err := jsonpb.Unmarshal([]byte(`{"title":"new"}`), m, tt.o); err != nil {
				t.Fatal(err)
			}
			if got, err := jsonpb.Append(nil, m, jsonpb.AppendOptions{}); string(got) != tt.want || err != nil {
				t.Errorf("%T, %+v: got %s, %v, want %s", m, tt.o, got, err, tt.want)
			}
		}
	}
}
