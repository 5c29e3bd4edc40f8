package client_test

import (
	"net/http"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// TestUnsendable covers requests that a rule cannot carry.
func TestUnsendable(t *testing.T) {
	tests := []struct {
		name    string
		rule    string
		request string
		want    string
	}{
		{"a map in the query", `get: "/a"`, `labels {key: "k" value: "v"}`, "field labels: a query cannot hold a map"},
		{"a list of messages in the query", `get: "/a"`, `items {} items {}`, "field items: a query cannot hold a list of messages"},
		{"a map inside a message", `get: "/a"`, `st {fields {key: "k" value {bool_value: true}}}`, "field st.fields: a query cannot hold a map"},
		{"a time out of range", `get: "/a"`, `ts {seconds: -99999999999}`, "field ts: it cannot be written: timestamp out of range"},
		{"a time out of range in the path", `get: "/{ts}"`, `ts {seconds: -99999999999}`, "field ts: it cannot be written: timestamp out of range"},
		{"a message that is not set in the path", `get: "/{ts}"`, ``, `field ts: its value does not have the form "*", which the path needs`},
		{"an empty field in the path", `get: "/a/{text}"`, ``, `field text: its value does not have the form "*", which the path needs`},
		{"an empty segment", `get: "/a/{text=**}"`, `text: "a//b"`, `field text: its value does not have the form "**", which the path needs`},
		{"a wildcard alone", `get: "/a/*"`, ``, `the path /a/* has a wildcard that no field fills`},
		{"no rule", ``, ``, "it has no google.api.http rule, so it cannot be called over REST"},
		{"a body that cannot be written", `post: "/a" body: "*"`, `ts {seconds: -99999999999}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := service(t, method("Do", "Hard", tt.rule))
			request := dynamicpb.NewMessage(s.Methods().Get(0).Input())
			if err := prototext.Unmarshal([]byte(tt.request), request); err != nil {
				t.Fatal(err)
			}
			c, err := client.New("http://example.com", s, client.WithHTTPClient(reply(500, "it was sent")))
			if err != nil {
				t.Fatal(err)
			}
			err = c.Call(t.Context(), "Do", request, dynamicpb.NewMessage(request.Descriptor()))
			if err == nil || tt.want != "" && err.Error() != "test.Test.Do: "+tt.want {
				t.Errorf("error = %v\nwant    test.Test.Do: %s", err, tt.want)
			}
			if _, sent := err.(interface{ HTTPStatus() int }); sent {
				t.Errorf("it was sent: %v", err)
			}
		})
	}
}

// TestRulesThatAreWrong covers declarations that the client cannot use.
func TestRulesThatAreWrong(t *testing.T) {
	tests := []struct{ rule, want string }{
		{`get: "a"`, `path template "a", column 1: a template starts with "/"`},
		{`body: "*"`, "google.api.http: there is no path"},
		{`get: "/{nothing}"`, `path variable {nothing}: test.Hard has no field "nothing"`},
		{`get: "/{text.a}"`, "path variable {text.a}: test.Hard.text has no fields"},
		{`get: "/{labels}"`, "path variable {labels}: test.Hard.labels is repeated"},
		{`get: "/{st}"`, "path variable {st}: test.Hard.st is a message"},
		{`post: "/a" body: "nothing"`, `body "nothing": test.Hard has no field of this name`},
		{`get: "/a" response_body: "nothing"`, `response_body "nothing": test.Hard has no field of this name`},
	}
	for _, tt := range tests {
		_, err := client.New("http://example.com", service(t, method("Do", "Hard", tt.rule)))
		if want := "client: test.Test: test.Test.Do: " + tt.want; err == nil || err.Error() != want {
			t.Errorf("%s: error = %v\nwant %s", tt.rule, err, want)
		}
	}
	if _, err := client.New("http://example.com", nil); err == nil {
		t.Error("no service is no error")
	}
}

// TestResponseBody covers replies of which the body is one field.
func TestResponseBody(t *testing.T) {
	tests := []struct {
		field string
		body  string
		want  string // the reply; an error begins with "error: "
	}{
		{"names", `["a","b"]`, `names: "a" names: "b"`},
		{"names", `null`, ``},
		{"name", ` "x" `, `name: "x"`},
		{"name", `"x","i32":1`, "error: test.Test.Do: reply with status 200 (no type): it is not valid JSON"},
		{"odd", `"x"`, `odd: "x"`},
		{"inner", `{"name":"x","later":1}`, `inner {name: "x"}`},
		{"inner", `null`, ``},
		{"w_l", `"7"`, `w_l {value: 7}`},
		{"inner", ``, ``},
	}
	for _, tt := range tests {
		t.Run(tt.field+" "+tt.body, func(t *testing.T) {
			s := service(t, method("Do", "Request", `get: "/a" response_body: "`+tt.field+`"`))
			c, err := client.New("http://example.com", s, client.WithHTTPClient(reply(200, tt.body)))
			if err != nil {
				t.Fatal(err)
			}
			desc := s.Methods().Get(0).Input()
			got := dynamicpb.NewMessage(desc)
			if err := c.Call(t.Context(), "Do", dynamicpb.NewMessage(desc), got); err != nil {
				if "error: "+err.Error() != tt.want {
					t.Errorf("error = %v\nwant %s", err, tt.want)
				}
				return
			}
			want := dynamicpb.NewMessage(desc)
			if err := prototext.Unmarshal([]byte(tt.want), want); err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestIdempotent says which methods are repeated.
func TestIdempotent(t *testing.T) {
	level := func(m *descriptorpb.MethodDescriptorProto, l descriptorpb.MethodOptions_IdempotencyLevel) *descriptorpb.MethodDescriptorProto {
		m.Options.IdempotencyLevel = &l
		return m
	}
	tests := []struct {
		method *descriptorpb.MethodDescriptorProto
		want   int
	}{
		{method("Get", "Hard", `get: "/a"`), 2},
		{method("Put", "Hard", `put: "/a" body: "*"`), 2},
		{method("Delete", "Hard", `delete: "/a"`), 2},
		{method("Head", "Hard", `custom: {kind: "HEAD" path: "/a"}`), 2},
		{method("Options", "Hard", `custom: {kind: "OPTIONS" path: "/a"}`), 2},
		{method("Post", "Hard", `post: "/a" body: "*"`), 1},
		{method("Patch", "Hard", `patch: "/a" body: "*"`), 1},
		{method("Purge", "Hard", `custom: {kind: "PURGE" path: "/a"}`), 1},
		{method("Any", "Hard", `custom: {kind: "*" path: "/a"}`), 1},
		{method("Both", "Hard", `get: "/a" additional_bindings {post: "/a"}`), 1},
		{level(method("Safe", "Hard", `post: "/a" body: "*"`), descriptorpb.MethodOptions_NO_SIDE_EFFECTS), 2},
		{level(method("Again", "Hard", `post: "/a" body: "*"`), descriptorpb.MethodOptions_IDEMPOTENT), 2},
	}
	for _, tt := range tests {
		t.Run(tt.method.GetName(), func(t *testing.T) {
			s := service(t, tt.method)
			sent := 0
			h := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
				sent++
				return response(503, ""), nil
			})}
			c, err := client.New("http://example.com", s, client.WithHTTPClient(h), client.WithRetry(client.Retry{Attempts: 2, FirstWait: 1}))
			if err != nil {
				t.Fatal(err)
			}
			request := dynamicpb.NewMessage(s.Methods().Get(0).Input())
			if err := c.Call(t.Context(), tt.method.GetName(), request, &emptypb.Empty{}); err == nil {
				t.Error("no error")
			}
			if sent != tt.want {
				t.Errorf("it was sent %d times, want %d", sent, tt.want)
			}
		})
	}
}

// TestWrongCalls covers calls that generated code does not make.
func TestWrongCalls(t *testing.T) {
	streaming := method("Watch", "Hard", `get: "/w"`)
	streaming.ServerStreaming = proto.Bool(true)
	s := service(t, method("Do", "Hard", `get: "/a"`), streaming)
	c, err := client.New("http://example.com", s)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ method, want string }{
		{"Nothing", `client: the service has no method "Nothing"`},
		{"Watch", `client: test.Test.Watch is streaming`},
		{"Do", `test.Test.Do: the request is a google.protobuf.Empty, want test.Hard`},
	}
	for _, tt := range tests {
		if err := c.Call(t.Context(), tt.method, &emptypb.Empty{}, &emptypb.Empty{}); err == nil || err.Error() != tt.want {
			t.Errorf("error = %v, want %s", err, tt.want)
		}
	}
}
