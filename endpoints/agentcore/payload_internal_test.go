package agentcore

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestParsePayload(t *testing.T) {
	tests := []struct{ name, body, want, kind string }{
		{"UTF-8", `{"a":"é"}`, `{"a":"é"}`, ""},
		{"mark", "\xef\xbb\xbf1", `1`, ""},
		{"UTF-16, little", "\xff\xfe\"\x00=\xd8\x80\xde\"\x00", `"🚀"`, ""},
		{"UTF-16, big, no mark", "\x00[\x001\x00]", `[1]`, ""},
		{"UTF-16, one character", "1\x00", `1`, ""},
		{"UTF-32, big", "\x00\x00\xfe\xff\x00\x00\x001", `1`, ""},
		{"UTF-32, little, no mark", "1\x00\x00\x00", `1`, ""},
		{"half a surrogate pair", "\xff\xfe\"\x00=\xd8\"\x00", "", invalidEncoding},
		{"odd UTF-16", "\xff\xfe1", "", invalidEncoding},
		{"odd UTF-32", "\x00\x00\xfe\xff1", "", invalidEncoding},
		{"no character in UTF-32", "\xff\xfe\x00\x00\x00\x00\x11\x00", "", invalidEncoding},
		{"Latin-1", "\"\xe9\"", "", invalidEncoding},
		{"nothing", "", "", invalidJSON},
		{"only a mark", "\xff\xfe", "", invalidJSON},
		{"NaN", "NaN", "", invalidJSON},
		{"two values", "{}{}", "", invalidJSON},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parsePayload([]byte(test.body))
			kind := ""
			if err != nil {
				kind = err.kind
			}
			if string(got) != test.want || kind != test.kind {
				t.Errorf("got %q and %q (%v), want %q and %q", got, kind, err, test.want, test.kind)
			}
		})
	}
}

func FuzzParsePayload(f *testing.F) {
	for _, seed := range []string{"{}", "\xef\xbb\xbf1", "\xff\xfe1\x00", "\x00\x00\xfe\xff\x00\x00\x001", "\x001", "\"\\\"[\"", "[1e5,\"\\ud800\"]", "\x80"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := parsePayload(body)
		switch {
		case err != nil && (got != nil || err.text == "" || err.kind == ""):
			t.Errorf("%q and %+v", got, err)
		case err == nil && (!json.Valid(got) || !utf8.Valid(got)):
			t.Errorf("%q is no JSON in UTF-8", got)
		}
	})
}
