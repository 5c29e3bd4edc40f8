package client_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// world is a file with all that a request can hold. Its messages are only ever
// dynamic.
const world = `
name: "client_test.proto" package: "test" syntax: "proto3"
dependency: ["google/api/annotations.proto", "google/protobuf/timestamp.proto", "google/protobuf/duration.proto",
  "google/protobuf/field_mask.proto", "google/protobuf/wrappers.proto", "google/protobuf/struct.proto"]
enum_type { name: "Color" value { name: "RED" number: 0 } value { name: "BLUE" number: 2 } }
message_type {
  name: "Request"
  field { name: "name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "i32" number: 2 type: TYPE_SINT32 label: LABEL_OPTIONAL }
  field { name: "i64" number: 3 type: TYPE_INT64 label: LABEL_OPTIONAL }
  field { name: "u32" number: 4 type: TYPE_FIXED32 label: LABEL_OPTIONAL }
  field { name: "u64" number: 5 type: TYPE_UINT64 label: LABEL_OPTIONAL }
  field { name: "flag" number: 6 type: TYPE_BOOL label: LABEL_OPTIONAL }
  field { name: "f" number: 7 type: TYPE_FLOAT label: LABEL_OPTIONAL }
  field { name: "d" number: 8 type: TYPE_DOUBLE label: LABEL_OPTIONAL }
  field { name: "data" number: 9 type: TYPE_BYTES label: LABEL_OPTIONAL }
  field { name: "color" number: 10 type: TYPE_ENUM type_name: ".test.Color" label: LABEL_OPTIONAL }
  field { name: "ts" number: 11 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL }
  field { name: "du" number: 12 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL }
  field { name: "update_mask" number: 13 type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" label: LABEL_OPTIONAL }
  field { name: "w_s" number: 14 type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" label: LABEL_OPTIONAL }
  field { name: "w_b" number: 15 type: TYPE_MESSAGE type_name: ".google.protobuf.BytesValue" label: LABEL_OPTIONAL }
  field { name: "w_l" number: 16 type: TYPE_MESSAGE type_name: ".google.protobuf.UInt64Value" label: LABEL_OPTIONAL }
  field { name: "w_d" number: 17 type: TYPE_MESSAGE type_name: ".google.protobuf.DoubleValue" label: LABEL_OPTIONAL }
  field { name: "names" number: 18 type: TYPE_STRING label: LABEL_REPEATED }
  field { name: "numbers" number: 19 type: TYPE_INT32 label: LABEL_REPEATED }
  field { name: "times" number: 20 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_REPEATED }
  field { name: "maybe" number: 21 type: TYPE_STRING label: LABEL_OPTIONAL proto3_optional: true oneof_index: 1 }
  field { name: "some" number: 22 type: TYPE_INT32 label: LABEL_OPTIONAL proto3_optional: true oneof_index: 2 }
  field { name: "one" number: 23 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "other" number: 24 type: TYPE_BOOL label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "inner" number: 25 type: TYPE_MESSAGE type_name: ".test.Request" label: LABEL_OPTIONAL }
  field { name: "odd" number: 26 type: TYPE_STRING label: LABEL_OPTIONAL json_name: "odd.näme&=" }
  field { name: "colors" number: 27 type: TYPE_ENUM type_name: ".test.Color" label: LABEL_REPEATED }
  oneof_decl { name: "choice" } oneof_decl { name: "_maybe" } oneof_decl { name: "_some" }
}
message_type {
  name: "Hard"
  field { name: "labels" number: 1 type: TYPE_MESSAGE type_name: ".test.Hard.LabelsEntry" label: LABEL_REPEATED }
  field { name: "items" number: 2 type: TYPE_MESSAGE type_name: ".test.Hard" label: LABEL_REPEATED }
  field { name: "st" number: 3 type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" label: LABEL_OPTIONAL }
  field { name: "ts" number: 4 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL }
  field { name: "text" number: 5 type: TYPE_STRING label: LABEL_OPTIONAL }
  nested_type { name: "LabelsEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL } }
}
`

