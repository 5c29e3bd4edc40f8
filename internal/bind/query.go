package bind

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// readQuery fills fields from the parameters of a query, which it reads where
// it stands. Its work is bounded by the length of the query, and what is kept
// by the number of parameters.
func (b *binding) readQuery(query string) error {
	o := &b.plan.options
	// Short texts cannot have too many of anything, and need no counting.
	if len(query) >= o.MaxParameters && strings.Count(query, "&") >= o.MaxParameters {
		return badRequest("The query has more than "+strconv.Itoa(o.MaxParameters)+" parameters.", nil)
	}
	var places []named
	if b.s.IsValid() {
		places = b.plan.places
	}
	var buf [8]*field // of most chains, on the stack
	for number := 1; query != ""; number++ {
		if f, rest := findPlace(places, query); f != nil { // as a rule
			var value string
			var plain bool
			value, query, plain = cutValue(rest)
			b.readPlace(f, value, plain)
			continue
		}
		var name, value string
		name, query = cut(query, '&')
		if name == "" {
			continue
		}
		name, value = cut(name, '=')
		name, ok := decode(name, plusIsSpace)
		if !ok {
			b.violate(badName(number))
			continue
		}
		if len(name) >= o.MaxDepth && strings.Count(name, ".") >= o.MaxDepth {
			b.violate(deepName(number, o.MaxDepth))
			continue
		}
		if f := b.plan.table.find(name); f != nil && f.at >= 0 && b.s.IsValid() {
			b.readPlace(f, value, isPlain(value))
			continue
		}
		chain := b.plan.table.lookup(name, buf[:0])
		if len(chain) == 0 {
			b.unknown(name)
			continue
		}
		b.readParameter(chain, value)
	}
	return nil
}

// findPlace returns the field that the first parameter of a query is for, and
// what follows its name and "=". It is nil if the field is not among places. With
// cutValue this makes a small GET 3 % cheaper than it is if the query is cut at
// all its marks, names are looked up, and values searched for escapes.
func findPlace(places []named, query string) (f *field, rest string) {
	for i := range places {
		text := places[i].text
		if n := len(text); n < len(query) && query[n] == '=' && query[:n] == text {
			return places[i].f, query[n+1:]
		}
	}
	return nil, ""
}

// cutValue cuts a query after the value that it starts with, and reports whether
// that is plain.
func cutValue(query string) (value, rest string, plain bool) {
	n := plainLength(query)
	if n == len(query) {
		return query, "", true
	}
	if query[n] == '&' {
		return query[:n], query[n+1:], true
	}
	value, rest = cut(query, '&')
	return value, rest, false
}

// cut is strings.Cut for one byte, without the search for a longer separator.
func cut(s string, at byte) (before, after string) {
	if i := strings.IndexByte(s, at); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// unknown is a parameter that is no field.
func (b *binding) unknown(name string) {
	if !b.plan.options.RejectUnknownParameters {
		return
	}
	for _, other := range b.plan.options.OtherParameters {
		if name == other {
			return
		}
	}
	b.violate(unknownName(name))
}

// readPlace fills a field that setStruct can fill from a value as it stands in
// the query.
func (b *binding) readPlace(f *field, text string, plain bool) {
	if b.plan.inPath.has(f.index) || b.bodyHas(f.index) {
		return
	}
	if b.inQuery.has(f.index) {
		b.violate(invalid(f.name, givenAgain))
		return
	}
	b.inQuery.add(f.index)
	p := badEncoding
	ok := true
	if !plain {
		text, ok = decode(text, plusIsSpace)
	}
	if ok {
		p = f.setStruct(b.s, text, plain)
	}
	if p != "" {
		b.violate(invalid(f.name, p))
	}
}

const (
	givenAgain  problem = "given more than once"
	badEncoding problem = "bad percent-encoding"
)

// readParameter fills the field at the end of chain, whatever it is, from a
// value as it stands in the query.
func (b *binding) readParameter(chain []*field, text string) {
	if b.taken(chain) {
		return
	}
	leaf := chain[len(chain)-1]
	if leaf.shape == message || leaf.shape == opaque {
		b.violate(invalid(pathOf(chain), leaf.notAValue()))
		return
	}
	if again := b.markQuery(chain); again && !leaf.list {
		b.violate(invalid(pathOf(chain), givenAgain))
		return
	}
	p := badEncoding
	if text, ok := decode(text, plusIsSpace); ok {
		p = b.setReflect(chain, text)
	}
	if p != "" {
		b.violate(invalid(pathOf(chain), p))
	}
}

// setReflect fills the field at the end of chain, unless another member of a
// oneof on the way there goes first.
func (b *binding) setReflect(chain []*field, text string) problem {
	m := b.message()
	for i, f := range chain {
		if other, p := b.rival(m, f, i == 0); other {
			return p
		}
		if i < len(chain)-1 {
			m = m.Mutable(f.desc).Message()
		}
	}
	return chain[len(chain)-1].set(m, text)
}

// taken reports whether the path or the body has the field, which the query
// then does not touch.
func (b *binding) taken(chain []*field) bool {
	top := chain[0].index
	if b.plan.inPath.has(top) || b.bodyHas(top) {
		return true
	}
	return len(chain) > 1 && b.plan.nestedInPath != nil && b.plan.nestedInPath[numbers(chain)]
}

// markQuery notes that the query fills a field, and reports whether it did so
// before.
func (b *binding) markQuery(chain []*field) (again bool) {
	top := chain[0].index
	if len(chain) == 1 {
		again = b.inQuery.has(top)
		b.inQuery.add(top)
		return again
	}
	b.inQuery.add(top)
	if b.nested == nil {
		b.nested = map[string]bool{}
	}
	key := numbers(chain)
	again = b.nested[key]
	b.nested[key] = true
	return again
}

// rival reports whether another member of the oneof of f is set in m. If the
// body or the path set it, it goes first; if the query did, that is a problem.
func (b *binding) rival(m protoreflect.Message, f *field, top bool) (bool, problem) {
	if f.oneof == nil {
		return false, ""
	}
	if top {
		members := f.oneof.Fields()
		for i := range members.Len() {
			if o := members.Get(i).Index(); o != f.desc.Index() && (b.plan.inPath.has(o) || b.bodyHas(o)) {
				return true, ""
			}
		}
	}
	other := m.WhichOneof(f.oneof)
	if other == nil || other.Number() == f.desc.Number() {
		return false, ""
	}
	return true, problem(`only one of "` + other.JSONName() + `" and "` + f.name + `" can be given`)
}

// shortName returns a name that the caller sent, as far as it is good to
// repeat.
func shortName(name string) (string, bool) {
	if !utf8.ValidString(name) || len(name) > 100 {
		return "", false
	}
	for _, r := range name {
		if !strconv.IsPrint(r) {
			return "", false
		}
	}
	return name, true
}
