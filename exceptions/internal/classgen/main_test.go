package main

import (
	"os"
	"strings"
	"testing"
)

func TestUpToDate(t *testing.T) {
	want, err := generate(rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../classes_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("classes_gen.go is not what the table says; run go generate ./exceptions")
	}
}

func TestCheck(t *testing.T) {
	ok := row{name: "Teapot", status: 418, code: "UNKNOWN", phrase: "i am a teapot"}
	tests := []struct {
		name string
		rows []row
		want string // "": no error
	}{
		{"one", []row{ok}, ""},
		{"twice", []row{ok, {name: "Teapot", status: 419, code: "UNKNOWN", phrase: "x"}}, "Teapot occurs twice"},
		{"no parent", []row{{name: "Pot", status: 400, parent: "Teapot", code: "UNKNOWN"}}, "Pot extends Teapot, which does not stand before it"},
		{"order", []row{ok, {name: "Pot", status: 400, code: "UNKNOWN"}}, "Pot: status 400 after 418"},
		{"same status", []row{ok, {name: "Pot", status: 418, code: "UNKNOWN"}}, "Pot: the second class of status 418 needs a parent"},
		{"no phrase", []row{{name: "Pot", status: 499, code: "UNKNOWN"}}, "Pot: status 499 needs a phrase"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if _, err := generate(test.rows); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDoc(t *testing.T) {
	tests := map[string]string{
		"Unauthorized": "// An Unauthorized", "Gone": "// A Gone", "URITooLong": "// A URITooLong",
		"UpgradeRequired": "// An UpgradeRequired", "UnprocessableEntity": "// An UnprocessableEntity",
	}
	for name, want := range tests {
		if got := doc(row{name: name, says: "x"}); !strings.HasPrefix(got, want+" says") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