// method is an rpc of the test service.
func method(name, request, rule string) *descriptorpb.MethodDescriptorProto {
	m := &descriptorpb.MethodDescriptorProto{
		Name: &name, InputType: proto.String(".test." + request), OutputType: proto.String(".test." + request),
		Options: &descriptorpb.MethodOptions{},
	}
	if rule != "" {
		var http annotations.HttpRule
		if err := prototext.Unmarshal([]byte(rule), &http); err != nil {
			panic(err)
		}
		proto.SetExtension(m.Options, annotations.E_Http, &http)
	}
	return m
}

// service returns a service with these methods.
func service(t testing.TB, methods ...*descriptorpb.MethodDescriptorProto) protoreflect.ServiceDescriptor {
	t.Helper()
	var file descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal([]byte(world), &file); err != nil {
		t.Fatal(err)
	}
	file.Service = []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Test"), Method: methods}}
	fd, err := protodesc.NewFile(&file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return fd.Services().Get(0)
}

// TestBoundAgain sends random messages by rules of every form and binds what was
// sent: the same messages come out.
func TestBoundAgain(t *testing.T) {
	rules := []string{
		`get: "/v1/query"`,
		`get: "/v1/{name}"`,
		`get: "/v1/{name=**}:run"`,
		`get: "/v1/{name=shelves/*/books/*}/x"`,
		`delete: "/{name=a/**}"`,
		`get: "/{name=*}/{i32}/{i64}/{u32}/{u64}/{flag}/{f}/{d}/{color}"`,
		`get: "/v1/{inner.inner.name}/é/{inner.i32}"`,
		`post: "/v1/all" body: "*"`,
		`put: "/v1/{name}/{inner.name}/all" body: "*"`,
		`patch: "/v1/{inner.name=shelves/*}" body: "inner"`,
		`post: "/v1/{name}/list" body: "names"`,
		`post: "/v1/mask" body: "update_mask"`,
		`post: "/v1/text" body: "name"`,
		`post: "/v1/enum" body: "color"`,
		`post: "/v1/wrapper" body: "w_l"`,
		`custom: {kind: "PURGE" path: "/v1/{ts}/{du}/{update_mask}/{w_s}/{w_b}"}`,
	}
	var methods []*descriptorpb.MethodDescriptorProto
	for i, rule := range rules {
		methods = append(methods, method(fmt.Sprintf("M%d", i), "Request", rule))
	}
	s := service(t, methods...)
	for i, rule := range rules {
		t.Run(rule, func(t *testing.T) {
			m := s.Methods().Get(i)
			server := newBinder(t, m)
			h := client.WithHTTPClient(&http.Client{Transport: server})
			c, err := client.New("http://example.com", s, h)
			if err != nil {
				t.Fatal(err)
			}
			named, err := client.New("http://example.com", s, h, client.WithProtoNames())
			if err != nil {
				t.Fatal(err)
			}
			random := random{rand.New(rand.NewPCG(1, uint64(i)))}
			for n := range 300 {
				request := random.request(m.Input(), 0)
				random.fill(request, server.template.Variables())
				if n%3 == 0 {
					c, named = named, c
				}
				if err := c.Call(t.Context(), string(m.Name()), request.Interface(), dynamicpb.NewMessage(m.Output())); err != nil {
					t.Fatalf("%d: %v: %v", n, request, err)
				}
				if diff := cmp.Diff(request.Interface(), server.got, protocmp.Transform()); diff != "" {
					t.Fatalf("%d: sent as %s (-want +got):\n%s", n, server.sent, diff)
				}
			}
		})
	}
}

// A binder is a server that binds requests of one method.
type binder struct {
	t        testing.TB
	desc     protoreflect.MethodDescriptor
	rule     bind.Rule
	template *route.Template
	tree     *route.Tree[bool]
	binder   bind.Binder
	sent     string
	got      proto.Message
}

func newBinder(t testing.TB, m protoreflect.MethodDescriptor) *binder {
	t.Helper()
	rule := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	b := &binder{t: t, desc: m, tree: route.New[bool](route.Options{})}
	verbs := map[string]string{"GET": rule.GetGet(), "PUT": rule.GetPut(), "POST": rule.GetPost(), "DELETE": rule.GetDelete(), "PATCH": rule.GetPatch(), "PURGE": rule.GetCustom().GetPath()}
	for verb, path := range verbs {
		if path == "" {
			continue
		}
		var err error
		if b.template, err = route.Parse(path); err != nil {
			t.Fatal(err)
		}
		if err := b.tree.Add(verb, b.template, true); err != nil {
			t.Fatal(err)
		}
		b.rule = bind.Rule{Method: verb, Template: b.template, Body: rule.GetBody()}
	}
	var err error
	if b.binder, err = bind.NewCompiler(bind.Options{RejectUnknownFields: true, RejectUnknownParameters: true}).Compile(m.Input(), b.rule); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *binder) RoundTrip(r *http.Request) (*http.Response, error) {
	in := bind.Input{RawQuery: r.URL.RawQuery, Header: r.Header, BodyField: b.rule.Body}
	b.sent = r.Method + " " + r.URL.RequestURI()
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		in.Body = body
		b.sent += " " + string(body)
	}
	path, _, _ := strings.Cut(r.URL.RequestURI(), "?")
	var m route.Match
	if _, ok := b.tree.Lookup(r.Method, path, &m); !ok {
		return nil, errors.New("no route for " + b.sent)
	}
	for i := range m.Len() {
		in.Variables = append(in.Variables, bind.Variable{FieldPath: m.FieldPath(i), Raw: m.Value(i)})
	}
	got := dynamicpb.NewMessage(b.desc.Input())
	if err := b.binder.Bind(&in, got); err != nil {
		return nil, fmt.Errorf("%w: %s", err, b.sent)
	}
	b.got = got
	return response(204, ""), nil
}

