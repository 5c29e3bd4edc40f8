package python_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"google.golang.org/protobuf/proto"
)

func ExampleBinder() {
	in := &bind.Input{
		Variables: []bind.Variable{{FieldPath: "s", Raw: "from+the%20path"}},
		RawQuery:  "extra=from+the+query&i=1",
		Body:      []byte(`{"i": 2}`),
		BodyField: "*",
	}
	msg := new(conformancev1.CollParams)
	if err := (python.Binder{}).Bind(in, msg); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(msg.GetS(), "/", msg.GetExtra(), "/", msg.GetI())
	// Output: from the path / from the query / 2
}

// decodeError is the text of an exception that names no place.
func decodeError(detail string) string {
	return "Error parsing ProtoRPC request (Unable to parse request content: " + detail + ")"
}

// TestBindKinds reads fields that the original did not have. What was read is
// shown as the writer writes it.
func TestBindKinds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		query, body string
		want        string // without blanks and line breaks
		err         string
	}{
		{name: "duration", body: `{"duration": "1.5s"}`, want: `{"duration":"1.500s"}`},
		{name: "duration in the query", query: "duration=-3s", want: `{"duration":"-3s"}`},
		{name: "bad duration", body: `{"duration": "x"}`, err: decodeError("Expected type Duration for field duration")},
		{name: "field mask", query: "mask=a.bC,d", want: `{"mask":"a.bC,d"}`},
		{name: "struct", body: `{"struct": {"a": [1, null, {"b": "é"}], "c": 1.5}}`,
			want: `{"struct":{"a":[1,null,{"b":"\u00e9"}],"c":1.5}}`},
		{name: "struct from the query", query: "struct.a=1&struct.b.c=x", want: `{"struct":{"a":"1","b":{"c":"x"}}}`},
		{name: "struct merged", query: "struct.a=1", body: `{"struct": {"b": true}}`, want: `{"struct":{"a":"1","b":true}}`},
		{name: "struct with NaN", body: `{"struct": {"a": NaN}}`, err: decodeError("Expected type Struct for field struct")},
		{name: "struct that is a text", body: `{"struct": "x"}`, err: decodeError("Expected type Struct for field struct")},
		{name: "value list", body: `{"value": [1, "a"]}`, want: `{"value":[1,"a"]}`},
		{name: "value text from the query", query: "value=1", want: `{"value":"1"}`},
		{name: "null resets a value", query: "value=1", body: `{"value": null}`, want: `{}`},
		{name: "list value", body: `{"list": [[], {}]}`, want: `{"list":[[],{}]}`},
		{name: "list values", body: `{"lists": [[1], [2]]}`, want: `{"lists":[[1],[2]]}`},
		{name: "wrapper", body: `{"int64_value": "+05"}`, want: `{"int64_value":"5"}`},
		{name: "wrapper from the query", query: "int64_value=7", want: `{"int64_value":"7"}`},
		{name: "wrapper of rubbish", query: "int64_value=x", err: decodeError("Expected type integer for field value")},
		{name: "wrapper out of range", body: `{"int64_value": 9223372036854775808}`, err: decodeError("Value out of range for field value")},
		{name: "wrappers", query: "strings=a&strings=b", want: `{"strings":["a","b"]}`},
		{name: "any", body: `{"any": {"@type": "type.googleapis.com/conformance.v1.Leaf", "s": "x"}}`,
			want: `{"any":{"@type":"type.googleapis.com/conformance.v1.Leaf","s":"x"}}`},
		{name: "any of an unknown type", body: `{"any": {"@type": "a/b.C"}}`, err: decodeError("Expected type Any for field any")},
		{name: "one of two", body: `{"left": "a", "right": null}`, want: `{"left":"a"}`},
		{name: "both of two", query: "right=b", body: `{"left": "a"}`, err: decodeError("more than one field of side")},
		{name: "map", body: `{"bools": {"true": "a", "false": "b"}}`, want: `{"bools":{"false":"b","true":"a"}}`},
		{name: "map with a bad key", body: `{"bools": {"1": "a"}}`, err: decodeError("Expected type map with other keys for field bools")},
		{name: "map with a null", body: `{"bools": {"true": null}}`, err: decodeError("Values for field bools may not be None")},
		{name: "map with a bad value", body: `{"bools": {"true": 1}}`, err: decodeError("Expected type map with other values for field bools")},
		{name: "map that is a list", body: `{"bools": []}`, err: decodeError("Expected type object for field bools")},
		{name: "map of messages", body: `{"numbers": {"-1": {"fixed": 3}}}`, want: `{"numbers":{"-1":{"fixed":"3"}}}`},
		{name: "map in the query is unknown", query: "numbers.1.fixed=3", want: `{"numbers":{"1":{"fixed":"3"}}}`},
		{name: "fixed", query: "fixed=18446744073709551615&sfixed=-1&sfixed=+2", want: `{"fixed":"18446744073709551615","sfixed":[-1,2]}`},
		{name: "recursive", query: "kinds.kinds.fixed=1&kinds.kinds.fixed=2", want: `{"kinds":[{"kinds":[{"fixed":"2"}]}]}`},
		{name: "camel case is unknown", body: `{"int64Value": 5}`, want: `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			msg := kind(t, "Kinds")
			err := python.Binder{}.Bind(&bind.Input{RawQuery: tt.query, Body: []byte(tt.body), BodyField: "*"}, msg)
			if tt.err != "" {
				checkError(t, err, tt.err, "")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := python.Append(nil, msg)
			if err != nil {
				t.Fatal(err)
			}
			if s := strings.NewReplacer(" ", "", "\n", "").Replace(string(got)); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
		})
	}
}

// checkError checks an exception's status, text and, if location is not empty,
// its place.
func checkError(t *testing.T, err error, message, location string) {
	t.Helper()
	e, ok := exceptions.Of(err)
	if !ok {
		t.Fatalf("error %v is no exception", err)
	}
	d := exceptions.Describe(e)
	if e.HTTPStatus() != http.StatusBadRequest || d.Message != message {
		t.Errorf("got  %d %s\nwant 400 %s", e.HTTPStatus(), d.Message, message)
	}
	if location == "" {
		if d.Reason != "" || len(d.Violations) != 0 {
			t.Errorf("reason %q, violations %v; want none", d.Reason, d.Violations)
		}
		return
	}
	if d.Reason != "invalidParameter" || len(d.Violations) != 1 ||
		d.Violations[0].Location != location || d.Violations[0].LocationType != "parameter" {
		t.Errorf("reason %q, violations %v; want invalidParameter at %s", d.Reason, d.Violations, location)
	}
}

func TestBindRequired(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, field string
		err               string
	}{
		{name: "zero counts", body: `{"first": 0, "second": [""]}`, field: "*"},
		{name: "the first is named", body: `{}`, field: "*", err: "Message Needy is missing required field first"},
		{name: "an empty list is missing", body: `{"first": 1, "second": []}`, field: "*", err: "Message Needy is missing required field second"},
		{name: "outer before inner", body: `{"inner": {}, "first": 1}`, field: "*", err: "Message Needy is missing required field second"},
		{name: "inner", body: `{"inner": {"first": 1}, "first": 1, "second": ["a"]}`, field: "*", err: "Message Needy is missing required field second"},
		{name: "without a body clause", body: `{"inner": {}}`, err: "Message CombinedContainer is missing required field first"},
		{name: "a bad value goes before", body: `{"second": 1}`, field: "*", err: "Expected type string for field second"},
		{name: "list with null", body: `{"first": [null]}`, field: "*", err: "Required field is missing"},
		{name: "body of a field", body: `{"first": 1, "second": "a"}`, field: "inner", err: "Message Needy is missing required field first"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := python.Binder{}.Bind(&bind.Input{Body: []byte(tt.body), BodyField: tt.field}, kind(t, "Needy"))
			if tt.err == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkError(t, err, decodeError(tt.err), "")
		})
	}
}

func TestBindParameters(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("rs=a&", 1001)
	tests := []struct {
		name     string
		in       bind.Input
		msg      proto.Message
		message  string
		location string
	}{
		{"quotes", bind.Input{RawQuery: "i32=it's"}, &conformancev1.QueryParams{}, `Invalid integer value: "it's".`, "i32"},
		{"both quotes", bind.Input{RawQuery: `i32='%22`}, &conformancev1.QueryParams{}, `Invalid integer value: '\'"'.`, "i32"},
		{"control characters", bind.Input{RawQuery: "i32=%09%0a%0d%00\\%7f"}, &conformancev1.QueryParams{}, `Invalid integer value: '\t\n\r\x00\\\x7f'.`, "i32"},
		{"too long to be shown", bind.Input{RawQuery: "b=" + strings.Repeat("x", 2000)}, &conformancev1.QueryParams{},
			"Invalid boolean value: '" + strings.Repeat("x", 1000) + "...'.", "b"},
		{"blank after the sign", bind.Input{RawQuery: "i32=-%205&u32=-0&ri32=++5"}, &conformancev1.QueryParams{}, "", ""},
		{"two signs", bind.Input{RawQuery: "i32=%2B-5"}, &conformancev1.QueryParams{}, "Invalid integer value: '+-5'.", "i32"},
		{"out of range", bind.Input{RawQuery: "ri32=1&ri32=2147483648"}, &conformancev1.QueryParams{}, "Invalid integer value: '2147483648'.", "ri32[1]"},
		{"forms of floats", bind.Input{RawQuery: "d=.5&f=5.&d=x"}, &conformancev1.QueryParams{}, "", ""},
		{"hexadecimal float", bind.Input{RawQuery: "d=0x1p3"}, &conformancev1.QueryParams{}, "Invalid double value: '0x1p3'.", "d"},
		{"enum with a strange name", bind.Input{RawQuery: "e=R.E"}, &conformancev1.QueryParams{},
			"Invalid string value: 'R.E'. Allowed values: ['RED', 'GREEN', 'BLUE', 'FAR']", "e"},
		{"semicolons", bind.Input{RawQuery: "i32=1;i32=x;b=true"}, &conformancev1.QueryParams{}, "", ""},
		{"path over query, unescaped", bind.Input{RawQuery: "s=1", Variables: []bind.Variable{{FieldPath: "i32", Raw: "%31x"}}}, &conformancev1.QueryParams{},
			"Invalid integer value: '1x'.", "i32"},
		{"value and object", bind.Input{RawQuery: "m.name.a=1&m.name=b"}, &conformancev1.NestedParams{}, decodeError("a parameter is both a value and an object"), ""},
		{"object and value", bind.Input{RawQuery: "m=1&m.name=b"}, &conformancev1.NestedParams{}, decodeError("a parameter is both a value and an object"), ""},
		{"unknown name that is not UTF-8", bind.Input{RawQuery: "%ff=1"}, &conformancev1.NestedParams{}, decodeError("the request is not UTF-8"), ""},
		{"second value that is not UTF-8", bind.Input{RawQuery: "s=1&s=%ff"}, &conformancev1.NestedParams{}, "", ""},
		{"body hides what is not UTF-8", bind.Input{RawQuery: "s=%ff", Body: []byte(`{"s":"a"}`)}, &conformancev1.NestedParams{}, "", ""},
		{"undeclared beside a body", bind.Input{RawQuery: "i32=x", BodyField: "*"}, &conformancev1.QueryParams{}, decodeError("Expected type integer for field i32"), ""},
		{"too many parameters", bind.Input{RawQuery: many}, &conformancev1.QueryParams{}, decodeError("the request has more than 1000 parameters"), ""},
		{"too many in a form", bind.Input{Body: []byte(many)}, &conformancev1.QueryParams{}, decodeError("the body has more than 1000 parameters"), ""},
		{"too many dots", bind.Input{RawQuery: strings.Repeat("m.", 100000) + "=1"}, &conformancev1.NestedParams{}, decodeError("a parameter is nested too deeply"), ""},
		{"too deep a body", bind.Input{Body: []byte(strings.Repeat(`[`, 100000))}, &conformancev1.NestedParams{}, decodeError("the body is nested too deeply"), ""},
		{"too long an enum value", bind.Input{Body: []byte(`{"e": "` + strings.Repeat("x", 2000) + `"}`)}, &conformancev1.QueryParams{},
			decodeError(`Invalid enum value "` + strings.Repeat("x", 1000) + `..."`), ""},
		{"float enum value", bind.Input{Body: []byte(`{"e": 123456789012.5}`)}, &conformancev1.QueryParams{}, decodeError(`Invalid enum value "1.23456789012e+11"`), ""},
		{"list as enum value", bind.Input{Body: []byte(`{"e": [["é", {"a": [null, true, 1.5, -0]}]]}`)}, &conformancev1.QueryParams{},
			decodeError(`Invalid enum value "[u'\xc3\xa9', {u'a': [None, True, 1.5, 0]}]"`), ""},
		{"integer too large for a float", bind.Input{Body: []byte(`{"d": 1` + strings.Repeat("0", 400) + `}`)}, &conformancev1.QueryParams{}, decodeError("Expected type number for field d"), ""},
		{"empty message without its body", bind.Input{Body: []byte(`5`)}, &conformancev1.EmptyMessage{}, decodeError("the body is not an object"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := python.Binder{}.Bind(&tt.in, tt.msg)
			if tt.message == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkError(t, err, tt.message, tt.location)
		})
	}
}

func TestBinderLimits(t *testing.T) {
	t.Parallel()
	b := python.Binder{Depth: 2, Parameters: 1}
	msg := new(conformancev1.NestedParams)
	if err := b.Bind(&bind.Input{RawQuery: "s=1", Body: []byte(`{"m": {}}`)}, msg); err != nil {
		t.Error(err)
	}
	checkError(t, b.Bind(&bind.Input{Body: []byte(`{"m": {"leaf": {}}}`)}, msg), decodeError("the body is nested too deeply"), "")
	checkError(t, b.Bind(&bind.Input{RawQuery: "m.leaf.s=1"}, msg), decodeError("a parameter is nested too deeply"), "")
	checkError(t, b.Bind(&bind.Input{RawQuery: "a&b"}, msg), decodeError("the request has more than 1 parameters"), "")
}

// FuzzBind checks that every request is read or refused with 400, and that what
// was read can be written.
func FuzzBind(f *testing.F) {
	for _, group := range []string{"decode-value", "decode-body", "query-form", "query-nested", "collision"} {
		for _, c := range cases(f, group) {
			_, query, _ := strings.Cut(c.Request.Target, "?")
			f.Add(query, c.body(f), "a%2Bb", "*")
		}
	}
	f.Add("struct.a=1", []byte(`{"value":[{"a":NaN}]}`), "", "struct")
	kinds := kind(f, "Kinds").ProtoReflect().Type()
	f.Fuzz(func(t *testing.T, query string, body []byte, variable, field string) {
		in := &bind.Input{RawQuery: query, Body: body, BodyField: field, Variables: []bind.Variable{{FieldPath: "s", Raw: variable}}}
		for _, msg := range []proto.Message{new(conformancev1.AllTypes), kinds.New().Interface()} {
			err := python.Binder{}.Bind(in, msg)
			if err == nil {
				if _, err := python.Append(nil, msg); err != nil {
					t.Errorf("read but not written: %v", err)
				}
				continue
			}
			if e, ok := exceptions.Of(err); !ok || e.HTTPStatus() != http.StatusBadRequest {
				t.Errorf("error %v", err)
			}
		}
	})
}

func BenchmarkBind(b *testing.B) {
	in := &bind.Input{
		Variables: []bind.Variable{{FieldPath: "s", Raw: "a%20b"}},
		RawQuery:  "i32=5&rs=a&rs=b",
		Body:      []byte(`{"i64": "123", "d": 1.5, "m": {"name": "n", "leaf": {"i": 1}}, "e": "RED"}`),
		BodyField: "*",
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := (python.Binder{}).Bind(in, new(conformancev1.AllTypes)); err != nil {
			b.Fatal(err)
		}
	}
}
