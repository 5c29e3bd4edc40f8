package agentcore

import (
	"encoding/json"
	"strings"
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

func TestCloseCodes(t *testing.T) {
	for status := -1; status <= 1000; status++ {
		if code := closeCode(status); !sendable(code) {
			t.Errorf("status %d closes with %d", status, code)
		}
	}
	for code, want := range map[int]bool{
		0: false, 999: false, 1000: true, 1003: true, 1004: false, 1005: false, 1006: false, 1007: true, 1010: false,
		1011: true, 1014: true, 1015: false, 1016: false, 2999: false, 3000: true, 4999: true, 5000: false, 65535: false,
	} {
		if sendable(code) != want {
			t.Errorf("%d is sendable: %t", code, !want)
		}
	}
}

func FuzzFitReason(f *testing.F) {
	for _, seed := range []string{"", strings.Repeat("a", 124), strings.Repeat("é", 62), strings.Repeat("🚀", 31), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reason string) {
		got := fitReason(reason)
		if len(got) > maxReason || !utf8.ValidString(got) || len(reason) <= maxReason && utf8.ValidString(reason) && got != reason {
			t.Errorf("%q became %q", reason, got)
		}
	})
}
