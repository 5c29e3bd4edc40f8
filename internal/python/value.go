package python

import (
	"strconv"
	"unicode/utf8"
)

// A kind is what a JSON value is to Python.
type kind uint8

const (
	null kind = iota
	boolean
	integer // a number without fraction and exponent, of any size
	float   // any other number, also NaN and the infinities
	text
	list
	dictionary
)

// A value is one JSON value of a request, or what a parameter stands for. It is
// small, because a body of few bytes may hold many.
type value struct {
	kind kind
	// text is that of a string, the literal of a number, or "true" or "false".
	text   string
	items  *[]value // of a list
	object *object  // of a dictionary
}

func listOf(items []value) value { return value{kind: list, items: &items} }

func dictionaryOf(o *object) value { return value{kind: dictionary, object: o} }

// elements returns those of a list.
func (v value) elements() []value {
	if v.items == nil {
		return nil
	}
	return *v.items
}

// An object is a JSON object. Its members keep the order in which their names
// came first.
type object struct {
	members []namedValue
	index   map[string]int // of the members; nil while they are few
}

type namedValue struct {
	name  string
	value value
}

// fewMembers is how many members are searched one by one.
const fewMembers = 8

// find returns the position of a member, or -1.
func (o *object) find(name string) int {
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range o.members {
		if o.members[i].name == name {
			return i
		}
	}
	return -1
}

// get returns the value of a member, and whether there is one.
func (o *object) get(name string) (value, bool) {
	if i := o.find(name); i >= 0 {
		return o.members[i].value, true
	}
	return value{}, false
}

// set adds a member or replaces the one of that name.
func (o *object) set(name string, v value) {
	if i := o.find(name); i >= 0 {
		o.members[i].value = v
		return
	}
	o.members = append(o.members, namedValue{name, v})
	switch {
	case o.index != nil:
		o.index[name] = len(o.members) - 1
	case len(o.members) > fewMembers:
		o.index = make(map[string]int)
		for i := range o.members {
			o.index[o.members[i].name] = i
		}
	}
}

// merge puts the members of from into o. Objects on both sides are merged
// member by member, anything else replaces what was there, null too.
func (o *object) merge(from *object) {
	for _, m := range from.members {
		if old, _ := o.get(m.name); m.value.kind == dictionary && old.kind == dictionary {
			old.object.merge(m.value.object)
			continue
		}
		o.set(m.name, m.value)
	}
}

// falsy says whether Python takes v for false.
func (v value) falsy() bool {
	switch v.kind {
	case null:
		return true
	case boolean:
		return v.text == "false"
	case integer, float:
		f, _ := strconv.ParseFloat(v.text, 64)
		return f == 0
	case text:
		return v.text == ""
	case list:
		return len(v.elements()) == 0
	case dictionary:
		return len(v.object.members) == 0
	}
	return false
}

// utf8 says whether all strings within v, names included, are UTF-8.
func (v value) utf8() bool {
	switch v.kind {
	case text:
		return utf8.ValidString(v.text)
	case list:
		for _, item := range v.elements() {
			if !item.utf8() {
				return false
			}
		}
	case dictionary:
		for _, m := range v.object.members {
			if !utf8.ValidString(m.name) || !m.value.utf8() {
				return false
			}
		}
	}
	return true
}

// appendJSON appends v as JSON. NaN and the infinities stay bare words.
func (v value) appendJSON(dst []byte) []byte {
	switch v.kind {
	case null:
		return append(dst, "null"...)
	case text:
		return appendString(dst, v.text)
	case list:
		dst = append(dst, '[')
		for i, item := range v.elements() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.appendJSON(dst)
		}
		return append(dst, ']')
	case dictionary:
		dst = append(dst, '{')
		for i, m := range v.object.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, m.name), ':')
			dst = m.value.appendJSON(dst)
		}
		return append(dst, '}')
	}
	return append(dst, v.text...)
}
