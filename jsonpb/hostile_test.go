package jsonpb_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/legacy"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb/internal/testpb/open"
)

// A hostile is a document that a caller sends to do harm, or that asks for a
// decision that two parsers could make differently.
type hostile struct {
	name string
	in   string
	m    proto.Message
	ok   bool // it is accepted: by protojson, and so by us
	o    jsonpb.UnmarshalOptions
	// times is how many bytes may be allocated for a byte of the document; 0: 16.
	// A message, or a google.protobuf.Value, of a character or two takes hundreds.
	times int
}

var (
	discard = jsonpb.UnmarshalOptions{DiscardUnknown: true}

	tree, scalars, maps, choice = new(open.Tree), new(open.Scalars), new(open.Maps), new(open.Choice)
	known, wide                 = new(open.WellKnown), new(open.Wide)
)

// nested returns open n times, then inside, then close n times.
func nested(n int, open, inside, close string) string {
	return strings.Repeat(open, n) + inside + strings.Repeat(close, n)
}

const (
	anyOpen = `{"@type":"google.protobuf.Any","value":`
	huge    = 10 << 20
	large   = 1 << 20
)

var hostileNesting = []hostile{
	{name: "messages, as deep as allowed", in: nested(9999, `{"left":`, `{}`, `}`), m: tree, ok: true, times: 100},
	{name: "messages, one deeper", in: nested(10_000, `{"left":`, `{}`, `}`), m: tree, times: 100},
	{name: "messages", in: nested(100_000, `{"left":`, ``, `}`), m: tree, times: 100},
	{name: "messages without end", in: strings.Repeat(`{"left":`, 100_000), m: tree, times: 100},
	{name: "messages in lists", in: nested(100_000, `{"children":[`, ``, `]}`), m: tree, times: 100},
	{name: "messages in maps", in: nested(100_000, `{"named":{"":`, ``, `}}`), m: tree, times: 100},
	{name: "lists where one is wanted", in: nested(100_000, `[`, ``, `]`), m: tree},
	{name: "lists in a list", in: `{"children":` + nested(100_000, `[`, ``, `]`) + `}`, m: tree},
	{name: "list values, as deep as allowed", in: `{"value":` + nested(9999, `[`, ``, `]`) + `}`, m: tree, ok: true, times: 1000},
	{name: "list values, one deeper", in: `{"value":` + nested(10_000, `[`, ``, `]`) + `}`, m: tree, times: 1000},
	{name: "list values", in: `{"value":` + nested(100_000, `[`, ``, `]`) + `}`, m: tree, times: 1000},
	{name: "list values without end", in: `{"value":` + strings.Repeat(`[`, 100_000), m: tree, times: 1000},
	{name: "struct values, as deep as allowed", in: `{"value":` + nested(9998, `{"a":`, `1`, `}`) + `}`, m: tree, ok: true, times: 1000},
	{name: "struct values", in: nested(100_000, `{"a":`, `1`, `}`), m: new(structpb.Struct), times: 1000},
	{name: "both in turn", in: nested(4000, `[{"":`, `0`, `}]`), m: new(structpb.Value), ok: true, times: 1000},
	{name: "wide list value", in: `[` + strings.Repeat(`0,`, 100_000) + `0]`, m: new(structpb.ListValue), ok: true, times: 1000},
	{name: "unknown lists", in: `{"nope":` + nested(100_000, `[`, ``, `]`) + `}`, m: tree, o: discard},
	{name: "unknown objects", in: nested(100_000, `{"nope":`, `1`, `}`), m: tree, o: discard},
	{name: "unknown objects, as deep as allowed", in: nested(10_000, `{"nope":`, `1`, `}`), m: tree, o: discard, ok: true},
	{name: "unknown objects in messages", in: nested(5000, `{"left":`, nested(5000, `{"nope":`, `1`, `}`), `}`), m: tree, o: discard, ok: true, times: 100},
	{name: "unknown objects in messages, one deeper", in: nested(5000, `{"left":`, nested(5001, `{"nope":`, `1`, `}`), `}`), m: tree, o: discard, times: 100},
	{name: "anys", in: nested(200, anyOpen, `{}`, `}`), m: new(anypb.Any), ok: true, times: 1000},
	{name: "anys, type last", in: nested(200, `{"value":`, `{}`, `,"@type":"google.protobuf.Any"}`), m: new(anypb.Any), ok: true, times: 1000},
	{name: "anys, too deep", in: nested(100_000, anyOpen, ``, `}`), m: new(anypb.Any), times: 100},
	{name: "anys of messages", in: nested(100, `{"@type":"jsontest.open.Tree","any":`, `{}`, `}`), m: new(anypb.Any), ok: true, times: 1000},
	{name: "values in an any", in: anyOpen[:10] + `google.protobuf.Value","value":` + nested(9000, `[`, ``, `]`) + `}`, m: new(anypb.Any), ok: true, times: 1000},
	{name: "low limit", in: `{"left":{"left":{}}}`, m: tree, o: jsonpb.UnmarshalOptions{RecursionLimit: 2}},
	{name: "limit met", in: `{"left":{"left":{}}}`, m: tree, ok: true, o: jsonpb.UnmarshalOptions{RecursionLimit: 3}},
	{name: "low limit for values", in: `{"value":[[1]]}`, m: tree, o: jsonpb.UnmarshalOptions{RecursionLimit: 3}},
	{name: "low limit for wrappers", in: `{"stringValue":"x"}`, m: known, o: jsonpb.UnmarshalOptions{RecursionLimit: 1}},
	{name: "low limit for times", in: `{"timestamps":["1970-01-01T00:00:00Z"]}`, m: known, o: jsonpb.UnmarshalOptions{RecursionLimit: 1}},
	{name: "negative limit", in: `{}`, m: tree, o: jsonpb.UnmarshalOptions{RecursionLimit: -1}},
}

