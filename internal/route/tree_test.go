package route_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/google/go-cmp/cmp"
)

func parse(t testing.TB, text string) *route.Template {
	t.Helper()
	tmpl, err := route.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// grow builds a tree from "METHOD /template" lines; the value of a route is its
// line.
func grow(t testing.TB, o route.Options, lines ...string) *route.Tree[string] {
	t.Helper()
	tree := route.New[string](o)
	for _, line := range lines {
		method, text, _ := strings.Cut(line, " ")
		if err := tree.Add(method, parse(t, text), line); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// find returns "METHOD /template a=1 b=2", or "" for a miss.
func find(tree *route.Tree[string], method, path string) string {
	var m route.Match
	got, ok := tree.Lookup(method, path, &m)
	if !ok {
		return ""
	}
	for i := range m.Len() {
		got += fmt.Sprintf(" %s=%s", m.FieldPath(i), m.Value(i))
	}
	return got
}

func TestLookup(t *testing.T) {
	t.Parallel()
	type look struct{ request, want string }
	tests := []struct {
		name    string
		options route.Options
		routes  []string
		looks   []look
	}{
		{
			name:   "root",
			routes: []string{"GET /"},
			looks:  []look{{"GET /", "GET /"}, {"GET //", ""}, {"GET ", ""}, {"GET *", ""}, {"POST /", ""}},
		},
		{
			name:   "literals",
			routes: []string{"GET /a", "GET /a/b", "GET /a/b/c", "POST /a"},
			looks: []look{
				{"GET /a", "GET /a"}, {"GET /a/b", "GET /a/b"}, {"GET /a/b/c", "GET /a/b/c"}, {"POST /a", "POST /a"},
				{"GET /", ""}, {"GET /b", ""}, {"GET /a/b/c/d", ""}, {"GET /A", ""}, {"POST /a/b", ""}, {"PUT /a", ""},
				{"GET /a/", ""}, {"GET //a", ""}, {"GET /a//b", ""}, {"GET a", ""}, {"get /a", ""},
			},
		},
		{
			name:   "variables",
			routes: []string{"GET /a/{x}", "GET /a/{x}/b/{y.z}", "GET /{w}/c"},
			looks: []look{
				{"GET /a/1", "GET /a/{x} x=1"}, {"GET /a/1/b/2", "GET /a/{x}/b/{y.z} x=1 y.z=2"}, {"GET /q/c", "GET /{w}/c w=q"},
				{"GET /a/c", "GET /a/{x} x=c"}, {"GET /a/", ""}, {"GET /a//b/2", ""}, {"GET /a/1/b", ""},
				{"GET /a/x%2Fy", "GET /a/{x} x=x%2Fy"}, {"GET /a/%zz", "GET /a/{x} x=%zz"}, {"GET /a/x:y", "GET /a/{x} x=x:y"},
			},
		},
		{
			name:   "literal before variable before rest, segment by segment",
			routes: []string{"GET /{a}/lit", "GET /lit/{a}", "GET /{a}/{b}", "GET /lit/lit", "GET /p/{a}", "GET /**", "GET /lit/{rest=**}"},
			looks: []look{
				{"GET /lit/lit", "GET /lit/lit"}, {"GET /lit/x", "GET /lit/{a} a=x"}, {"GET /x/lit", "GET /{a}/lit a=x"},
				{"GET /x/y", "GET /{a}/{b} a=x b=y"}, {"GET /lit/x/y", "GET /lit/{rest=**} rest=x/y"}, {"GET /x/y/z", "GET /**"},
				{"GET /p/lit", "GET /p/{a} a=lit"}, {"GET /lit", "GET /lit/{rest=**} rest="}, {"GET /p", "GET /**"}, {"GET /", "GET /**"},
			},
		},
		{
			name:   "backtracking",
			routes: []string{"GET /a/b/c", "GET /a/{x}/d", "GET /{x}/b/e", "GET /{x}/{y}/{z=**}"},
			looks: []look{
				{"GET /a/b/c", "GET /a/b/c"}, {"GET /a/b/d", "GET /a/{x}/d x=b"}, {"GET /a/b/e", "GET /{x}/b/e x=a"},
				{"GET /a/b/f", "GET /{x}/{y}/{z=**} x=a y=b z=f"}, {"GET /a/b", "GET /{x}/{y}/{z=**} x=a y=b z="}, {"GET /a", ""},
			},
		},
		{
			name:   "the method takes part",
			routes: []string{"GET /b/lit", "POST /b/{p}", "GET /c/{p}", "PUT /c/lit", "DELETE /b/**"},
			looks: []look{
				{"POST /b/lit", "POST /b/{p} p=lit"}, {"GET /b/lit", "GET /b/lit"}, {"GET /b/x", ""}, {"GET /c/lit", "GET /c/{p} p=lit"},
				{"PUT /c/lit", "PUT /c/lit"}, {"PUT /c/x", ""}, {"DELETE /b/lit", "DELETE /b/**"}, {"DELETE /c/lit", ""},
			},
		},
		{
			name:   "any method",
			routes: []string{"* /a/{x}", "GET /a/{x}", "GET /b", "* /a/lit"},
			looks: []look{
				{"GET /a/1", "GET /a/{x} x=1"}, {"POST /a/1", "* /a/{x} x=1"}, {"BREW /a/1", "* /a/{x} x=1"}, {"GET /b", "GET /b"}, {"PUT /b", ""},
				{"GET /a/lit", "* /a/lit"},
			},
		},
		{
			name:   "verbs",
			routes: []string{"GET /a/{x}", "POST /a/{x}:archive", "POST /a/{x}", "POST /a:archive", "GET /b/{x}:undo", "GET /c/lit:do", "GET /c/{x}"},
			looks: []look{
				{"POST /a/1:archive", "POST /a/{x}:archive x=1"}, {"GET /a/1:archive", "GET /a/{x} x=1:archive"},
				{"POST /a/1:other", "POST /a/{x} x=1:other"}, {"POST /a/1", "POST /a/{x} x=1"}, {"POST /a:archive", "POST /a:archive"},
				{"POST /a/1:2:archive", "POST /a/{x}:archive x=1:2"}, {"POST /a/:archive", "POST /a/{x} x=:archive"},
				{"POST /a/1%3Aarchive", "POST /a/{x} x=1%3Aarchive"}, {"POST /a/1:%61rchive", "POST /a/{x}:archive x=1"},
				{"POST /a/1:%zzrchive", "POST /a/{x} x=1:%zzrchive"}, {"GET /b/1", ""}, {"GET /b/1:undo", "GET /b/{x}:undo x=1"},
				{"GET /c/lit:do", "GET /c/lit:do"}, {"GET /c/x:do", "GET /c/{x} x=x:do"}, {"POST /a:archive/1", ""},
			},
		},
		{
			name:   "a verb wins over a variable that would swallow it",
			routes: []string{"POST /a/{x}", "POST /{y}/{x}:do", "POST /{name=**}:do", "POST /**"},
			looks: []look{
				{"POST /a/1:do", "POST /{y}/{x}:do y=a x=1"}, {"POST /a/1", "POST /a/{x} x=1"},
				{"POST /a/b/c:do", "POST /{name=**}:do name=a/b/c"}, {"POST /a/b/c", "POST /**"}, {"POST /a:do", "POST /{name=**}:do name=a"},
			},
		},
		{
			name: "variables of several segments",
			routes: []string{
				"GET /v1/{name=shelves/*}", "GET /v1/{name=shelves/*/books/*}", "GET /v1/{parent=shelves/*}/books",
				"GET /v1/{name=files/**}", "GET /v1/{a=x}/{b=*/y}/*/{c}", "POST /v1/{name=shelves/*}:lock",
			},
			looks: []look{
				{"GET /v1/shelves/1", "GET /v1/{name=shelves/*} name=shelves/1"},
				{"GET /v1/shelves/1/books/2", "GET /v1/{name=shelves/*/books/*} name=shelves/1/books/2"},
				{"GET /v1/shelves/1/books", "GET /v1/{parent=shelves/*}/books parent=shelves/1"},
				{"GET /v1/sh%65lves/%31", "GET /v1/{name=shelves/*} name=sh%65lves/%31"},
				{"GET /v1/files", "GET /v1/{name=files/**} name=files"},
				{"GET /v1/files/", "GET /v1/{name=files/**} name=files/"},
				{"GET /v1/files/a/b", "GET /v1/{name=files/**} name=files/a/b"},
				{"GET /v1/x/1/y/2/3", "GET /v1/{a=x}/{b=*/y}/*/{c} a=x b=1/y c=3"},
				{"POST /v1/shelves/1:lock", "POST /v1/{name=shelves/*}:lock name=shelves/1"},
				{"GET /v1/shelves", ""}, {"GET /v1/shelves/", ""}, {"GET /v1/shelves/1/", ""},
			},
		},
		{
			name:   "escapes",
			routes: []string{"GET /things/{x}", "GET /caf%C3%A9", "GET /a%2Fb", "GET /sp%20ace/{x}"},
			looks: []look{
				{"GET /%74hings/1", "GET /things/{x} x=1"}, {"GET /%54hings/1", ""}, {"GET /things%2F1", ""}, {"GET /%zzhings/1", ""}, {"GET /thing%73%/1", ""},
				{"GET /café", "GET /caf%C3%A9"}, {"GET /caf%c3%a9", "GET /caf%C3%A9"}, {"GET /a%2fb", "GET /a%2Fb"}, {"GET /a/b", ""},
				{"GET /sp%20ace/1", "GET /sp%20ace/{x} x=1"}, {"GET /" + strings.Repeat("%41", 1000), ""},
			},
		},
		{
			name:    "exact",
			options: route.Options{Exact: true},
			routes:  []string{"GET /things/{x}", "GET /caf%C3%A9"},
			looks: []look{
				{"GET /things/%31", "GET /things/{x} x=%31"}, {"GET /%74hings/1", ""}, {"GET /caf%C3%A9", "GET /caf%C3%A9"}, {"GET /caf%c3%a9", ""}, {"GET /café", ""},
			},
		},
		{
			name:    "slash at the end is optional",
			options: route.Options{Slash: route.SlashOptional},
			routes:  []string{"GET /", "GET /a", "GET /a/{x}", "GET /f/{n=**}", "POST /a/{x}:do"},
			looks: []look{
				{"GET /a/", "GET /a"}, {"GET /a", "GET /a"}, {"GET /a//", ""}, {"GET /a/1/", "GET /a/{x} x=1"}, {"GET /", "GET /"}, {"GET //", "GET /"}, {"GET ///", ""},
				{"GET /f/a/b/", "GET /f/{n=**} n=a/b"}, {"POST /a/1:do/", "POST /a/{x}:do x=1"},
			},
		},
		{
			name:    "empty segments and an optional slash",
			options: route.Options{Slash: route.SlashOptional, AllowEmpty: true, Excluded: "?#[]{}"},
			routes:  []string{"GET /things", "GET /things/{v}", "POST /things/{v}:archive", "GET /path/{v}", "GET /path2/{v}/sub/{w}"},
			looks: []look{
				{"GET /things/", "GET /things"}, {"GET /things//", "GET /things/{v} v="}, {"GET //things", ""}, {"GET /things///", ""},
				{"POST /things/:archive", "POST /things/{v}:archive v="}, {"GET /things/x:archive", "GET /things/{v} v=x:archive"},
				{"GET /path/", "GET /path/{v} v="}, {"GET /path//", "GET /path/{v} v="}, {"GET /path", ""}, {"GET /path/abc//", ""},
				{"GET /path2//sub/b", "GET /path2/{v}/sub/{w} v= w=b"}, {"GET /path/a[b", ""}, {"GET /path/a:b", "GET /path/{v} v=a:b"},
			},
		},
		{
			name:    "trimmed",
			options: route.Options{Slash: route.SlashTrimmed, AllowEmpty: true, Exact: true},
			routes:  []string{"GET /", "GET /same", "GET /two/{a}/{b}"},
			looks: []look{
				{"GET /same/", "GET /same"}, {"GET //same///", "GET /same"}, {"GET ///", "GET /"}, {"GET /", "GET /"}, {"GET same", ""},
				{"GET /two//b", "GET /two/{a}/{b} a= b=b"}, {"GET /two/a/", ""}, {"GET /two/a//", ""}, {"GET /two/%6cit/b/", "GET /two/{a}/{b} a=%6cit b=b"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := grow(t, tt.options, tt.routes...)
			if tree.Len() != len(tt.routes) {
				t.Errorf("Len() = %d, want %d", tree.Len(), len(tt.routes))
			}
			for _, l := range tt.looks {
				method, path, _ := strings.Cut(l.request, " ")
				if got := find(tree, method, path); got != l.want {
					t.Errorf("%s: got %q, want %q", l.request, got, l.want)
				}
			}
		})
	}
}

// TestManyOfAll has more children and ends at one node than fit beside each
// other.
func TestManyOfAll(t *testing.T) {
	t.Parallel()
	var lines []string
	for i := range 40 {
		lines = append(lines, fmt.Sprintf("GET /a/{x}:verb%d", i), fmt.Sprintf("POST /a/{x}:verb%d", i), fmt.Sprintf("GET /a/lit%d", i))
	}
	tree := grow(t, route.Options{}, lines...)
	for i := range 40 {
		for _, method := range []string{"GET", "POST"} {
			want := fmt.Sprintf("%s /a/{x}:verb%d x=1", method, i)
			if got := find(tree, method, fmt.Sprintf("/a/1:verb%d", i)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		for _, path := range []string{fmt.Sprintf("/a/lit%d", i), fmt.Sprintf("/a/%%6cit%d", i)} {
			if got, want := find(tree, "GET", path), fmt.Sprintf("GET /a/lit%d", i); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
	if d := cmp.Diff([]string{"GET", "POST"}, tree.Allowed("/a/1:verb39")); d != "" {
		t.Error(d)
	}
	if got := find(tree, "PUT", "/a/1:verb39") + find(tree, "GET", "/a/1:verb40") + find(tree, "", "/a/lit1"); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
	if err := tree.Add("POST", parse(t, "/a/{y}:verb39"), ""); err == nil {
		t.Error("no conflict")
	}
}

func TestAddErrors(t *testing.T) {
	t.Parallel()
	tree := route.New[int](route.Options{})
	if err := tree.Add("", parse(t, "/a"), 0); err == nil || err.Error() != "a route has no method" {
		t.Errorf("no method: %v", err)
	}
	for i := range 64 {
		if err := tree.Add(fmt.Sprintf("M%d", i), parse(t, "/a"), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Add("M64", parse(t, "/a"), 64); err == nil || err.Error() != "more than 64 different methods" {
		t.Errorf("65 methods: %v", err)
	}
	var m route.Match
	if v, ok := tree.Lookup("M63", "/a", &m); v != 63 || !ok {
		t.Errorf("M63: %d, %t", v, ok)
	}
}

func TestConflict(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, first, second, want string
	}{
		{"same", "GET /a/b", "GET /a/b", "the routes GET /a/b and GET /a/b take the same requests"},
		{"other name", "GET /a/{x}", "GET /a/{y}", "the routes GET /a/{y} and GET /a/{x} take the same requests"},
		{"no name", "GET /a/{x}", "GET /a/*", "the routes GET /a/* and GET /a/{x} take the same requests"},
		{
			"inside a variable", "GET /{name=shelves/*}", "GET /shelves/{id}",
			"the routes GET /shelves/{id} and GET /{name=shelves/*} take the same requests",
		},
		{"rest", "GET /a/**", "GET /{x=a/**}", "the routes GET /{x=a/**} and GET /a/** take the same requests"},
		{"verb", "GET /a/{x}:v", "GET /a/*:%76", "the routes GET /a/*:%76 and GET /a/{x}:v take the same requests"},
		{"escaped", "GET /%61", "GET /a", "the routes GET /a and GET /%61 take the same requests"},
		{"other method", "GET /a", "POST /a", ""},
		{"any method", "GET /a", "* /a", ""},
		{"other verb", "GET /a:v", "GET /a:w", ""},
		{"verb and none", "GET /a:v", "GET /a", ""},
		{"overlap", "GET /a/{x}", "GET /{x}/a", ""},
		{"variable and rest", "GET /a/*", "GET /a/**", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := grow(t, route.Options{}, tt.first)
			method, text, _ := strings.Cut(tt.second, " ")
			err := tree.Add(method, parse(t, text), tt.second)
			got := ""
			if err != nil {
				got = err.Error()
				if tree.Len() != 1 {
					t.Errorf("Len() = %d after a conflict, want 1", tree.Len())
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	tree := grow(t, route.Options{}, "POST /a/{x}", "GET /a/lit", "DELETE /a/**", "PUT /{y}/lit", "GET /a/{x}:do", "PATCH /b", "GET /b", "* /c")
	tests := []struct {
		path string
		want []string
	}{
		{"/a/lit", []string{"DELETE", "GET", "POST", "PUT"}},
		{"/a/x", []string{"DELETE", "POST"}},
		{"/a/x:do", []string{"DELETE", "GET", "POST"}},
		{"/a/x/y", []string{"DELETE"}},
		{"/b", []string{"GET", "PATCH"}},
		{"/c", []string{"*"}},
		{"/x/lit", []string{"PUT"}},
		{"/x", nil},
		{"", nil},
		{"/", nil},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, tree.Allowed(tt.path)); d != "" {
			t.Errorf("Allowed(%q) (-want +got):\n%s", tt.path, d)
		}
	}
	slashes := grow(t, route.Options{Slash: route.SlashOptional, AllowEmpty: true}, "GET /a", "POST /a/{x}")
	if d := cmp.Diff([]string{"GET", "POST"}, slashes.Allowed("/a/")); d != "" {
		t.Errorf("Allowed(/a/) (-want +got):\n%s", d)
	}
}
