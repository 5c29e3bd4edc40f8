package java_test

import (
	"net/url"
	"testing"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"google.golang.org/protobuf/proto"
)

const refused = "refused"

// bindOne binds a request to m and returns it as compact JSON of the original,
// or refused.
func bindOne(t *testing.T, in *bind.Input, m proto.Message) string {
	t.Helper()
	if err := new(java.Binder).Bind(in, m); err != nil {
		return refused
	}
	got, err := java.Append(nil, m, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// Texts in a query and JSON values in a body, for properties that may be null.
func TestScalars(t *testing.T) {
	for _, tt := range []struct{ field, value, text, json string }{
		// value stands in the query as it is, and in the body as JSON.
		{"intBoxed", `2147483647`, `2147483647`, `2147483647`},
		{"intBoxed", `-2147483648`, `-2147483648`, `-2147483648`},
		{"intBoxed", `2147483648`, refused, refused},
		{"intBoxed", `2147483647.9`, refused, `2147483647`},
		{"intBoxed", `-2147483648.9`, refused, `-2147483648`},
		{"intBoxed", `2147483648.0`, refused, refused},
		{"intBoxed", `1e-400`, refused, `0`},
		{"intBoxed", `-0.5`, refused, `0`},
		{"intBoxed", `true`, refused, refused},
		{"intBoxed", `null`, ``, ``},
		{"intBoxed", `""`, refused, ``},
		{"intBoxed", `" 7 "`, refused, `7`},
		{"intBoxed", `"null"`, refused, ``},
		{"intBoxed", `"7.0"`, refused, refused},
		{"intBoxed", `"٧"`, refused, refused},
		{"intBoxed", `"1_0"`, refused, refused},
		{"intBoxed", `{}`, refused, refused},
		{"longBoxed", `9223372036854775807`, `"9223372036854775807"`, `"9223372036854775807"`},
		{"longBoxed", `9223372036854775808`, refused, refused},
		{"longBoxed", `-9223372036854775808.0`, refused, `"-9223372036854775808"`},
		{"longBoxed", `9223372036854775807.0`, refused, refused},
		{"longBoxed", `+7`, `"7"`, refused},
		{"boolBoxed", `true`, `true`, `true`},
		{"boolBoxed", `"True"`, refused, `true`},
		{"boolBoxed", `" false "`, refused, `false`},
		{"boolBoxed", `-0`, refused, `false`},
		{"boolBoxed", `99999999999999999999`, refused, `true`},
		{"boolBoxed", `1.0`, refused, refused},
		{"boolBoxed", `"FALSE"`, refused, refused},
		{"doubleBoxed", `-0`, `-0.0`, `0.0`},
		{"doubleBoxed", `-0.0`, `-0.0`, `-0.0`},
		{"doubleBoxed", `1e400`, `"Infinity"`, `"Infinity"`},
		{"doubleBoxed", `"NaN"`, refused, `"NaN"`},
		{"doubleBoxed", `"-INF"`, refused, `"-Infinity"`},
		{"doubleBoxed", `"inf"`, refused, refused},
		{"doubleBoxed", `"+.5E+1"`, refused, `5.0`},
		{"doubleBoxed", `"5."`, refused, `5.0`},
		{"doubleBoxed", `"."`, refused, refused},
		{"doubleBoxed", `"1e"`, refused, refused},
		{"doubleBoxed", `"1f"`, refused, refused},
		{"doubleBoxed", `"0x1p3"`, refused, refused},
		{"doubleBoxed", `"1_0"`, refused, refused},
		{"doubleBoxed", `false`, refused, refused},
		{"floatBoxed", `1e39`, `"Infinity"`, `"Infinity"`},
		{"floatBoxed", `16777217`, `1.6777216E7`, `1.6777216E7`},
		{"str", `1.50`, `"1.50"`, `"1.5"`},
		{"str", `1e21`, `"1e21"`, `"1.0E21"`},
		{"str", `-0`, `"-0"`, `"0"`},
		{"str", `true`, `"true"`, `"true"`},
		{"str", `null`, `"null"`, ``},
		{"str", `[]`, `"[]"`, refused},
		{"color", `2`, `"BLUE"`, `"BLUE"`},
		{"color", `02`, `"BLUE"`, refused},
		{"color", `3`, refused, refused},
		{"color", `-1`, refused, refused},
		{"color", `" 1"`, refused, `"GREEN"`},
		{"color", `" RED"`, refused, refused},
		{"color", `1.0`, refused, refused},
		{"color", `null`, refused, ``},
		{"bytes", `"AQ=="`, refused, `"AQ"`},
		{"bytes", `"AQ="`, refused, refused},
		{"bytes", `"AQ==="`, refused, refused},
		{"bytes", `"AR"`, refused, `"AQ"`},
		{"bytes", `"+_/-"`, refused, `"-__-"`},
		{"bytes", `"AQ\n=="`, refused, refused},
		{"bytes", `[1,-1,255,2.9]`, refused, `"Af__Ag"`},
		{"bytes", `[]`, refused, ``},
		{"bytes", `[null]`, refused, refused},
		{"bytes", `[true]`, refused, refused},
		{"bytes", `1`, refused, refused},
	} {
		want := func(v string) string {
			switch v {
			case refused:
				return refused
			case "":
				return "{}"
			}
			return `{"` + tt.field + `":` + v + `}`
		}
		if got := bindOne(t, &bind.Input{RawQuery: tt.field + "=" + url.QueryEscape(tt.value)}, new(all)); got != want(tt.text) {
			t.Errorf("query %s=%s: %s, want %s", tt.field, tt.value, got, want(tt.text))
		}
		if got := bindOne(t, &bind.Input{Body: []byte(`{"` + tt.field + `":` + tt.value + `}`)}, new(all)); got != want(tt.json) {
			t.Errorf("body %s: %s: %s, want %s", tt.field, tt.value, got, want(tt.json))
		}
	}
}

// A required number or bool is a Java primitive: no text makes it null.
func TestPrimitives(t *testing.T) {
	for _, tt := range []struct{ query, body, want string }{
		{"a=", "", `{"a":0}`},
		{"a=null", "", `{"a":0}`},
		{"", `{"a":""}`, `{"a":0}`},
		{"", `{"a":null}`, refused},
		{"a=1", `{"a":null}`, refused},
		{"", `{}`, refused},
	} {
		if got := bindOne(t, &bind.Input{RawQuery: tt.query, Body: []byte(tt.body)}, new(conformancev1.JavaIntParam)); got != tt.want {
			t.Errorf("%q %q: %s, want %s", tt.query, tt.body, got, tt.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"2011-02-03", "2011-02-03T00:00:00.000Z"},
		{"2011-02-03T04:05:06", "2011-02-03T04:05:06.000Z"},
		{"2011-02-03t04:05:06z", "2011-02-03T04:05:06.000Z"},
		{"2011-02-03T04:05:06.7Z", "2011-02-03T04:05:06.700Z"},
		{"2011-02-03T04:05:06.9999999999999", "2011-02-03T04:05:06.999Z"},
		{"2011-02-03T04:05:06.5-08:00", "2011-02-03T12:05:06.500Z"},
		{"2012-02-29T23:59:59+23:59", "2012-02-29T00:00:59.000Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
		{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
		{"0001-01-01T00:00:00+00:01", refused},
		{"9999-12-31T23:59:59-00:01", refused},
		{"0000-01-01", refused},
		{"2011-02-29", refused},
		{"2011-13-01", refused},
		{"2011-00-01", refused},
		{"2011-01-00", refused},
		{"2011-02-03T24:00:00Z", refused},
		{"2011-02-03T00:60:00Z", refused},
		{"2011-02-03T23:59:60Z", refused},
		{"2011-02-03T04:05Z", refused},
		{"2011-02-03T04:05:06.Z", refused},
		{"2011-02-03T04:05:06+0100", refused},
		{"2011-02-03T04:05:06+24:00", refused},
		{"2011-02-03T04:05:06+01:00x", refused},
		{"2011-02-03Z", refused},
		{"2011-02-03 04:05:06Z", refused},
		{" 2011-02-03", refused},
		{"20110203", refused},
		{"2011-2-3", refused},
		{"10000-01-01", refused},
		{"1234567890123", refused},
		{"", refused},
		{"null", refused},
	} {
		want := `{"q":"` + tt.want + `"}`
		if tt.want == refused {
			want = refused
		}
		if got := bindOne(t, &bind.Input{RawQuery: "q=" + url.QueryEscape(tt.text)}, new(conformancev1.JavaOptDate)); got != want {
			t.Errorf("%q: %s, want %s", tt.text, got, want)
		}
	}
}