var hostileText = append([]hostile{
	{name: "long string", in: `{"label":"` + strings.Repeat("x", huge) + `"}`, m: tree, ok: true},
	{name: "long string, not ASCII", in: `{"label":"` + strings.Repeat("é", large/2) + `"}`, m: tree, ok: true},
	{name: "long string of short escapes", in: `{"label":"` + strings.Repeat(`\n`, huge/2) + `"}`, m: tree, ok: true},
	{name: "long string of escapes", in: `{"label":"` + strings.Repeat(`\u00e9`, huge/6) + `"}`, m: tree, ok: true},
	{name: "long string of pairs", in: `{"label":"` + strings.Repeat(`\ud83d\ude00`, large/12) + `"}`, m: tree, ok: true},
	{name: "long string without end", in: `{"label":"` + strings.Repeat(`\\`, huge/2), m: tree},
	{name: "long string, broken at its end", in: `{"label":"` + strings.Repeat("x", large) + "\xff\"}", m: tree},
	{name: "long value", in: `{"value":"` + strings.Repeat("x", huge) + `"}`, m: tree, ok: true},
	{name: "long base64", in: `{"aBytes":"` + strings.Repeat("AAAA", large/4) + `"}`, m: scalars, ok: true},
	{name: "long name", in: `{"` + strings.Repeat("x", large) + `":1}`, m: scalars},
	{name: "long name, ignored", in: `{"` + strings.Repeat("x", huge) + `":1}`, m: scalars, ok: true, o: discard},
	{name: "long name of escapes, ignored", in: `{"` + strings.Repeat(`\u0041`, large/6) + `":1}`, m: scalars, ok: true, o: discard},
	{name: "long key", in: `{"strings":{"` + strings.Repeat("x", huge) + `":""}}`, m: maps, ok: true},
	{name: "long key of escapes", in: `{"strings":{"` + strings.Repeat(`\"`, huge/2) + `":""}}`, m: maps, ok: true},
	{name: "long key of a number", in: `{"int32s":{"` + strings.Repeat("0", large) + `1":1}}`, m: maps, ok: true},
	{name: "long enum name", in: `{"aColor":"` + strings.Repeat("x", large) + `"}`, m: scalars},
	{name: "long enum name, ignored", in: `{"aColor":"` + strings.Repeat("x", large) + `"}`, m: scalars, ok: true, o: discard},
	{name: "long time", in: `{"timestamp":"1970-01-01T00:00:00.` + strings.Repeat("0", large) + `Z"}`, m: known},
	{name: "long duration", in: `{"duration":"` + strings.Repeat("0", large) + `s"}`, m: known},
	{name: "long mask", in: `{"fieldMask":"` + strings.Repeat("a,", large) + `a"}`, m: known, ok: true, times: 200},
	{name: "long extension name", in: `{"[` + strings.Repeat("x", large) + `]":1}`, m: new(legacy.Extendable)},
	{name: "long type", in: `{"@type":"` + strings.Repeat("x", large) + `"}`, m: new(anypb.Any)},
	{name: "long white space", in: strings.Repeat(" \t\r\n", large/4) + `{}`, m: tree, ok: true},
	{name: "NUL, escaped", in: `{"label":"\u0000"}`, m: tree, ok: true},
	{name: "NUL", in: "{\"label\":\"\x00\"}", m: tree},
	{name: "NUL in a name", in: "{\"la\x00bel\":\"\"}", m: tree, o: discard},
	{name: "line end in a string", in: "{\"label\":\"\n\"}", m: tree},
	{name: "DEL", in: "{\"label\":\"\x7f\"}", m: tree, ok: true},
	{name: "noncharacters", in: `{"label":"\ufffe\uffff` + "\uffff" + `"}`, m: tree, ok: true},
	{name: "unknown escape", in: `{"label":"\x41"}`, m: tree},
	{name: "escape in upper case", in: `{"label":"\U0041"}`, m: tree},
	{name: "short escape", in: `{"label":"\u004"}`, m: tree},
	{name: "escape at the end", in: `{"label":"\`, m: tree},
	{name: "single quotes", in: `{'label':'x'}`, m: tree},
	{name: "escaped name", in: `{"\u006cabel":"x"}`, m: tree, ok: true},
	{name: "name in another case", in: `{"Label":"x"}`, m: tree},
}, brokenTexts()...)

// brokenTexts are texts that stand for no characters, wherever text can stand.
func brokenTexts() (all []hostile) {
	texts := []struct {
		name, text string
		ok         bool
	}{
		{"pair of surrogates", `\ud83d\ude00`, true},
		{"high surrogate", `\ud83d`, false},
		{"high surrogate before a character", `\ud83dx`, false},
		{"high surrogate before an escape", `\ud83d\u0041`, false},
		{"high surrogate before a short escape", `\ud83d\n`, false},
		{"two high surrogates", `\ud83d\ud83d`, false},
		{"low surrogate", `\ude00`, false},
		{"swapped surrogates", `\ude00\ud83d`, false},
		{"pair, then a low one", `\ud83d\ude00\ude00`, false},
		{"no UTF-8", "\xff", false},
		{"continuation alone", "\x80", false},
		{"character cut off", "\xe2\x82", false},
		{"NUL in two bytes", "\xc0\x80", false},
		{"slash in three bytes", "\xe0\x80\xaf", false},
		{"surrogate in UTF-8", "\xed\xa0\x80", false},
		{"pair in UTF-8", "\xed\xa0\xbd\xed\xb8\x80", false},
		{"behind the last character", "\xf4\x90\x80\x80", false},
		{"the last character", "\U0010ffff", true},
	}
	places := []struct {
		name, form string
		m          proto.Message
		o          jsonpb.UnmarshalOptions
	}{
		{"value", `{"label":"%s"}`, tree, jsonpb.UnmarshalOptions{}},
		{"element", `{"strings":["a","%s"]}`, new(open.Lists), jsonpb.UnmarshalOptions{}},
		{"key", `{"strings":{"%s":""}}`, maps, jsonpb.UnmarshalOptions{}},
		{"value of a map", `{"strings":{"":"%s"}}`, maps, jsonpb.UnmarshalOptions{}},
		{"google.protobuf.Value", `{"value":"%s"}`, tree, jsonpb.UnmarshalOptions{}},
		{"key of google.protobuf.Struct", `{"struct":{"%s":0}}`, known, jsonpb.UnmarshalOptions{}},
		{"google.protobuf.StringValue", `{"stringValue":"%s"}`, known, jsonpb.UnmarshalOptions{}},
		{"google.protobuf.Any", `{"any":{"@type":"jsontest.open.Tree","label":"%s"}}`, tree, jsonpb.UnmarshalOptions{}},
		{"unknown name", `{"nope%s":0}`, tree, discard},
		{"unknown value", `{"nope":"%s"}`, tree, discard},
		{"unknown value further down", `{"nope":[{"":"%s"}]}`, tree, discard},
		{"unknown enum name", `{"aColor":"%s"}`, scalars, discard},
	}
	for _, p := range places {
		for _, text := range texts {
			all = append(all, hostile{name: text.name + ", " + p.name, in: fmt.Sprintf(p.form, text.text), m: p.m, ok: text.ok, o: p.o})
		}
	}
	return all
}

var hostileMembers = []hostile{
	{name: "field twice", in: `{"label":"a","label":"a"}`, m: tree},
	{name: "field twice, escaped", in: `{"label":"a","l\u0061bel":"a"}`, m: tree},
	{name: "field twice, by both names", in: `{"aString":"a","a_string":"a"}`, m: scalars},
	{name: "field twice, by both names the other way", in: `{"a_string":"a","aString":"a"}`, m: scalars},
	{name: "field twice, null first", in: `{"label":null,"label":"a"}`, m: tree},
	{name: "field twice, null both times", in: `{"label":null,"label":null}`, m: tree},
	{name: "list twice", in: `{"children":[],"children":[]}`, m: tree},
	{name: "map twice", in: `{"named":{},"named":{}}`, m: tree},
	{name: "message twice", in: `{"left":{},"left":{}}`, m: tree},
	{name: "value twice", in: `{"value":null,"value":1}`, m: tree},
	{name: "field twice, far behind", in: `{"f1":"a","f69":"a","f2":"a","f69":"a"}`, m: wide},
	{name: "all fields of a wide message", in: wideDocument(), m: wide, ok: true, times: 100},
	{name: "the same in two messages", in: `{"label":"a","left":{"label":"a"},"children":[{"label":"a"},{"label":"a"}]}`, m: tree, ok: true, times: 100},
	{name: "extension twice", in: `{"[jsontest.legacy.note]":"a","[jsontest.legacy.note]":"a"}`, m: new(legacy.Extendable)},
	{name: "unknown field twice", in: `{"nope":1,"nope":2}`, m: tree, ok: true, o: discard},
	{name: "oneof", in: `{"left":"a","right":"a"}`, m: choice},
	{name: "oneof, a field between", in: `{"left":"a","between":"a","right":"a"}`, m: choice},
	{name: "oneof, same field twice", in: `{"left":"a","left":"a"}`, m: choice},
	{name: "oneof, null first", in: `{"left":null,"right":"a"}`, m: choice, ok: true},
	{name: "oneof, null last", in: `{"left":"a","right":null}`, m: choice, ok: true},
	{name: "oneof, null is a value", in: `{"aNull":null,"aString":"a"}`, m: choice},
	{name: "oneof, google.protobuf.Value null", in: `{"aString":"a","aValue":null}`, m: choice},
	{name: "oneof, message", in: `{"aMessage":{},"aPlain":{}}`, m: choice},
	{name: "oneof, past a word of bits", in: `{"f67":"a","f68":"a"}`, m: wide},
	{name: "key twice", in: `{"strings":{"a":"","a":""}}`, m: maps},
	{name: "key twice, escaped", in: `{"strings":{"a":"","\u0061":""}}`, m: maps},
	{name: "empty key twice", in: `{"strings":{"":"","":""}}`, m: maps},
	{name: "key twice, as another number", in: `{"int32s":{"1":1,"01":1}}`, m: maps},
	{name: "key twice, with a sign", in: `{"int32s":{"1":1,"+1":1}}`, m: maps},
	{name: "key twice, zeros", in: `{"sint64s":{"0":1,"-0":1}}`, m: maps},
	{name: "key twice, boolean", in: `{"bools":{"true":true,"true":true}}`, m: maps},
	{name: "key twice, message", in: `{"messages":{"a":{},"a":{}}}`, m: maps},
	{name: "key twice, google.protobuf.Value", in: `{"values":{"a":null,"a":null}}`, m: maps},
	{name: "key twice, enum", in: `{"colors":{"a":"RED","a":"RED"}}`, m: maps},
	{name: "key twice, enum ignored first", in: `{"colors":{"a":"NOPE","a":"RED"}}`, m: maps, ok: true, o: discard},
	{name: "key twice, enum ignored last", in: `{"colors":{"a":"RED","a":"NOPE"}}`, m: maps, o: discard},
	{name: "key twice, enum ignored both times", in: `{"colors":{"a":"NOPE","a":"NOPE"}}`, m: maps, ok: true, o: discard},
	{name: "key twice among many", in: `{"strings":{` + manyKeys(5000) + `"k7":""}}`, m: maps, times: 100},
	{name: "many keys", in: `{"strings":{` + manyKeys(5000) + `"x":""}}`, m: maps, ok: true, times: 100},
	{name: "key twice, google.protobuf.Struct", in: `{"struct":{"a":1,"a":1}}`, m: known},
	{name: "key twice, further down", in: `{"value":[{"a":{"b":1,"b":1}}]}`, m: known},
	{name: "null in a map", in: `{"strings":{"a":null}}`, m: maps},
	{name: "key that is no string", in: `{"int32s":{1:1}}`, m: maps},
	{name: "type twice", in: `{"any":{"@type":"jsontest.open.Tree","@type":"jsontest.open.Tree"}}`, m: known},
	{name: "type twice, different", in: `{"any":{"@type":"jsontest.open.Tree","label":"a","@type":"jsontest.open.Nothing"}}`, m: known},
	{name: "type that is no string", in: `{"any":{"@type":1}}`, m: known},
	{name: "value of an any twice", in: `{"any":{"@type":"google.protobuf.Duration","value":"1s","value":"1s"}}`, m: known},
	{name: "field of an any twice", in: `{"any":{"@type":"jsontest.open.Tree","label":"a","label":"a"}}`, m: known},
	{name: "type outside of an any", in: `{"@type":"jsontest.open.Tree"}`, m: tree},
}

func wideDocument() string {
	var b strings.Builder
	for i := range 66 {
		fmt.Fprintf(&b, `"f%d":"",`, i+1)
	}
	return `{` + b.String() + `"f67":"","f69":""}`
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"k%d":"",`, i)
	}
	return b.String()
}

