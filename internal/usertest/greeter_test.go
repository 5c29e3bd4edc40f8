package greeter_test

import (
	"context"
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

func TestRegister(t *testing.T) {
	if err := greeterv1endpoints.RegisterGreeterService(new(endpoints.API), greeter{}); err != nil {
		t.Fatal(err)
	}
	if err := greeterv1endpoints.RegisterGreeterService(new(endpoints.API), nil); err == nil {
		t.Error("registered without an implementation")
	}
}
