package route_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/genproto/googleapis/api/annotations"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rule         *annotations.HttpRule
		method, path string
	}{
		{&annotations.HttpRule{Pattern: &annotations.HttpRule_Get{Get: "/a"}}, "GET", "/a"},
		{&annotations.HttpRule{Pattern: &annotations.HttpRule_Put{Put: "/a"}}, "PUT", "/a"},
		{&annotations.HttpRule{Pattern: &annotations.HttpRule_Post{Post: "/a"}}, "POST", "/a"},
		{&annotations.HttpRule{Pattern: &annotations.HttpRule_Delete{Delete: "/a"}}, "DELETE", "/a"},
		{&annotations.HttpRule{Pattern: &annotations.HttpRule_Patch{Patch: "/a"}}, "PATCH", "/a"},
		{&annotations.HttpRule{Pattern: &annotations.HttpRule_Custom{Custom: &annotations.CustomHttpPattern{Kind: "HEAD", Path: "/a"}}}, "HEAD", "/a"},
		{&annotations.HttpRule{}, "", ""},
		{nil, "", ""},
	}
	for _, tt := range tests {
		if method, path := route.Pattern(tt.rule); method != tt.method || path != tt.path {
			t.Errorf("Pattern(%v) = %q, %q, want %q, %q", tt.rule, method, path, tt.method, tt.path)
		}
	}
}
