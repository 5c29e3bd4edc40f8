package endpoints_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
)

// declared makes a service test.Costs with one method, Get, from its options:
// message Item {string name = 1; int32 cost = 2; repeated string tags = 3}
// goes in and, unless output names another message, out.
func declared(t testing.TB, options *endpointsv1.MethodOptions, output string, required ...string) protoreflect.ServiceDescriptor {
	t.Helper()
	return declaredWith(t, options, output, func(name string, o *descriptorpb.FieldOptions) {
		proto.SetExtension(o, endpointsv1.E_Field, &endpointsv1.FieldOptions{Required: slices.Contains(required, name)})
	})
}

// declaredWith is declared with other options of the fields.
func declaredWith(t testing.TB, options *endpointsv1.MethodOptions, output string, set func(field string, o *descriptorpb.FieldOptions)) protoreflect.ServiceDescriptor {
	t.Helper()
	method := &descriptorpb.MethodOptions{}
	proto.SetExtension(method, annotations.E_Http, &annotations.HttpRule{Pattern: &annotations.HttpRule_Get{Get: "/items/{name}"}})
	proto.SetExtension(method, endpointsv1.E_Method, options)
	field := func(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type, label descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
		o := &descriptorpb.FieldOptions{}
		set(name, o)
		return &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: &kind, Label: &label, Options: o}
	}
	const one, many = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("test/costs.proto"), Package: proto.String("test"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/api/annotations.proto", "google/protobuf/empty.proto", "endpoints/v1/annotations.proto"},
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Item"), Field: []*descriptorpb.FieldDescriptorProto{
			field("name", 1, descriptorpb.FieldDescriptorProto_TYPE_STRING, one),
			field("cost", 2, descriptorpb.FieldDescriptorProto_TYPE_INT32, one),
			field("tags", 3, descriptorpb.FieldDescriptorProto_TYPE_STRING, many),
		}}},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Costs"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Get"), InputType: proto.String(".test.Item"), OutputType: proto.String(output), Options: method,
		}}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Services().Get(0)
}

const item, empty = ".test.Item", ".google.protobuf.Empty"

// serveDeclared registers the service; Get returns its request.
func serveDeclared(service protoreflect.ServiceDescriptor, options ...endpoints.Option) (*endpoints.API, error) {
	api := endpoints.New(append([]endpoints.Option{endpoints.WithLogger(slog.New(slog.DiscardHandler))}, options...)...)
	return api, api.Register(endpoints.Service{Descriptor: service, Methods: []endpoints.Method{{
		Name:       "Get",
		NewRequest: func() proto.Message { return dynamicpb.NewMessage(service.Methods().Get(0).Input()) },
		Call: func(ctx context.Context, request proto.Message) (proto.Message, error) {
			if endpoints.CallFrom(ctx).RequestHeader().Get("X-Own") != "" {
				endpoints.CallFrom(ctx).Header().Set("X-Request-Cost", "own")
			}
			return request, nil
		},
	}}})
}

func headers(pairs ...string) (all []*endpointsv1.Header) {
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, &endpointsv1.Header{Name: pairs[i], Field: pairs[i+1]})
	}
	return all
}

func TestDeclaredStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int32
		output string
		wrong  string
	}{
		{200, item, ""}, {299, item, ""}, {204, empty, ""}, {205, empty, ""}, {304, empty, ""},
		{199, item, "not a success"}, {300, item, "not a success"}, {404, item, "not a success"}, {-1, empty, "not a success"},
		{204, item, "carries no body"}, {205, item, "carries no body"}, {304, item, "carries no body"},
	}
	for _, test := range tests {
		_, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{SuccessStatus: test.status}, test.output))
		if test.wrong == "" && err != nil || test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)) {
			t.Errorf("%d for %s: got %v, want %q", test.status, test.output, err, test.wrong)
		}
	}
}

func TestDeclaredHeaders(t *testing.T) {
	t.Parallel()
	service := declared(t, &endpointsv1.MethodOptions{
		RequestHeaders:  headers("x-cost", "cost", "X-Tag", "tags", "X-Other", ""),
		ResponseHeaders: headers("X-Request-Cost", "cost", "X-Tag", "tags"),
	}, item, "cost")
	tests := []struct {
		name, target string
		header       [][2]string
		status       int
		body         string
		cost, tags   string
	}{
		{"header", "/items/a", [][2]string{{"X-Cost", "7"}}, 200, `{"name":"a","cost":7}`, "7", ""},
		{"header wins over the query", "/items/a?cost=1&tags=q", [][2]string{{"X-Cost", "7"}, {"X-Tag", "b"}, {"X-Tag", "c"}}, 200, `{"name":"a","cost":7,"tags":["b","c"]}`, "7", "b,c"},
		{"query without the header", "/items/a?cost=1", nil, 200, `{"name":"a","cost":1}`, "1", ""},
		{"wrong", "/items/a", [][2]string{{"X-Cost", "secret"}}, 400, `header \"x-cost\"`, "", ""},
		{"twice", "/items/a", [][2]string{{"X-Cost", "1"}, {"X-Cost", "2"}}, 400, `more than once`, "", ""},
		{"missing", "/items/a", nil, 400, `The required header \"x-cost\" is missing.`, "", ""},
		{"set by the handler", "/items/a", [][2]string{{"X-Cost", "7"}, {"X-Own", "1"}}, 200, `{"name":"a","cost":7}`, "own", ""},
	}
	for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Modern()} {
		api, err := serveDeclared(service, endpoints.WithProfile(profile))
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range tests {
			t.Run(profile.Name()+"/"+test.name, func(t *testing.T) {
				r := httptest.NewRequest("GET", test.target, nil)
				for _, h := range test.header {
					r.Header.Add(h[0], h[1])
				}
				w := httptest.NewRecorder()
				api.ServeHTTP(w, r)
				if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) {
					t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.body)
				}
				if cost, tags := w.Header().Get("X-Request-Cost"), strings.Join(w.Header().Values("X-Tag"), ","); cost != test.cost || tags != test.tags {
					t.Errorf("headers %q and %q, want %q and %q", cost, tags, test.cost, test.tags)
				}
			})
		}
		m := api.Methods()[0]
		if got := m.RequestHeaders(); !slices.Equal(got, []string{"x-cost", "X-Tag", "X-Other"}) {
			t.Errorf("request headers %q", got)
		}
		if got := m.ResponseHeaders(); !slices.Equal(got, []string{"X-Request-Cost", "X-Tag"}) {
			t.Errorf("response headers %q", got)
		}
	}
}

