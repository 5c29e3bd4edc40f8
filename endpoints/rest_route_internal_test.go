package endpoints

import (
	"net/url"
	"testing"
)

// TestEscapedPath compares the quick way with that of net/url, also where
// something before the API has changed the URL.
func TestEscapedPath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target string
		change       func(*url.URL)
	}{
		{"plain", "/a/b", nil},
		{"query", "/a/b?c=/d", nil},
		{"empty query", "/a/b?", nil},
		{"reserved characters", "/a;b/c:d/e@f/g,h", nil},
		{"escapes", "/a%20b", nil},
		{"an escaped question mark", "/a%3Fb", nil},
		{"an escaped slash", "/a%2Fb", nil},
		{"an escaped percent sign", "/a%2541", nil},
		{"needless escapes", "/%61", nil},
		{"what net/url would escape", `/a"b`, nil},
		{"beyond ASCII", "/ä", nil},
		{"all", "*", nil},
		{"absolute", "http://host/a/b", nil},
		{"a prefix is cut off", "/a/b", func(u *url.URL) { u.Path = "/b" }},
		{"the path is a prefix of the line", "/a/b", func(u *url.URL) { u.Path = "/a" }},
		{"cleaned", "/a//b", func(u *url.URL) { u.Path = "/a/b" }},
		{"the path is the line", "/a%2Fb", func(u *url.URL) { u.Path, u.RawPath = "/a%2Fb", "" }},
		{"nothing", "/a", func(u *url.URL) { u.Path = "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.ParseRequestURI(tt.target)
			if err != nil {
				t.Fatal(err)
			}
			if tt.change != nil {
				tt.change(u)
			}
			want := u.EscapedPath()
			if got := escapedPath(u); got != want {
				t.Errorf("want %q, got %q", want, got)
			}
		})
	}
}