var hostileEdges = []hostile{
	{name: "nothing", in: ``, m: tree},
	{name: "white space alone", in: " \n", m: tree},
	{name: "white space around", in: " \t\r\n{ \t\r\n} \t\r\n", m: tree, ok: true},
	{name: "byte order mark", in: "\ufeff{}", m: tree},
	{name: "byte order mark in a string", in: "{\"label\":\"\ufeff\"}", m: tree, ok: true},
	{name: "UTF-16", in: "\xfe\xff\x00{\x00}", m: tree},
	{name: "NUL behind", in: "{}\x00", m: tree},
	{name: "NUL before", in: "\x00{}", m: tree},
	{name: "NUL between", in: "{\x00}", m: tree},
	{name: "no-break space", in: "{\u00a0}", m: tree},
	{name: "vertical tab", in: "{\v}", m: tree},
	{name: "form feed", in: "{}\f", m: tree},
	{name: "two documents", in: `{}{}`, m: tree},
	{name: "two lines", in: "{}\n{}", m: tree},
	{name: "letter behind", in: `{} x`, m: tree},
	{name: "brace behind", in: `{}}`, m: tree},
	{name: "comma behind", in: `{},`, m: tree},
	{name: "comment before", in: "// x\n{}", m: tree},
	{name: "comment behind", in: `{} // x`, m: tree},
	{name: "comment between", in: `{/* x */}`, m: tree},
	{name: "comment in an unknown value", in: `{"nope":[1,/* x */2]}`, m: tree, o: discard},
	{name: "hash comment", in: "# x\n{}", m: tree},
	{name: "trailing comma in an object", in: `{"label":"a",}`, m: tree},
	{name: "trailing comma in a list", in: `{"children":[{},]}`, m: tree},
	{name: "trailing comma in an unknown list", in: `{"nope":[1,]}`, m: tree, o: discard},
	{name: "leading comma", in: `{,"label":"a"}`, m: tree},
	{name: "two commas", in: `{"label":"a",,"left":{}}`, m: tree},
	{name: "no colon", in: `{"label" "a"}`, m: tree},
	{name: "two colons", in: `{"label"::"a"}`, m: tree},
	{name: "name without quotes", in: `{label:"a"}`, m: tree},
	{name: "null", in: `null`, m: tree},
	{name: "list", in: `[]`, m: tree},
	{name: "brackets that do not match", in: `{"children":[}]`, m: tree},
	{name: "literal cut off", in: `{"label":nul}`, m: tree},
	{name: "literal in upper case", in: `{"label":NULL}`, m: tree},
	{name: "literal too long", in: `{"label":nullx}`, m: tree},
	{name: "literal in an unknown value", in: `{"nope":truex}`, m: tree, o: discard},
	{name: "number in an unknown value", in: `{"nope":01}`, m: tree, o: discard},
}

