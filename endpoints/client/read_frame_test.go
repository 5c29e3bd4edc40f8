package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
)

// TestErrorFrame covers what frames say beside their bodies. TestStreamErrors
// has the bodies.
func TestErrorFrame(t *testing.T) {
	t.Parallel()
	throw := store.File_exceptiontest_store_store_proto.Services().ByName("Thrower").Methods().ByName("Throw")
	private := errors.New("the wire is wet")
	envelope := []byte(`{"error":{"code":404,"message":"Gone fishing.","errors":[{"reason":"fishing","domain":"d"}]}}`)
	tests := []struct {
		name   string
		frame  client.ErrorFrame
		status int
		class  string
		reason string
		after  time.Duration
	}{
		{"nothing", client.ErrorFrame{}, 500, "UnknownError", "", 0},
		{"a status", client.ErrorFrame{Status: 409}, 409, "Conflict", "", 0},
		{"a status and a reason", client.ErrorFrame{Status: 403, Reason: "notYours"}, 403, "Forbidden", "notYours", 0},
		{"a status that is no failure", client.ErrorFrame{Status: 204}, 500, "UnknownError", "", 0},
		{"when to come back", client.ErrorFrame{Status: 503, RetryAfter: time.Minute}, 503, "ServiceUnavailable", "", time.Minute},
		{"a reason that the method declares", client.ErrorFrame{Method: throw, Status: 400, Reason: "held"}, 423, "exceptiontest.lease.Held", "held", 0},
		{"the body counts", client.ErrorFrame{Body: envelope, Status: 400, Reason: "other"}, 404, "NotFound", "fishing", 0},
	}
	for _, tt := range tests {
		tt.frame.Cause, tt.frame.Header = private, http.Header{"X-More": {"1"}, "Date": {"today"}}
		err := tt.frame.Err()
		e, ok := err.(exceptions.ServiceException)
		if !ok {
			t.Errorf("%s: %v is no exception", tt.name, err)
			continue
		}
		d := exceptions.Describe(e)
		if e.HTTPStatus() != tt.status || d.Class.Name != tt.class || d.RetryAfter != tt.after || tt.reason != "" && d.Reason != tt.reason {
			t.Errorf("%s: %d, %+v", tt.name, e.HTTPStatus(), d)
		}
		if !errors.Is(err, private) || strings.Contains(d.Message, private.Error()) {
			t.Errorf("%s: the cause is not kept, or not private: %v", tt.name, err)
		}
		if len(d.Header) != 1 || d.Header.Get("X-More") != "1" {
			t.Errorf("%s: header %v", tt.name, d.Header)
		}
		if _, speaks := exceptions.Of(err); speaks {
			t.Errorf("%s: it speaks for this service", tt.name)
		}
	}
	if _, ok := errors.AsType[*lease.Held](client.ErrorFrame{Method: throw, Status: 400, Reason: "held"}.Err()); !ok {
		t.Error("it is not the type that the reason stands for")
	}
}

func FuzzErrorFrame(f *testing.F) {
	f.Add([]byte(`{"error":{"type":"about:blank","title":"Conflict","status":409,"detail":"Held.","errors":[{"pointer":"#/a/0"}],"details":[{"@type":"x"}]}}`), 0)
	f.Add([]byte(`{"error":{"code":"409","errors":[{"reason":"conflict"}],"status":"ABORTED"}}`), 400)
	f.Add([]byte(`{"error":{"detail":[{"loc":["body",1],"msg":"m"}]}}`), 503)
	f.Add([]byte(`{"error":null}`), -1)
	f.Add([]byte(`{"detail":"x"}`), 1000)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		e, ok := client.ErrorFrame{Body: body, Status: status}.Err().(exceptions.ServiceException)
		if !ok || e.Error() == "" || e.HTTPStatus() < 300 || e.HTTPStatus() > 999 {
			t.Errorf("%q, %d: %v", body, status, e)
		}
	})
}
