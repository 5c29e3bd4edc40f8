package bind_test

import (
	"strings"
	"testing"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/typepb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// parameter is the text of an error with one invalid parameter.
func parameter(name, problem string) string {
	text := `Invalid value for parameter "` + name + `": ` + problem + "."
	return "400 invalidParameter " + text + "\nparameter " + name + " invalidParameter " + text
}

type bindTest struct {
	name, rule, target, body, want string
}

func run(t *testing.T, desc protoreflect.MessageDescriptor, newMessage func() proto.Message, o bind.Options, tests []bindTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := tt.rule
			if r == "" {
				r = "GET /x"
			}
			to := tt.target
			if strings.HasPrefix(to, "?") {
				to = "/x" + to
			}
			plan := compile(t, desc, r, o)
			msg := newMessage()
			template := strings.Fields(r)[1]
			err := plan.Bind(target(t, template, to, tt.body), msg)
			if got := show(msg, err); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestScalars(t *testing.T) {
	t.Parallel()
	no := parameter
	tests := []bindTest{
		{name: "string", target: "?s=a+b%2Bc%20d%C3%A9", want: `{"s":"a b+c dé"}`},
		{name: "empty string", target: "?s=", want: `{"s":""}`},
		{name: "no equals sign", target: "?s", want: `{"s":""}`},
		{name: "equals sign in the value", target: "?s=a=b", want: `{"s":"a=b"}`},
		{name: "semicolon", target: "?s=a;b=c", want: `{"s":"a;b=c"}`},
		{name: "string not UTF-8", target: "?s=%FF", want: no("s", "not valid UTF-8")},
		{name: "raw not UTF-8", target: "?s=\xff", want: no("s", "not valid UTF-8")},
		{name: "bad escape", target: "?s=%zz", want: no("s", "bad percent-encoding")},
		{name: "cut escape", target: "?s=%2", want: no("s", "bad percent-encoding")},
		{name: "bare percent", target: "?s=100%", want: no("s", "bad percent-encoding")},
		{name: "escaped name", target: "?%73=a", want: `{"s":"a"}`},
		{name: "nothing between", target: "?&&s=a&&", want: `{"s":"a"}`},
		{name: "no name", target: "?=a", want: `{}`},

		{name: "true", target: "?b=true", want: `{"b":true}`},
		{name: "false", target: "?b=false", want: `{"b":false}`},
		{name: "1", target: "?b=1", want: `{"b":true}`},
		{name: "0", target: "?b=0", want: `{"b":false}`},
		{name: "True", target: "?b=True", want: no("b", "not true or false")},
		{name: "empty bool", target: "?b=", want: no("b", "not true or false")},
		{name: "flag", target: "?b", want: no("b", "not true or false")},

		{name: "int32", target: "?i32=-2147483648&s32=2147483647&u32=4294967295", want: `{"i32":-2147483648,"u32":4294967295,"s32":2147483647}`},
		{name: "int32 too large", target: "?i32=2147483648", want: no("i32", "out of the range of an integer with 32 bits")},
		{name: "int32 too small", target: "?s32=-2147483649", want: no("s32", "out of the range of an integer with 32 bits")},
		{name: "uint32 too large", target: "?u32=4294967296", want: no("u32", "out of the range of an unsigned integer with 32 bits")},
		{name: "uint32 negative", target: "?u32=-1", want: no("u32", "out of the range of an unsigned integer with 32 bits")},
		{name: "uint32 minus zero", target: "?u32=-0", want: `{"u32":0}`},
		{name: "int64", target: "?i64=-9223372036854775808&u64=18446744073709551615&s64=5", want: `{"i64":"-9223372036854775808","u64":"18446744073709551615","s64":"5"}`},
		{name: "int64 too large", target: "?i64=9223372036854775808", want: no("i64", "out of the range of an integer with 64 bits")},
		{name: "uint64 too large", target: "?u64=18446744073709551616", want: no("u64", "out of the range of an unsigned integer with 64 bits")},
		{name: "leading zeros", target: "?i32=007", want: `{"i32":7}`},
		{name: "plus", target: "?i32=%2B5", want: no("i32", "not an integer")},
		{name: "blank", target: "?i32=+5", want: no("i32", "not an integer")},
		{name: "empty integer", target: "?i32=", want: no("i32", "not an integer")},
		{name: "minus", target: "?i32=-", want: no("i32", "not an integer")},
		{name: "fraction", target: "?i32=1.0", want: no("i32", "not an integer")},
		{name: "exponent", target: "?i32=1e2", want: no("i32", "not an integer")},
		{name: "hexadecimal", target: "?i32=0x10", want: no("i32", "not an integer")},
		{name: "underscore", target: "?i32=1_0", want: no("i32", "not an integer")},
		{name: "other digits", target: "?i32=%D9%A1", want: no("i32", "not an integer")},

		{name: "double", target: "?d=-1.5e-3&f=2", want: `{"f":2,"d":-0.0015}`},
		{name: "NaN", target: "?d=NaN", want: `{"d":"NaN"}`},
		{name: "Infinity", target: "?d=Infinity&f=-Infinity", want: `{"f":"-Infinity","d":"Infinity"}`},
		{name: "inf", target: "?d=inf", want: no("d", "not a number")},
		{name: "nan", target: "?d=nan", want: no("d", "not a number")},
		{name: "hexadecimal float", target: "?d=0x1p-2", want: no("d", "not a number")},
		{name: "point first", target: "?d=.5", want: no("d", "not a number")},
		{name: "point last", target: "?d=5.", want: no("d", "not a number")},
		{name: "no exponent", target: "?d=5e", want: no("d", "not a number")},
		{name: "1e400", target: "?d=1e400", want: no("d", "out of the range of a floating-point number with 64 bits")},
		{name: "float 1e40", target: "?f=1e40", want: no("f", "out of the range of a floating-point number with 32 bits")},
		{name: "tiny", target: "?d=1e-400", want: `{"d":0}`},

		{name: "bytes", target: "?y=-_8%3D", want: `{"y":"+/8="}`},
		{name: "bytes standard", target: "?y=%2B%2F8", want: `{"y":"+/8="}`},
		{name: "bytes empty", target: "?y=", want: `{"y":""}`},
		{name: "bytes with a line break", target: "?y=AQ%0AID", want: no("y", "not valid base64")},
		{name: "bytes mixed", target: "?y=-%2F8=", want: no("y", "not valid base64")},
		{name: "bytes short", target: "?y=A", want: no("y", "not valid base64")},
		{name: "bytes with a space", target: "?y=+/8=", want: no("y", "not valid base64")},

		{name: "enum", target: "?e=BLUE", want: `{"e":"BLUE"}`},
		{name: "enum number", target: "?e=1000", want: `{"e":"FAR"}`},
		{name: "enum unknown number", target: "?e=5", want: `{"e":5}`},
		{name: "enum lower case", target: "?e=blue", want: no("e", "not a value of the enumeration")},
		{name: "enum too large", target: "?e=2147483648", want: no("e", "not a value of the enumeration")},
		{name: "enum empty", target: "?e=", want: no("e", "not a value of the enumeration")},

		{name: "repeated", target: "?rs=a&rs=b,c&s=x&rs=", want: `{"s":"x","rs":["a","b,c",""]}`},
		{name: "repeated kinds", target: "?ri32=1&ri32=-2&rd=0.5&rb=1&rb=false&ri64=3&ry=AQ&re=RED&re=2", want: `{"rb":[true,false],"ri32":[1,-2],"ri64":["3"],"rd":[0.5],"ry":["AQ=="],"re":["RED","BLUE"]}`},
		{name: "repeated with a bad one", target: "?ri32=1&ri32=x", want: no("ri32", "not an integer")},
		{name: "repeated timestamps", target: "?rdt=2026-01-31T10:00:00Z&rdt=2026-01-31T10:00:00.5%2B01:00", want: `{"rdt":["2026-01-31T10:00:00Z","2026-01-31T09:00:00.500Z"]}`},
		{name: "twice", target: "?s=a&s=a", want: no("s", "given more than once")},
		{name: "list of messages", target: "?rm=x", want: no("rm", "a list of messages cannot be set by a parameter")},
		{name: "in a list of messages", target: "?rm.s=x", want: no("rm", "a list of messages cannot be set by a parameter")},

		{name: "nested", target: "?m.name=n&m.leaf.s=a&m.leaf.i=3", want: `{"m":{"name":"n","leaf":{"s":"a","i":3}}}`},
		{name: "nested twice", target: "?m.leaf.s=a&m.leaf.s=b", want: no("m.leaf.s", "given more than once")},
		{name: "nested same name", target: "?m.name=a&m.leaf.s=b", want: `{"m":{"name":"a","leaf":{"s":"b"}}}`},
		{name: "nested bad", target: "?m.leaf.i=x", want: no("m.leaf.i", "not an integer")},
		{name: "message", target: "?m=1&m.name=a", want: no("m", "a message cannot be set as a whole, only its fields can")},
		{name: "inner message", target: "?m.leaf=1", want: no("m.leaf", "a message cannot be set as a whole, only its fields can")},
		{name: "inner list", target: "?m.leaves.s=1", want: no("m.leaves", "a list of messages cannot be set by a parameter")},
		{name: "unknown", target: "?nope=1&m.nope=2&s.t=3&prettyPrint=false&key=%FF", want: `{}`},
		{name: "unknown with a bad value", target: "?nope=%zz", want: `{}`},
		{name: "dots", target: "?.=1&.s=2&s.=3&m..name=4&m.=5", want: `{}`},
		{
			name: "bad name", target: "?a=1&%zz=1",
			want: "400 invalidParameter The name of parameter number 2 of the query has bad percent-encoding.\n" +
				"parameter  invalidParameter The name of parameter number 2 of the query has bad percent-encoding.",
		},
		{
			name: "all that are wrong", target: "?i32=x&s=ok&b=maybe&e=PINK",
			want: "400 invalidParameter Invalid value for parameter \"i32\": not an integer. 2 more parameters are invalid." +
				"\nparameter i32 invalidParameter Invalid value for parameter \"i32\": not an integer." +
				"\nparameter b invalidParameter Invalid value for parameter \"b\": not true or false." +
				"\nparameter e invalidParameter Invalid value for parameter \"e\": not a value of the enumeration.",
		},
		{
			name: "path and query wrong", rule: "GET /x/{i32}", target: "/x/a?i64=b",
			want: "400 invalidParameter Invalid value for parameter \"i64\": not an integer. One more parameter is invalid." +
				"\nparameter i64 invalidParameter Invalid value for parameter \"i64\": not an integer." +
				"\nparameter i32 invalidParameter Invalid value for parameter \"i32\": not an integer.",
		},
	}
	desc := (&conformancev1.AllTypes{}).ProtoReflect().Descriptor()
	t.Run("generated", func(t *testing.T) {
		run(t, desc, func() proto.Message { return &conformancev1.AllTypes{} }, bind.Options{}, tests)
	})
	t.Run("dynamic", func(t *testing.T) {
		run(t, desc, func() proto.Message { return dynamicpb.NewMessage(desc) }, bind.Options{}, tests)
	})
}

// TestWithoutPresence has scalars of all kinds in generated messages whose
// fields have no presence.
func TestWithoutPresence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		msg         proto.Message
		query, want string
	}{
		{&typepb.Field{}, "kind=TYPE_BOOL&cardinality=2&number=-5&name=n&oneofIndex=7&packed=1&jsonName=j", `{"kind":"TYPE_BOOL","cardinality":"CARDINALITY_REQUIRED","number":-5,"name":"n","oneofIndex":7,"packed":true,"jsonName":"j"}`},
		{&durationpb.Duration{}, "seconds=-9&nanos=-5", `"-9.000000005s"`},
		{&wrapperspb.DoubleValue{}, "value=-0.5", `-0.5`},
		{&wrapperspb.FloatValue{}, "value=0.1", `0.1`},
		{&wrapperspb.UInt64Value{}, "value=18446744073709551615", `"18446744073709551615"`},
		{&wrapperspb.UInt32Value{}, "value=4294967295", `4294967295`},
		{&wrapperspb.BytesValue{}, "value=AQ", `"AQ=="`},
		{&wrapperspb.Int32Value{}, "value=x", parameter("value", "not an integer")},
	}
	for _, tt := range tests {
		name := tt.msg.ProtoReflect().Descriptor().FullName()
		plan := compile(t, tt.msg.ProtoReflect().Descriptor(), "GET /x", bind.Options{})
		if got := show(tt.msg, plan.Bind(&bind.Input{RawQuery: tt.query}, tt.msg)); got != tt.want {
			t.Errorf("%s: %s\nwant %s", name, got, tt.want)
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	run(t, (&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), func() proto.Message { return &conformancev1.AllTypes{} }, bind.Options{}, []bindTest{
		{name: "decoded once", rule: "GET /x/{s}", target: "/x/a%2Fb%2525+c%20d", want: `{"s":"a/b%25+c d"}`},
		{name: "several segments", rule: "GET /{s=x/*}", target: "/x/a%2fb%20c", want: `{"s":"x/a%2fb c"}`},
		{name: "rest", rule: "GET /x/{s=**}", target: "/x/a/b%2Fc", want: `{"s":"a/b%2Fc"}`},
		{name: "one segment, written out", rule: "GET /x/{s=*}", target: "/x/b%2Fc", want: `{"s":"b/c"}`},
		{name: "bad escape", rule: "GET /x/{s}", target: "/x/%zz", want: parameter("s", "bad percent-encoding")},
		{name: "not UTF-8", rule: "GET /x/{s}", target: "/x/%FF", want: parameter("s", "not valid UTF-8")},
		{name: "integer", rule: "GET /x/{i64}", target: "/x/-5", want: `{"i64":"-5"}`},
		{name: "no integer", rule: "GET /x/{i64}", target: "/x/5x", want: parameter("i64", "not an integer")},
		{name: "enum", rule: "GET /x/{e}/{b}", target: "/x/BLUE/1", want: `{"b":true,"e":"BLUE"}`},
		{name: "timestamp", rule: "GET /x/{dt}", target: "/x/2026-01-31T10:00:00+01:00", want: `{"dt":"2026-01-31T09:00:00Z"}`},
		{name: "nested", rule: "GET /x/{m.leaf.s}/{m.name}", target: "/x/a/b", want: `{"m":{"name":"b","leaf":{"s":"a"}}}`},
		{name: "query does not touch it", rule: "GET /x/{s}", target: "/x/path?s=query&s=again&i32=1", want: `{"s":"path","i32":1}`},
		{name: "nor a nested one", rule: "GET /x/{m.leaf.s}", target: "/x/path?m.leaf.s=query&m.leaf.i=1", want: `{"m":{"leaf":{"s":"path","i":1}}}`},
		{name: "nor the body", rule: "PUT /x/{s} *", target: "/x/path", body: `{"s":"body","i32":1}`, want: `{"s":"path","i32":1}`},
		{name: "nor the body inside", rule: "PUT /x/{m.leaf.s} *", target: "/x/path", body: `{"m":{"leaf":{"s":"body","i":1}}}`, want: `{"m":{"leaf":{"s":"path","i":1}}}`},
		{name: "nor the field that is the body", rule: "PUT /x/{m.name} m", target: "/x/path", body: `{"name":"body","leaf":{"i":1}}`, want: `{"m":{"name":"path","leaf":{"i":1}}}`},
	})
}

func TestBody(t *testing.T) {
	t.Parallel()
	all := (&conformancev1.AllTypes{}).ProtoReflect().Descriptor()
	whole := "POST /x *"
	run(t, all, func() proto.Message { return &conformancev1.AllTypes{} }, bind.Options{}, []bindTest{
		{name: "none", rule: whole, target: "?s=q", want: `{"s":"q"}`},
		{name: "blank", rule: whole, target: "?s=q", body: " \r\n\t", want: `{"s":"q"}`},
		{name: "body before query", rule: whole, target: "?s=q&i32=1&rs=q&m.name=q&s=again", body: `{"s":"b","rs":["b"],"m":{"leaf":{"i":1}}}`, want: `{"s":"b","i32":1,"m":{"leaf":{"i":1}},"rs":["b"]}`},
		{name: "empty list in the body", rule: whole, target: "?rs=q", body: `{"rs":[]}`, want: `{}`},
		{name: "escaped name in the body", rule: whole, target: "?rs=q", body: `{"\u0072s":[]}`, want: `{}`},
		{name: "null in the body", rule: whole, target: "?rs=q&s=q", body: `{"rs":null,"s" : null}`, want: `{"s":"q","rs":["q"]}`},
		{name: "names like brackets in values", rule: whole, target: "?rs=q&s=q", body: `{"s":"}{\"rs\":[\"","i32":1,"re":[],"m":{"name":"]"}}`, want: `{"s":"}{\"rs\":[\"","i32":1,"m":{"name":"]"},"rs":["q"]}`},
		{name: "no body clause", rule: "DELETE /x/{s}", target: "/x/p?i64=5", body: `{"s":"b","i32":1,"i64":"4"}`, want: `{"s":"p","i32":1,"i64":"4"}`},
		{name: "known enums and unknown fields", rule: whole, target: "?", body: `{"nope":{"e":"x"},"e":"BLUE","re":["FAR",7]}`, want: `{"e":"BLUE","re":["FAR",7]}`},
		{name: "unknown field", rule: whole, target: "?", body: `{"nope":{"a":[1,2]},"s":"b"}`, want: `{"s":"b"}`},

		{name: "field", rule: "POST /x m", target: "?s=q&m.name=q", body: `{"leaf":{"i":1}}`, want: `{"s":"q","m":{"leaf":{"i":1}}}`},
		{name: "field without body", rule: "POST /x m", target: "?m.name=q", want: `{"m":{"name":"q"}}`},
		{name: "empty field", rule: "POST /x m", target: "?", body: `{}`, want: `{"m":{}}`},
		{name: "list field", rule: "POST /x rm", target: "?", body: ` [{"s":"a"},{"i":2}]`, want: `{"rm":[{"s":"a"},{"i":2}]}`},
		{name: "scalar field", rule: "POST /x i32", target: "?", body: `5`, want: `{"i32":5}`},
		{name: "timestamp field", rule: "POST /x dt", target: "?", body: `"2026-01-31T10:00:00Z"`, want: `{"dt":"2026-01-31T10:00:00Z"}`},
		{name: "smuggled field", rule: "POST /x i32", target: "?", body: `5,"s":"x"`, want: `400  The request body is not valid JSON.`},
	})
}

// TestBadBody looks at what all wrong bodies have in common: the status, no
// echo, and a place where there is one. The words are those of package jsonpb.
func TestBadBody(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"m":{"leaf":`, 100_000)
	tests := []struct{ name, rule, body, location string }{
		{"cut", "POST /x *", `{"s":"$ECRET$`, "s"},
		{"nothing like JSON", "POST /x *", `$ECRET$`, ""},
		{"list", "POST /x *", `["$ECRET$"]`, ""},
		{"string", "POST /x *", `"$ECRET$"`, ""},
		{"number", "POST /x *", `5`, ""},
		{"null", "POST /x *", `null`, ""},
		{"two documents", "POST /x *", `{} {"s":"$ECRET$"}`, ""},
		{"comma", "POST /x *", `{"s":"a",}`, "*"},
		{"byte order mark", "POST /x *", "\ufeff{}", ""},
		{"wrong type", "POST /x *", `{"i32":"$ECRET$"}`, "i32"},
		{"wrong type inside", "POST /x *", `{"rm":[{"i":1},{"i":"$ECRET$"}]}`, "rm[1].i"},
		{"fraction", "POST /x *", `{"rm":[],"i32":1.5}`, "i32"},
		{"unknown enum", "POST /x *", `{"e":"$ECRET$"}`, "e"},
		{"unknown enum in a list", "POST /x *", `{"nope":[{"e":"x"}],"re":["RED",2,"$ECRET$"]}`, "re[2]"},
		{"unknown enum after more", "POST /x *", `{ "s" : "]}" , "re" : [ ] , "rm":[{"s":"\\\""}], "nope" : {} , "e" : "$ECRET$" }`, "e"},
		{"unknown enum in an enum list field", "POST /x re", `["$ECRET$"]`, "re[0]"},
		{"overflow", "POST /x *", `{"i32":2147483648}`, "i32"},
		{"1e400", "POST /x *", `{"d":1e400}`, "d"},
		{"invalid UTF-8", "POST /x *", "{\"s\":\"$ECRET$\xff\"}", "s"},
		{"twice", "POST /x *", `{"s":"a","s":"$ECRET$"}`, "s"},
		{"100,000 deep", "POST /x *", deep, "*"},
		{"100,000 deep list", "POST /x *", `{"nope":` + strings.Repeat("[", 100_000), "*"},
		{"field", "POST /x m", `{"leaf":{"i":"$ECRET$"}}`, "m.leaf.i"},
		{"list field", "POST /x rm", `[{"i":"$ECRET$"}]`, "rm[0].i"},
		{"list field that is none", "POST /x rm", `{"i":"$ECRET$"}`, "rm"},
		{"deep list field", "POST /x rm", strings.Repeat("[", 100_000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			msg := &conformancev1.AllTypes{}
			plan := compile(t, msg.ProtoReflect().Descriptor(), tt.rule, bind.Options{})
			got := show(msg, plan.Bind(target(t, "/x", "/x", tt.body), msg))
			if !strings.HasPrefix(got, "400  ") || strings.Contains(got, "$ECRET$") || len(got) > 2000 {
				t.Errorf("got %.2000s", got)
			}
			text, place, _ := strings.Cut(got, "\n")
			switch {
			case tt.location == "*":
			case tt.location == "":
				if place != "" {
					t.Errorf("place = %q, want none", place)
				}
			case !strings.HasPrefix(place, "body "+tt.location+"  "):
				t.Errorf("place = %q, want %s", place, tt.location)
			}
			t.Log(text)
		})
	}
}

func TestDynamicKinds(t *testing.T) {
	t.Parallel()
	desc := dynamic("Kinds")
	no := parameter
	const stamp, span = "not a timestamp such as 2026-01-31T10:00:00Z", "not a duration such as 1.5s"
	run(t, desc, func() proto.Message { return dynamicpb.NewMessage(desc) }, bind.Options{}, []bindTest{
		{name: "timestamp", target: "?ts=2026-01-31T10:00:00.123456789Z", want: `{"ts":"2026-01-31T10:00:00.123456789Z"}`},
		{name: "timestamp without zone", target: "?ts=2026-01-31T10:00:00.5", want: `{"ts":"2026-01-31T10:00:00.500Z"}`},
		{name: "timestamp bounds", target: "?ts=9999-12-31T23:59:59.999999999Z", want: `{"ts":"9999-12-31T23:59:59.999999999Z"}`},
		{name: "timestamp too late in UTC", target: "?ts=9999-12-31T23:59:59-01:00", want: no("ts", stamp)},
		{name: "year 0", target: "?ts=0000-01-01T00:00:00Z", want: no("ts", stamp)},
		{name: "ten decimals", target: "?ts=2026-01-31T10:00:00.1234567891Z", want: no("ts", stamp)},
		{name: "comma", target: "?ts=2026-01-31T10:00:00,5Z", want: no("ts", stamp)},
		{name: "one digit", target: "?ts=2026-01-31T9:00:00Z", want: no("ts", stamp)},
		{name: "date", target: "?ts=2026-01-31", want: no("ts", stamp)},
		{name: "February 30", target: "?ts=2026-02-30T10:00:00Z", want: no("ts", stamp)},
		{name: "second 60", target: "?ts=2026-01-31T10:00:60Z", want: no("ts", stamp)},
		{name: "plus that is a space", target: "?ts=2026-01-31T10:00:00+01:00", want: no("ts", stamp)},
		{name: "empty timestamp", target: "?ts=", want: no("ts", stamp)},
		{name: "timestamp field by field", target: "?ts.seconds=5", want: `{}`},
		{name: "duration", target: "?du=-1.5s", want: `{"du":"-1.500s"}`},
		{name: "durations", target: "?rdu=0s&rdu=315576000000s", want: `{"rdu":["0s","315576000000s"]}`},
		{name: "duration too long", target: "?du=315576000000.1s", want: no("du", span)},
		{name: "duration overflow", target: "?du=99999999999999999999s", want: no("du", span)},
		{name: "duration without s", target: "?du=5", want: no("du", span)},
		{name: "duration in minutes", target: "?du=5m", want: no("du", span)},
		{name: "duration plus", target: "?du=%2B5s", want: no("du", span)},
		{name: "duration point", target: "?du=5.s", want: no("du", span)},
		{name: "duration only s", target: "?du=s", want: no("du", span)},
		{name: "duration ten decimals", target: "?du=0.1234567891s", want: no("du", span)},
		{name: "field mask", target: "?fm=title,author.lastName", want: `{"fm":"title,author.lastName"}`},
		{name: "field mask in proto names", target: "?fm=author.last_name", want: `{"fm":"author.lastName"}`},
		{name: "field mask empty", target: "?fm=", want: `{"fm":""}`},
		{name: "field mask empty path", target: "?fm=a,,b", want: no("fm", `not a list of fields such as "title,author"`)},
		{name: "field mask mixed", target: "?fm=last_nameOf", want: no("fm", `not a list of fields such as "title,author"`)},
		{name: "field mask dots", target: "?fm=a..b", want: no("fm", `not a list of fields such as "title,author"`)},
		{name: "field mask blank", target: "?fm=a,+b", want: no("fm", `not a list of fields such as "title,author"`)},
		{name: "wrappers", target: "?wi=0&ws=", want: `{"wi":0,"ws":""}`},
		{name: "wrapper wrong", target: "?wi=x", want: no("wi", "not an integer")},
		{name: "wrapper field", target: "?wi.value=5", want: `{}`},
		{name: "struct", target: "?st={}", want: no("st", "a value of any form cannot be set by a parameter")},
		{name: "in a struct", target: "?st.fields=x", want: no("st", "a value of any form cannot be set by a parameter")},
		{name: "map", target: "?labels=x", want: no("labels", "a map cannot be set by a parameter")},
		{name: "map entry", target: "?labels.a=x", want: no("labels", "a map cannot be set by a parameter")},
		{name: "JSON name", target: "?pageSize=5", want: `{"pageSize":5}`},
		{name: "proto name", target: "?page_size=5", want: `{"pageSize":5}`},
		{name: "both names", target: "?page_size=5&pageSize=6", want: no("pageSize", "given more than once")},
		{name: "name with a dot", target: "?odd.name=x", want: `{"odd.name":"x"}`},
		{name: "dynamic enum", target: "?color=BLUE", want: `{"color":"BLUE"}`},

		{name: "one member", target: "?a=x", want: `{"a":"x"}`},
		{name: "two members", target: "?a=x&b=1", want: no("b", `only one of "a" and "b" can be given`)},
		{name: "two members, one inside", target: "?c.b=1&a=x", want: no("a", `only one of "c" and "a" can be given`)},
		{name: "two members inside", target: "?c.b=1&c.a=x", want: no("c.a", `only one of "b" and "a" can be given`)},
		{name: "member in the body", rule: "POST /x *", target: "?b=1", body: `{"a":"x"}`, want: `{"a":"x"}`},
		{name: "member in the path", rule: "GET /x/{a}", target: "/x/p?b=1", want: `{"a":"p"}`},
		{name: "member in path and body", rule: "POST /x/{a} *", target: "/x/p", body: `{"b":1}`, want: `{"a":"p"}`},

		{name: "zero in the body", rule: "POST /x *", target: "?page_size=5&flag=true", body: `{"pageSize":0,"flag":false}`, want: `{}`},
		{name: "zero in the body by proto name", rule: "POST /x *", target: "?page_size=5", body: `{"page_size":0}`, want: `{}`},
		{
			name: "unknown enum inside, on the second line", rule: "POST /x *", target: "?", body: "{\"nope\":[],\n \"c\":{\"color\":\"PINK\"}}",
			want: "400  Invalid request body: line 2, column 15: c.color: unknown enum value." +
				"\nbody c.color  Invalid request body: line 2, column 15: c.color: unknown enum value.",
		},
		{name: "known enums inside", rule: "POST /x *", target: "?", body: `{"st":{"color":"PINK"},"nope":{"color":"PINK"},"c":{"labels":{"color":"PINK"},"color":"BLUE"}}`, want: `{"st":{"color":"PINK"},"c":{"labels":{"color":"PINK"},"color":"BLUE"}}`},
		{name: "map body", rule: "POST /x labels", target: "?", body: `{"a":"b"}`, want: `{"labels":{"a":"b"}}`},
		{name: "struct body", rule: "POST /x st", target: "?", body: `{"a":[1]}`, want: `{"st":{"a":[1]}}`},
	})
}

func TestRequiredAndDefaults(t *testing.T) {
	t.Parallel()
	desc := dynamic("Needs")
	const rest = `"size":50,"color":"BLUE","wait":"1.500s"}`
	missing := func(text string, places ...string) string {
		s := "400 required " + text
		for _, p := range places {
			_, name, _ := strings.Cut(p, " ")
			s += "\n" + p + " required The required field \"" + name + "\" is missing."
		}
		return s
	}
	run(t, desc, func() proto.Message { return dynamicpb.NewMessage(desc) }, bind.Options{}, []bindTest{
		{name: "all there", rule: "POST /x *", target: "?", body: `{"id":"a","part":{"title":"t"}}`, want: `{"id":"a","part":{"title":"t","pages":7},` + rest},
		{name: "by query", target: "?id=a&part.title=t&part.pages=1", want: `{"id":"a","part":{"title":"t","pages":1},` + rest},
		{name: "zero given", target: "?id=a&part.title=t&size=0&color=RED&wait=0s&part.pages=0", want: `{"id":"a","part":{"title":"t","pages":0},"wait":"0s"}`},
		{name: "zero in the body", rule: "POST /x *", target: "?", body: `{"id":"a","part":{"title":"t","pages":0},"size":0,"color":null}`, want: `{"id":"a","part":{"title":"t","pages":0},"color":"BLUE","wait":"1.500s"}`},
		{name: "zero in the path", rule: "GET /x/{size}", target: "/x/0?id=a&part.title=t", want: `{"id":"a","part":{"title":"t","pages":7},"color":"BLUE","wait":"1.500s"}`},
		{name: "nothing", target: "?", want: missing(`The required fields "id" and "part" are missing.`, "parameter id", "parameter part")},
		{name: "one", rule: "POST /x part", target: "?id=a", body: `{}`, want: missing(`The required field "part.title" is missing.`, "body part.title")},
		{name: "empty", target: "?id=&part.title=t", want: missing(`The required field "id" is missing.`, "parameter id")},
		{name: "inside", rule: "POST /x *", target: "?", body: `{"part":{"inner":{"inner":{}}},"parts":[{"title":"t"},{}],"byName":{"b":{},"a":{"title":"t"},"c d":{}}}`, want: missing(
			`The required fields "id", "part.title", "part.inner.title", "part.inner.inner.title", "parts[1].title", "byName[\"b\"].title" and "byName[\"c d\"].title" are missing.`,
			"body id", "body part.title", "body part.inner.title", "body part.inner.inner.title", "body parts[1].title", `body byName["b"].title`, `body byName["c d"].title`)},
		{name: "part of a resource", rule: "PATCH /x/{id} part", target: "/x/a", body: `{"inner":{}}`, want: `{"id":"a","part":{"inner":{}},` + rest},
		{name: "whole resource", rule: "PUT /x/{id} part", target: "/x/a", body: `{"inner":{"title":"t"}}`, want: missing(`The required field "part.title" is missing.`, "body part.title")},
		{name: "invalid before missing", target: "?size=x", want: parameter("size", "not an integer")},
	})
	t.Run("many", func(t *testing.T) {
		t.Parallel()
		plan := compile(t, desc, "POST /x *", bind.Options{})
		msg := dynamicpb.NewMessage(desc)
		got := show(msg, plan.Bind(target(t, "/x", "/x", `{"id":"a","part":{"title":"t"},"parts":[{}`+strings.Repeat(",{}", 999)+`]}`), msg))
		if n := strings.Count(got, "\n"); n != 20 || !strings.Contains(got, "are missing. 980 more are missing.\n") {
			t.Errorf("%d violations in %s", n, got)
		}
	})
}

func TestLibrary(t *testing.T) {
	t.Parallel()
	run(t, (&libraryv1.UpdateShelfRequest{}).ProtoReflect().Descriptor(), func() proto.Message { return &libraryv1.UpdateShelfRequest{} }, bind.Options{}, []bindTest{
		{name: "patch", rule: "PATCH /v1/{shelf.name=shelves/*} shelf", target: "/v1/shelves/a%2Fb", body: `{"name":"shelves/evil","holder":"me"}`, want: `{"shelf":{"name":"shelves/a%2Fb","holder":"me"}}`},
	})
	run(t, (&libraryv1.ListShelvesRequest{}).ProtoReflect().Descriptor(), func() proto.Message { return &libraryv1.ListShelvesRequest{} }, bind.Options{}, []bindTest{
		{name: "default", target: "?", want: `{"pageSize":50}`},
		{name: "no default", target: "?page_size=0", want: `{"pageSize":0}`},
	})
}

func TestOptions(t *testing.T) {
	t.Parallel()
	desc := (&conformancev1.AllTypes{}).ProtoReflect().Descriptor()
	newMessage := func() proto.Message { return &conformancev1.AllTypes{} }
	unknown := func(name string) string {
		return "400 invalidParameter Unknown parameter \"" + name + "\".\nparameter " + name + " invalidParameter Unknown parameter \"" + name + "\"."
	}
	const nameless = "400 invalidParameter The query has an unknown parameter.\nparameter  invalidParameter The query has an unknown parameter."
	run(t, desc, newMessage, bind.Options{RejectUnknownParameters: true, OtherParameters: []string{"key"}}, []bindTest{
		{name: "known", target: "?s=a&key=1", want: `{"s":"a"}`},
		{name: "unknown", target: "?nope=a", want: unknown("nope")},
		{name: "unknown inside", target: "?m.nope=a", want: unknown("m.nope")},
		{name: "not to be repeated", target: "?%0A=1", want: nameless},
		{name: "not UTF-8", target: "?%FF=1", want: nameless},
		{name: "too long", target: "?" + strings.Repeat("x", 101) + "=1", want: nameless},
		{name: "unknown field is still ignored", rule: "POST /x *", target: "?", body: `{"nope":1}`, want: `{}`},
	})
	t.Run("fields", func(t *testing.T) {
		t.Parallel()
		plan := compile(t, desc, "POST /x *", bind.Options{RejectUnknownFields: true})
		msg := newMessage()
		got := show(msg, plan.Bind(target(t, "/x", "/x?nope=1", `{"nope":1}`), msg))
		if !strings.HasPrefix(got, "400  Invalid request body: line 1, column 2: nope: ") {
			t.Error(got)
		}
	})
	run(t, desc, newMessage, bind.Options{MaxParameters: 3, MaxDepth: 3}, []bindTest{
		{name: "three", target: "?rs=1&rs=2&rs=3", want: `{"rs":["1","2","3"]}`},
		{name: "four", target: "?rs=1&rs=2&rs=3&", want: "400  The query has more than 3 parameters."},
		{name: "three parts", target: "?m.leaf.s=1", want: `{"m":{"leaf":{"s":"1"}}}`},
		{name: "four parts", target: "?a=1&m.leaf.s.x=1", want: "400 invalidParameter The name of parameter number 2 of the query has more than 3 parts." +
			"\nparameter  invalidParameter The name of parameter number 2 of the query has more than 3 parts."},
	})
	run(t, desc, newMessage, bind.Options{}, []bindTest{
		{name: "10,000 parameters", target: "?" + strings.Repeat("rs=1&", 10_000), want: "400  The query has more than 1000 parameters."},
		{name: "many wrong ones", target: "?" + strings.Repeat("i32=x&", 900)[:900*6-1], want: "400 invalidParameter Invalid value for parameter \"i32\": not an integer. 899 more parameters are invalid." +
			"\nparameter i32 invalidParameter Invalid value for parameter \"i32\": not an integer." +
			strings.Repeat("\nparameter i32 invalidParameter Invalid value for parameter \"i32\": given more than once.", 19)},
	})
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		desc protoreflect.MessageDescriptor
		rule string
		want string
	}{
		{"unknown variable", dynamic("Kinds"), "GET /{nope}", `path variable {nope}: message test.Kinds has no field "nope"`},
		{"unknown inside", dynamic("Kinds"), "GET /{c.nope}", `path variable {c.nope}: message test.Kinds has no field "nope"`},
		{"JSON name", dynamic("Kinds"), "GET /{pageSize}", `path variable {pageSize}: message test.Kinds has no field "pageSize"`},
		{"message", dynamic("Kinds"), "GET /{c}", "path variable {c}: field test.Kinds.c is a message"},
		{"struct", dynamic("Kinds"), "GET /{st}", "path variable {st}: field test.Kinds.st is a message"},
		{"repeated", dynamic("Kinds"), "GET /{rs}", "path variable {rs}: field test.Kinds.rs is repeated"},
		{"map", dynamic("Kinds"), "GET /{labels}", "path variable {labels}: field test.Kinds.labels is a map"},
		{"inside a scalar", dynamic("Kinds"), "GET /{a.b}", "path variable {a.b}: field test.Kinds.a has no fields"},
		{"inside a timestamp", dynamic("Kinds"), "GET /{ts.seconds}", "path variable {ts.seconds}: field test.Kinds.ts has no fields"},
		{"inside a list", dynamic("Needs"), "GET /{parts.title}", "path variable {parts.title}: field test.Needs.parts is repeated"},
		{"body", dynamic("Kinds"), "POST /x nope", `body "nope": message test.Kinds has no field of this name`},
		{"body inside", dynamic("Kinds"), "POST /x c.a", `body "c.a": message test.Kinds has no field of this name`},
		{"body by JSON name", dynamic("Kinds"), "POST /x pageSize", `body "pageSize": message test.Kinds has no field of this name`},
		{"body and variable", dynamic("Kinds"), "POST /{a} a", "path variable {a}: field test.Kinds.a is also the body"},
		{
			"all at once", dynamic("Wrong"), "POST /{x}/{y} z", `field test.Wrong.n: default "many": not an integer
field test.Wrong.r: a repeated field or map cannot have a default
field test.Wrong.m: default "x": a message cannot be set as a whole, only its fields can
field test.Wrong.q: a required field cannot have a default
field test.Wrong.o: a member of a oneof cannot have a default
field test.Wrong.In.size: with a default inside another message it must be optional, to tell its zero value from none
body "z": message test.Wrong has no field of this name
path variable {x}: message test.Wrong has no field "x"
path variable {y}: message test.Wrong has no field "y"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := bind.NewCompiler(bind.Options{}).Compile(tt.desc, rule(t, tt.rule))
			if err == nil || err.Error() != tt.want {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
}
