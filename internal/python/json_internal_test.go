package python

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want string // as appendJSON writes it; "" if it is no JSON
	}{
		{" \t\r\n{ } ", `{}`},
		{`[1,-0,1.5,1e5,1E-5,1.0e+5]`, `[1,-0,1.5,1e5,1E-5,1.0e+5]`},
		{`[NaN,Infinity,-Infinity]`, `[NaN,Infinity,-Infinity]`},
		{`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{`"\u00e9\/\b\f\n\r\t\"\\"`, `"\u00e9/\b\f\n\r\t\"\\"`},
		{`"\ud83d\ude00"`, `"\ud83d\ude00"`},
		{`"\ud83d"`, `"\ufffd"`},
		{`"\ude00\ud83d"`, `"\ufffd\ufffd"`},
		{`"\ud83d\u0041"`, `"\ufffdA"`},
		{`"\ud83d\ud83d\ude00"`, `"\ufffd\ud83d\ude00"`},
		{`"\ud83dx"`, `"\ufffdx"`},
		{`null`, `null`},
		{`true`, `true`},
		{"\ufeff{}", ""},
		{``, ""},
		{`{`, ""},
		{`{"a"`, ""},
		{`{"a":`, ""},
		{`{"a":1`, ""},
		{`{"a":1,}`, ""},
		{`{a:1}`, ""},
		{`{'a':1}`, ""},
		{`[1,]`, ""},
		{`[1`, ""},
		{`[1 2]`, ""},
		{`01`, ""},
		{`1.`, ""},
		{`.5`, ""},
		{`1e`, ""},
		{`-`, ""},
		{`+1`, ""},
		{`0x1`, ""},
		{`nan`, ""},
		{`Infinit`, ""},
		{`nul`, ""},
		{`{} {}`, ""},
		{"\"a\nb\"", ""},
		{"\"\\n\x00\"", ""},
		{`"\x41"`, ""},
		{`"\u12"`, ""},
		{`"\u12g4"`, ""},
		{`"\`, ""},
		{`"\u`, ""},
		{`"a`, ""},
		{"\"\xff\"", ""},
		{"\"\\n\xff\"", ""},
		{"// comment\n1", ""},
	}
	for _, tt := range tests {
		v, ok, err := parseJSON([]byte(tt.in), 10)
		got := ""
		if ok {
			got = string(v.appendJSON(nil))
		}
		if got != tt.want || err != nil {
			t.Errorf("parseJSON(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestParseJSONLimits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want error
	}{
		{`[{"a":[]}]`, nil},
		{`[{"a":[[]]}]`, errDeep},
		{`[[],[],[[]]]`, nil},
		{strings.Repeat("[", 1000000), errDeep},
		{"[" + strings.Repeat("0,", maxValues-2) + "0]", nil},
		{"[" + strings.Repeat("0,", maxValues-1) + "0]", errMany},
	} {
		if _, ok, err := parseJSON([]byte(tt.in), 3); err != tt.want || ok != (err == nil) {
			t.Errorf("%.20s: ok %v, error %v, want %v", tt.in, ok, err, tt.want)
		}
	}
}

// FuzzParseJSON compares with encoding/json: both take the same texts, but for
// the bare words and for strings that are not UTF-8.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e-3,"\u00e9",null,true]}`, `[NaN]`, `"\ud83d"`, `{"a":1,}`, "\"\xff\"", `-`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, ok, err := parseJSON(data, 100)
		if err != nil {
			return
		}
		bare := bytes.Contains(data, []byte("NaN")) || bytes.Contains(data, []byte("Infinity"))
		if want := json.Valid(data) && utf8.Valid(data); ok != want && !(ok && bare) {
			t.Errorf("ok is %v, want %v", ok, want)
		}
		if ok && !bare && !json.Valid(v.appendJSON(nil)) {
			t.Errorf("written as %s", v.appendJSON(nil))
		}
	})
}

func TestParseForm(t *testing.T) {
	t.Parallel()
	got, ok := parseForm("a=1&b&=c&&d=e=f;g=+%2B%&h=%zz%4&%61=%C3%A9", 8)
	want := []pair{{"a", "1"}, {"b", ""}, {"", "c"}, {"d", "e=f"}, {"g", " +%"}, {"h", "%zz%4"}, {"a", "é"}}
	if !ok || len(got) != len(want) {
		t.Fatalf("got %v, %v", got, ok)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("pair %d is %q, want %q", i, got[i], want[i])
		}
	}
	if _, ok := parseForm("a&b&c", 2); ok {
		t.Error("three pairs are not too many for a limit of two")
	}
}

// FuzzParseForm compares with net/url where that takes the query.
func FuzzParseForm(f *testing.F) {
	f.Add("a=1&b&=c&a=%C3%A9+x")
	f.Add("a=%zz;b")
	f.Fuzz(func(t *testing.T, query string) {
		pairs, ok := parseForm(query, 1<<20)
		if !ok {
			t.Fatal("too many")
		}
		want, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		got := make(url.Values)
		for _, p := range pairs {
			got.Add(p.name, p.value)
		}
		if got.Encode() != want.Encode() {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
