package normalize

import (
	"iter"
	"strings"
)

// A step is one part of the location of a violation.
type step struct {
	name string
	// index says that the name is the number of an element.
	index bool
}

// steps takes a location apart: "shelf.books[3].pages" has the steps shelf,
// books, 3 (an index) and pages. A key of a map is a step too, whether it is
// written as m.key or as m[key] or m["key"]. It is total: what is not of that
// form is part of a name.
func steps(location string) iter.Seq[step] {
	return func(yield func(step) bool) {
		for rest := location; rest != ""; {
			var s step
			s, rest = nextStep(rest)
			if s.name == "" && !s.index {
				continue
			}
			if !yield(s) {
				return
			}
		}
	}
}

func nextStep(s string) (step, string) {
	if s[0] == '[' {
		if end := strings.IndexByte(s, ']'); end > 0 {
			key, rest := s[1:end], strings.TrimPrefix(s[end+1:], ".")
			if isNumber(key) {
				return step{name: key, index: true}, rest
			}
			return step{name: strings.Trim(key, `"`)}, rest
		}
		return step{name: s}, ""
	}
	end := strings.IndexAny(s, ".[")
	switch {
	case end < 0:
		return step{name: s}, ""
	case s[end] == '.':
		return step{name: s[:end]}, s[end+1:]
	}
	return step{name: s[:end]}, s[end:]
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && (s[0] != '0' || s == "0")
}
