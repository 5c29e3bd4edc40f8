package route

import (
	"fmt"
	"slices"
	"strings"
)

// Options say how a [Tree] reads paths. The zero value is the strict reading:
// a variable needs text, a slash at the end counts, and literals are compared
// with their percent-encoding undone.
type Options struct {
	// AllowEmpty lets a wildcard match a segment without text: "/a//b" matches
	// "/a/{x}/b".
	AllowEmpty bool
	// Slash is the rule for slashes around a path.
	Slash Slash
	// Exact compares literals as they stand in the path with literals as they
	// stand in the template, and undoes no percent-encoding.
	Exact bool
	// Excluded holds ASCII characters that no wildcard matches.
	Excluded string
}

// Slash is a rule for slashes around a path.
type Slash uint8

const (
	// SlashStrict takes a path as it is: "/a/" has a second, empty segment.
	SlashStrict Slash = iota
	// SlashOptional lets one slash follow the path: it is first looked up
	// without, and then with the slash.
	SlashOptional
	// SlashTrimmed ignores all slashes before and after the path.
	SlashTrimmed
)

// AnyMethod is the method of a route that takes requests with any method. A
// route with the very method of the request goes before it.
const AnyMethod = "*"

// A Tree finds the route for a method and a path. It is built with [Tree.Add]
// and then looked up in by any number of goroutines; Add must not run beside a
// look-up.
//
// # Precedence
//
// Where several templates fit, the first segment from the left in which they
// differ decides: a literal goes before a wildcard, a wildcard before "**". The
// method takes part: only routes for the method of the request are tried, so
// that with GET /b/lit and POST /b/{p} a POST to /b/lit is the second. If the
// path ends with a custom verb, then the templates with that verb are tried
// first, and those in which a variable would swallow the verb after them.
//
// # Cost
//
// A look-up allocates nothing. Every node of the tree stands at one depth and
// has one parent, so a look-up sees a node at most once in each of its at most
// four passes (with and without verb, with and without a slash at the end): the
// work is bounded by the templates and not by the path. In practice a path
// follows one or two branches, and branches that hold no route for the method
// are not entered.
type Tree[V any] struct {
	tree
	values []V
}

// New returns an empty tree.
func New[V any](o Options) *Tree[V] {
	strict := o.Slash == SlashStrict && !o.AllowEmpty && o.Excluded == ""
	return &Tree[V]{tree: tree{options: o, strict: strict, clean: true}}
}

// A ConflictError says that two routes take the same requests.
type ConflictError struct {
	Method   string
	Old, New *Template // Old was there first
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("the routes %s %s and %s %s take the same requests", e.Method, e.New, e.Method, e.Old)
}

// Add adds a route. The error is a [*ConflictError] if a route with the same
// method and a template of the same shape is there, names of variables aside.
// Templates that overlap without being the same are no conflict, see [Tree].
func (t *Tree[V]) Add(method string, tmpl *Template, value V) error {
	if err := t.add(method, tmpl); err != nil {
		return err
	}
	t.values = append(t.values, value)
	return nil
}

// Lookup finds the route for a request. The path is that of the request target
// as the caller prepared it, with the slash that it starts with and without a
// query; it may be percent-encoded or not. On success m holds the template and
// the text of its variables, otherwise what is in m is undefined. Percent-encoded
// literals match their decoded form (see [Options].Exact); "%3A" is never the
// colon of a custom verb, nor "%2F" a slash.
func (t *Tree[V]) Lookup(method, path string, m *Match) (V, bool) {
	i := t.lookup(method, path, m)
	if i < 0 {
		var none V
		return none, false
	}
	return t.values[i], true
}

// LookupPlain is [Tree.Lookup] for most paths: path is without escapes, and what
// came in its place had none but those that it needs ([url.URL].RawPath is empty).
// So nobody has to escape it again to look it up. It is false if it finds no route
// or does not know, as for a path that holds a percent sign; then Lookup has to be
// called. The variables have their texts without escapes.
func (t *Tree[V]) LookupPlain(method, path string, m *Match) (V, bool) {
	if bit, known := t.bit(method); known && t.strict && !t.hasAny && !t.options.Exact {
		if i, ok := t.walk(path, bit, m); ok && i >= 0 {
			return t.values[i], true
		}
	}
	var none V
	return none, false
}