// random makes random values.
type random struct{ *rand.Rand }

var texts = []string{"", "a", "a b", "a/b", "%2F", "a+b&c=d", "é😀", "\"\\\n\x00", ":run", "x:run", "..a", "?#", "~-_.", "null", "*", "{x}"}

func (r random) text() string { return texts[r.IntN(len(texts))] }

// request returns a message with random fields.
func (r random) request(desc protoreflect.MessageDescriptor, depth int) protoreflect.Message {
	m := dynamicpb.NewMessage(desc)
	fields := desc.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case r.IntN(4) != 0:
		case f.IsList():
			list := m.Mutable(f).List()
			for range r.IntN(3) {
				list.Append(r.value(f, depth))
			}
		case f.Message() != nil && f.Message().FullName() == desc.FullName():
			// An empty message has no parameter.
			if inner := r.request(desc, depth+1); depth < 3 && proto.Size(inner.Interface()) > 0 {
				m.Set(f, protoreflect.ValueOfMessage(inner))
			}
		default:
			m.Set(f, r.value(f, depth))
		}
	}
	return m
}

func (r random) value(f protoreflect.FieldDescriptor, depth int) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(r.text())
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(r.IntN(2) == 0)
	case protoreflect.Int32Kind, protoreflect.Sint32Kind:
		return protoreflect.ValueOfInt32([]int32{0, 1, -1, math.MaxInt32, math.MinInt32}[r.IntN(5)])
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64([]int64{0, 7, math.MaxInt64, math.MinInt64}[r.IntN(4)])
	case protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32([]uint32{0, 7, math.MaxUint32}[r.IntN(3)])
	case protoreflect.Uint64Kind:
		return protoreflect.ValueOfUint64([]uint64{0, 7, math.MaxUint64}[r.IntN(3)])
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32([]float32{0, 0.1, -1e30, math.MaxFloat32, float32(math.Inf(1)), math.SmallestNonzeroFloat32}[r.IntN(6)])
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64([]float64{0, 0.1, -1e300, 1e21, math.MaxFloat64, math.Inf(-1), math.SmallestNonzeroFloat64}[r.IntN(7)])
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte([]string{"", "\xff\xfe\xfd", "a", "ab", "\xfb\xef\xbe\xff"}[r.IntN(5)]))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum([]protoreflect.EnumNumber{0, 2, 77, -1}[r.IntN(4)])
	}
	return protoreflect.ValueOfMessage(r.known(f.Message()))
}

