package route_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	lit := func(s string) route.Segment { return route.Segment{Kind: route.Literal, Text: s, Raw: s} }
	wild := route.Segment{Kind: route.Wildcard, Raw: "*"}
	rest := route.Segment{Kind: route.Rest, Raw: "**"}
	tests := []struct {
		text      string
		segments  []route.Segment
		variables []route.Variable
		verb      string
	}{
		{text: "/"},
		{text: "/v1", segments: []route.Segment{lit("v1")}},
		{text: "/v1/shelves", segments: []route.Segment{lit("v1"), lit("shelves")}},
		{text: "/dots.a/b-c_d~e", segments: []route.Segment{lit("dots.a"), lit("b-c_d~e")}},
		{text: "/a:b/c", segments: []route.Segment{lit("a:b"), lit("c")}},
		{text: "/@a/$b!&'()+,;=", segments: []route.Segment{lit("@a"), lit("$b!&'()+,;=")}},
		{text: "/café", segments: []route.Segment{lit("café")}},
		{
			text:     "/caf%C3%A9/a%2Fb",
			segments: []route.Segment{{Text: "café", Raw: "caf%C3%A9"}, {Text: "a/b", Raw: "a%2Fb"}},
		},
		{text: "/*", segments: []route.Segment{wild}},
		{text: "/**", segments: []route.Segment{rest}},
		{text: "/a/*/b/**", segments: []route.Segment{lit("a"), wild, lit("b"), rest}},
		{text: "/a:v", segments: []route.Segment{lit("a")}, verb: "v"},
		{text: "/a:b:v", segments: []route.Segment{lit("a:b")}, verb: "v"},
		{text: "/a%3Ab", segments: []route.Segment{{Text: "a:b", Raw: "a%3Ab"}}},
		{text: "/*:v", segments: []route.Segment{wild}, verb: "v"},
		{text: "/**:v", segments: []route.Segment{rest}, verb: "v"},
		{text: "/a:%76", segments: []route.Segment{lit("a")}, verb: "v"},
		{text: "/{a}", segments: []route.Segment{wild}, variables: []route.Variable{{FieldPath: "a", Last: 1}}},
		{text: "/{a=*}", segments: []route.Segment{wild}, variables: []route.Variable{{FieldPath: "a", Last: 1}}},
		{text: "/{a=b}", segments: []route.Segment{lit("b")}, variables: []route.Variable{{FieldPath: "a", Last: 1}}},
		{
			text:      "/v1/{a.b_2.C}/x/{d}:verb",
			segments:  []route.Segment{lit("v1"), wild, lit("x"), wild},
			variables: []route.Variable{{FieldPath: "a.b_2.C", First: 1, Last: 2}, {FieldPath: "d", First: 3, Last: 4}},
			verb:      "verb",
		},
		{
			text:      "/v1/{name=shelves/*/books/*}/pages",
			segments:  []route.Segment{lit("v1"), lit("shelves"), wild, lit("books"), wild, lit("pages")},
			variables: []route.Variable{{FieldPath: "name", First: 1, Last: 5, Multi: true}},
		},
		{
			text:      "/v1/{name=**}:get",
			segments:  []route.Segment{lit("v1"), rest},
			variables: []route.Variable{{FieldPath: "name", First: 1, Last: 2, Multi: true}},
			verb:      "get",
		},
		{
			text:      "/v1/{name=files/**}",
			segments:  []route.Segment{lit("v1"), lit("files"), rest},
			variables: []route.Variable{{FieldPath: "name", First: 1, Last: 3, Multi: true}},
		},
		{
			text:      "/{a}:b",
			segments:  []route.Segment{wild},
			variables: []route.Variable{{FieldPath: "a", Last: 1}},
			verb:      "b",
		},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, err := route.Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.segments, got.Segments()); d != "" {
				t.Errorf("segments (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.variables, got.Variables()); d != "" {
				t.Errorf("variables (-want +got):\n%s", d)
			}
			if got.Verb() != tt.verb {
				t.Errorf("verb = %q, want %q", got.Verb(), tt.verb)
			}
			if got.String() != tt.text {
				t.Errorf("String() = %q, want %q", got.String(), tt.text)
			}
		})
	}
}

