package normalize_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// placed returns a verdict with one violation.
func placed(location string) *normalize.Verdict {
	return &normalize.Verdict{Status: 400, Violations: []exceptions.Violation{{Location: location, LocationType: "body", Message: "no"}}}
}

func TestLocations(t *testing.T) {
	tests := []struct{ name, location, loc, pointer string }{
		{"field", "shelf", `["body","shelf"]`, "#/shelf"},
		{"nested", "shelf.books[3].pages", `["body","shelf","books",3,"pages"]`, "#/shelf/books/3/pages"},
		{"element of an element", "m[0][12]", `["body","m",0,12]`, "#/m/0/12"},
		{"key of a map", `labels["a/b~c"].x`, `["body","labels","a/b~c","x"]`, "#/labels/a~1b~0c/x"},
		{"key with a dot", `labels["a.b"]`, `["body","labels","a.b"]`, "#/labels/a.b"},
		{"key without quotes", "labels[red]", `["body","labels","red"]`, "#/labels/red"},
		{"number that is none of JSON", "m[007]", `["body","m","007"]`, "#/m/007"},
		{"not ASCII", "größe", `["body","größe"]`, "#/gr%C3%B6%C3%9Fe"},
		{"empty", "", `["body"]`, "#"},
		{"dots only", "..", `["body"]`, "#"},
		{"not closed", "a[3", `["body","a","[3"]`, "#/a/%5B3"},
		{"empty index", "a[]", `["body","a"]`, "#/a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := placed(tt.location)
			var fastapi struct {
				Detail []struct{ Loc json.RawMessage }
			}
			if err := json.Unmarshal(normalize.Detail().Append(nil, v), &fastapi); err != nil {
				t.Fatal(err)
			}
			if got := string(fastapi.Detail[0].Loc); got != tt.loc {
				t.Errorf("loc is %s, want %s", got, tt.loc)
			}
			var problem struct {
				Errors []struct{ Pointer string }
			}
			if err := json.Unmarshal(normalize.Problem().Append(nil, v), &problem); err != nil {
				t.Fatal(err)
			}
			if got := problem.Errors[0].Pointer; got != tt.pointer {
				t.Errorf("pointer is %s, want %s", got, tt.pointer)
			}
		})
	}
}

func FuzzLocation(f *testing.F) {
	for _, s := range []string{"a.b[3].c", `m["x.y"]`, "[", "]", "a[[0]]", "[9223372036854775808]", "\xff", ".a..b."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, location string) {
		v := placed(location)
		for name, format := range normalize.Formats() {
			if body := format.Append(nil, v); !json.Valid(body) {
				t.Fatalf("%s: %q", name, body)
			}
		}
		var problem struct {
			Errors []struct{ Pointer string }
		}
		if err := json.Unmarshal(normalize.Problem().Append(nil, v), &problem); err != nil {
			t.Fatal(err)
		}
		pointer := problem.Errors[0].Pointer
		if _, err := url.Parse(pointer); err != nil || !strings.HasPrefix(pointer, "#") {
			t.Fatalf("%q is no fragment: %v", pointer, err)
		}
	})
}
