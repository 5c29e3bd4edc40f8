package client

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the length of a text/plain body that is taken for a message. A
// longer one is a page.
const maxText = 1024

// object is a JSON object whose members have not been looked at.
type object map[string]json.RawMessage

// read takes over what a body says, and reports whether it is one of the known
// error formats. A status without a body says all there is to say.
func (t *told) read(mediaType string, body []byte) bool {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return true
	}
	if mediaType == "text/plain" {
		return t.readText(string(body))
	}
	var o object
	if json.Unmarshal(body, &o) != nil {
		return false
	}
	if mediaType == "application/problem+json" {
		t.readProblem(o)
		return true
	}
	return t.readFormat(o)
}

// readFormat is read for an object of no media type.
func (t *told) readFormat(o object) bool {
	_, isError := o["error"]
	_, isDetail := o["detail"]
	switch {
	case isError:
		t.readErrorMember(o["error"])
	case isDetail && len(o) == 1:
		t.readDetail(o["detail"])
	case o.isProblem():
		t.readProblem(o)
	case isDetail:
		t.readDetail(o["detail"])
	default:
		return false
	}
	return true
}

// readText takes a short text for people as the message.
func (t *told) readText(text string) bool {
	plain := func(r rune) bool { return r == '\n' || r == '\t' || r == '\r' || unicode.IsPrint(r) }
	if len(text) > maxText || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return false
	}
	t.say(text)
	return true
}

// readErrorMember reads the formats that have one member "error": a text, the
// Google envelope, or AIP-193.
func (t *told) readErrorMember(raw json.RawMessage) {
	var o object
	if raw[0] != '{' || json.Unmarshal(raw, &o) != nil {
		t.sayJSON(raw)
		return
	}
	known := false
	for _, name := range []string{"code", "message", "errors", "status", "details"} {
		known = known || o.has(name)
	}
	if !known {
		t.sayJSON(raw)
		return
	}
	if text, ok := o.text("message"); ok {
		t.say(text)
	}
	t.code, _ = o.text("status")
	t.readItems(o.list("errors"))
	t.readDetails(o.list("details"))
}

// sayJSON takes any value as the message: a text as it is, others as JSON, and
// as what they are. null is none.
func (t *told) sayJSON(raw json.RawMessage) {
	var text string
	switch {
	case string(raw) == "null":
	case json.Unmarshal(raw, &text) == nil:
		t.say(text)
	default:
		var b bytes.Buffer
		if json.Compact(&b, raw) == nil {
			t.say(b.String())
			t.value = b.Bytes()
		}
	}
}

func (o object) has(name string) bool { _, ok := o[name]; return ok }

// text returns a member that is a text; false if there is none.
func (o object) text(name string) (string, bool) {
	raw := o[name]
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// list returns a member that is a list; nil if there is none.
func (o object) list(name string) []json.RawMessage {
	raw := o[name]
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	var list []json.RawMessage
	_ = json.Unmarshal(raw, &list) // it is part of a valid document
	return list
}

// objectOf returns a value that is an object; nil for others.
func objectOf(raw json.RawMessage) object {
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	var o object
	_ = json.Unmarshal(raw, &o) // as above
	return o
}
