// Package proto_test tests what the protos say: the JSON of the error replies,
// the examples in comments, and the rules that options follow.
package proto_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// TestErrorReplies compares the JSON of the schemas with the error formats,
// keys in their usual order.
func TestErrorReplies(t *testing.T) {
	info, err := anypb.New(&errdetails.ErrorInfo{Reason: "NOT_FOUND", Domain: "global"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		message proto.Message
		want    string
	}{
		{
			name: "the envelope",
			message: &endpointsv1.ErrorEnvelope{Error: &endpointsv1.ErrorEnvelope_Error{
				Errors: []*endpointsv1.ErrorEnvelope_Item{{
					Domain: "global", Reason: "invalidParameter", Message: proto.String("m"),
					Location: proto.String("pageSize"), LocationType: proto.String("parameter"),
				}},
				Code: 400, Message: proto.String("m"),
			}},
			want: `{"error":{"errors":[{"domain":"global","reason":"invalidParameter","message":"m","location":"pageSize","locationType":"parameter"}],"code":400,"message":"m"}}`,
		},
		{
			name:    "the envelope, no message and no place",
			message: &endpointsv1.ErrorEnvelope{Error: &endpointsv1.ErrorEnvelope_Error{Errors: []*endpointsv1.ErrorEnvelope_Item{{Domain: "global", Reason: "notFound"}}, Code: 404}},
			want:    `{"error":{"errors":[{"domain":"global","reason":"notFound"}],"code":404}}`,
		},
		{
			name:    "the envelope, a blank message",
			message: &endpointsv1.ErrorEnvelope{Error: &endpointsv1.ErrorEnvelope_Error{Code: 404, Message: proto.String("")}},
			want:    `{"error":{"code":404,"message":""}}`,
		},
		{
			name: "AIP-193",
			message: &endpointsv1.StatusEnvelope{Error: &endpointsv1.StatusEnvelope_Status{
				Code: 404, Message: "m", Status: "NOT_FOUND", Details: []*anypb.Any{info},
			}},
			want: `{"error":{"code":404,"message":"m","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}`,
		},
		{
			name: "RFC 9457",
			message: &endpointsv1.Problem{
				Type: "about:blank", Title: "Bad Request", Status: 400, Detail: "m", Instance: "/i", Reason: "invalidParameter", Domain: "global",
				Errors: []*endpointsv1.Problem_Item{
					{Detail: "d", Reason: "invalid", Pointer: "#/a/0"}, {Parameter: "pageSize"}, {Header: "If-Match"},
				},
			},
			want: `{"type":"about:blank","title":"Bad Request","status":400,"detail":"m","instance":"/i","reason":"invalidParameter","domain":"global",` +
				`"errors":[{"detail":"d","reason":"invalid","pointer":"#/a/0"},{"parameter":"pageSize"},{"header":"If-Match"}]}`,
		},
		{
			name:    "detail",
			message: &endpointsv1.DetailReply{Detail: structpb.NewStringValue("m")},
			want:    `{"detail":"m"}`,
		},
		{
			name:    "error",
			message: &endpointsv1.ErrorReply{Error: structpb.NewNullValue()},
			want:    `{"error":null}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			written, err := protojson.Marshal(tt.message)
			if err != nil {
				t.Fatal(err)
			}
			var compact bytes.Buffer // protojson puts in spaces at random
			if err := json.Compact(&compact, written); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact.String()); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
			read := tt.message.ProtoReflect().New().Interface()
			if err := protojson.Unmarshal([]byte(tt.want), read); err != nil {
				t.Fatal(err)
			}
			if !proto.Equal(read, tt.message) {
				t.Errorf("read back: %v, want %v", read, tt.message)
			}
		})
	}
}

// TestNullMessage reads the JSON null that some profiles send for an exception
// without a message.
func TestNullMessage(t *testing.T) {
	body := `{"error":{"errors":[{"domain":"global","reason":"notFound","message":null}],"code":404,"message":null}}`
	var reply endpointsv1.ErrorEnvelope
	if err := protojson.Unmarshal([]byte(body), &reply); err != nil {
		t.Fatal(err)
	}
	if reply.GetError().Message != nil || reply.GetError().GetErrors()[0].Message != nil {
		t.Errorf("a message is set: %v", &reply)
	}
}

// TestPolicyExample reads the example in the comment of policy.proto.
func TestPolicyExample(t *testing.T) {
	source, err := os.ReadFile("endpoints/v1/policy.proto")
	if err != nil {
		t.Fatal(err)
	}
	var example strings.Builder
	for line := range strings.Lines(string(source)) {
		if text, ok := strings.CutPrefix(line, "//     "); ok {
			example.WriteString(text)
		}
	}
	var policy endpointsv1.Policy
	if err := prototext.Unmarshal([]byte(example.String()), &policy); err != nil {
		t.Fatal(err)
	}
	if policy.GetName() != "gateway" || len(policy.GetRaised()) != 3 || len(policy.GetReplied()) != 2 || policy.GetNothing().GetStatus() != 204 {
		t.Errorf("policy = %v", &policy)
	}
}

// TestExtensionNumbers pins the numbers: a change breaks every compiled file.
func TestExtensionNumbers(t *testing.T) {
	extensions := endpointsv1.File_endpoints_v1_annotations_proto.Extensions()
	want := map[protoreflect.FullName]protoreflect.FullName{
		"endpoints.v1.api":       "google.protobuf.ServiceOptions",
		"endpoints.v1.method":    "google.protobuf.MethodOptions",
		"endpoints.v1.field":     "google.protobuf.FieldOptions",
		"endpoints.v1.exception": "google.protobuf.MessageOptions",
	}
	got := make(map[protoreflect.FullName]protoreflect.FullName)
	for i := range extensions.Len() {
		e := extensions.Get(i)
		got[e.FullName()] = e.ContainingMessage().FullName()
		if e.Number() != 57410 {
			t.Errorf("%s has the number %d", e.FullName(), e.Number())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("extensions (-want +got):\n%s", diff)
	}
}

// TestImports proves that endpoints.v1 needs no files but those of protobuf and
// google.rpc, so that the packages below it stay small.
func TestImports(t *testing.T) {
	for _, file := range []protoreflect.FileDescriptor{
		endpointsv1.File_endpoints_v1_annotations_proto,
		endpointsv1.File_endpoints_v1_errors_proto,
		endpointsv1.File_endpoints_v1_policy_proto,
	} {
		for i := range file.Imports().Len() {
			if path := file.Imports().Get(i).Path(); !strings.HasPrefix(path, "google/protobuf/") && !strings.HasPrefix(path, "google/rpc/") {
				t.Errorf("%s imports %s", file.Path(), path)
			}
		}
	}
}

// TestRoutes proves that every method has a path, in the library one below its
// base path, name and version.
func TestRoutes(t *testing.T) {
	for _, file := range []protoreflect.FileDescriptor{
		libraryv1.File_library_v1_library_proto,
		conformancev1.File_conformance_v1_java_proto,
		conformancev1.File_conformance_v1_python_proto,
	} {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			api, _ := proto.GetExtension(service.Options(), endpointsv1.E_Api).(*endpointsv1.ApiOptions)
			prefix := "/"
			if api != nil {
				prefix = api.GetBasePath() + api.GetName() + "/" + api.GetVersion() + "/"
			}
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				rule, _ := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
				if paths := rulePaths(rule); len(paths) == 0 {
					t.Errorf("%s has no path", method.FullName())
				} else {
					for _, path := range paths {
						if !strings.HasPrefix(path, prefix) {
							t.Errorf("%s: path %s is not below %s", method.FullName(), path, prefix)
						}
					}
				}
			}
		}
	}
}

// rulePaths returns all path templates of rule.
func rulePaths(rule *annotations.HttpRule) []string {
	var paths []string
	for _, r := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
		all := []string{r.GetGet(), r.GetPut(), r.GetPost(), r.GetDelete(), r.GetPatch(), r.GetCustom().GetPath()}
		for _, path := range all {
			if path != "" {
				paths = append(paths, path)
			}
		}
	}
	return paths
}
