package java_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// everything returns an empty message that has a field of every kind which the
// conformance API does not use.
func everything(t testing.TB) proto.Message {
	t.Helper()
	fd := new(descriptorpb.FileDescriptorProto)
	err := prototext.Unmarshal([]byte(`
		name: "everything.proto" package: "everything" syntax: "proto3"
		dependency: ["google/protobuf/any.proto", "google/protobuf/duration.proto", "google/protobuf/field_mask.proto",
			"google/protobuf/struct.proto", "google/protobuf/wrappers.proto", "google/protobuf/timestamp.proto",
			"google/api/field_behavior.proto", "endpoints/v1/annotations.proto"]
		message_type {
			name: "M"
			field { name: "a_uint" number: 1 type: TYPE_UINT32 label: LABEL_OPTIONAL }
			field { name: "a_ulong" number: 2 type: TYPE_FIXED64 label: LABEL_OPTIONAL }
			field { name: "a_sint" number: 3 type: TYPE_SINT32 label: LABEL_OPTIONAL }
			field { name: "boxed" number: 4 type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value" label: LABEL_OPTIONAL }
			field { name: "text" number: 5 type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" label: LABEL_OPTIONAL }
			field { name: "free" number: 6 type: TYPE_MESSAGE type_name: ".google.protobuf.Value" label: LABEL_OPTIONAL }
			field { name: "map" number: 7 type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" label: LABEL_OPTIONAL }
			field { name: "list" number: 8 type: TYPE_MESSAGE type_name: ".google.protobuf.ListValue" label: LABEL_OPTIONAL }
			field { name: "any" number: 9 type: TYPE_MESSAGE type_name: ".google.protobuf.Any" label: LABEL_OPTIONAL }
			field { name: "duration" number: 10 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL }
			field { name: "mask" number: 11 type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" label: LABEL_OPTIONAL }
			field { name: "self" number: 12 type: TYPE_MESSAGE type_name: ".everything.M" label: LABEL_OPTIONAL }
			field { name: "by_int" number: 13 type: TYPE_MESSAGE type_name: ".everything.M.ByIntEntry" label: LABEL_REPEATED }
			field { name: "by_bool" number: 14 type: TYPE_MESSAGE type_name: ".everything.M.ByBoolEntry" label: LABEL_REPEATED }
			field { name: "either" number: 15 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
			field { name: "or" number: 16 type: TYPE_INT32 label: LABEL_OPTIONAL oneof_index: 0 }
			field { name: "frees" number: 17 type: TYPE_MESSAGE type_name: ".google.protobuf.Value" label: LABEL_REPEATED }
			field { name: "with_default" number: 18 type: TYPE_INT32 label: LABEL_OPTIONAL options { [endpoints.v1.field] { default: "25" } } }
			field { name: "times" number: 19 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_REPEATED }
			oneof_decl { name: "choice" }
			nested_type { name: "ByIntEntry" options { map_entry: true }
				field { name: "key" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }
				field { name: "value" number: 2 type: TYPE_BYTES label: LABEL_OPTIONAL } }
			nested_type { name: "ByBoolEntry" options { map_entry: true }
				field { name: "key" number: 1 type: TYPE_BOOL label: LABEL_OPTIONAL }
				field { name: "value" number: 2 type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value" label: LABEL_OPTIONAL } }
		}`), fd)
	if err != nil {
		t.Fatal(err)
	}
	file, err := protodesc.NewFile(fd, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return dynamicpb.NewMessage(file.Messages().Get(0))
}

func TestBindBody(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       string // canonical JSON, withDefault aside
		err        string // its text
	}{
		{"nothing", "", `{}`, ""},
		{"blanks", " \t\r\n\x00", `{}`, ""},
		{"comment before", `/* a */ // b` + "\r" + `{"aUint":1}`, `{"aUint":1}`, ""},
		{"names without quotes", `{aUint:1,a_sint:2,0x:3,é:4,a-b:5,@#*+$_:6}`, `{"aUint":1}`, ""},
		{"single quotes", `{'text':'a"b\'c'}`, `{"text":"a\"b'c"}`, ""},
		{"escapes", `{"text":"\"\\\/\b\f\n\r\t\u00e9\uD834\uDD1E\u0000"}`, `{"text":"\"\\/\b\f\n\r\té𝄞\u0000"}`, ""},
		{"escaped names", `{"\u0061Uint":1,'\u0074ext':'x'}`, `{"aUint":1,"text":"x"}`, ""},
		{"lone surrogates", `{"text":"\ud834x\udd1e\ud834\ud834\udd1e"}`, `{"text":"�x��𝄞"}`, ""},
		{"not UTF-8", "{\"text\":\"\xff\xe2\x82\"}", `{"text":"��"}`, ""},
		{"last of two", `{"text":"a","text":"b","aUint":[],"aUint":1}`, `{"aUint":1,"text":"b"}`, ""},
		{"text after it", `{"aUint":1}}]garbage`, `{"aUint":1}`, ""},
		{"unknown names", `{"x":{"y":[1,2,{"z":null}]},"":0}`, `{}`, ""},
		{"declared name", `{"a_uint":1}`, `{}`, ""},
		{"null", `{"aUint":null,"self":null,"map":null,"list":null,"byInt":null,"boxed":null,"frees":null}`, `{}`, ""},

		{"unsigned", `{"aUint":"+4294967295","aUlong":18446744073709551615}`, `{"aUint":4294967295,"aUlong":"18446744073709551615"}`, ""},
		{"unsigned fraction", `{"aUint":1.9,"aUlong":"-0"}`, `{"aUint":1}`, ""},
		{"unsigned zero", `{"aUint":-0,"aUlong":-0.5}`, `{}`, ""},
		{"negative", `{"aUint":-1}`, "", "aUint is not an unsigned integer of 32 bits"},
		{"unsigned overflow", `{"aUlong":18446744073709551616}`, "", "aUlong is not an unsigned integer of 64 bits"},
		{"two signs", `{"aUint":"+-1"}`, "", "aUint is not an unsigned integer of 32 bits"},
		{"wrappers", `{"boxed":"7","text":1.50}`, `{"boxed":7,"text":"1.5"}`, ""},
		{"wrapper null", `{"boxed":" null ","text":""}`, `{"text":""}`, ""},
		{"free", `{"free":{"a":[1,"x",null,true,false,{}],"a2":1e3}}`, `{"free":{"a":[1,"x",null,true,false,{}],"a2":1000}}`, ""},
		{"free null", `{"free":null,"frees":[null,1]}`, `{"free":null,"frees":[null,1]}`, ""},
		{"free and too large", `{"free":[1e400]}`, "", "free[0] is a number that is too large"},
		{"map and list", `{"map":{"a":1,"a":2},"list":[1,[]]}`, `{"map":{"a":2},"list":[1,[]]}`, ""},
		{"map from a list", `{"map":[]}`, "", "map is not an object"},
		{"list from a map", `{"list":{}}`, "", "list is not a list"},
		{"any", `{"any":{"size":1,'@type':"t/conformance.v1.JavaItem",size:2,x:'y'}}`, `{"any":{"@type":"t/conformance.v1.JavaItem","size":"2"}}`, ""},
		{"any of every kind", `{"any":{"@type":"t/google.protobuf.Value",value:[null,true,false,1.5,"\u0041",{a:1,b:2,a:3}]}}`,
			`{"any":{"@type":"t/google.protobuf.Value","value":[null,true,false,1.5,"A",{"a":3,"b":2}]}}`, ""},
		{"any of nothing", `{"any":{"@type":"t/no.Such"}}`, "", "any is not of type Any"},
		{"duration and mask", `{"duration":"1.5s","mask":"a,bC"}`, `{"duration":"1.500s","mask":"a,bC"}`, ""},
		{"bad duration", `{"duration":"1"}`, "", "duration is not of type Duration"},
		{"map keys", `{"byInt":{"1":"AQ","-2":[255,-1]},"byBool":{true:"5","false":6}}`, `{"byInt":{"1":"AQ==","-2":"//8="},"byBool":{"true":5,"false":6}}`, ""},
		{"bad map key", `{"byInt":{"x":""}}`, "", "byInt has a name that is no key of it"},
		{"null key", `{"byInt":{"":""}}`, "", "byInt has a name that is no key of it"},
		{"null entry", `{"byBool":{"true":""}}`, "", "byBool is null, which a list or map cannot hold"},
		{"byte out of range", `{"byInt":{"1":[0,256]}}`, "", "byInt[1] is not a byte"},
		{"byte from a text", `{"byInt":{"1":["1"]}}`, "", "byInt[0] is not a byte"},
		{"oneof", `{"or":1,"either":"x"}`, `{"or":1}`, ""},
		{"nested", `{"self":{"self":{"aUint":1}}}`, `{"self":{"self":{"aUint":1}}}`, ""},
		{"nested fault", `{"self":{"frees":[],"times":["2011-02-03",null]}}`, "", "self.times[1] is null, which a list or map cannot hold"},

		{"array", `[{}]`, "", "expected a JSON object body"},
		{"number before garbage", `5x`, "", "the body is not JSON: unexpected character in line 1, column 2"},
		{"word before garbage", `truex`, "", "the body is not JSON: unexpected character in line 1, column 5"},
		{"second line", "{\n \"a\": 1,\n}", "", "the body is not JSON: unexpected character in line 3, column 1"},
		{"open comment", `{"aUint":1 /* `, "", "the body is not JSON: it ends too early"},
		{"only a comment", `// x`, "", "the body is not JSON: it ends too early"},
		{"slash", `{"aUint":1 / 2}`, "", "the body is not JSON: unexpected character in line 1, column 12"},
		{"hash comment", "{\"aUint\":1 # x\n}", "", "the body is not JSON: unexpected character in line 1, column 12"},
		{"missing element", `{"list":[1,,2]}`, "", "the body is not JSON: unexpected character in line 1, column 12"},
		{"bad unicode escape", `{"text":"\u12g4"}`, "", "the body is not JSON: unexpected character in line 1, column 14"},
		{"open string", `{"text":"a`, "", "the body is not JSON: it ends too early"},
		{"open escape", `{"text":"\`, "", "the body is not JSON: it ends too early"},
		{"point without digits", `{"aUint":1.}`, "", "the body is not JSON: unexpected character in line 1, column 12"},
		{"exponent without digits", `{"aUint":1e+}`, "", "the body is not JSON: unexpected character in line 1, column 13"},
		{"minus", `{"aUint":-}`, "", "the body is not JSON: unexpected character in line 1, column 11"},
		{"name without quotes and outside the basic plane", `{𝄞:1}`, "", "the body is not JSON: unexpected character in line 1, column 2"},
		{"too deep", `{"x":` + strings.Repeat("[", 100000), "", "the body nests deeper than 5000 levels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := everything(t)
			err := new(java.Binder).Bind(&bind.Input{BodyField: "*", Body: []byte(tt.body)}, m)
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			m.ProtoReflect().Clear(m.ProtoReflect().Descriptor().Fields().ByName("with_default"))
			got, err := protojson.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := sameJSON(got, []byte(tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBindParameters(t *testing.T) {
	for _, tt := range []struct {
		name  string
		query string
		path  []bind.Variable
		body  string
		want  string
		err   string
	}{
		{"default", "", nil, "", `{"withDefault":25}`, ""},
		{"default and null", "", nil, `{"withDefault":null}`, `{}`, ""},
		{"default and a value", "withDefault=0", nil, ``, `{}`, ""},
		{"body, query, path", "aUint=2&aSint=2", []bind.Variable{{FieldPath: "a_uint", Raw: "3"}, {FieldPath: "a_sint", Raw: "3"}, {FieldPath: "boxed", Raw: "3"}},
			`{"aUint":1}`, `{"aUint":1,"aSint":2,"boxed":3,"withDefault":25}`, ""},
		{"null in the body beats", "aUint=2", nil, `{"aUint":null}`, `{"withDefault":25}`, ""},
		{"escapes", "te%78t=%C3%A9+%2B&&=&x", nil, "", `{"text":"é +","withDefault":25}`, ""},
		{"bare", "text", nil, "", `{"text":"","withDefault":25}`, ""},
		{"first of several", "aUint=1&aUint=x", nil, "", `{"aUint":1,"withDefault":25}`, ""},
		{"all of several", "times=2011-02-03&times=2011-02-03T01:00:00%2B01:00", nil, "", `{"times":["2011-02-03T00:00:00Z","2011-02-03T00:00:00Z"],"withDefault":25}`, ""},
		{"path with commas", "", []bind.Variable{{FieldPath: "times", Raw: "2011-02-03,2011-02-04"}}, "", `{"times":["2011-02-03T00:00:00Z","2011-02-04T00:00:00Z"],"withDefault":25}`, ""},
		{"nested", "self.aUint=1&self.self.text=x&self.frees=a&self.frees=b&self.x=1&aUint.x=1&times.seconds=1", nil, "",
			`{"self":{"aUint":1,"self":{"text":"x"},"frees":["a","b"]},"withDefault":25}`, ""},
		{"nested behind the body", "self.aUint=1&self.aUint=2&self.aSint=3&self.self.aUint=4", []bind.Variable{{FieldPath: "self.a_uint", Raw: "5"}}, `{"self":{"aUint":null,"self":null}}`,
			`{"self":{"aSint":3},"withDefault":25}`, ""},
		{"nested path", "", []bind.Variable{{FieldPath: "self.a_uint", Raw: "5"}}, `{"self":{}}`, `{"self":{"aUint":5},"withDefault":25}`, ""},
		{"body has no object", "self.aUint=1", nil, `{"self":"x"}`, "", "self is not an object"},
		{"scalars of google", "duration=1s&mask=aB&free=5&boxed=+6+", nil, "", `{"duration":"1s","mask":"aB","free":"5","boxed":6,"withDefault":25}`, ""},
		{"map", "map=x", nil, "", "", "map is not an object"},
		{"entries", "byInt=x", nil, "", "", "byInt is not an object"},
		{"message", "self=x", nil, "", "", "self is not an object"},
		{"nested fault", "self.times=x", nil, "", "", "self.times[0] is not a date or time of RFC 3339"},
		{"unknown variable", "", []bind.Variable{{FieldPath: "nope", Raw: "%zz"}}, "", `{"withDefault":25}`, ""},
		{"malformed query", "x=%zz", nil, "", "", "a parameter of the request has a malformed percent-encoding"},
		{"malformed path", "", []bind.Variable{{FieldPath: "text", Raw: "%z"}}, "", "", "the path has a malformed percent-encoding"},
		{"many", strings.Repeat("x=1&", 1000), nil, "", `{"withDefault":25}`, ""},
		{"too many", strings.Repeat("x=1&", 1001), nil, "", "", "the request has more than 1000 parameters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := everything(t)
			err := new(java.Binder).Bind(&bind.Input{Variables: tt.path, RawQuery: tt.query, BodyField: "*", Body: []byte(tt.body)}, m)
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			got, err := protojson.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := sameJSON(got, []byte(tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBindBodyField(t *testing.T) {
	for _, tt := range []struct {
		name, field, query, body string
		want, err                string
	}{
		{"message", "self", "aUint=1&aSint=2", `{"aUint":3}`, `{"self":{"aUint":3},"aUint":1,"aSint":2,"withDefault":25}`, ""},
		{"nothing", "self", "aUint=1", ``, `{"aUint":1,"withDefault":25}`, ""},
		{"beats the query", "self", "self.aUint=1&self.aSint=2", `{"aUint":3}`, `{"self":{"aUint":3,"aSint":2},"withDefault":25}`, ""},
		{"map", "by_bool", "byBool=x", `{"true":3}`, `{"byBool":{"true":3},"withDefault":25}`, ""},
		{"deep and the query", "self.self", "self.self.aSint=1&self.aSint=2&self.self.aUint=x", `{"aUint":3}`, `{"self":{"self":{"aUint":3,"aSint":1},"aSint":2},"withDefault":25}`, ""},
		{"deep", "self.self", "", `{"aUint":3}`, `{"self":{"self":{"aUint":3}},"withDefault":25}`, ""},
		{"scalar", "a_uint", "", `{}`, "", "aUint is not an unsigned integer of 32 bits"},
		{"unknown", "nope", "", `{}`, "", "the body has no place in the request"},
		{"not an object", "list", "", `[]`, "", "expected a JSON object body"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := everything(t)
			err := new(java.Binder).Bind(&bind.Input{RawQuery: tt.query, BodyField: tt.field, Body: []byte(tt.body)}, m)
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			got, err := protojson.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := sameJSON(got, []byte(tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBindMap(t *testing.T) {
	m := new(structpb.Struct)
	if err := new(java.Binder).Bind(&bind.Input{RawQuery: "a=1&b=2&b=3", Body: []byte(`{"a":5,"c":null}`)}, m); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"a": 5.0, "b": "2", "c": nil}
	if d := cmp.Diff(want, m.AsMap()); d != "" {
		t.Error(d)
	}
	if err := new(java.Binder).Bind(&bind.Input{Body: []byte(`{"a":1e400}`)}, m); err == nil {
		t.Error("no error for a number that is too large")
	}
}

// A required field that takes the whole body is missing if there is none.
func TestBindRequiredBodyField(t *testing.T) {
	for _, tt := range []struct{ body, want string }{{`{}`, "bound"}, {``, refused}, {` `, refused}} {
		in := &bind.Input{BodyField: "book", Body: []byte(tt.body)}
		err := new(java.Binder).Bind(in, new(libraryv1.UpdateBookRequest))
		if tt.want == refused && err == nil || tt.want != refused && err != nil {
			t.Errorf("%q: %v, want %s", tt.body, err, tt.want)
		}
	}
}

const multipartBody = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhello\r\n--XX\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n5\r\n--XX--\r\n"

func TestBindForms(t *testing.T) {
	const form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=XX"
	for _, tt := range []struct {
		name, contentType, query, body string
		want, err                      string
		unreadable                     bool
	}{
		{"form", form, "", "a=x&b=5", `{"a":"x","b":5}`, "", false},
		{"form with a charset", " Application/X-WWW-Form-Urlencoded ; charset=UTF-8", "", "a=%C3%A9+x&b=5", `{"a":"é x","b":5}`, "", false},
		{"form after the query", form, "a=q", "a=x&b=5", `{"a":"q","b":5}`, "", false},
		{"form of JSON", form, "b=1", `{"a":"x"}`, "", "null value for parameter 'a' not allowed", false},
		{"malformed form", form, "", "a=%", "", "a parameter of the request has a malformed percent-encoding", false},
		{"form with too many", form, "", strings.Repeat("a=1&", 1001), "", "the request has more than 1000 parameters", false},
		{"multipart", multipart, "a=q", multipartBody, `{"a":"hello","b":5}`, "", false},
		{"multipart, any subtype", `multipart/mixed; boundary="XX"`, "", multipartBody, `{"a":"hello","b":5}`, "", false},
		{"multipart, last counts", multipart, "", "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n5\r\n" +
			"--XX\r\nX: y\r\n\r\nno name\r\n--XX\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--XX--", `{"a":"�","b":0}`, "", false},
		{"multipart with a query", multipart, "b=7", strings.Replace(multipartBody, `"b"`, `"c"`, 1), `{"a":"hello","b":7}`, "", false},
		{"multipart of garbage", multipart, "", "garbage", "", "null value for parameter 'a' not allowed", false},
		{"multipart without boundary", "multipart/form-data", "", multipartBody, "", "unable to parse multipart request", false},
		{"multipart with a file", multipart, "", strings.Replace(multipartBody, `"b"`, `"b"; filename="f"`, 1), "", "unable to parse multipart form field", false},
		{"multipart with a file without a name", multipart, "", strings.Replace(multipartBody, `"b"`, `"b"; filename=""`, 1), "", "unable to parse multipart form field", false},
		{"multipart that breaks off", multipart, "", multipartBody[:len(multipartBody)-12], "", "unable to parse multipart request", true},
		{"multipart with too many", multipart, "", strings.Repeat("--XX\r\nA: b\r\n\r\n\r\n", 1001) + "--XX--", "", "the request has more than 1000 parameters", false},
		{"JSON whatever it is called", "text/plain", "", `{"a":"x","b":5}`, `{"a":"x","b":5}`, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := new(conformancev1.JavaOnlyNamed)
			in := &bind.Input{RawQuery: tt.query, Header: http.Header{"Content-Type": {tt.contentType}}, BodyField: "*", Body: []byte(tt.body)}
			err := new(java.Binder).Bind(in, m)
			if err != nil || tt.err != "" {
				e, ok := errors.AsType[*java.RequestError](err)
				if !ok || e.Error() != tt.err || e.Unreadable() != tt.unreadable {
					t.Fatalf("error %v, want %s, unreadable %v", err, tt.err, tt.unreadable)
				}
				return
			}
			got, err := protojson.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := sameJSON(got, []byte(tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is wrong with a request is a BadRequest that names the place, and says
// how the original logs it.
func TestRequestError(t *testing.T) {
	type says struct {
		Text, Location, Type string
		Unreadable, Severe   bool
	}
	for _, tt := range []struct {
		name string
		in   bind.Input
		m    proto.Message
		want says
	}{
		{"missing", bind.Input{}, new(conformancev1.JavaIntParam), says{Text: "null value for parameter 'a' not allowed", Location: "a", Type: "parameter"}},
		{"not an object", bind.Input{Body: []byte("5")}, new(conformancev1.JavaIntParam), says{Text: "expected a JSON object body"}},
		{"syntax", bind.Input{Body: []byte("{")}, new(conformancev1.JavaIntParam), says{Text: "the body is not JSON: it ends too early", Unreadable: true}},
		{"parameter", bind.Input{RawQuery: "a=secret"}, new(conformancev1.JavaIntParam), says{Text: "a is not an integer of 32 bits", Location: "a", Type: "parameter", Unreadable: true}},
		{"body", bind.Input{BodyField: "*", Body: []byte(`{"nesteds":[{},{"n":"secret"}]}`)}, new(all),
			says{Text: "nesteds[1].n is not an integer of 64 bits", Location: "nesteds[1].n", Type: "body", Unreadable: true}},
		{"time as a parameter", bind.Input{RawQuery: "q=x"}, new(conformancev1.JavaOptDate),
			says{Text: "q is not a date or time of RFC 3339", Location: "q", Type: "parameter", Severe: true}},
		{"time in a list of parameters", bind.Input{RawQuery: "dates=x"}, new(conformancev1.JavaRepDates),
			says{Text: "dates[0] is not a date or time of RFC 3339", Location: "dates[0]", Type: "parameter", Unreadable: true}},
		{"time in a body", bind.Input{BodyField: "*", Body: []byte(`{"date":"x"}`)}, new(all),
			says{Text: "date is not a date or time of RFC 3339", Location: "date", Type: "body", Unreadable: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := new(java.Binder).Bind(&tt.in, tt.m)
			e, ok := errors.AsType[*java.RequestError](err)
			if !ok {
				t.Fatalf("error %T", err)
			}
			if _, ok := errors.AsType[*exceptions.BadRequest](err); !ok {
				t.Error("no BadRequest")
			}
			d := exceptions.Describe(e)
			got := says{Text: d.Message, Unreadable: e.Unreadable(), Severe: e.Severe()}
			if len(d.Violations) > 0 {
				got.Location, got.Type = d.Violations[0].Location, d.Violations[0].LocationType
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A reply that was bound and written is bound again as the same message.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"str":"x","intBoxed":1e2,"nested":{"n":"5"},"bytes":[1,2]}`, `{'str':'\'',color:2,dates:["2011-02-03"]}`, "{/**/\"map\":{\"a\":1} // x\n}",
		`{"nesteds":[{},{"a":true}],"longMap":{"k":-0.5}}`, `{"str":"\ud834\udd1e\ud834"}`, "{\"str\":\"\xff\"}", `[`, `5 `, `{"x":` + strings.Repeat("[", 6000),
	} {
		f.Add([]byte(body))
	}
	types := []protoreflect.MessageType{new(all).ProtoReflect().Type(), everything(f).ProtoReflect().Type(), new(structpb.Struct).ProtoReflect().Type()}
	b := new(java.Binder)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, mt := range types {
			m := mt.New().Interface()
			err := b.Bind(&bind.Input{BodyField: "*", Body: body}, m)
			if err != nil {
				if _, ok := errors.AsType[*java.RequestError](err); !ok {
					t.Fatalf("error %T", err)
				}
				continue
			}
			text, err := java.Append(nil, m, true)
			if err != nil {
				t.Fatalf("bound but not written: %v", err)
			}
			again := mt.New().Interface()
			if err := b.Bind(&bind.Input{BodyField: "*", Body: text}, again); err != nil {
				t.Fatalf("written but not bound: %v in %s", err, text)
			}
			if text2, err := java.Append(nil, again, true); err != nil || string(text2) != string(text) {
				t.Fatalf("%s became %s, %v", text, text2, err)
			}
		}
	})
}

