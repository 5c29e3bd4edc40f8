package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// Check returns the first difference between what the case expects and got, or
// "" if there is none.
func (c *Case) Check(got *Answer) string {
	if got.Status != c.Expect.Status {
		return fmt.Sprintf("status: want %d, got %d; body %.300q", c.Expect.Status, got.Status, got.Body)
	}
	if diff := c.checkHeaders(got.Header); diff != "" || c.Compare == "status" {
		return diff
	}
	if len(c.Expect.Received) > 0 {
		return c.checkReceived(got.Body)
	}
	want, some := c.Expect.Bytes()
	switch {
	case !some:
		return ""
	case c.Compare == "bytes":
		if !bytes.Equal(want, got.Body) {
			return fmt.Sprintf("body:\n\twant %.600q\n\tgot  %.600q", want, got.Body)
		}
		return ""
	}
	return c.checkJSON(want, got.Body)
}

// checkReceived compares what the handler saw.
func (c *Case) checkReceived(body []byte) string {
	var seen struct{ RPC, Received string }
	if err := json.Unmarshal(body, &seen); err != nil {
		return fmt.Sprintf("body: not JSON: %v: %.300q", err, body)
	}
	if c.RPC != nil && seen.RPC != *c.RPC {
		return fmt.Sprintf("rpc: want %s, got %s", *c.RPC, seen.RPC)
	}
	want, err := decode(c.Expect.Received)
	if err != nil {
		return "received: bad case: " + err.Error()
	}
	got, err := decode([]byte(seen.Received))
	if err != nil {
		return fmt.Sprintf("received: not JSON: %v: %q", err, seen.Received)
	}
	return sameJSON(want, got, "received")
}

// checkJSON compares as JSON; an event stream event by event.
func (c *Case) checkJSON(want, body []byte) string {
	if events := bytes.HasPrefix(want, eventMark); events {
		return c.checkEvents(bytes.Split(want, eventEnd), bytes.Split(body, eventEnd))
	}
	expected, err := decode(want)
	if err != nil {
		return "body: bad case: " + err.Error()
	}
	got, err := decode(body)
	if err != nil {
		return fmt.Sprintf("body: not JSON: %v: %.300q", err, body)
	}
	c.mendCode(expected)
	return sameJSON(expected, got, "body")
}

var eventMark, eventEnd = []byte("data: "), []byte("\n\n")

// checkEvents compares the data lines of events, each as JSON. What follows the
// last event must be equal, too.
func (c *Case) checkEvents(want, got [][]byte) string {
	if len(want) != len(got) {
		return fmt.Sprintf("body: want %d events, got %d: %.300q", len(want)-1, len(got)-1, got)
	}
	for i := range want {
		data, ok := bytes.CutPrefix(want[i], eventMark)
		if !ok {
			if !bytes.Equal(want[i], got[i]) {
				return fmt.Sprintf("event %d: want %q, got %q", i, want[i], got[i])
			}
			continue
		}
		line, ok := bytes.CutPrefix(got[i], eventMark)
		if !ok {
			return fmt.Sprintf("event %d: want data, got %q", i, got[i])
		}
		if diff := c.checkJSON(data, line); diff != "" {
			return fmt.Sprintf("event %d: %s", i, diff)
		}
	}
	return ""
}

// mendCode turns the error code of the expectation into the number that was
// recorded. In cases whose message is free text ("library-text", "class-name")
// the code became a text when the message was taken out: {"code": "400"}. The
// imitated system sent a number, and clients that read numbers must not meet a
// text; see docs/deviations.md.
func (c *Case) mendCode(expected any) {
	object, _ := expected.(map[string]any)
	inner, _ := object["error"].(map[string]any)
	if code, ok := inner["code"].(string); ok && c.Deviation != nil && code == fmt.Sprint(c.Expect.Status) {
		inner["code"] = json.Number(code)
	}
}

// decode reads one JSON value and keeps numbers exact.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("text after the value")
	}
	return v, nil
}

// sameJSON returns where and how two JSON values differ. Numbers are compared
// by value, and the text "<any>" stands for every value.
func sameJSON(want, got any, path string) string {
	if want == "<any>" {
		return ""
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return fmt.Sprintf("%s: want %v, got %v", path, want, got)
		}
		for key, value := range w {
			other, ok := g[key]
			if !ok {
				return fmt.Sprintf("%s: no key %q in %v", path, key, got)
			}
			if diff := sameJSON(value, other, path+"."+key); diff != "" {
				return diff
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return fmt.Sprintf("%s: want %v, got %v", path, want, got)
		}
		for i := range w {
			if diff := sameJSON(w[i], g[i], fmt.Sprintf("%s[%d]", path, i)); diff != "" {
				return diff
			}
		}
		return ""
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(w, g) {
			return ""
		}
	default:
		if want == got {
			return ""
		}
	}
	return fmt.Sprintf("%s: want %#v, got %#v", path, want, got)
}

func sameNumber(a, b json.Number) bool {
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	return okX && okY && x.Cmp(y) == 0
}

// lists are the header fields that are compared as sets.
var lists = []string{"Allow", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers"}

// containsMark begins an expectation that only some tokens must be listed.
const containsMark = "<contains>"

func (c *Case) checkHeaders(got http.Header) string {
	want := map[string][]*string{}
	var names []string
	for _, h := range c.Expect.Headers {
		name := http.CanonicalHeaderKey(*h[0])
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
		want[name] = append(want[name], h[1])
	}
	for _, name := range names {
		if diff := checkHeader(name, want[name], got.Values(name)); diff != "" {
			return diff
		}
	}
	return ""
}

func checkHeader(name string, want []*string, got []string) string {
	if len(want) == 1 && want[0] == nil {
		if len(got) > 0 {
			return fmt.Sprintf("header %s: want none, got %q", name, got)
		}
		return ""
	}
	var values []string
	for _, v := range want {
		values = append(values, *v)
	}
	switch {
	case name == "Content-Type":
		values, got = mediaTypes(values, true), mediaTypes(got, slices.ContainsFunc(values, hasParameters))
	case strings.HasPrefix(values[0], containsMark):
		need, offered := tokens(strings.TrimPrefix(values[0], containsMark)), tokens(got...)
		if slices.Contains(offered, "*") || subset(need, offered) {
			return ""
		}
	case name == "Vary":
		if subset(tokens(values...), tokens(got...)) {
			return ""
		}
	case slices.Contains(lists, name):
		values, got = tokens(values...), tokens(got...)
	}
	if !slices.Equal(values, got) {
		return fmt.Sprintf("header %s: want %q, got %q", name, values, got)
	}
	return ""
}

func hasParameters(v string) bool { return strings.Contains(v, ";") }

func mediaTypes(values []string, parameters bool) []string {
	all := make([]string, len(values))
	for i, v := range values {
		v = strings.ReplaceAll(strings.ToLower(v), " ", "")
		if !parameters {
			v, _, _ = strings.Cut(v, ";")
		}
		all[i] = v
	}
	return all
}

// tokens splits list headers, sorted.
func tokens(values ...string) []string {
	var all []string
	for t := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if t = strings.ToLower(strings.TrimSpace(t)); t != "" {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return all
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(t string) bool { return !slices.Contains(all, t) })
}
