package client

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// path returns the escaped path for a request.
func (b *binding) path(request protoreflect.Message) (string, error) {
	var path []byte
	next := b.variables
	for i := 0; i < len(b.segments); {
		if len(next) > 0 && next[0].First == i {
			var err error
			if path, err = b.appendVariable(path, &next[0], request); err != nil {
				return "", err
			}
			i, next = next[0].Last, next[1:]
			continue
		}
		switch s := b.segments[i]; s.Kind {
		case route.Literal:
			path = appendLiteral(append(path, '/'), s.Raw)
		case route.Wildcard:
			return "", fmt.Errorf("the path %s has a wildcard that no field fills", b.template)
		case route.Rest: // no segment is enough
		}
		i++
	}
	if len(path) == 0 {
		path = append(path, '/')
	}
	if verb := b.template.Verb(); verb != "" {
		path = appendEscaped(append(path, ':'), verb)
	}
	return string(path), nil
}

// appendVariable appends the field of a variable, with a slash before every
// segment. It refuses what would lead to another method, or to none.
func (b *binding) appendVariable(dst []byte, v *variable, request protoreflect.Message) ([]byte, error) {
	text, err := valueAt(request, v.chain)
	if err != nil {
		return dst, fmt.Errorf("field %s: %w", v.FieldPath, err)
	}
	segments := []string{text}
	switch rest := b.segments[v.First].Kind == route.Rest; {
	case rest && text == "":
		return dst, nil // "**" needs no segment
	case rest, v.Multi:
		segments = strings.Split(text, "/")
	}
	if pattern := b.segments[v.First:v.Last]; !matches(pattern, segments) {
		return dst, fmt.Errorf("field %s: its value does not have the form %q, which the path needs", v.FieldPath, form(pattern))
	}
	for _, s := range segments {
		if s == "." || s == ".." {
			return dst, fmt.Errorf("field %s: a path cannot hold the segment %q", v.FieldPath, s)
		}
		if !utf8.ValidString(s) {
			return dst, fmt.Errorf("field %s: it is not valid UTF-8", v.FieldPath)
		}
		dst = appendEscaped(append(dst, '/'), s)
	}
	return dst, nil
}

// matches says whether segments have the form of a pattern. A wildcard needs
// text; "**" stands last and takes all that is left, but for empty segments.
func matches(pattern []route.Segment, segments []string) bool {
	for i, p := range pattern {
		if p.Kind == route.Rest {
			for _, s := range segments[min(i, len(segments)):] {
				if s == "" {
					return false
				}
			}
			return true
		}
		if i == len(segments) || segments[i] == "" || p.Kind == route.Literal && segments[i] != p.Text {
			return false
		}
	}
	return len(pattern) == len(segments)
}

// form writes a pattern as the template does.
func form(pattern []route.Segment) string {
	texts := make([]string, len(pattern))
	for i, p := range pattern {
		texts[i] = p.Raw
	}
	return strings.Join(texts, "/")
}

// appendLiteral appends a literal of the template, in which only what is beyond
// ASCII has to be escaped.
func appendLiteral(dst []byte, raw string) []byte {
	for i := range len(raw) {
		if raw[i] < utf8.RuneSelf {
			dst = append(dst, raw[i])
		} else {
			dst = appendHex(dst, raw[i])
		}
	}
	return dst
}

// appendEscaped appends a text with all but the unreserved characters of RFC
// 3986, section 2.3, percent-encoded, as google.api.http wants it. It serves for
// names and values of a query, too.
func appendEscaped(dst []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '.', c == '_', c == '~':
			dst = append(dst, c)
		default:
			dst = appendHex(dst, c)
		}
	}
	return dst
}

func appendHex(dst []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	return append(dst, '%', hex[c>>4], hex[c&0xf])
}
