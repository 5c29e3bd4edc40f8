package jsonpb_test

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

func TestAppendHasNoSpaces(t *testing.T) {
	v, err := structpb.NewStruct(map[string]any{"a": 1, "b c": []any{true, `x, "y"`}, "d": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := jsonpb.Append([]byte("> "), v, jsonpb.AppendOptions{})
	if want := `> {"a":1,"b c":[true,"x, \"y\""],"d":{}}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	got, err = jsonpb.Append(nil, v, jsonpb.AppendOptions{Indent: "  "})
	want := "{\n  \"a\": 1,\n  \"b c\": [\n    true,\n    \"x, \\\"y\\\"\"\n  ],\n  \"d\": {}\n}"
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if _, err := jsonpb.Append(nil, v, jsonpb.AppendOptions{Indent: "x"}); err == nil {
		t.Error("an indent of letters is accepted")
	}
}

func TestUnmarshalErrorNamesThePlace(t *testing.T) {
	for _, tt := range []struct{ name, in, path, text string }{
		{"in a list", "{\"name\": \"a\",\n \"messageType\":[{}, {\"name\":7}]}", "messageType[1].name", ""},
		{"unknown field", `{"options":{"nope":1}}`, "options.nope", ""},
		{"syntax", `{"options":{]}`, "options", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := jsonpb.Unmarshal([]byte(tt.in), new(descriptorpb.FileDescriptorProto), jsonpb.UnmarshalOptions{})
			e, ok := errors.AsType[*jsonpb.Error](err)
			if !ok || e.Path != tt.path || e.Line == 0 || e.Column == 0 {
				t.Errorf("got %v", err)
			}
			t.Log(err)
		})
	}
}
