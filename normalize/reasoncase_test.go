package normalize_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestUpperSnake(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"one word", "conflict", "CONFLICT"},
		{"words", "shelfLocked", "SHELF_LOCKED"},
		{"digit", "http2Error", "HTTP2_ERROR"},
		{"capital after digit", "v2B", "V2_B"},
		{"letters one by one", "parseURL", "PARSE_U_R_L"},
		{"is it already", "SHELF_LOCKED", "SHELF_LOCKED"},
		{"single capital", "A", "A"},
		{"begins with a capital", "ShelfLocked", "SHELF_LOCKED"},
		{"snake case", "shelf_locked", "SHELF_LOCKED"},
		{"other characters", "shelf-locked: now!", "SHELF_LOCKED_NOW"},
		{"not ASCII", "café", "CAF"},
		{"nothing left", "---", "UNKNOWN"},
		{"empty", "", "UNKNOWN"},
		{"63 characters", strings.Repeat("a", 63), strings.Repeat("A", 63)},
		{"64 characters", strings.Repeat("a", 64), strings.Repeat("A", 63)},
		{"cut before an underscore", strings.Repeat("a", 62) + "Bc", strings.Repeat("A", 62)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := normalize.UpperSnake(tt.in); got != tt.want {
				t.Errorf("UpperSnake(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestLowerCamel(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"one word", "CONFLICT", "conflict"},
		{"words", "SHELF_LOCKED", "shelfLocked"},
		{"digit", "HTTP2_ERROR", "http2Error"},
		{"letters one by one", "PARSE_U_R_L", "parseURL"},
		{"is it already", "shelfLocked", "shelfLocked"},
		{"underscores at the ends", "_SHELF__LOCKED_", "shelfLocked"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := normalize.LowerCamel(tt.in); got != tt.want {
				t.Errorf("LowerCamel(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// AIP-193: at most 63 characters of A-Z, 0-9 and the underscore.
var upperSnake = regexp.MustCompile(`^[A-Z0-9]([A-Z0-9_]{0,61}[A-Z0-9])?$`)

var lowerCamel = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

func FuzzReasonCase(f *testing.F) {
	for _, s := range []string{"notFound", "SHELF_LOCKED", "http2Error", "aB", "a", "", "_", "é", "a\x00b", strings.Repeat("xY", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, reason string) {
		snake := normalize.UpperSnake(reason)
		if !upperSnake.MatchString(snake) {
			t.Fatalf("UpperSnake(%q) = %q", reason, snake)
		}
		if again := normalize.UpperSnake(snake); again != snake {
			t.Fatalf("UpperSnake(%q) = %q, and again %q", reason, snake, again)
		}
		if lowerCamel.MatchString(reason) && len(snake) < 62 {
			if back := normalize.LowerCamel(snake); back != reason {
				t.Fatalf("%q becomes %q becomes %q", reason, snake, back)
			}
		}
	})
}

// Every reason of a policy survives the way to AIP-193 and back.
func TestReasonsAreReversible(t *testing.T) {
	for name := range normalize.Names() {
		p, _ := normalize.ByName(name)
		everyStatus(func(status int) {
			reason := p.Raised(status).Reason
			if back := normalize.LowerCamel(normalize.UpperSnake(reason)); back != reason {
				t.Errorf("%s: %q comes back as %q", name, reason, back)
			}
		})
	}
}
