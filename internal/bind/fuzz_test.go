package bind_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// checkError fails unless err is a BadRequest that says something.
func checkError(t *testing.T, err error) {
	t.Helper()
	e, ok := exceptions.Of(err)
	if !ok || e.HTTPStatus() != 400 {
		t.Fatalf("error %v", err)
	}
	if d := exceptions.Describe(e); d.Message == "" || len(d.Message) > 5000 || len(d.Violations) > 20 {
		t.Fatalf("description %+v", d)
	}
}

// FuzzQuery checks strings from queries against package net/url.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{"rs=a&rs=b", "rs=a+b%2B%20&s=x", "rs=%zz", "rs=%", "&&=&rs", "%72s=1", "rs=%FF", "rs=a=b;rs=c"} {
		f.Add(q)
	}
	plan := compile(f, (&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), "GET /x", bind.Options{})
	f.Fuzz(func(t *testing.T, query string) {
		if strings.Contains(query, ";") { // net/url rejects what we take as text
			return
		}
		msg := &conformancev1.AllTypes{}
		err := plan.Bind(&bind.Input{RawQuery: query}, msg)
		if err != nil {
			checkError(t, err)
			return
		}
		// Parameters that we ignore may be as wrong as they like, so the error of
		// net/url is not looked at: what it could read must be the same.
		want, _ := url.ParseQuery(query)
		if got := msg.GetRs(); strings.Join(got, "\x00") != strings.Join(want["rs"], "\x00") || len(got) != len(want["rs"]) {
			t.Errorf("%q: rs = %q, want %q", query, got, want["rs"])
		}
		if got := msg.S; got != nil && *got != want.Get("s") || got == nil && want.Has("s") {
			t.Errorf("%q: s = %v, want %q", query, got, want["s"])
		}
	})
}

// FuzzPath checks path variables against package net/url.
func FuzzPath(f *testing.F) {
	for _, p := range []string{"a", "a%2Fb", "%zz", "%", "a+b%2B", "%FF", "%252F", ""} {
		f.Add(p)
	}
	plan := compile(f, (&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), "GET /x/{s}", bind.Options{})
	multi := compile(f, (&conformancev1.AllTypes{}).ProtoReflect().Descriptor(), "GET /x/{s=**}", bind.Options{})
	f.Fuzz(func(t *testing.T, raw string) {
		in := &bind.Input{Variables: []bind.Variable{{FieldPath: "s", Raw: raw}}}
		msg := &conformancev1.AllTypes{}
		err := plan.Bind(in, msg)
		want, bad := url.PathUnescape(raw)
		if err != nil {
			checkError(t, err)
			return
		}
		if bad != nil || msg.GetS() != want {
			t.Errorf("%q: %q, want %q, %v", raw, msg.GetS(), want, bad)
		}
		msg = &conformancev1.AllTypes{}
		if err := multi.Bind(in, msg); err != nil {
			t.Fatal(err)
		}
		again := strings.NewReplacer("%2F", "%252F", "%2f", "%252f").Replace(raw)
		if want, _ := url.PathUnescape(again); msg.GetS() != want {
			t.Errorf("%q over segments: %q, want %q", raw, msg.GetS(), want)
		}
	})
}

// FuzzPlaces checks the quick way, by the places of fields in a struct, against
// the way through reflection that a dynamic message of the same type takes.
func FuzzPlaces(f *testing.F) {
	for _, q := range []string{
		"author=a&page_size=5&format=FORMAT_EBOOK", "pageSize=5&pageToken=t", "pageSize=5&page_size=5", "author", "author=", "author=a=b",
		"authors=a&autho=r&format=2", "parent=other", "%61uthor=a", "author=a+b%2F&format=%31", "author=\xff", "author=%FF", "author=%zz",
		"&&=&author=a&", "pageSize=x", "pageSize=99999999999", "format=NONE", "x.author=a", "author=é", "pageSize=+1", "pageSize=-1",
	} {
		f.Add("a", q)
		f.Add("%41+\xff", q)
	}
	desc := (&libraryv1.ListBooksRequest{}).ProtoReflect().Descriptor()
	plans := []*bind.Plan{
		compile(f, desc, "GET /x/{parent}", bind.Options{}),
		compile(f, desc, "GET /x/{page_size}", bind.Options{RejectUnknownParameters: true}),
	}
	f.Fuzz(func(t *testing.T, variable, query string) {
		for i, plan := range plans {
			in := &bind.Input{RawQuery: query, Variables: []bind.Variable{{FieldPath: []string{"parent", "page_size"}[i], Raw: variable}}}
			static, slow := &libraryv1.ListBooksRequest{}, dynamicpb.NewMessage(desc)
			got, want := show(static, plan.Bind(in, static)), show(slow, plan.Bind(in, slow))
			if got != want {
				t.Errorf("%q, %q: %s\nwant %s", variable, query, got, want)
			}
		}
	})
}

// showStraight is show for a request that is bound as the REST transport does it:
// by Bind only if Fill does not know. into is the message for the body, if it is
// there already.
func showStraight(plan *bind.Plan, in *bind.Input, msg, into proto.Message) string {
	values := make([]string, len(in.Variables))
	for i, v := range in.Variables {
		values[i] = v.Raw
	}
	if plan.Straight() && plan.Fill(msg, into, &bind.Setters{}, values, in.RawQuery, in.Body, new(jsonpb.Decoder)) {
		return show(msg, nil)
	}
	return show(msg, plan.Bind(in, msg))
}

