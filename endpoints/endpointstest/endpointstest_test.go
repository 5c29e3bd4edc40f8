package endpointstest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/base"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/thrower"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

var quiet = endpoints.WithLogger(slog.New(slog.DiscardHandler))

// throw asks an API to raise an exception and returns status and body.
func throw(t *testing.T, client *http.Client, e proto.Message, header ...string) (int, string) {
	t.Helper()
	request := &store.ThrowRequest{}
	if e != nil {
		held, err := anypb.New(e)
		if err != nil {
			t.Fatal(err)
		}
		request.SetException(held)
	}
	body, err := protojson.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("POST", "http://thrower.test/v1/throw", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestDeclared(t *testing.T) {
	tests := []struct {
		name   string
		server thrower.Server
		throw  []proto.Message
		want   string
	}{
		{name: "nothing"},
		{name: "a success", throw: []proto.Message{nil}},
		{name: "declared", throw: []proto.Message{&base.Broken{}, &base.Bare{}, &lease.Held{}}},
		{name: "children of what is declared", throw: []proto.Message{&base.BrokenForGood{}, &lease.LateForever{}, &base.NotFound{}, &base.Ordinary{}}},
		{
			name: "not declared, twice", throw: []proto.Message{&store.Odd{}, &base.Bare{}, &store.Odd{}},
			want: "exceptiontest.store.Thrower.Throw raised exceptiontest.store.Odd (status 507) and does not declare it: add it to throws in the option (endpoints.v1.method)",
		},
		{
			name: "predefined", server: thrower.Server{Err: exceptions.NewConflict("x")}, throw: []proto.Message{nil},
			want: "exceptiontest.store.Thrower.Throw raised Conflict (status 409) and does not declare it: add it to throws in the option (endpoints.v1.method)",
		},
		{
			name: "only a status", server: thrower.Server{Err: fmt.Errorf("x: %w", exceptions.New(418, "x"))}, throw: []proto.Message{nil},
			want: "exceptiontest.store.Thrower.Throw raised status 418 (status 418) and does not declare it: add it to throws in the option (endpoints.v1.method)",
		},
		{name: "no exception", server: thrower.Server{Err: errors.New("x")}, throw: []proto.Message{nil}},
		{name: "received", server: thrower.Server{Err: exceptions.Received(exceptions.NewConflict("x"))}, throw: []proto.Message{nil}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := thrower.New(&tt.server, quiet)
			f := &fake{TB: t}
			endpointstest.Declared(f, api)
			client := endpointstest.Client(t, api)
			for _, e := range tt.throw {
				throw(t, client, e)
			}
			if resp, err := client.Post("http://thrower.test/v1/throw", "application/json", strings.NewReader("{")); err != nil || resp.StatusCode != 400 {
				t.Errorf("a bad request: %v %v", resp, err)
			}
			if got := f.end(); got != tt.want {
				t.Errorf("failed with %q, want %q", got, tt.want)
			}
		})
	}
}

// TestUndeclaredLog proves that what is not declared is logged once per class.
func TestUndeclaredLog(t *testing.T) {
	var log bytes.Buffer
	api := thrower.New(&thrower.Server{}, endpoints.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))))
	client := endpointstest.Client(t, api)
	for range 3 {
		throw(t, client, &store.Odd{})
		throw(t, client, &base.Bare{})
	}
	var got []string
	for line := range strings.Lines(log.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		if record["msg"] == "undeclared exception" {
			got = append(got, fmt.Sprint(record["level"], " ", record["method"], " ", record["class"], " ", record["raised"]))
		}
	}
	if want := "[WARN exceptiontest.store.Thrower.Throw exceptiontest.store.Odd 507]"; fmt.Sprint(got) != want {
		t.Errorf("logged %v, want %v", got, want)
	}
}

