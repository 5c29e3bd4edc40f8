package greeter_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	greeterv1 "example.com/greeter/gen/greeter/v1"
	"example.com/greeter/gen/greeter/v1/greeterv1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

type greeter struct{}

func (greeter) Greet(_ context.Context, r *greeterv1.GreetRequest) (*greeterv1.GreetResponse, error) {
	if r.GetName() == "Godot" {
		return nil, exceptions.NewNotFound("Nobody knows %s.", r.GetName())
	}
	return &greeterv1.GreetResponse{Text: r.GetGreeting() + ", " + r.GetName() + "!"}, nil
}

func TestGreet(t *testing.T) {
	api := endpoints.New()
	if err := greeterv1endpoints.RegisterGreeterService(api, greeter{}); err != nil {
		t.Fatal(err)
	}
	if err := greeterv1endpoints.RegisterGreeterService(api, nil); err == nil {
		t.Error("registered without an implementation")
	}
	tests := []struct {
		target string
		status int
		part   string // of the body
	}{
		{"/greeter/v1/people/Ada:greet?greeting=Ahoy", http.StatusAccepted, `"Ahoy, Ada!"`},
		{"/greeter/v1/people/Godot:greet", http.StatusNotFound, `"Nobody knows Godot."`},
	}
	for _, tt := range tests {
		recorder := httptest.NewRecorder()
		api.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, tt.target, nil))
		if recorder.Code != tt.status || !strings.Contains(recorder.Body.String(), tt.part) {
			t.Errorf("GET %s: %d %s, want %d and a body with %s", tt.target, recorder.Code, recorder.Body, tt.status, tt.part)
		}
	}
}
