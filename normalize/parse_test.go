package normalize_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

const gatewayText = `
# Callers that only retry a 503.
name: "gateway"
description: "For callers that only retry a 503."
raised { from: 400 to: 428 keep: true }
raised {
  from: 429 to: 429 status: 503 reason: "busy" domain: "edge" message: "Try again later."
  because: "callers retry a 503 and give up on a 429"
}
raised { from: 430 to: 0 status: 404 drop_message: true }
raised { from: 500 status: 503 reason: "backendError" }
raised { status: 500 }
replied { from: 302 to: 302 status: 404 }
nothing { status: 404 }
unknown_message: "The service failed."
`

const gatewayJSON = `{
  "name": "gateway",
  "description": "For callers that only retry a 503.",
  "raised": [
    {"from": 400, "to": 428, "keep": true},
    {"from": 429, "to": 429, "status": 503, "reason": "busy", "domain": "edge", "message": "Try again later.",
     "because": "callers retry a 503 and give up on a 429"},
    {"from": 430, "to": 430, "status": 404, "dropMessage": true},
    {"from": 500, "status": 503, "reason": "backendError"},
    {"status": 500}
  ],
  "replied": [{"from": 302, "to": 302, "status": 404}],
  "nothing": {"status": 404},
  "unknownMessage": "The service failed."
}`

func TestParse(t *testing.T) {
	for form, text := range map[string]string{"text": gatewayText, "JSON": gatewayJSON, "JSON after a byte order mark": "\ufeff\r\n" + gatewayJSON} {
		t.Run(form, func(t *testing.T) {
			p, err := normalize.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			tests := []struct {
				name string
				got  normalize.Answer
				want string
			}{
				{"kept", p.Raised(404), "404 notFound global kept"},
				{"replaced", p.Raised(429), "503 busy edge Try again later."},
				{"dropped", p.Raised(430), "404 notFound global dropped"},
				{"no upper end", p.Raised(1 << 40), "503 backendError global kept"},
				{"rest", p.Raised(-1), "500 internalError global kept"},
				{"replied", p.Replied(302), "404 notFound global kept"},
				{"replied, 2xx", p.Replied(201), "201   kept"},
				{"nothing", p.Nothing(), "404 notFound global kept"},
			}
			for _, tt := range tests {
				if got := answerText(tt.got); got != tt.want {
					t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
				}
			}
			if p.UnknownMessage() != "The service failed." || p.Description() != "For callers that only retry a 503." {
				t.Errorf("texts are %q, %q", p.UnknownMessage(), p.Description())
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name, text   string
		line, column int
		want         string
	}{
		{"text: unknown field", "name: \"x\"\nraisd { status: 500 }\n", 2, 1, "unknown field: raisd"},
		{"text: unknown field of a rule", "name: \"x\"\nraised {\n  code: 500\n}\n", 3, 3, "unknown field: code"},
		{"text: wrong type", "name: \"x\"\nraised { from: \"400\" }\n", 2, 16, "invalid value for int32"},
		{"text: two targets", "raised {\n status: 500\n keep: true }", 3, 2, "oneof"},
		{"text: not closed", "name: \"x\"\nraised {", 0, 0, "unexpected EOF"},
		{"JSON: unknown field", "{\n  \"name\": \"x\",\n  \"code\": 1}", 3, 3, `unknown field "code"`},
		{"JSON: wrong type", `{"raised": [{"from": "four"}]}`, 1, 22, "invalid value for int32"},
		{"JSON: syntax", "{\n\"name\": x}", 2, 9, "syntax error"},
		{"JSON: cut", `{"name": "x"`, 0, 0, "unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := normalize.Parse([]byte(tt.text))
			at, ok := errors.AsType[*normalize.ParseError](err)
			if !ok {
				t.Fatalf("the error is %v", err)
			}
			if at.Line != tt.line || at.Column != tt.column {
				t.Errorf("the place is %d:%d, want %d:%d", at.Line, at.Column, tt.line, tt.column)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "proto:") {
				t.Errorf("the error is %q, want it to say %q", err, tt.want)
			}
		})
	}
}

// What can be read and is no policy.
func TestParseRefusesRules(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", []string{"the policy has no name"}},
		{"open range shadows the rest", `name: "x" raised { from: 405 status: 501 } raised { from: 500 status: 503 }`,
			[]string{`policy "x": raised rule 2 (500 and above -> 503): it can never apply: rule 1 (405 and above -> 501) answers first`}},
		{"keep is false", `name: "x" raised { from: 405 keep: false } raised { to: 1200 status: 404 }`,
			[]string{"raised rule 1: keep is false", "raised rule 2 (up to 1200 -> 404): to is 1200"}},
		{"no target", `name: "x" replied { from: 405 }`, []string{"replied rule 1", "neither which status is sent"}},
		{"nothing without a status", `name: "x" nothing { reason: "x" }`, []string{"nothing: no status"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := normalize.Parse([]byte(tt.text))
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %q, want it to say %q", err, want)
				}
			}
		})
	}
}

