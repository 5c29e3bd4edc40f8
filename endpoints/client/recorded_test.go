package client_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/conformance"
)

// TestRecorded reads every recorded error body of the imitated systems: into the
// class of its status, with its message and reason.
func TestRecorded(t *testing.T) {
	cases, err := conformance.Load("../../testdata/conformance/cases")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]int{}
	for _, c := range cases {
		status := c.Expect.Status
		if status < 300 || c.Group == "websocket" {
			continue
		}
		read[c.Profile]++
		t.Run(c.ID, func(t *testing.T) {
			body, _ := c.Expect.Bytes()
			kind := ""
			for _, h := range c.Expect.Headers {
				if strings.EqualFold(*h[0], "Content-Type") && h[1] != nil {
					kind = *h[1]
				}
			}
			if kind == "" && json.Valid(body) {
				kind = "application/json"
			}
			err := client.ReadError(response(status, string(body), "Content-Type: "+kind))
			e, ok := err.(exceptions.ServiceException)
			if !ok || e.HTTPStatus() != status {
				t.Fatalf("error = %#v, want one of status %d", err, status)
			}
			d := exceptions.Describe(e)
			if class, _ := exceptions.ClassByStatus(status); d.Class != class {
				t.Errorf("class = %v, want %v", d.Class, class)
			}
			want := recorded(kind, body)
			if d.Message != want.message || d.Reason != want.reason {
				t.Errorf("message and reason = %q, %q\nwant %q, %q", d.Message, d.Reason, want.message, want.reason)
			}
			if _, ok := exceptions.Of(err); ok {
				t.Error("it speaks for this service")
			}
		})
	}
	for _, profile := range []string{"python", "java", "agentcore", "fastapi", "documented"} {
		if read[profile] < 50 {
			t.Errorf("%d cases of %s", read[profile], profile)
		}
	}
}

type messageAndReason struct{ message, reason string }

// recorded says what a recorded body says, by its shape.
func recorded(kind string, body []byte) (want messageAndReason) {
	if strings.HasPrefix(kind, "text/plain") {
		return messageAndReason{message: string(body)}
	}
	var all struct{ Error, Detail json.RawMessage }
	if json.Unmarshal(body, &all) != nil {
		return want
	}
	var envelope struct {
		Message *string
		Errors  json.RawMessage
	}
	var items []struct{ Reason string }
	first := func() string {
		if json.Unmarshal(envelope.Errors, &items) != nil || len(items) == 0 {
			return "" // some cases leave it open
		}
		return items[0].Reason
	}
	var texts []struct{ Type, Msg string }
	switch {
	case json.Unmarshal(all.Error, &envelope) == nil && envelope.Message != nil:
		return messageAndReason{*envelope.Message, first()}
	case json.Unmarshal(all.Error, &want.message) == nil, json.Unmarshal(all.Detail, &want.message) == nil:
		return want
	case json.Unmarshal(all.Detail, &texts) == nil && len(texts) > 0 && texts[0].Msg != "":
		return messageAndReason{message: texts[0].Msg}
	case len(envelope.Errors) > 0: // the message is null
		return messageAndReason{reason: first()}
	}
	// Some other value stands for the text.
	var compact bytes.Buffer
	if value := append(all.Error, all.Detail...); len(value) > 0 {
		_ = json.Compact(&compact, value)
	}
	return messageAndReason{message: compact.String()}
}

// TestRecordedPlaces looks at recorded bodies that name places.
func TestRecordedPlaces(t *testing.T) {
	tests := []struct {
		id   string
		want []exceptions.Violation
	}{
		{"python/query-nested-0007", []exceptions.Violation{{Location: "m.leaf.i", LocationType: "parameter", Reason: "invalidParameter"}}},
		{"python/query-enum-0015", []exceptions.Violation{{Location: "re[1]", LocationType: "parameter", Reason: "invalidParameter"}}},
		{"fastapi/validation/path_only", []exceptions.Violation{{Location: "id", LocationType: "path", Reason: "int_parsing"}}},
		{"fastapi/validation/null_body", []exceptions.Violation{{Location: "", LocationType: "body", Reason: "missing"}}},
		{"fastapi/validation/wrong_type", []exceptions.Violation{{Location: "n", LocationType: "body", Reason: "int_parsing"}}},
	}
	cases, err := conformance.Load("../../testdata/conformance/cases")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			for _, c := range cases {
				if c.ID != tt.id {
					continue
				}
				body, _ := c.Expect.Bytes()
				err := client.ReadError(response(c.Expect.Status, string(body), "Content-Type: application/json"))
				e, _ := errors.AsType[exceptions.ServiceException](err)
				got := exceptions.Describe(e).Violations
				if len(got) != len(tt.want) {
					t.Fatalf("violations = %+v", got)
				}
				for i, want := range tt.want {
					if got[i].Message == "" {
						t.Errorf("violation %d has no message", i)
					}
					want.Message = got[i].Message
					if got[i] != want {
						t.Errorf("violation %d = %+v, want %+v", i, got[i], want)
					}
				}
				return
			}
			t.Fatal("there is no such case")
		})
	}
}