// TestEveryExceptionIsServed proves that a handler which returns an exception
// answers with its verdict, in every error format.
func TestEveryExceptionIsServed(t *testing.T) {
	tests := []struct {
		profile endpoints.Profile
		policy  *normalize.Policy
		accept  string
		format  normalize.Format
	}{
		{endpoints.Frameworks(), normalize.Frameworks(), "", nil},
		{endpoints.Modern(), normalize.Identity(), "application/json", normalize.AIP193()},
		{endpoints.Modern(), normalize.Identity(), "application/problem+json", normalize.Problem()},
	}
	for _, tt := range tests {
		options := []endpoints.Option{quiet, endpoints.WithProfile(tt.profile)}
		if tt.format == nil {
			tt.format = normalize.Envelope()
			options = append(options, endpoints.WithErrorFormat(tt.format))
		}
		client := endpointstest.Client(t, thrower.New(&thrower.Server{}, options...))
		for _, e := range exceptiontest.All() {
			v := tt.policy.Verdict(e)
			status, body := throw(t, client, e, "Accept", tt.accept)
			if status != v.Status {
				t.Errorf("%s %s: %T: status %d, want %d", tt.profile.Name(), tt.accept, e, status, v.Status)
			}
			if want := string(tt.format.Append(nil, &v)); body != want {
				t.Errorf("%s %s: %T: got\n%s\nwant\n%s", tt.profile.Name(), tt.accept, e, body, want)
			}
		}
	}
}

func TestWant(t *testing.T) {
	locked := &lease.Held{Lease: new("l"), Holder: new("h")}
	until := &lease.HeldUntil{Lease: new("l"), Holder: new("h")}
	tests := []struct {
		name      string
		err, want error
		fails     string
	}{
		{"none", nil, nil, ""},
		{"equal messages", locked, &lease.Held{Lease: new("l"), Holder: new("h")}, ""},
		{"raised and wrapped", fmt.Errorf("x: %w", exceptions.Raise(locked, exceptions.Cause(io.EOF))), locked, ""},
		{"received", exceptions.Received(locked), locked, ""},
		{"any message", exceptions.NewNotFound("x"), &exceptions.NotFound{}, ""},
		{"the message", exceptions.NewNotFound("x"), exceptions.NewNotFound("x"), ""},
		{"more details", exceptions.Raise(locked, exceptions.Details(&base.Item{})), locked, ""},

		{"an error", io.EOF, nil, "error is *errors.errorString: EOF, want none"},
		{"no error", nil, locked, "there is no error, want *lease.Held: l is held by h."},
		{"no exception", io.EOF, exceptions.NewNotFound("x"), "error is no exception but *errors.errorString: EOF, want *exceptions.NotFound: x"},
		{"a nil pointer", (*lease.Held)(nil), exceptions.NewNotFound("x"), "exception is not the one that is wanted:"},
		{"want is none", locked, io.EOF, "want is a *errors.errorString, which is no exception"},
		{"other field", locked, &lease.Held{Lease: new("l"), Holder: new("i")}, `message is "l is held by h.", want "l is held by i."`},
		{"other message", exceptions.NewNotFound("x"), exceptions.NewNotFound("y"), `message is "x", want "y"`},
		{"child", until, locked, "type is *lease.HeldUntil, want *lease.Held\n  class is exceptiontest.lease.HeldUntil, want exceptiontest.lease.Held"},
		{"parent", locked, until, "type is *lease.Held, want *lease.HeldUntil"},
		{"status", exceptions.NewNotFound(""), exceptions.NewGone(""), "status is 404, want 410"},
		{"reason", exceptions.NewNotFound(""), exceptions.Raise(exceptions.NewNotFound(""), exceptions.Reason("r")), `reason is "", want "r"`},
		{"retry time", exceptions.NewNotFound(""), exceptions.Raise(exceptions.NewNotFound(""), exceptions.RetryAfter(time.Second)), `retry time is 0s, want 1s`},
		{"detail", exceptions.NewNotFound(""), exceptions.Raise(exceptions.NewNotFound(""), exceptions.Details(&base.Item{Name: "n"})), `detail 0 is missing, want exceptiontest.base.Item {"name":"n"}`},
		{"violation", exceptions.NewNotFound(""), exceptions.Raise(exceptions.NewNotFound(""), exceptions.Violations(exceptions.Violation{Reason: "r"})), `violations is [], want [{Location:`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{TB: t}
			endpointstest.Want(f, tt.err, tt.want)
			got := f.end()
			if tt.fails == "" && got != "" || !strings.Contains(got, tt.fails) {
				t.Errorf("failed with %q, want %q", got, tt.fails)
			}
		})
	}
}
