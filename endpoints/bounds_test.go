package endpoints_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
)

// Bounds hold in every profile; FastAPI's tells them in its own way.
func TestBounds(t *testing.T) {
	t.Parallel()
	bounds := map[string]*endpointsv1.FieldOptions{
		"name": {MaxLength: proto.Uint32(3)}, "cost": {Minimum: proto.Float64(1), Maximum: proto.Float64(9)}, "tags": {MaxLength: proto.Uint32(1)},
	}
	service := declaredWith(t, &endpointsv1.MethodOptions{}, item, func(name string, o *descriptorpb.FieldOptions) {
		proto.SetExtension(o, endpointsv1.E_Field, bounds[name])
	})
	const many = "/items/long?cost=10&tags=a&tags=b"
	for _, test := range []struct {
		profile endpoints.Profile
		target  string
		status  int
		want    []string
	}{
		{endpoints.Modern(), "/items/a?cost=9&tags=x", 200, []string{`{"name":"a","cost":9,"tags":["x"]}`}},
		{endpoints.Modern(), many, 400, []string{`The field \"name\" must have at most 3 characters. 2 more are out of bounds.`, `The field \"cost\" must be 9 at most.`, `The field \"tags\" must have at most 1 entries.`}},
		{endpoints.Python(), many, 400, []string{`must have at most 3 characters`}},
		{endpoints.FastAPI(), many, 422, []string{
			`{"type":"string_too_long","loc":["path","name"],"msg":"String should have at most 3 characters","input":"long","ctx":{"max_length":3}}`,
			`{"type":"less_than_equal","loc":["query","cost"],"msg":"Input should be less than or equal to 9","input":"10","ctx":{"le":9}}`,
			`{"type":"too_long","loc":["query","tags"],"msg":"List should have at most 1 item after validation, not 2","input":["a","b"],"ctx":{"actual_length":2,"field_type":"List","max_length":1}}`,
		}},
	} {
		api, err := serveDeclared(service, endpoints.WithProfile(test.profile))
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequest("GET", test.target, nil))
		if w.Code != test.status {
			t.Errorf("%s %s: got %d %s", test.profile.Name(), test.target, w.Code, w.Body)
		}
		for _, want := range test.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s %s: got %s, want %s", test.profile.Name(), test.target, w.Body, want)
			}
		}
	}
}