func TestParseError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		column     int
		message    string
	}{
		{"nothing", "", 1, `a template starts with "/"`},
		{"relative", "a/b", 1, `a template starts with "/"`},
		{"empty segment", "/a//b", 4, "the segment is empty"},
		{"slash at the end", "/a/", 4, "the segment is empty"},
		{"only a verb", "/:v", 2, "the segment is empty"},
		{"verb after a slash", "/a/:v", 4, "the segment is empty"},
		{"no verb", "/a:", 4, `a verb must follow ":"`},
		{"no verb after a variable", "/{a}:", 6, `a verb must follow ":"`},
		{"verb in the middle", "/{a}:v/b", 7, `unexpected "/" in the verb, which ends a template`},
		{"two verbs", "/{a}:v:w", 7, `unexpected ":" in the verb, which ends a template`},
		{"query", "/a?b", 3, "the character '?' must be percent-encoded"},
		{"fragment", "/a#b", 3, "the character '#' must be percent-encoded"},
		{"blank", "/a b", 3, "the character ' ' must be percent-encoded"},
		{"bracket", "/a[b", 3, "the character '[' must be percent-encoded"},
		{"control", "/a\x00", 3, `the character '\x00' must be percent-encoded`},
		{"column counts characters", "/éé b", 4, "the character ' ' must be percent-encoded"},
		{"short escape", "/a%2", 3, `"%" needs two hexadecimal digits`},
		{"bad escape", "/a%zz", 3, `"%" needs two hexadecimal digits`},
		{"escaped rubbish", "/a%FF", 2, "the percent-encoded text is not valid UTF-8"},
		{"rubbish", "/a\xff", 3, "the template is not valid UTF-8"},
		{"glob", "/a*", 3, `"*" must be a segment by itself (as text it is written %2A)`},
		{"three asterisks", "/***", 2, `"*" must be a segment by itself (as text it is written %2A)`},
		{"rest in the middle", "/**/a", 5, `nothing but a verb may follow "**"`},
		{"rest in a variable in the middle", "/{a=**}/b", 9, `nothing but a verb may follow "**"`},
		{"rest then more in a variable", "/{a=**/b}", 8, `nothing but a verb may follow "**"`},
		{"not closed", "/{a", 4, `the variable is not closed with "}"`},
		{"not closed after =", "/{a=*", 6, `the variable is not closed with "}"`},
		{"not closed at once", "/{", 3, `the variable is not closed with "}"`},
		{"no name", "/{}", 3, `expected the name of a field, found "}"`},
		{"no name after a dot", "/{a.}", 5, `expected the name of a field, found "}"`},
		{"digit first", "/{1a}", 3, `expected the name of a field, found "1"`},
		{"hyphen in a name", "/{a-b}", 4, `unexpected "-" in a variable`},
		{"blank in a name", "/{a }", 4, `unexpected " " in a variable`},
		{"nothing after =", "/{a=}", 5, "the segment is empty"},
		{"slash before }", "/{a=b/}", 7, "the segment is empty"},
		{"nested", "/{a={b}}", 5, "a variable may not hold another"},
		{"nested further on", "/{a=b/{c}}", 7, "a variable may not hold another"},
		{"text after a variable", "/{a}b", 5, `expected "/", ":" or the end after a segment`},
		{"text before a variable", "/a{b}", 3, `expected "/", ":" or the end after a segment`},
		{"two variables", "/{a}{b}", 5, `expected "/", ":" or the end after a segment`},
		{"closed twice", "/{a}}", 5, `expected "/", ":" or the end after a segment`},
		{"closed, never opened", "/a}", 3, `expected "/", ":" or the end after a segment`},
		{"twice", "/{a}/{b}/{a}", 10, `the field "a" is filled twice`},
		{"long", "/" + strings.Repeat("x", 257), 2, "the segment is longer than 256 bytes"},
		{"long verb", "/a:" + strings.Repeat("x", 257), 4, "the verb is longer than 256 bytes"},
		{"many segments", strings.Repeat("/a", 33), 66, "more than 32 segments"},
		{"many wildcards", strings.Repeat("/*", 17), 34, "more than 16 variables and wildcards"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := route.Parse(tt.text)
			e, ok := errors.AsType[*route.ParseError](err)
			if !ok {
				t.Fatalf("Parse(%q) = %v, want a ParseError", tt.text, err)
			}
			if e.Column != tt.column || e.Message != tt.message {
				t.Errorf("column %d: %s\nwant column %d: %s", e.Column, e.Message, tt.column, tt.message)
			}
		})
	}
	_, err := route.Parse("/a//b")
	if got, want := err.Error(), `path template "/a//b", column 4: the segment is empty`; got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"/", "/v1/{name=shelves/*/books/*}:move", "/{a.b}/**", "/a:b/c:d", "/%41/{x=**}", "/{a=b}", "//", "/{", "/{a={b}}", "/é%zz",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := route.Parse(text)
		if err != nil {
			e, ok := errors.AsType[*route.ParseError](err)
			if !ok || e.Column < 1 || e.Column > len(text)+1 {
				t.Fatalf("Parse(%q): %v", text, err)
			}
			return
		}
		if got := rebuild(tmpl); got != strings.ReplaceAll(text, "=*}", "}") {
			t.Errorf("Parse(%q) reads back as %q", text, got)
		}
	})
}

// rebuild writes a template from its parts.
func rebuild(tmpl *route.Template) string {
	segments, variables := tmpl.Segments(), tmpl.Variables()
	if len(segments) == 0 {
		return "/"
	}
	var b strings.Builder
	for i := 0; i < len(segments); {
		b.WriteByte('/')
		if len(variables) == 0 || variables[0].First != i {
			b.WriteString(segments[i].Raw)
			i++
			continue
		}
		v := variables[0]
		variables = variables[1:]
		b.WriteString("{" + v.FieldPath)
		if v.Last-v.First > 1 || segments[i].Kind != route.Wildcard {
			for c := "="; i < v.Last; c = "/" {
				b.WriteString(c + segments[i].Raw)
				i++
			}
		}
		i = v.Last
		b.WriteByte('}')
	}
	if tmpl.Verb() != "" {
		// The verb as it was written is what follows the last colon.
		b.WriteString(tmpl.String()[strings.LastIndexByte(tmpl.String(), ':'):])
	}
	return b.String()
}
