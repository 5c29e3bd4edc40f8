package fastapi_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/fastapi"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// problem is one item of a detail.
func problem(kind, loc, msg, input string) string {
	return `{"type":"` + kind + `","loc":` + loc + `,"msg":"` + msg + `","input":` + input + `}`
}

// bound binds a request into msg and returns the message as JSON, or the error
// as its reply.
func bound(t testing.TB, msg proto.Message, rule fastapi.Rule, in bind.Input) string {
	t.Helper()
	if rule.Depth == 0 {
		rule.Depth = 100
	}
	b, err := fastapi.Compile(msg.ProtoReflect().Descriptor(), rule)
	if err != nil {
		t.Fatal(err)
	}
	if in.Header == nil {
		in.Header = http.Header{"Content-Type": {"application/json"}}
	}
	in.BodyField = rule.Body
	err = b.Bind(&in, msg)
	if err == nil {
		return strings.ReplaceAll(protojson.MarshalOptions{UseProtoNames: true}.Format(msg), " ", "")
	}
	e, ok := errors.AsType[exceptions.ServiceException](err)
	if !ok {
		t.Fatalf("%v is no exception", err)
	}
	v := normalize.Identity().Verdict(e)
	return string(normalize.Detail().Append(nil, &v))
}

func TestBodyValues(t *testing.T) {
	const integer, fraction = "Input should be a valid integer, unable to parse string as an integer", "Input should be a valid integer, got a number with a fractional part"
	tests := []struct{ name, body, want string }{
		{"as they are", `{"s":"a","b":true,"i32":1,"u64":18446744073709551615,"d":1.5,"y":"AP8=","e":"RED","rs":["a"]}`, ``},
		{"converted", `{"b":"yes","i32":"5","i64":5.0,"u32":true,"d":"1.5","f":true,"e":1}`, `{"b":true,"i32":5,"u32":1,"i64":"5","f":1,"d":1.5,"e":"GREEN"}`},
		{"null is absent", `{"s":null,"m":null}`, `{}`},
		{"unknown", `{"nope":{"a":1}}`, `{}`},
		{"messages", `{"m":{"leaf":{"i":"2"}},"rm":[{"s":"x"}],"dt":"2026-01-02T03:04:05Z"}`, `{"dt":"2026-01-02T03:04:05Z","m":{"leaf":{"i":2}},"rm":[{"s":"x"}]}`},

		{"no integer", `{"i32":"x"}`, problem("int_parsing", `["body","i32"]`, integer, `"x"`)},
		{"fraction", `{"i64":1.5}`, problem("int_from_float", `["body","i64"]`, fraction, `1.5`)},
		{"object as integer", `{"i64":{}}`, problem("int_type", `["body","i64"]`, "Input should be a valid integer", `{}`)},
		{"too large", `{"i32":2147483648}`, `{"type":"less_than_equal","loc":["body","i32"],"msg":"Input should be less than or equal to 2147483647","input":2147483648,"ctx":{"le":2147483647}}`},
		{"negative", `{"u64":-1}`, `{"type":"greater_than_equal","loc":["body","u64"],"msg":"Input should be greater than or equal to 0","input":-1,"ctx":{"ge":0}}`},
		{"huge", `{"i64":1e400}`, problem("int_parsing_size", `["body","i64"]`, "Unable to parse input string as an integer, exceeded maximum size", `1e400`)},
		{"no text", `{"s":1}`, problem("string_type", `["body","s"]`, "Input should be a valid string", `1`)},
		{"no bool", `{"b":2}`, problem("bool_parsing", `["body","b"]`, "Input should be a valid boolean, unable to interpret input", `2`)},
		{"no float", `{"d":"x"}`, problem("float_parsing", `["body","d"]`, "Input should be a valid number, unable to parse string as a number", `"x"`)},
		{"no bytes", `{"y":"?"}`, problem("bytes_type", `["body","y"]`, "Input should be valid bytes", `"?"`)},
		{"no time", `{"dt":"x"}`, problem("value_error", `["body","dt"]`, "Value error, not a valid Timestamp", `"x"`)},
		{"no list", `{"rs":"x"}`, problem("list_type", `["body","rs"]`, "Input should be a valid list", `"x"`)},
		{"no element", `{"ri32":[1,"x"]}`, problem("int_parsing", `["body","ri32",1]`, integer, `"x"`)},
		{"deep place", `{"m":{"leaves":[{},{"i":"x"}]}}`, problem("int_parsing", `["body","m","leaves",1,"i"]`, integer, `"x"`)},
		{"no object", `{"m":1}`, problem("model_attributes_type", `["body","m"]`, "Input should be a valid dictionary or object to extract fields from", `1`)},
		{"two", `{"s":1,"i32":"x"}`, problem("string_type", `["body","s"]`, "Input should be a valid string", `1`) + "," + problem("int_parsing", `["body","i32"]`, integer, `"x"`)},
		{"a large value is not repeated", `{"i32":"` + strings.Repeat("x", 2000) + `"}`, problem("int_parsing", `["body","i32"]`, integer, `null`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			switch {
			case want == "":
				want = strings.Replace(test.body, "18446744073709551615", `"18446744073709551615"`, 1)
			case strings.HasPrefix(want, `{"type"`):
				want = `{"detail":[` + want + `]}`
			}
			got := bound(t, &conformancev1.AllTypes{}, fastapi.Rule{Body: "*"}, bind.Input{Body: []byte(test.body)})
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	missing := `{"detail":[` + problem("missing", `["body"]`, "Field required", `null`) + `]}`
	tests := []struct{ name, kind, body, want string }{
		{"complete", "application/json", `{"rs":"a","ri":1}`, `{"rs":"a","ri":"1"}`},
		{"nothing", "application/json", ``, missing},
		{"null", "application/json", `null`, missing},
		{"fields", "application/problem+json", `{}`, `{"detail":[` + problem("missing", `["body","rs"]`, "Field required", `{}`) + "," + problem("missing", `["body","ri"]`, "Field required", `{}`) + `]}`},
		{"required and null", "application/json", `{"rs":null,"ri":1}`, `{"detail":[` + problem("string_type", `["body","rs"]`, "Input should be a valid string", `null`) + `]}`},
		{"no type", "", `{"rs":"a"}`, `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":"{\"rs\":\"a\"}"}]}`},
		{"ends early", "application/json", `{"rs":`, `{"detail":[{"type":"json_invalid","loc":["body",6],"msg":"JSON decode error","input":{},"ctx":{"error":"Unexpected end"}}]}`},
		{"goes on", "application/json", `{} x`, `{"detail":[{"type":"json_invalid","loc":["body",3],"msg":"JSON decode error","input":{},"ctx":{"error":"Unexpected character"}}]}`},
		{"no text", "application/json", "\"\xff\"", `{"detail":"There was an error parsing the body"}`},
		{"too deep", "application/json", strings.Repeat("[", 101), `{"detail":"There was an error parsing the body"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := bound(t, &conformancev1.Required{}, fastapi.Rule{Body: "*"}, bind.Input{Body: []byte(test.body), Header: http.Header{"Content-Type": {test.kind}}})
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestSources(t *testing.T) {
	rule := fastapi.Rule{Path: []string{"v"}, Headers: []fastapi.Header{{Name: "X-W", Field: "w"}}}
	header := http.Header{"X-W": {"h"}}
	if got := bound(t, &conformancev1.Path2Params{}, rule, bind.Input{Variables: []bind.Variable{{FieldPath: "v", Raw: "a%20b"}}, Header: header, RawQuery: "v=q&w=q"}); got != `{"v":"ab","w":"h"}` {
		t.Errorf("path and header: %s", got) // blanks are taken out
	}
	for query, want := range map[string]string{
		"s=1&s=2":                  `{"s":"2"}`,
		"ri32=1&ri32=2":            `{"ri32":[1,2]}`,
		"rb=on&rb=off&b=T&nope=1":  `{"b":true,"rb":[true,false]}`,
		"ri32=1&ri32=x&e=NOPE&u32": `{"detail":[` + problem("int_parsing", `["query","u32"]`, "Input should be a valid integer, unable to parse string as an integer", `""`) + `,{"type":"enum","loc":["query","e"],"msg":"Input should be 'RED', 'GREEN', 'BLUE' or 'FAR'","input":"NOPE","ctx":{"expected":"'RED', 'GREEN', 'BLUE' or 'FAR'"}},` + problem("int_parsing", `["query","ri32",1]`, "Input should be a valid integer, unable to parse string as an integer", `"x"`) + `]}`,
	} {
		if got := bound(t, &conformancev1.QueryParams{}, fastapi.Rule{}, bind.Input{RawQuery: query}); got != want {
			t.Errorf("%s: got  %s\nwant %s", query, got, want)
		}
	}
	if got := bound(t, &conformancev1.NestedParams{}, fastapi.Rule{}, bind.Input{RawQuery: "m.leaf.s=x&m.name=y"}); got != `{"m":{"name":"y","leaf":{"s":"x"}}}` {
		t.Errorf("nested: %s", got)
	}
	if got := bound(t, &conformancev1.NestedParams{}, fastapi.Rule{Body: "m"}, bind.Input{RawQuery: "s=x", Body: []byte(`{"name":1}`)}); got != `{"detail":[`+problem("string_type", `["body","name"]`, "Input should be a valid string", `1`)+`]}` {
		t.Errorf("body of one field: %s", got)
	}
}

func TestCompileErrors(t *testing.T) {
	_, err := fastapi.Compile((&conformancev1.NestedParams{}).ProtoReflect().Descriptor(), fastapi.Rule{Path: []string{"nope"}, Body: "m.leaf", Headers: []fastapi.Header{{Name: "X", Field: "none"}}})
	for _, want := range []string{`no field "nope"`, `no field "none"`, `body "m.leaf" is not a field`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestErrorKeepsValuesOut(t *testing.T) {
	b, err := fastapi.Compile((&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), fastapi.Rule{Body: "*", Depth: 10})
	if err != nil {
		t.Fatal(err)
	}
	err = b.Bind(&bind.Input{Body: []byte(`{"i32":"secret"}`), Header: http.Header{"Content-Type": {"application/json"}}}, &conformancev1.AllTypes{})
	if got, want := err.Error(), "request is not valid: [body i32]: int_parsing"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	d := exceptions.Describe(err.(exceptions.ServiceException))
	if len(d.Violations) != 1 || d.Violations[0].Location != "i32" || d.Violations[0].LocationType != "body" || strings.Contains(d.Violations[0].Message, "secret") {
		t.Errorf("violations %+v", d.Violations)
	}
}

func FuzzBind(f *testing.F) {
	for _, seed := range []string{`{"i32":"x"}`, `{"m":{"leaves":[{"i":1e5}]}}`, `{"dt":"2026-01-02T03:04:05Z","y":"=="}`, `[`, `{"rs":[null]}`, "\xff"} {
		f.Add([]byte(seed), "s=1&ri32=x&m.leaf.s=2")
	}
	b, err := fastapi.Compile((&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), fastapi.Rule{Body: "m", Depth: 50})
	whole, err2 := fastapi.Compile((&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), fastapi.Rule{Body: "*", Depth: 50})
	if err != nil || err2 != nil {
		f.Fatal(err, err2)
	}
	f.Fuzz(func(t *testing.T, body []byte, query string) {
		for _, binder := range []*fastapi.Binder{b, whole} {
			in := bind.Input{Body: body, RawQuery: query, Header: http.Header{"Content-Type": {"application/json"}}}
			err := binder.Bind(&in, &conformancev1.AllTypes{})
			if err == nil {
				continue
			}
			e, ok := err.(exceptions.ServiceException)
			if !ok || e.HTTPStatus() != 400 && e.HTTPStatus() != 422 {
				t.Errorf("%T: %v", err, err)
			}
			v := normalize.Identity().Verdict(e)
			if out := normalize.Detail().Append(nil, &v); !json.Valid(out) {
				t.Errorf("%q is no JSON", out)
			}
		}
	})
}