func TestProtoRoundTrip(t *testing.T) {
	policies := map[string]*normalize.Policy{}
	for name := range normalize.Names() {
		policies[name], _ = normalize.ByName(name)
	}
	var err error
	if policies["gateway"], err = normalize.Parse([]byte(gatewayText)); err != nil {
		t.Fatal(err)
	}
	for name, p := range policies {
		t.Run(name, func(t *testing.T) {
			text, err := prototext.Marshal(p.Proto())
			if err != nil {
				t.Fatal(err)
			}
			json, err := protojson.Marshal(p.Proto())
			if err != nil {
				t.Fatal(err)
			}
			for _, data := range [][]byte{text, json} {
				back, err := normalize.Parse(data)
				if err != nil {
					t.Fatalf("%s: %v", data, err)
				}
				if !proto.Equal(back.Proto(), p.Proto()) {
					t.Errorf("%s\nreads as\n%v", data, back.Proto())
				}
				everyStatus(func(status int) {
					if got, want := answerText(back.Raised(status)), answerText(p.Raised(status)); got != want {
						t.Errorf("Raised(%d) = %s, was %s", status, got, want)
					}
					if got, want := answerText(back.Replied(status)), answerText(p.Replied(status)); got != want {
						t.Errorf("Replied(%d) = %s, was %s", status, got, want)
					}
				})
				if back.String() != p.String() {
					t.Errorf("printed it is\n%s\nwas\n%s", back, p)
				}
			}
		})
	}
}

// What is read is total, can be sent, and reads the same again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(gatewayText))
	f.Add([]byte(gatewayJSON))
	f.Add([]byte(`name: "x" raised { from: 405 status: 501 } raised { to: 404 keep: true }`))
	f.Add([]byte(`{"name": "x", "raised": [{"from": 2147483647, "to": -1, "keep": false}], "nothing": {}}`))
	for name := range normalize.Names() {
		p, _ := normalize.ByName(name)
		text, err := prototext.Marshal(p.Proto())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := normalize.Parse(data)
		if err != nil {
			if p != nil || err.Error() == "" {
				t.Fatalf("Parse = %v, %v", p, err)
			}
			return
		}
		everyStatus(func(status int) {
			for _, a := range []normalize.Answer{p.Raised(status), p.Replied(status)} {
				if a.Status < 200 || a.Status > 999 || a.Status > 599 && a.Status != status {
					t.Fatalf("%d is sent as %d", status, a.Status)
				}
			}
		})
		back, err := normalize.FromProto(p.Proto())
		if err != nil || !proto.Equal(back.Proto(), p.Proto()) || back.String() != p.String() {
			t.Fatalf("%v reads as %v (%v)", p.Proto(), back, err)
		}
		normalize.Lint(p)
	})
}
