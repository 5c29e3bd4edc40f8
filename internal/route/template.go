// Package route matches the paths of requests against the path templates of
// google.api.http rules.
//
//	t, err := route.Parse("/v1/{name=shelves/*/books/*}:move")
//	tree := route.New[string](route.Options{})
//	err = tree.Add("POST", t, "MoveBook")
//	var m route.Match
//	v, ok := tree.Lookup("POST", "/v1/shelves/1/books/2:move", &m)
package route

import "slices"

// MaxSegments is the largest number of segments in a template. It bounds how
// deep a look-up goes, however long the path of a request is.
const MaxSegments = 32

// MaxVariables is the largest number of variables, and also of wildcards, in a
// template.
const MaxVariables = 16

// MaxLiteral is the largest length of a decoded literal segment in bytes.
const MaxLiteral = 256

// A Kind says what a [Segment] matches.
type Kind uint8

const (
	// Literal matches one segment with exactly this text.
	Literal Kind = iota
	// Wildcard, written "*", matches one segment with any text.
	Wildcard
	// Rest, written "**", matches all that is left: no segment, one or several.
	Rest
)

// A Segment is what a template says about one segment of a path.
type Segment struct {
	Kind Kind
	// Text is the text of a literal with its percent-encoding undone.
	Text string
	// Raw is the segment as it stands in the template: for a literal still
	// percent-encoded, else "*" or "**".
	Raw string
}

// A Variable is a part of a template whose text goes into a field.
type Variable struct {
	// FieldPath is the field that is filled: names joined by dots.
	FieldPath string
	// First and Last delimit its segments: from First up to, not including,
	// Last.
	First, Last int
	// Multi says that it may span several segments. The text of such a variable
	// keeps "%2F" as it is when it is decoded; see google.api.http.
	Multi bool
}

// A Template is a parsed path template. It is immutable and safe for
// concurrent use. [Parse] makes it.
type Template struct {
	text      string
	segments  []Segment
	variables []Variable
	verb      string
	rawVerb   string
	// plain says that every wildcard is a variable by itself, so that what the
	// wildcards matched is what the variables are.
	plain bool
}

// String returns the template as it was given to [Parse].
func (t *Template) String() string { return t.text }

// Verb returns the custom verb, decoded and without its colon; "" if there is
// none.
func (t *Template) Verb() string { return t.verb }

// Segments returns a copy of the segments, with those inside variables in
// their place.
func (t *Template) Segments() []Segment { return slices.Clone(t.segments) }

// Variables returns a copy of the variables in the order of the template.
func (t *Template) Variables() []Variable { return slices.Clone(t.variables) }
