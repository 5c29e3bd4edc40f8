package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/endpoints-frameworks/endpoints-go/internal/jsontext"
)

func TestAppendString(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", `""`},
		{"plain", "plain text", `"plain text"`},
		{"quote and backslash", `a"b\c`, `"a\"b\\c"`},
		{"short escapes", "\b\f\n\r\t", `"\b\f\n\r\t"`},
		{"other controls", "\x00\x01\x1f", `"\u0000\u0001\u001f"`},
		{"delete is no control of JSON", "\x7f", "\"\x7f\""},
		{"markup stays", "<b>&</b>", `"<b>&</b>"`},
		{"line separators stay", "a\u2028b\u2029c", "\"a\u2028b\u2029c\""},
		{"beyond the basic plane", "caf\u00e9 \U0001F600", "\"caf\u00e9 \U0001F600\""},
		{"replacement character itself", "\uFFFD", "\"\uFFFD\""},
		{"stray byte", "a\xffb", "\"a\uFFFDb\""},
		{"cut sequence", "a\xe2\x98", "\"a\uFFFD\uFFFD\""},
		{"surrogate in UTF-8", "\xed\xa0\x80", "\"\uFFFD\uFFFD\uFFFD\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(jsontext.AppendString(nil, tt.in)); got != tt.want {
				t.Errorf("AppendString(%q) = %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a", "\"\\\n", "\u2028<>&", "\xff\xfe", strings.Repeat("\x00é", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := jsontext.AppendString([]byte("x"), s)[1:]
		var back string
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("AppendString(%q) = %q: %v", s, got, err)
		}
		if want := strings.ToValidUTF8(s, "\uFFFD"); utf8.ValidString(s) && back != want {
			t.Fatalf("AppendString(%q) reads as %q", s, back)
		}
		if !utf8.Valid(got) {
			t.Fatalf("AppendString(%q) = %q is not UTF-8", s, got)
		}
		if utf8.ValidString(s) {
			want, err := protojson.Marshal(wrapperspb.String(s))
			if err != nil || string(want) != string(got) {
				t.Fatalf("AppendString(%q) = %s, protojson writes %s (%v)", s, got, want, err)
			}
		}
	})
}

func BenchmarkAppendString(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 256)
	for b.Loop() {
		buf = jsontext.AppendString(buf[:0], `No entity with the id "42" exists.`)
	}
}