// Allowed returns the methods of all routes that fit the path, sorted: what an
// Allow header lists. It is nil if there are none. The slice is shared and must
// not be changed.
func (t *Tree[V]) Allowed(path string) []string { return t.allowed(path) }

// Len returns the number of routes.
func (t *Tree[V]) Len() int { return len(t.routes) }

// tree is the part of a [Tree] that does not depend on the type of its values:
// routes are numbers in the order of their arrival.
type tree struct {
	options Options
	strict  bool // the options leave every segment what it is
	clean   bool // no literal holds what walk does not know
	root    node
	routes  []*Template
	methods []string          // the position is the bit in masks
	quick   [64]uint8         // positions in methods by methodHash
	verbs   map[string]uint32 // custom verbs by text, numbered from 1
	hasAny  bool              // AnyMethod is methods[anyBit]
	anyBit  uint8
	texts   map[string]string
	// allow holds the sorted methods for every mask that one template has, so
	// that the common answer is ready.
	allow map[uint64][]string
}

// add adds the next route.
func (t *tree) add(method string, tmpl *Template) error {
	bit, err := t.addMethod(method)
	if err != nil {
		return err
	}
	path := make([]*node, 1, len(tmpl.segments)+1)
	n := &t.root
	path[0] = n
	last := &n.ends // where the template ends
	for _, s := range tmpl.segments {
		switch s.Kind {
		case Rest:
			last = &n.rests
			continue
		case Wildcard:
			if n.any == nil {
				n.any = &node{}
			}
			n = n.any
		default:
			text := t.intern(t.text(s.Text, s.Raw))
			n = n.grow(text)
			if strings.ContainsAny(text, "%:") {
				t.clean = false
			}
		}
		path = append(path, n)
		last = &n.ends
	}
	k := key(t.addVerb(t.text(tmpl.verb, tmpl.rawVerb)), bit)
	at := endsAt(last)
	if r := at.route(k); r >= 0 {
		return &ConflictError{Method: method, Old: t.routes[r>>1], New: tmpl}
	}
	at.add(k, number(len(t.routes), tmpl.plain))
	t.routes = append(t.routes, tmpl)
	for _, n := range path {
		n.mask |= 1 << bit
	}
	t.remember(at.mask)
	return nil
}

// text chooses what literals are compared with.
func (t *tree) text(decoded, raw string) string {
	if t.options.Exact {
		return raw
	}
	return decoded
}

// intern returns the one copy of a text that the tree uses. Texts that come
// back, such as "items", then stay in the processor's cache.
func (t *tree) intern(text string) string {
	if known, ok := t.texts[text]; ok {
		return known
	}
	if t.texts == nil {
		t.texts = map[string]string{}
	}
	text = strings.Clone(text)
	t.texts[text] = text
	return text
}

func (t *tree) addMethod(method string) (uint8, error) {
	if method == "" {
		return 0, fmt.Errorf("a route has no method")
	}
	if i := slices.Index(t.methods, method); i >= 0 {
		return uint8(i), nil
	}
	if len(t.methods) == 64 {
		return 0, fmt.Errorf("more than 64 different methods")
	}
	bit := uint8(len(t.methods))
	t.methods = append(t.methods, strings.Clone(method))
	t.quick[methodHash(method)] = bit
	if method == AnyMethod {
		t.hasAny, t.anyBit = true, bit
	}
	return bit, nil
}

func (t *tree) addVerb(verb string) uint32 {
	if verb == "" {
		return 0
	}
	id, ok := t.verbs[verb]
	if !ok {
		if t.verbs == nil {
			t.verbs = map[string]uint32{}
		}
		id = uint32(len(t.verbs) + 1)
		t.verbs[verb] = id
	}
	return id
}

// names returns the sorted methods of a mask.
func (t *tree) names(mask uint64) []string {
	if mask == 0 {
		return nil
	}
	if names, ok := t.allow[mask]; ok {
		return names
	}
	var names []string
	for i, m := range t.methods {
		if mask&(1<<i) != 0 {
			names = append(names, m)
		}
	}
	slices.Sort(names)
	return names
}

// remember makes names ready for a mask.
func (t *tree) remember(mask uint64) {
	if t.allow == nil {
		t.allow = map[uint64][]string{}
	}
	t.allow[mask] = t.names(mask)
}
