package endpoints_test

import (
	"bytes"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// parts are all parts that a profile has.
var parts = []endpoints.Part{
	endpoints.PolicyPart, endpoints.ErrorPart, endpoints.ReplyPart, endpoints.RequestPart,
	endpoints.VerbPart, endpoints.LogPart, endpoints.OriginPart,
}

// TestParts: a part changes what it is about, and nothing else.
func TestParts(t *testing.T) {
	t.Parallel()
	const javaError = "{\n \"error\": {\n  \"errors\": [\n   {\n    \"domain\": \"global\",\n    \"reason\": \"unsupportedProtocol\",\n    \"message\": \"Slower.\"\n   }\n  ],\n  \"code\": 404,\n  \"message\": \"Slower.\"\n }\n}"
	slower := library{getShelf: raise(exceptions.NewTooManyRequests("Slower."))}
	get := exchange{request: "GET /library/v1/shelves/a"}
	origin := map[string]string{"Origin": "https://a.example"}
	tests := []struct {
		name     string
		option   endpoints.Option
		impl     library
		exchange exchange
		want     reply
	}{
		{
			name: "policy", option: endpoints.WithParts(endpoints.Modern(), endpoints.PolicyPart), impl: slower, exchange: get,
			want: reply{429, nil, envelope("429", "rateLimitExceeded", "Slower.")},
		},
		{
			name: "errors", option: endpoints.WithParts(endpoints.Java(), endpoints.ErrorPart), impl: slower, exchange: get,
			want: reply{404, nil, javaError},
		},
		{
			name: "replies", option: endpoints.WithParts(endpoints.Java(), endpoints.ReplyPart), exchange: get,
			want: reply{200, nil, "{\n \"name\": \"shelves/a\",\n \"theme\": \"fiction\"\n}"},
		},
		{
			name: "requests", option: endpoints.WithParts(endpoints.Modern(), endpoints.RequestPart),
			exchange: exchange{request: "POST /library/v1/shelves", header: map[string]string{"Content-Type": "text/plain"}, body: `{"theme":"a"}`},
			want:     reply{404, nil, envelope("404", "unsupportedProtocol", "The body must be JSON: send Content-Type: application/json.")},
		},
		{
			name: "verbs", option: endpoints.WithParts(endpoints.Modern(), endpoints.VerbPart), exchange: exchange{request: "PUT /library/v1/shelves"},
			want: reply{501, nil, envelope("501", "unsupportedMethod", "The verb PUT is not allowed here.")},
		},
		{
			name: "origins", option: endpoints.WithParts(endpoints.Python(), endpoints.OriginPart), exchange: exchange{request: get.request, header: origin},
			want: reply{200, map[string]string{"Access-Control-Allow-Origin": "https://a.example"}, shelfJSON},
		},
		{
			name: "none", option: endpoints.WithParts(endpoints.Python()), impl: slower, exchange: exchange{request: get.request, header: origin},
			want: reply{404, map[string]string{"Access-Control-Allow-Origin": "-"}, envelope("404", "unsupportedProtocol", "Slower.")},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.want.check(t, test.exchange.do(t, newLibrary(t, &test.impl, test.option)))
		})
	}
}

func TestLogPart(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	impl := &library{getShelf: raise(exceptions.NewInternalServerError("x"))}
	api := newLibrary(t, impl, endpoints.WithLogger(slog.New(slog.NewTextHandler(&out, nil))), endpoints.WithParts(endpoints.Java(), endpoints.LogPart))
	exchange{request: "GET /library/v1/shelves/a"}.do(t, api)
	if !strings.Contains(out.String(), "level=INFO") {
		t.Errorf("want the level of the Java framework, got %s", out.String())
	}
}

// TestPartsAreWhole: who takes every part has the other profile, whatever is
// added to profiles.
func TestPartsAreWhole(t *testing.T) {
	t.Parallel()
	for _, name := range endpoints.ProfileNames() {
		want, _ := endpoints.ProfileByName(name)
		got := endpoints.TakeAll(endpoints.Profile{}, want, parts)
		for i := range reflect.TypeFor[endpoints.Profile]().NumField() {
			field := reflect.TypeFor[endpoints.Profile]().Field(i)
			if field.Name == "name" {
				continue
			}
			w, g := reflect.ValueOf(want).Field(i), reflect.ValueOf(got).Field(i)
			if w.IsZero() != g.IsZero() {
				t.Errorf("%s: the field %s is in no part", name, field.Name)
			}
		}
	}
}

func TestUnknownPart(t *testing.T) {
	t.Parallel()
	err := endpoints.New(endpoints.WithParts(endpoints.Java(), 99)).Register(endpoints.Service{})
	if err == nil || !strings.Contains(err.Error(), "part 99: profiles have no such part") {
		t.Errorf("want an error that names the part, got %v", err)
	}
}
