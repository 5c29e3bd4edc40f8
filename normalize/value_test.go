package normalize_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestValueInPlaceOfText(t *testing.T) {
	value := exceptions.Value(map[string]int{"n": 1})
	violation := exceptions.Violations(exceptions.Violation{Location: "a", Message: "m"})
	dropped, err := normalize.Compile(normalize.Definition{Name: "dropped", Raised: []normalize.Rule{{From: 400, To: 499, Keep: true, DropMessage: true}}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name          string
		p             *normalize.Policy
		e             exceptions.ServiceException
		with          []exceptions.Option
		detail, error string
	}{
		{"value", normalize.Identity(), exceptions.NewConflict("text"), []exceptions.Option{value}, `{"detail":{"n":1}}`, `{"error":{"n":1}}`},
		{"over violations", normalize.Identity(), exceptions.NewConflict("text"), []exceptions.Option{value, violation}, `{"detail":{"n":1}}`, `{"error":{"n":1}}`},
		{"dropped with the text", dropped, exceptions.NewConflict("text"), []exceptions.Option{value}, `{"detail":"Conflict"}`, `{"error":"Conflict"}`},
		{"phrase of 418", normalize.Identity(), exceptions.NewStatus(418), nil, `{"detail":"I'm a Teapot"}`, `{"error":"I'm a Teapot"}`},
		{"text of 418", normalize.Identity(), exceptions.New(418, "tea"), nil, `{"detail":"tea"}`, `{"error":"tea"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := test.p.Verdict(raise(t, test.e, test.with...))
			if got := string(normalize.Detail().Append(nil, &v)); got != test.detail {
				t.Errorf("got %s, want %s", got, test.detail)
			}
			if got := string(normalize.Error().Append(nil, &v)); got != test.error {
				t.Errorf("got %s, want %s", got, test.error)
			}
		})
	}
}
