package greeter_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	greeterv1 "example.com/greeter/gen/greeter/v1"
	"example.com/greeter/gen/greeter/v1/greeterv1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

type greeter struct{}

func (greeter) Greet(_ context.Context, r *greeterv1.GreetRequest) (*greeterv1.GreetResponse, error) {
	if r.GetName() == "Godot" {
		return nil, &greeterv1.Unknown{Name: r.GetName()}
	}
	return &greeterv1.GreetResponse{Text: r.GetGreeting() + ", " + r.GetName() + "!"}, nil
}

func TestGreet(t *testing.T) {
	api := endpoints.New()
	endpointstest.Declared(t, api)
	if err := greeterv1endpoints.RegisterGreeterService(api, greeter{}); err != nil {
		t.Fatal(err)
	}
	if err := greeterv1endpoints.RegisterGreeterService(api, nil); err == nil {
		t.Error("registered without an implementation")
	}
	if _, ok := errors.AsType[*exceptions.NotFound](error(&greeterv1.Unknown{})); !ok {
		t.Error("an exception is not caught as its parent")
	}
	tests := []struct {
		target string
		status int
		part   string // of the body
	}{
		{"/greeter/v1/people/Ada:greet?greeting=Ahoy", http.StatusAccepted, `"Ahoy, Ada!"`},
		{"/greeter/v1/people/Godot:greet", http.StatusNotFound, `"reason":"nobodyKnows","message":"Nobody knows Godot."`},
	}
	for _, tt := range tests {
		recorder := httptest.NewRecorder()
		api.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, tt.target, nil))
		if recorder.Code != tt.status || !strings.Contains(recorder.Body.String(), tt.part) {
			t.Errorf("GET %s: %d %s, want %d and a body with %s", tt.target, recorder.Code, recorder.Body, tt.status, tt.part)
		}
	}
}