func TestDeclaredCookies(t *testing.T) {
	t.Parallel()
	cookie := []*endpointsv1.Header{{Name: "Cookie", Field: "cost", Cookie: "c"}, {Name: "cookie", Field: "tags", Cookie: "t"}}
	service := declared(t, &endpointsv1.MethodOptions{RequestHeaders: cookie}, item, "cost")
	for _, test := range []struct {
		profile endpoints.Profile
		cookie  string
		status  int
		want    string
	}{
		{endpoints.Modern(), "c=7; t=a; t=b; x=y", 200, `{"name":"a","cost":7,"tags":["a","b"]}`},
		{endpoints.Modern(), "c=secret", 400, `Invalid value for cookie \"c\"`},
		{endpoints.Modern(), "", 400, `The required cookie \"c\" is missing.`},
		{endpoints.FastAPI(), "c=7; t=a; t=b", 200, `{"name":"a","cost":7,"tags":["a","b"]}`},
		{endpoints.FastAPI(), "c=x", 422, `{"type":"int_parsing","loc":["cookie","c"],`},
	} {
		api, err := serveDeclared(service, endpoints.WithProfile(test.profile), allow(t, cors.Config{}))
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/items/a", nil)
		if test.cookie != "" {
			r.Header.Set("Cookie", test.cookie)
		}
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s %q: got %d %s, want %d %s", test.profile.Name(), test.cookie, w.Code, w.Body, test.status, test.want)
		}
		if got := api.Methods()[0].RequestHeaders(); len(got) != 0 {
			t.Errorf("cookies are offered to pages: %q", got)
		}
	}
	_, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{
		RequestHeaders:  []*endpointsv1.Header{{Name: "X-A", Field: "cost", Cookie: "a"}, {Name: "Cookie", Cookie: "b"}},
		ResponseHeaders: []*endpointsv1.Header{{Name: "Cookie", Field: "cost", Cookie: "c"}},
	}, item))
	for _, want := range []string{`cookie "a": it needs`, `cookie "b": it needs`, `cookie "c": a reply sets`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestDeclaredHeadersThatAreWrong(t *testing.T) {
	t.Parallel()
	_, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{
		RequestHeaders:  headers("X Y", "", "content-type", "", "X-A", "nope", "X-B", "", "x-b", ""),
		ResponseHeaders: headers("Content-Length", ""),
	}, item))
	for _, want := range []string{`"X Y" is no name`, "Content-Type belongs to", `X-A: test.Item has no field "nope"`, "X-B is declared twice", "Content-Length belongs to"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, profile := range []endpoints.Profile{endpoints.Java(), endpoints.Python()} {
		_, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{RequestHeaders: headers("X-A", "cost")}, item), endpoints.WithProfile(profile))
		if err == nil || !strings.Contains(err.Error(), "read the header through the call") {
			t.Errorf("%s: got %v", profile.Name(), err)
		}
		if _, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{RequestHeaders: headers("X-A", "")}, item), endpoints.WithProfile(profile)); err != nil {
			t.Errorf("%s: %v", profile.Name(), err)
		}
	}
}

// The profile of FastAPI lists what is wrong in all sources.
func TestFastAPIProblems(t *testing.T) {
	t.Parallel()
	api, err := serveDeclared(declared(t, &endpointsv1.MethodOptions{RequestHeaders: headers("X-Cost", "cost")}, item, "cost", "tags"), endpoints.WithProfile(endpoints.FastAPI()))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		target, cost string
		status       int
		want         string
	}{
		{"/items/a%2Fb?tags=x&tags=y", "7", 200, `{"name":"a/b","cost":7,"tags":["x","y"]}`},
		{"/items/a", "x", 422, `{"detail":[{"type":"missing","loc":["query","tags"],"msg":"Field required","input":null},` +
			`{"type":"int_parsing","loc":["header","X-Cost"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`},
	} {
		r := httptest.NewRequest("GET", test.target, nil)
		r.Header.Set("X-Cost", test.cost)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code != test.status || w.Body.String() != test.want {
			t.Errorf("%s: got %d %s\nwant %d %s", test.target, w.Code, w.Body, test.status, test.want)
		}
	}
}