func hostiles() []hostile {
	return slices.Concat(hostileNesting, hostileText, hostileMembers, hostileNumbers(), hostileEdges)
}

// allocated is how many bytes f allocates. No other test may run.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Hostile documents get protojson's verdict and value, in bounded memory, from
// generated code, from the tables for the open and the opaque API, and from that for
// messages of dynamicpb.
func TestHostileDocuments(t *testing.T) {
	for _, h := range hostiles() {
		t.Run(h.name, func(t *testing.T) {
			data, mt := []byte(h.in), h.m.ProtoReflect().Type()
			if got := compareUnmarshal(t, data, mt, h.o); got != h.ok {
				t.Errorf("accepted: %v", got)
			}
			if len(data) < 1024 {
				return
			}
			if h.times == 0 {
				h.times = 16
			}
			most := uint64(h.times*len(data) + 64<<10)
			for name, read := range map[string]func() error{
				"generated": func() error { return jsonpb.Unmarshal(data, mt.New().Interface(), h.o) },
				"table":     func() error { return jsonpb.UnmarshalTable(data, mt.New().Interface(), h.o) },
				"opaque":    func() error { return jsonpb.UnmarshalWire(data, mt.New().Interface(), h.o) },
				"dynamic":   func() error { return jsonpb.Unmarshal(data, dynamicpb.NewMessage(mt.Descriptor()), h.o) },
			} {
				if n := allocated(func() { _ = read() }); n > most {
					t.Errorf("%s: %d bytes allocated for a document of %d, %.1f times", name, n, len(data), float64(n)/float64(len(data)))
				}
			}
		})
	}
}
