package python

import (
	"strconv"
	"testing"
)

// TestObject goes past the number of members from which they are indexed.
func TestObject(t *testing.T) {
	t.Parallel()
	o := new(object)
	for i := range 3 * fewMembers {
		o.set(strconv.Itoa(i), value{kind: text, text: "old"})
	}
	for i := range 3 * fewMembers {
		o.set(strconv.Itoa(i), value{kind: integer, text: strconv.Itoa(i)})
	}
	if len(o.members) != 3*fewMembers {
		t.Fatalf("%d members", len(o.members))
	}
	for i, m := range o.members {
		if v, ok := o.get(m.name); !ok || m.name != strconv.Itoa(i) || v.text != m.name {
			t.Errorf("member %d is %q: %v, %v", i, m.name, v, ok)
		}
	}
	if _, ok := o.get("x"); ok {
		t.Error("a member that was never set")
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	tests := []struct{ to, from, want string }{
		{`{"a":1,"b":2}`, `{"b":3,"c":4}`, `{"a":1,"b":3,"c":4}`},
		{`{"a":{"b":1,"c":2}}`, `{"a":{"c":{},"d":3}}`, `{"a":{"b":1,"c":{},"d":3}}`},
		{`{"a":{"b":1}}`, `{"a":null}`, `{"a":null}`},
		{`{"a":{"b":1}}`, `{"a":[{"c":1}]}`, `{"a":[{"c":1}]}`},
		{`{"a":[1]}`, `{"a":[2]}`, `{"a":[2]}`},
		{`{"a":1}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`},
	}
	for _, tt := range tests {
		to, _, _ := parseJSON([]byte(tt.to), 9)
		from, _, _ := parseJSON([]byte(tt.from), 9)
		to.object.merge(from.object)
		if got := string(to.appendJSON(nil)); got != tt.want {
			t.Errorf("%s with %s gives %s, want %s", tt.to, tt.from, got, tt.want)
		}
	}
}