// known returns one of the messages that a text can hold.
func (r random) known(desc protoreflect.MessageDescriptor) protoreflect.Message {
	m := dynamicpb.NewMessage(desc)
	fields := desc.Fields()
	switch desc.Name() {
	case "Timestamp":
		m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64([]int64{0, -62135596800, 253402300799, 1}[r.IntN(4)]))
		m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32([]int32{0, 1, 999_999_999, 120_000_000}[r.IntN(4)]))
	case "Duration":
		sign := []int64{1, -1}[r.IntN(2)]
		m.Set(fields.ByNumber(1), protoreflect.ValueOfInt64(sign*[]int64{0, 1, 315_575_999_999}[r.IntN(3)]))
		m.Set(fields.ByNumber(2), protoreflect.ValueOfInt32(int32(sign)*[]int32{0, 1, 500_000_000}[r.IntN(3)]))
	case "FieldMask":
		for range 1 + r.IntN(2) {
			m.Mutable(fields.ByNumber(1)).List().Append(protoreflect.ValueOfString([]string{"theme", "create_time", "a.b_c"}[r.IntN(3)]))
		}
	default:
		m.Set(fields.ByNumber(1), r.value(fields.ByNumber(1), 0))
	}
	return m
}

// fill gives the fields of variables values of their form.
func (r random) fill(m protoreflect.Message, variables []route.Variable) {
	segment := func() string {
		for {
			if s := r.text(); s != "" && !strings.Contains(s, "/") {
				return s
			}
		}
	}
	for _, v := range variables {
		in := m
		names := strings.Split(v.FieldPath, ".")
		for _, name := range names[:len(names)-1] {
			in = in.Mutable(in.Descriptor().Fields().ByName(protoreflect.Name(name))).Message()
		}
		f := in.Descriptor().Fields().ByName(protoreflect.Name(names[len(names)-1]))
		switch {
		case f.Kind() != protoreflect.StringKind:
			in.Set(f, r.value(f, 0))
			if f.Message() != nil && f.Message().Name() != "Timestamp" && f.Message().Name() != "Duration" {
				r.nonEmpty(in.Mutable(f).Message())
			}
		case v.Last-v.First == 4:
			in.Set(f, protoreflect.ValueOfString("shelves/"+segment()+"/books/"+segment()))
		case v.Last-v.First == 2 && names[0] == "inner":
			in.Set(f, protoreflect.ValueOfString("shelves/"+segment()))
		case v.Last-v.First == 2:
			in.Set(f, protoreflect.ValueOfString([]string{"a", "a/b", "a/b:c/d e/%"}[r.IntN(3)]))
		case v.Multi:
			in.Set(f, protoreflect.ValueOfString([]string{"a", "a/b", "a/b:c/d e/%"}[r.IntN(3)]))
		default:
			text := segment()
			if r.IntN(3) == 0 {
				text += "/" + segment() // in one segment, a slash is escaped
			}
			in.Set(f, protoreflect.ValueOfString(text))
		}
	}
}

// nonEmpty gives a message a value whose text is not empty.
func (r random) nonEmpty(m protoreflect.Message) {
	f := m.Descriptor().Fields().ByNumber(1)
	switch f.Kind() {
	case protoreflect.StringKind:
		if !f.IsList() {
			m.Set(f, protoreflect.ValueOfString("a/b c"))
		}
	case protoreflect.BytesKind:
		m.Set(f, protoreflect.ValueOfBytes([]byte("\xfb\xef\xbe\xff")))
	}
}
