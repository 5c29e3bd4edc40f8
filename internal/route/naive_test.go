package route_test

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
)

// naive finds a route by trying all of them, by the words of the
// documentation: all that fit, the most literal from the left first.
type naive struct {
	options route.Options
	lines   []string
	tmpls   []*route.Template
}

// fit is one template that fits: the path without the verb in segments.
type fit struct {
	line string
	tmpl *route.Template
	path []string
}

func (n *naive) find(method, path string) string {
	for _, p := range n.readings(path) {
		var fits []fit
		for i, line := range n.lines {
			m, _, _ := strings.Cut(line, " ")
			segments, ok := n.fits(n.tmpls[i], p)
			if ok && m == method {
				fits = append(fits, fit{line, n.tmpls[i], segments})
			}
		}
		if len(fits) == 0 {
			continue
		}
		slices.SortStableFunc(fits, func(a, b fit) int {
			if d := cmp.Compare(len(b.tmpl.Verb()), len(a.tmpl.Verb())); d != 0 {
				return d
			}
			return slices.CompareFunc(a.tmpl.Segments(), b.tmpl.Segments(), func(x, y route.Segment) int { return int(x.Kind) - int(y.Kind) })
		})
		return fits[0].String()
	}
	return ""
}

func (f fit) String() string {
	s := f.line
	for _, v := range f.tmpl.Variables() {
		last := v.Last
		if f.tmpl.Segments()[last-1].Kind == route.Rest {
			last = len(f.path)
		}
		s += fmt.Sprintf(" %s=%s", v.FieldPath, strings.Join(f.path[v.First:last], "/"))
	}
	return s
}

// readings returns the path as the options read it, the first choice first.
func (n *naive) readings(path string) []string {
	if n.options.Slash == route.SlashTrimmed {
		t := strings.Trim(path, "/")
		if t != "" && path[0] != '/' {
			return nil
		}
		return []string{"/" + t}
	}
	var readings []string
	if n.options.Slash == route.SlashOptional && len(path) > 1 && strings.HasSuffix(path, "/") {
		readings = append(readings, strings.TrimSuffix(path, "/"))
	}
	readings = append(readings, path)
	if i := slices.Index(readings, "/"); i >= 0 {
		readings = slices.Insert(readings, i+1, "//empty") // the root, then one empty segment
	}
	return readings
}

// fits reports whether the template fits, and returns the segments of the path.
func (n *naive) fits(tmpl *route.Template, path string) ([]string, bool) {
	if !strings.HasPrefix(path, "/") {
		return nil, false
	}
	var segments []string
	switch path {
	case "/":
	case "//empty":
		segments = []string{""}
	default:
		segments = strings.Split(path[1:], "/")
	}
	if tmpl.Verb() != "" {
		if len(segments) == 0 {
			return nil, false
		}
		last := &segments[len(segments)-1]
		i := strings.LastIndexByte(*last, ':')
		if i < 0 || !n.is((*last)[i+1:], tmpl.Verb()) {
			return nil, false
		}
		*last = (*last)[:i]
	}
	for i, s := range tmpl.Segments() {
		if s.Kind == route.Rest {
			return segments, true
		}
		if i == len(segments) {
			return nil, false
		}
		switch {
		case s.Kind == route.Literal && n.options.Exact && segments[i] != s.Raw,
			s.Kind == route.Literal && !n.options.Exact && !n.is(segments[i], s.Text),
			s.Kind == route.Wildcard && segments[i] == "" && !n.options.AllowEmpty,
			s.Kind == route.Wildcard && strings.ContainsAny(segments[i], n.options.Excluded):
			return nil, false
		}
	}
	return segments, len(segments) == len(tmpl.Segments())
}

// is reports whether the text of a path stands for a literal.
func (n *naive) is(text, literal string) bool {
	if n.options.Exact {
		return text == literal
	}
	decoded, err := url.PathUnescape(text)
	return err == nil && decoded == literal
}

func FuzzLookup(f *testing.F) {
	f.Add("GET /a/{x}\nGET /a/b\nGET /{x}/b:v\nPOST /**", "GET", "/a/b:v", byte(0))
	f.Add("GET /\nGET /{x}", "GET", "/", byte(1))
	f.Add("GET /{n=a/*}\nGET /{n=**}\nGET /a/{m=*/b/**}", "GET", "/a/%61/b", byte(2))
	f.Add("GET /a\nGET /a/{x}", "GET", "/a//", byte(3))
	f.Add("GET /%41\nGET /a%3Ab:c", "GET", "/a%3ab:%63", byte(4))
	f.Add("GET /a/b/c\nGET /a/*/d\nGET /*/b/e\nGET /*/*/f", "GET", "//a/b/f//", byte(7))
	long := strings.Repeat("/a", 32)
	for _, end := range []string{"", "/", "/a", "/a/", "/a/a:v", "/a:v/", ":v", "/a/a/a/"} {
		for _, flags := range []byte{0, 1, 2, 3, 4, 5} {
			f.Add("GET /**\nGET /a/{n=**}:v\nGET "+long+"\nGET "+long+":v\nGET /*"+long[2:], "GET", long+end, flags)
		}
	}
	f.Fuzz(func(t *testing.T, routes, method, path string, flags byte) {
		if len(routes) > 4096 || len(path) > 4096 {
			return
		}
		o := route.Options{AllowEmpty: flags&1 != 0, Slash: route.Slash(flags>>1&3) % 3, Exact: flags&8 != 0}
		if flags&16 != 0 {
			o.Excluded = "[]"
		}
		tree, ref := route.New[string](o), &naive{options: o}
		for line := range strings.Lines(routes) {
			line = strings.TrimSuffix(line, "\n")
			m, text, _ := strings.Cut(line, " ")
			tmpl, err := route.Parse(text)
			if err != nil || m == route.AnyMethod || strings.Contains(text, "%") && o.Exact {
				continue
			}
			if tree.Add(m, tmpl, line) == nil {
				ref.lines, ref.tmpls = append(ref.lines, line), append(ref.tmpls, tmpl)
			}
		}
		got, want := find(tree, method, path), ref.find(method, path)
		if got != want {
			t.Errorf("%s %q over %q, %+v:\n got %q\nwant %q", method, path, ref.lines, o, got, want)
		}
		checkPlain(t, tree, method, path)
		if allowed := slices.Contains(tree.Allowed(path), method); allowed != (want != "") {
			t.Errorf("Allowed(%q) has %s: %t, over %q", path, method, allowed, ref.lines)
		}
	})
}

// checkPlain compares LookupPlain, where it knows, with Lookup.
func checkPlain(t *testing.T, tree *route.Tree[string], method, path string) {
	t.Helper()
	var plain, escaped route.Match
	got, ok := tree.LookupPlain(method, path, &plain)
	if !ok {
		return
	}
	came := (&url.URL{Path: path}).EscapedPath()
	if want, ok := tree.Lookup(method, came, &escaped); !ok || got != want {
		t.Fatalf("%s %q: plain %q, as it came %q, %t", method, path, got, want, ok)
	}
	for i := range plain.Len() {
		if want, err := url.PathUnescape(escaped.Value(i)); err != nil || plain.Value(i) != want {
			t.Errorf("%s %q: variable %d is %q, as it came %q (%v)", method, path, i, plain.Value(i), want, err)
		}
	}
}
