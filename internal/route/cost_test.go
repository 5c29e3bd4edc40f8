package route_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
)

// TestHostilePaths looks up paths that make the search go everywhere in a tree
// that is built for it. It is here to end.
func TestHostilePaths(t *testing.T) {
	t.Parallel()
	// All templates of 11 segments that are a literal or a wildcard each, so that
	// a path of that literal fits all of them but for its end.
	const depth = 11
	tree := route.New[int](route.Options{})
	for i := range 1 << depth {
		var b strings.Builder
		for d := range depth {
			b.WriteString([]string{"/a", "/*"}[i>>d&1])
		}
		if err := tree.Add("GET", parse(t, b.String()+"/end"), i); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"/a/a/{x=**}", "/{x}/{y}/**:verb", "/**"} {
		if err := tree.Add("POST", parse(t, text), -1); err != nil {
			t.Fatal(err)
		}
	}
	var m route.Match
	for _, tt := range []struct {
		name, path string
		found      bool
	}{
		{"miss at the end", strings.Repeat("/a", depth) + "/miss", false},
		{"verb at the end", strings.Repeat("/a", depth) + "/miss:verb", false},
		{"hit after all others", strings.Repeat("/b", depth) + "/end", true},
		{"10,000 segments", strings.Repeat("/a", 10_000), false},
		{"10,000 empty segments", strings.Repeat("/", 10_000), false},
		{"10,000 colons", strings.Repeat("/a", 10_000) + strings.Repeat(":verb", 10_000), false},
		{"10,000 escapes", strings.Repeat("/%61", 10_000), false},
		{"a segment of a megabyte", strings.Repeat("/a", depth) + "/" + strings.Repeat("%65", 1<<18), false},
	} {
		if _, ok := tree.Lookup("GET", tt.path, &m); ok != tt.found {
			t.Errorf("%s: found = %t", tt.name, ok)
		}
		if got := strings.Join(tree.Allowed(tt.path), " "); (got == "GET POST") != tt.found || !strings.Contains(got, "POST") {
			t.Errorf("%s: Allowed = %q", tt.name, got)
		}
	}
	if _, ok := tree.Lookup("POST", strings.Repeat("/a", 10_000), &m); !ok || m.Len() != 1 || len(m.Value(0)) != 2*9_998-1 {
		t.Errorf("** did not take a path of 10,000 segments")
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	tree := grow(t, route.Options{}, "GET /v1/shelves/{shelf}/books/{book}", "GET /v1/{name=shelves/*/pages/*}", "POST /v1/shelves/{shelf}:lock", "GET /v1/files/**")
	for i := range 50 {
		if err := tree.Add("PUT", parse(t, fmt.Sprintf("/v1/things%d/{x}:verb%d", i, i)), "put"); err != nil {
			t.Fatal(err)
		}
	}
	for _, request := range []string{
		"GET /v1/shelves/1/books/2", "GET /v1/shelves/1/pages/2", "POST /v1/shelves/1:lock", "GET /v1/files/a/b/c", "GET /v1/sh%65lves/1/books/%32",
		"PUT /v1/things7/1:verb7", "PUT /v1/things7/1:v%65rb7", "GET /v1/shelves/1/nothing/2", "PATCH /v1/shelves/1/books/2", "BREW /v1/shelves/1", "GET /v1/%zz",
	} {
		method, path, _ := strings.Cut(request, " ")
		if n := testing.AllocsPerRun(100, func() {
			var m route.Match
			tree.Lookup(method, path, &m)
			tree.Allowed(path)
		}); n != 0 {
			t.Errorf("%s: %v allocations", request, n)
		}
	}
}

// routesOf returns n routes like those of a large API and as many requests that
// they take.
func routesOf(n int) (methods, templates, paths []string) {
	shapes := []struct{ method, template, path string }{
		{"GET", "/v1/%s", "/v1/%s"},
		{"POST", "/v1/%s", "/v1/%s"},
		{"GET", "/v1/%s/{id}", "/v1/%s/4711"},
		{"DELETE", "/v1/%s/{id}", "/v1/%s/4711"},
		{"GET", "/v1/%s/{parent}/items/{id}", "/v1/%s/4711/items/abc"},
		{"PUT", "/v1/%s/{parent}/items/{id}", "/v1/%s/4711/items/abc"},
		{"POST", "/v1/%s/{parent}/items", "/v1/%s/4711/items"},
		{"GET", "/v1/%s/{parent}/items", "/v1/%s/4711/items"},
		{"PATCH", "/v1/%s/{parent}/items/{id}", "/v1/%s/4711/items/abc"},
		{"DELETE", "/v1/%s/{parent}/items/{id}", "/v1/%s/4711/items/abc"},
	}
	for i := range n {
		s := shapes[i%len(shapes)]
		name := fmt.Sprintf("resources%d", i/len(shapes))
		methods = append(methods, s.method)
		templates = append(templates, fmt.Sprintf(s.template, name))
		paths = append(paths, fmt.Sprintf(s.path, name))
	}
	return methods, templates, paths
}

// order returns positions below n in an order that caches do not like.
func order(n int) []int {
	r := rand.New(rand.NewPCG(1, 2))
	o := make([]int, 1<<14)
	for i := range o {
		o[i] = r.IntN(n)
	}
	return o
}

// noBody is a response that nobody reads.
type noBody struct{ header http.Header }

func (w noBody) Header() http.Header           { return w.header }
func (noBody) Write(p []byte) (int, error)     { return len(p), nil }
func (noBody) WriteString(string) (int, error) { return 0, nil }
func (noBody) WriteHeader(int)                 {}

// BenchmarkLookup compares the tree with http.ServeMux over the same routes and
// requests, picked at random. The 404 and 405 of the tree include the list for
// Allow.
func BenchmarkLookup(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 10_000} {
		methods, templates, paths := routesOf(n)
		tree, mux := route.New[int](route.Options{}), http.NewServeMux()
		for i := range n {
			if err := tree.Add(methods[i], parse(b, templates[i]), i); err != nil {
				b.Fatal(err)
			}
			mux.HandleFunc(methods[i]+" "+templates[i], func(http.ResponseWriter, *http.Request) {})
		}
		for _, kind := range []string{"hit", "404", "405"} {
			type request struct{ method, path string }
			requests := make([]request, 1<<14)
			for i, at := range order(n)[:len(requests)] {
				requests[i] = request{methods[at], paths[at]}
				switch kind {
				case "404":
					requests[i].path += "/nothing/here"
				case "405":
					requests[i].method = "HEAD"
				}
			}
			if kind == "405" { // a method that the server knows, but not here
				if err := tree.Add("HEAD", parse(b, "/v1"), n); err != nil {
					b.Fatal(err)
				}
			}
			b.Run(fmt.Sprintf("%s/tree/%d", kind, n), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					r := &requests[i%len(requests)]
					var m route.Match
					_, ok := tree.Lookup(r.method, r.path, &m)
					if ok != (kind == "hit") || !ok && (tree.Allowed(r.path) != nil) != (kind == "405") {
						b.Fatal(r.method, r.path)
					}
				}
			})
			b.Run(fmt.Sprintf("%s/mux/%d", kind, n), func(b *testing.B) {
				b.ReportAllocs()
				w, hr := noBody{http.Header{}}, &http.Request{URL: &url.URL{}}
				for i := 0; b.Loop(); i++ {
					r := &requests[i%len(requests)]
					hr.Method, hr.URL.Path = r.method, r.path
					if kind == "405" {
						hr.Method = "TRACE" // for ServeMux a HEAD is a GET
					}
					mux.ServeHTTP(w, hr)
				}
			})
		}
	}
}
