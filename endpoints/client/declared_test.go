package client_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/base"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store/storeendpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/thrower"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// throw raises e in a service and returns what its client makes of it.
func throw(t testing.TB, e exceptiontest.Exception, server *thrower.Server, options ...endpoints.Option) error {
	t.Helper()
	api := thrower.New(server, append([]endpoints.Option{endpoints.WithLogger(slog.New(slog.DiscardHandler))}, options...)...)
	c, err := storeendpoints.NewThrowerClient("http://store.example.com",
		client.WithHTTPClient(endpointstest.Client(t, api)), client.WithRetry(client.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	held, err := anypb.New(e)
	if err != nil {
		t.Fatal(err)
	}
	request := store.ThrowRequest_builder{Exception: held}.Build()
	_, err = c.Throw(t.Context(), request)
	return err
}

// message returns the exception that err is, as the message that was rebuilt.
func message(err error) (proto.Message, bool) {
	for err != nil {
		if m, ok := err.(proto.Message); ok {
			return m, true
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			err = u.Unwrap()
		case interface{ Unwrap() []error }:
			err = u.Unwrap()[0]
		default:
			return nil, false
		}
	}
	return nil, false
}

// ofTheExample are the exceptions of the example API.
var ofTheExample = []exceptiontest.Exception{
	&libraryv1.ShelfError{Shelf: "shelves/a"},
	&libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "bob"},
	&libraryv1.BookLocked{Shelf: "shelves/a", Holder: "bob", Book: "shelves/a/books/emma"},
	&libraryv1.ShelfNotEmpty{Shelf: "shelves/a", Books: 2},
}

// TestDeclaredRoundTrip raises every declared exception, sends it in every
// format that carries details, and gets it back; also from an API without
// options.
func TestDeclaredRoundTrip(t *testing.T) {
	modern := endpoints.WithProfile(endpoints.Modern())
	apis := map[string][]endpoints.Option{
		"aip193":  {modern, endpoints.WithErrorFormat(normalize.AIP193())},
		"problem": {modern, endpoints.WithErrorFormat(normalize.Problem())},
		"modern":  {modern},
		"default": nil,
	}
	for name, options := range apis {
		for _, e := range append(exceptiontest.All(), ofTheExample...) {
			want := exceptions.Describe(e)
			t.Run(name+"/"+want.Class.Name, func(t *testing.T) {
				err := throw(t, e, &thrower.Server{}, options...)
				got, ok := message(err)
				if !ok || !proto.Equal(got, e) {
					t.Fatalf("got %T %v\nwant %T %v", got, got, e, e)
				}
				received := err.(exceptions.ServiceException)
				d := exceptions.Describe(received)
				if d.Class != want.Class || received.HTTPStatus() != e.HTTPStatus() {
					t.Errorf("class and status: %v %d", d.Class, received.HTTPStatus())
				}
				if want.Message != "" && d.Message != want.Message {
					t.Errorf("message = %q, want %q", d.Message, want.Message)
				}
				if want.Reason != "" && d.Reason != want.Reason {
					t.Errorf("reason = %q, want %q", d.Reason, want.Reason)
				}
				if len(d.Details) != len(want.Details) {
					t.Errorf("details = %v, want %v", d.Details, want.Details)
				}
				if _, ok := exceptions.Of(err); ok {
					t.Error("it speaks for this service")
				}
			})
		}
	}
}

// TestDeclaredWithMore proves that what is attached to a declared exception
// comes back, too.
func TestDeclaredWithMore(t *testing.T) {
	more := &base.Item{Name: "more"}
	server := &thrower.Server{With: []exceptions.Option{
		exceptions.Details(more), exceptions.Header("X-Held", "yes"), exceptions.RetryAfter(2500e6), exceptions.Domain("d.example.com"),
		exceptions.Violations(exceptions.Violation{Location: "lease", Reason: "tooLong", Message: "Too long."}),
	}}
	e := &lease.Held{Lease: new("l"), Holder: new("h")}
	for _, format := range []normalize.Format{normalize.AIP193(), normalize.Problem()} {
		err := throw(t, e, server, endpoints.WithProfile(endpoints.Modern()), endpoints.WithErrorFormat(format))
		held, ok := errors.AsType[*lease.Held](err)
		if !ok || !proto.Equal(held, e) {
			t.Fatalf("error = %v", err)
		}
		d := exceptions.Describe(err.(exceptions.ServiceException))
		if len(d.Details) != 2 || !proto.Equal(d.Details[0], e) || !proto.Equal(d.Details[1], more) {
			t.Errorf("details = %v", d.Details)
		}
		if d.Header.Get("X-Held") != "yes" || d.Domain != "d.example.com" {
			t.Errorf("header and domain = %v, %s", d.Header, d.Domain)
		}
		if len(d.Violations) != 1 || d.Violations[0].Location != "lease" || d.Violations[0].Reason != "tooLong" || d.Violations[0].Message != "Too long." {
			t.Errorf("violations = %+v", d.Violations)
		}
	}
}

// TestDeclaredByReason covers the formats without details: the type is found by
// the reason among what the method declares, its fields are empty.
func TestDeclaredByReason(t *testing.T) {
	tests := []struct {
		e    exceptiontest.Exception
		want string
	}{
		{&base.Broken{Name: "b"}, "exceptiontest.base.Broken"},
		{&base.BrokenAgain{Name: "b"}, "exceptiontest.base.Broken"}, // it has the reason of its parent
		{&base.BrokenForGood{Name: "b"}, "exceptiontest.base.BrokenForGood"},
		{&lease.HeldUntilTold{Lease: new("l")}, "exceptiontest.lease.HeldUntilTold"},
		{&base.Ordinary{Message: "m"}, ""}, // it is not declared
		{&base.NotFound{What: "w"}, ""},    // nor is this one
		{&base.Bare{}, ""},                 // it has no reason
		{&lease.Late{Seconds: new(int64(1))}, "exceptiontest.lease.Late"},
	}
	for name, option := range map[string]endpoints.Option{
		"envelope": endpoints.WithErrorFormat(normalize.Envelope()),
		"java":     endpoints.WithProfile(endpoints.Java()),
	} {
		for _, tt := range tests {
			t.Run(name+"/"+exceptions.Describe(tt.e).Class.Name, func(t *testing.T) {
				err := throw(t, tt.e, &thrower.Server{}, option)
				got, ok := message(err)
				if tt.want == "" {
					if ok {
						t.Errorf("it is a %T", got)
					}
					return
				}
				if !ok || string(got.ProtoReflect().Descriptor().FullName()) != tt.want || proto.Size(got) != 0 {
					t.Fatalf("error = %v: %T %v, want an empty %s", err, got, got, tt.want)
				}
				e := err.(exceptions.ServiceException)
				d, want := exceptions.Describe(e), exceptions.Describe(tt.e)
				if d.Message != want.Message || d.Reason != want.Reason || len(d.Details) != 0 {
					t.Errorf("it says %+v", d)
				}
				if !strings.HasPrefix(err.Error(), want.Message) {
					t.Errorf("its text is %q, want %q", err, want.Message)
				}
				for c := d.Class; c != nil; c = c.Parent {
					if c.Name == "Conflict" {
						conflict, ok := errors.AsType[*exceptions.Conflict](err)
						if !ok || conflict.Error() != want.Message {
							t.Errorf("as a Conflict it is %v", conflict)
						}
					}
				}
			})
		}
	}
}

// TestPolicyWords covers a policy that replaces the status and the text: the
// type stays what was raised.
func TestPolicyWords(t *testing.T) {
	policy, err := normalize.Parse([]byte(`name: "words" raised { from: 400 to: 499 status: 404 message: "No." } raised { status: 500 } replied { keep: true from: 200 to: 299 } replied { status: 500 }`))
	if err != nil {
		t.Fatal(err)
	}
	e := &lease.Held{Lease: new("l"), Holder: new("h")}
	got := throw(t, e, &thrower.Server{}, endpoints.WithProfile(endpoints.Modern()), endpoints.WithPolicy(policy))
	held, ok := errors.AsType[*lease.Held](got)
	if !ok || proto.Size(held) != 0 || !strings.HasPrefix(got.Error(), "No.") {
		t.Errorf("error = %v, want the type and the text of the policy", got)
	}
	if locked, ok := errors.AsType[*exceptions.Locked](got); !ok || locked.Error() != "No." {
		t.Errorf("as its parent it is %v", locked)
	}
}

func ExampleReadError() {
	reply := response(http.StatusConflict, `{"error":{"code":409,"message":"Lease l is held by bob.","status":"FAILED_PRECONDITION","details":[
		{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"HELD","domain":"leases.example.com"},
		{"@type":"type.googleapis.com/exceptiontest.lease.Held","lease":"l","holder":"bob"}]}}`, "Content-Type: application/json")

	err := client.ReadError(reply)
	if held, ok := errors.AsType[*lease.Held](err); ok {
		fmt.Println(held.GetHolder(), "holds", held.GetLease())
	}
	_, speaks := exceptions.Of(err)
	fmt.Println(err, speaks)
	// Output:
	// bob holds l
	// Lease l is held by bob. false
}
