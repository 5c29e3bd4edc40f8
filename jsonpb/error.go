package jsonpb

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Error says what is wrong with a document or a message, and where. Its
// text may be shown to the caller who sent the document: it holds no more than
// a few characters of the input and nothing of the program.
type Error struct {
	// Path is the place in the document, such as "shelf.books[3].pages" or
	// `labels["a b"]`, with the names that the document uses. It is empty for
	// the document as a whole.
	Path string
	// Line and Column of the place in the input, counted from 1 in lines and
	// characters. Both are 0 if there was no input (when a message is written).
	Line, Column int
	// Reason says what is wrong there, such as "want a 32-bit integer".
	Reason string

	cause error
}

// Error returns "line 2, column 7: shelf.books[3].pages: want a 32-bit
// integer", without the parts that are empty.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		b.WriteString("line ")
		b.WriteString(strconv.Itoa(e.Line))
		b.WriteString(", column ")
		b.WriteString(strconv.Itoa(e.Column))
		b.WriteString(": ")
	}
	if e.Path != "" {
		b.WriteString(e.Path)
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// Unwrap returns what another library said, if it was asked. Its text is for
// logs only.
func (e *Error) Unwrap() error { return e.cause }

// errorAt returns the error for the place at offset at of data.
func errorAt(data []byte, at int, reason string) *Error {
	line, column := position(data, at)
	return &Error{Path: pathAt(data, at), Line: line, Column: column, Reason: reason}
}

// position returns the line and column of data[at].
func position(data []byte, at int) (line, column int) {
	b := data[:min(at, len(data))]
	line = bytes.Count(b, []byte("\n")) + 1
	return line, utf8.RuneCount(b[bytes.LastIndexByte(b, '\n')+1:]) + 1
}

// A pathStep is one open object or array on the way to a place.
type pathStep struct {
	array bool
	index int    // of the current element
	key   []byte // of the current member, with its quotes; nil before the first
}

// pathAt returns the path to data[at] by reading what stands before it, which
// must be a well-formed beginning of a document. This keeps the reader free of
// book-keeping: only a document that is rejected pays for its path.
func pathAt(data []byte, at int) string {
	at = min(at, len(data))
	var steps []pathStep
	wantKey, last := false, byte(0)
	for i := 0; i < at; i++ {
		switch c := data[i]; c {
		case ' ', '\t', '\n', '\r':
			continue
		case '{', '[':
			steps = append(steps, pathStep{array: c == '['})
			wantKey = c == '{'
		case '}', ']':
			if len(steps) > 0 {
				steps = steps[:len(steps)-1]
			}
			wantKey = false
		case ',':
			if n := len(steps); n > 0 {
				steps[n-1].index++
				steps[n-1].key = nil
				wantKey = !steps[n-1].array
			}
		case '"':
			end := stringEnd(data, i)
			if wantKey && len(steps) > 0 {
				steps[len(steps)-1].key = data[i:min(end, len(data))]
				wantKey = false
			}
			i = end - 1
		}
		last = data[min(i, at-1)]
	}
	if n := len(steps); n > 0 && at < len(data) {
		switch {
		case wantKey && data[at] == '"':
			steps[n-1].key = data[at:stringEnd(data, at)] // the place is a member's name
		case data[at] == '}' && last != ':':
			steps[n-1].key = nil // the place is the object as a whole
		}
	}
	return joinPath(steps)
}

// Paths are cut to what a reader can use: deep or hostile documents do not
// make long errors.
const (
	maxPathSteps = 20
	maxPathKey   = 40
)

func joinPath(steps []pathStep) string {
	var b strings.Builder
	for i, s := range steps {
		if i == maxPathSteps {
			b.WriteString("…")
			break
		}
		switch {
		case s.array:
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(s.index))
			b.WriteByte(']')
		case s.key == nil:
		case isName(s.key):
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.Write(s.key[1 : len(s.key)-1])
		default:
			b.WriteByte('[')
			b.WriteString(excerpt(s.key, maxPathKey))
			b.WriteByte(']')
		}
	}
	return b.String()
}

// isName reports whether a quoted key can stand in a path as it is: a field's
// name, or an extension's in brackets.
func isName(key []byte) bool {
	if len(key) < 3 || len(key) > 2*maxPathKey || key[len(key)-1] != '"' {
		return false
	}
	key = key[1 : len(key)-1]
	extension := isExtensionName(key)
	if extension {
		key = key[1 : len(key)-1]
	}
	if len(key) == 0 || !extension && len(key) > maxPathKey || '0' <= key[0] && key[0] <= '9' {
		return false
	}
	for _, c := range key {
		if c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && (c != '.' || !extension) {
			return false
		}
	}
	return true
}

// excerpt returns the first characters of input for an error text: at most n
// bytes, valid UTF-8, no control characters.
func excerpt(input []byte, n int) string {
	cut := len(input) > n
	if cut {
		input = input[:n]
	}
	s := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, string(input))
	if cut {
		s += "…"
	}
	return s
}

// writeError returns the error of a message that cannot be written. What was
// written of it tells the place.
func writeError(written []byte, err error) *Error {
	e := &Error{Path: pathAt(opened(written), len(written)), Reason: err.Error()}
	if f, ok := errors.AsType[*failure](err); ok {
		e.cause = f.cause
	}
	return e
}

// opened returns what was written of a message with all its objects opened: one
// that has not come to its end begins with the comma of its first member, see
// [AppendEnd], which stands where a value is due.
func opened(written []byte) []byte {
	out := slices.Clone(written)
	var open []byte // the brackets around a place
	due := true
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case c == '"':
			for i++; i < len(out) && out[i] != '"'; i++ {
				if out[i] == '\\' {
					i++
				}
			}
			due = false
		case c == '{' || c == '[':
			open, due = append(open, c), c == '['
		case c == ',' && due:
			out[i] = '{'
			open, due = append(open, '{'), false
		case c == ',':
			due = len(open) > 0 && open[len(open)-1] == '['
		case (c == '}' || c == ']') && len(open) > 0:
			open, due = open[:len(open)-1], false
		default:
			due = c == ':'
		}
	}
	return out
}
