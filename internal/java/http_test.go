package java_test

import (
	"net/http"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"github.com/google/go-cmp/cmp"
)

func TestPrettyPrint(t *testing.T) {
	for _, tt := range []struct {
		query     string
		byDefault bool
		want      bool
	}{
		{"", true, true}, {"", false, false}, {"pp=0", true, true}, {"x&y=1", false, false},
		{"prettyPrint=true", false, true}, {"prettyPrint=TRUE", false, true}, {"a=1&prettyPrint=True", false, true},
		{"prettyPrint=false", true, false}, {"prettyPrint", true, false}, {"prettyPrint=", true, false},
		{"prettyPrint=1", true, false}, {"prettyPrint=yes", true, false}, {"prettyPrint=%20true", true, false},
		{"prettyPrint=false&prettyPrint=true", true, false}, {"prettyPrint=true&prettyPrint=false", false, true},
		{"prettyprint=true", false, false}, {"%70rettyPrint=tru%65", false, true}, {"prettyPrint=%zz", true, false}, {"%zz=1", true, true},
	} {
		if got := java.PrettyPrint(tt.query, tt.byDefault); got != tt.want {
			t.Errorf("PrettyPrint(%q, %v) = %v", tt.query, tt.byDefault, got)
		}
	}
}

func TestCleanPath(t *testing.T) {
	for _, tt := range []struct{ path, base, want string }{
		{"/_ah/api/misc/v1/same", "/_ah/api/", "/_ah/api/misc/v1/same"},
		{"/_ah/api/misc/v1/same/", "/_ah/api/", "/_ah/api/misc/v1/same"},
		{"/_ah/api/misc/v1/same//", "/_ah/api", "/_ah/api/misc/v1/same"},
		{"/_ah/api///misc/v1/same", "/_ah/api/", "/_ah/api/misc/v1/same"},
		{"/_ah/api/misc//v1/./same", "/_ah/api/", "/_ah/api/misc//v1/./same"},
		{"/_ah/api/", "/_ah/api/", "/_ah/api/"},
		{"/_ah/api", "/_ah/api/", "/_ah/api"},
		{"/_ah/apix/y/", "/_ah/api/", "/_ah/apix/y/"},
		{"/other/", "/_ah/api/", "/other/"},
		{"/a/b/", "/", "/a/b"},
		{"", "/", ""},
	} {
		if got := java.CleanPath(tt.path, tt.base); got != tt.want {
			t.Errorf("CleanPath(%q, %q) = %q, want %q", tt.path, tt.base, got, tt.want)
		}
	}
}

func TestDecodeVariable(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{"abc", "abc"}, {"", ""}, {"a+b", "a b"}, {"a%2Bb%2fc", "a+b/c"}, {"%2525", "%25"}, {"a;x=1", "a;x=1"}, {"a:c,d", "a:c,d"},
		{"%C3%A9", "é"}, {"é", "é"}, {"%FF", "\ufffd"}, {"%C3x", "\ufffdx"},
		{"%E2%82", "\ufffd"}, {"%E2%82%41", "\ufffdA"}, {"%ED%A0%80", "\ufffd"}, {"%F0%9D%84", "\ufffd"}, {"%F8%80", "\ufffd\ufffd"}, {"%C0%80", "\ufffd\ufffd"},
	} {
		if got, err := java.DecodeVariable(tt.raw); err != nil || got != tt.want {
			t.Errorf("DecodeVariable(%q) = %q, %v; want %q", tt.raw, got, err, tt.want)
		}
	}
	for _, raw := range []string{"%", "%4", "a%zz", "%4g"} {
		if got, err := java.DecodeVariable(raw); err == nil {
			t.Errorf("DecodeVariable(%q) = %q, want an error", raw, got)
		}
	}
}

func TestCORS(t *testing.T) {
	const origin = "https://example.com"
	preflight := http.Header{
		"Access-Control-Allow-Origin":      {origin},
		"Access-Control-Allow-Methods":     {"DELETE,GET,HEAD,PATCH,POST,PUT"},
		"Access-Control-Max-Age":           {"3600"},
		"Access-Control-Allow-Credentials": {"true"},
	}
	with := func(k, v string) http.Header {
		h := preflight.Clone()
		h.Set(k, v)
		if v == "" {
			h.Del(k)
		}
		return h
	}
	for _, tt := range []struct {
		name      string
		request   http.Header
		preflight bool
		want      http.Header
	}{
		{"no origin", http.Header{}, false, http.Header{}},
		{"origin", http.Header{"Origin": {origin}}, false, http.Header{"Access-Control-Allow-Origin": {origin}, "Access-Control-Allow-Credentials": {"true"}}},
		{"empty origin", http.Header{"Origin": {""}}, false, http.Header{"Access-Control-Allow-Origin": {""}, "Access-Control-Allow-Credentials": {"true"}}},
		{"null origin", http.Header{"Origin": {"null"}}, false, http.Header{"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Credentials": {"true"}}},
		{"preflight", http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"PUT"}}, true, preflight},
		{"preflight that asks for headers", http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"HEAD"}, "Access-Control-Request-Headers": {"a, b"}}, true,
			with("Access-Control-Allow-Headers", "a, b")},
		{"preflight without origin", http.Header{"Access-Control-Request-Method": {"GET"}}, true, with("Access-Control-Allow-Origin", "")},
		{"preflight for another verb", http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"get"}}, true, http.Header{}},
		{"options without a verb", http.Header{"Origin": {origin}}, true, http.Header{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := http.Header{}
			java.CORS(tt.request, got, tt.preflight)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
