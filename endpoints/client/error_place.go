package client

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// readItems reads the errors of the Google envelope. The first one has reason and
// domain of the whole. An item with a place is a violation; so are all if there
// are several.
func (t *told) readItems(items []json.RawMessage) {
	for i, raw := range items {
		o := objectOf(raw)
		var v exceptions.Violation
		v.Location, _ = o.text("location")
		v.LocationType, _ = o.text("locationType")
		v.Reason, _ = o.text("reason")
		v.Message, _ = o.text("message")
		if i == 0 {
			t.reason = v.Reason
			t.domain, _ = o.text("domain")
			if text, ok := o.text("message"); ok && t.message == nil {
				t.say(text)
			}
		}
		if v.Location != "" || len(items) > 1 && o != nil {
			t.violations = append(t.violations, v)
		}
	}
}

// readDetail reads the format of FastAPI: a text, or a list of what is wrong,
// whose first text is then that of the whole.
func (t *told) readDetail(raw json.RawMessage) {
	var list []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		t.sayJSON(raw)
		return
	}
	for _, item := range list {
		o := objectOf(item)
		text, ok := o.text("msg")
		if !ok {
			t.violations = nil
			t.sayJSON(raw)
			return
		}
		v := exceptions.Violation{Message: text}
		v.Reason, _ = o.text("type")
		v.LocationType, v.Location = readLoc(o.list("loc"))
		t.violations = append(t.violations, v)
	}
	if len(t.violations) > 0 {
		t.say(t.violations[0].Message)
	}
}

// readLoc reads a place as FastAPI writes it: the source, then names and
// numbers.
func readLoc(loc []json.RawMessage) (source, place string) {
	var path placeWriter
	for i, raw := range loc {
		var name string
		switch isText := json.Unmarshal(raw, &name) == nil; {
		case i == 0 && name == "query":
			source = "parameter"
		case i == 0 && isText:
			source = name
		case isText:
			path.name(name)
		default:
			path.index(string(raw))
		}
	}
	return source, path.String()
}

// readProblem reads RFC 9457. The title is that of the type, so it says
// something only if there is one.
func (t *told) readProblem(o object) {
	kind, _ := o.text("type")
	if text, ok := o.text("detail"); ok {
		t.say(text)
	} else if title, ok := o.text("title"); ok && kind != "" && kind != "about:blank" {
		t.say(title)
	}
	t.reason, _ = o.text("reason")
	t.domain, _ = o.text("domain")
	for _, raw := range o.list("errors") {
		if item := objectOf(raw); item != nil {
			t.violations = append(t.violations, readProblemItem(item))
		}
	}
	t.readDetails(o.list("details"))
}

func readProblemItem(o object) exceptions.Violation {
	var v exceptions.Violation
	v.Message, _ = o.text("detail")
	v.Reason, _ = o.text("reason")
	if pointer, ok := o.text("pointer"); ok {
		v.Location, v.LocationType = readPointer(pointer), "body"
		return v
	}
	for _, kind := range []string{"parameter", "header"} {
		if name, ok := o.text(kind); ok {
			v.Location, v.LocationType = name, kind
		}
	}
	return v
}

// readPointer turns a JSON Pointer (RFC 6901), plain or in its form for URI
// fragments, into a place: "#/shelf/books/3/pages" is "shelf.books[3].pages".
func readPointer(pointer string) string {
	if fragment, ok := strings.CutPrefix(pointer, "#"); ok {
		pointer = fragment
		if plain, err := url.PathUnescape(fragment); err == nil {
			pointer = plain
		}
	}
	var path placeWriter
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch {
		case token == "":
		case strings.Trim(token, "0123456789") == "":
			path.index(token)
		default:
			path.name(token)
		}
	}
	return path.String()
}

// A placeWriter writes a place as [exceptions.Violation] has it.
type placeWriter struct{ strings.Builder }

func (w *placeWriter) name(name string) {
	if w.Len() > 0 {
		w.WriteByte('.')
	}
	w.WriteString(name)
}

func (w *placeWriter) index(number string) {
	w.WriteByte('[')
	w.WriteString(number)
	w.WriteByte(']')
}
