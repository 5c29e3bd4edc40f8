package tail_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/tail"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		body string
		is   bool
		want string
	}{
		{`{"error":{}}`, true, `{"error":{}}`},
		{" {\n\"error\" :null } ", true, " {\n\"error\" :null } "},
		{`{"error":"x"}`, true, `{"error":"x"}`},
		{`{"error":{},"code":1}`, false, `{"error":{"error":{},"code":1}}`},
		{`{"errors":[]}`, false, `{"error":{"errors":[]}}`},
		{`{"detail":"x"}`, false, `{"error":{"detail":"x"}}`},
		{`[{"error":1}]`, false, `{"error":[{"error":1}]}`},
		{`{"error":`, false, ""},
		{``, false, ""},
	}
	for _, tt := range tests {
		if got := tail.IsError([]byte(tt.body)); got != tt.is {
			t.Errorf("%s: %v, want %v", tt.body, got, tt.is)
		}
		if tt.want != "" {
			if got := string(tail.Error([]byte(tt.body))); got != tt.want {
				t.Errorf("%s becomes %s, want %s", tt.body, got, tt.want)
			}
		}
	}
}

func TestAmbiguous(t *testing.T) {
	t.Parallel()
	if tail.Ambiguous((&libraryv1.Loan{}).ProtoReflect().Descriptor()) {
		t.Error("a Loan has no field that is called error")
	}
	if !tail.Ambiguous((&structpb.Struct{}).ProtoReflect().Descriptor()) {
		t.Error("a Struct may hold anything")
	}
}