// FuzzFill checks that Fill does what Bind does, also with a body, and that it
// leaves nothing to a Bind after it.
func FuzzFill(f *testing.F) {
	f.Add("a", "", `{"s":"b","rs":["c"],"m":{}}`)
	f.Add("%41", "author=a", ` `)
	f.Add("a", "", `{"s":"b","s":"c"}`)
	f.Add("a", "x=1", `{"s":5}`)
	f.Add("\xff", "s=a&i64=7&b=true&e=ONE", ``)
	f.Add("a", "s=a&d=1e400", `null`)
	f.Add("a", "", `{"s":"b","m":{"s":5}}`)
	f.Add("7", "book=a&number=8&reader=b", `{"reader":"c"}`)
	type planned struct {
		plan  *bind.Plan
		msg   proto.Message
		path  string
		field protoreflect.Name // that the body fills; "": none or all
	}
	var plans []planned
	add := func(msg proto.Message, rule, path string, field protoreflect.Name, o bind.Options) {
		plans = append(plans, planned{compile(f, msg.ProtoReflect().Descriptor(), rule, o), msg, path, field})
	}
	add(&conformancev1.AllTypes{}, "GET /{s}", "s", "", bind.Options{})
	add(&conformancev1.AllTypes{}, "POST /{s} m", "s", "m", bind.Options{RejectUnknownFields: true})
	add(&conformancev1.AllTypes{}, "POST /{i32} *", "i32", "", bind.Options{RejectUnknownParameters: true})
	add(&libraryv1.Loan{}, "POST /{number} *", "number", "", bind.Options{})
	for _, p := range plans {
		if !p.plan.Straight() {
			f.Fatalf("%s: want a plan that Fill is for", p.path)
		}
	}
	f.Fuzz(func(t *testing.T, variable, query, body string) {
		for i, p := range plans {
			in := &bind.Input{RawQuery: query, Body: []byte(body), Variables: []bind.Variable{{FieldPath: p.path, Raw: variable}}}
			msg, other, both := p.msg.ProtoReflect().New().Interface(), p.msg.ProtoReflect().New().Interface(), p.msg.ProtoReflect().New()
			want := show(msg, p.plan.Bind(in, msg))
			if got := showStraight(p.plan, in, other, nil); got != want {
				t.Errorf("plan %d, %q, %q, %q: %s\nwant %s", i, variable, query, body, got, want)
			}
			if p.field == "" || bind.IsBlank(in.Body) {
				continue
			}
			into := both.Mutable(both.Descriptor().Fields().ByName(p.field)).Message()
			if got := showStraight(p.plan, in, both.Interface(), into.Interface()); got != want {
				t.Errorf("plan %d, %q, %q, %q, made with the body: %s\nwant %s", i, variable, query, body, got, want)
			}
		}
	})
}

// FuzzBind throws everything at messages of all kinds. What is accepted must be
// a valid message, and a second time the same.
func FuzzBind(f *testing.F) {
	f.Add("a", "page_size=5&c.c.a=x&labels.a=b&ts=2026-01-31T10:00:00Z", `{"flag":true}`, byte(0))
	f.Add("a", "a=x&b=1", `{"a":"x","labels":{"a":"b"}}`, byte(1))
	f.Add("5", "du=1s&fm=a,b&wi=7", `[1,{"a":null}]`, byte(2))
	f.Add("%2F", "id=a&part.title=t&part.inner.pages=7&size=0", `{"parts":[{}],"byName":{"a":{}}}`, byte(3))
	f.Add("", "", `{"part":{"title":"\u00e9"},"id":"\"","size":1e2}`, byte(7))
	f.Add("", "odd.name=x", "[[[[", byte(8))
	kinds, needs := dynamic("Kinds"), dynamic("Needs")
	var plans []*bind.Plan
	for _, r := range []string{"GET /{a}", "POST /{page_size} *", "POST /{c.c.b} labels", "POST /x c", "PUT /{color} rdu"} {
		plans = append(plans, compile(f, kinds, r, bind.Options{}))
	}
	for _, r := range []string{"GET /{id}", "POST /{part.inner.title} *", "PATCH /{part.title} part", "POST /x parts", "POST /x by_name"} {
		plans = append(plans, compile(f, needs, r, bind.Options{RejectUnknownFields: true, RejectUnknownParameters: true}))
	}
	paths := []string{"a", "page_size", "c.c.b", "", "color", "id", "part.inner.title", "part.title", "", ""}
	f.Fuzz(func(t *testing.T, variable, query, body string, which byte) {
		i := int(which) % len(plans)
		in := &bind.Input{RawQuery: query, Variables: []bind.Variable{{FieldPath: paths[i], Raw: variable}}, Body: []byte(body)}
		desc := kinds
		if i >= 5 {
			desc = needs
		}
		first, second := dynamicpb.NewMessage(desc), dynamicpb.NewMessage(desc)
		if err := plans[i].Bind(in, first); err != nil {
			checkError(t, err)
			return
		}
		if err := plans[i].Bind(in, second); err != nil {
			t.Fatal(err)
		}
		a, err := proto.MarshalOptions{Deterministic: true}.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := (proto.MarshalOptions{Deterministic: true}).Marshal(second); string(a) != string(b) {
			t.Errorf("%v\nthen %v", first, second)
		}
	})
}