func FuzzParameters(f *testing.F) {
	f.Add("str=a&intBoxed=5&longs=1&longs=2&nested.n=1", "x%2Fy", "application/x-www-form-urlencoded", "bytes=AQ&color=RED")
	f.Add("%zz", "", "multipart/form-data; boundary=XX", multipartBody)
	f.Add("date=2011-02-03T04:05:06.7%2B01:00&boolBoxed=True&doubleBoxed=-INF", "1,2", "multipart/x; boundary=\"", "--XX")
	b := new(java.Binder)
	f.Fuzz(func(t *testing.T, query, path, contentType, body string) {
		m := new(all)
		err := b.Bind(&bind.Input{
			Variables: []bind.Variable{{FieldPath: "str_arr", Raw: path}, {FieldPath: "nested.a", Raw: path}},
			RawQuery:  query, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body), BodyField: "*",
		}, m)
		if err != nil {
			if _, ok := errors.AsType[*java.RequestError](err); !ok {
				t.Fatalf("error %T", err)
			}
			return
		}
		if _, err := java.Append(nil, m, false); err != nil {
			t.Fatalf("bound but not written: %v", err)
		}
	})
}

func BenchmarkBind(b *testing.B) {
	in := &bind.Input{
		Variables: []bind.Variable{{FieldPath: "str", Raw: "a%20b"}}, RawQuery: "intBoxed=5&doubleBoxed=1.5", BodyField: "*",
		Body: []byte(`{"longBoxed":"7","date":"2011-02-03T04:05:06Z","nested":{"a":"x","n":"9"},"strings":["a","b"]}`),
	}
	binder := new(java.Binder)
	b.ReportAllocs()
	for b.Loop() {
		if err := binder.Bind(in, new(all)); err != nil {
			b.Fatal(err)
		}
	}
}

// sameJSON says how two documents differ; object members may stand in any
// order.
func sameJSON(got, want []byte) error {
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		return fmt.Errorf("%v in %s", err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		return err
	}
	if !reflect.DeepEqual(g, w) {
		return fmt.Errorf("%s, want %s", got, want)
	}
	return nil
}
