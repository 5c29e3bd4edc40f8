package googleapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/googleapis/gax-go/v2/apierror"
	"google.golang.org/api/googleapi"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
)

// library raises one exception.
type library struct {
	libraryv1endpoints.LibraryServer
	err error
}

func (l library) GetShelf(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	return nil, l.err
}

// check returns what googleapi makes of the reply to a call that raises err.
func check(t *testing.T, profile endpoints.Profile, err error) *googleapi.Error {
	t.Helper()
	api := endpoints.New(endpoints.WithProfile(profile), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := libraryv1endpoints.RegisterLibrary(api, library{err: err}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	reply, err := server.Client().Get(server.URL + "/library/v1/shelves/a")
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var e *googleapi.Error
	if err := googleapi.CheckResponse(reply); !errors.As(err, &e) {
		t.Fatalf("CheckResponse = %v", err)
	}
	return e
}

func TestAIP193(t *testing.T) {
	raised := exceptions.Raise(exceptions.NewTooManyRequests("Come back later."),
		exceptions.Reason("shelfBusy"), exceptions.Domain("library.example.com"), exceptions.RetryAfter(90*time.Second),
		exceptions.Violations(exceptions.Violation{Location: "name", LocationType: "parameter", Reason: "busy", Message: "Busy."}),
		exceptions.Details(&errdetails.Help{Links: []*errdetails.Help_Link{{Url: "https://example.com/busy"}}}))
	e := check(t, endpoints.Modern(), raised)
	if e.Code != 429 || e.Message != "Come back later." || e.Header.Get("Retry-After") != "90" {
		t.Errorf("googleapi.Error = %d %q %v", e.Code, e.Message, e.Header)
	}
	a, ok := apierror.FromError(e)
	if !ok {
		t.Fatalf("it is no APIError: %v", e)
	}
	if a.Reason() != "SHELF_BUSY" || a.Domain() != "library.example.com" || a.HTTPCode() != 429 {
		t.Errorf("reason, domain and code = %s, %s, %d", a.Reason(), a.Domain(), a.HTTPCode())
	}
	d := a.Details()
	if d.RetryInfo.GetRetryDelay().AsDuration() != 90*time.Second {
		t.Errorf("RetryInfo = %v", d.RetryInfo)
	}
	if v := d.BadRequest.GetFieldViolations(); len(v) != 1 || v[0].GetField() != "name" || v[0].GetDescription() != "Busy." || v[0].GetReason() != "BUSY" {
		t.Errorf("BadRequest = %v", d.BadRequest)
	}
	if links := d.Help.GetLinks(); len(links) != 1 || links[0].GetUrl() != "https://example.com/busy" {
		t.Errorf("Help = %v", d.Help)
	}
}

// TestDeclared raises an exception that is declared in proto.
func TestDeclared(t *testing.T) {
	raised := &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "bob"}
	a, ok := apierror.FromError(check(t, endpoints.Modern(), raised))
	if !ok {
		t.Fatal("it is no APIError")
	}
	if a.Reason() != "SHELF_LOCKED" || a.Domain() != "library" || a.Metadata()["holder"] != "bob" || a.HTTPCode() != 409 {
		t.Errorf("reason, domain, metadata and code = %s, %s, %v, %d", a.Reason(), a.Domain(), a.Metadata(), a.HTTPCode())
	}
	var locked libraryv1.ShelfLocked
	if err := a.Details().ExtractProtoMessage(&locked); err != nil || !proto.Equal(&locked, raised) {
		t.Errorf("the message among the details: %v, %v", &locked, err)
	}
	var parent libraryv1.ShelfError
	if err := a.Details().ExtractProtoMessage(&parent); err != nil || parent.GetShelf() != "shelves/a" {
		t.Errorf("its parent among the details: %v, %v", &parent, err)
	}
}

// TestEveryClassAIP193 proves that no predefined class has a body which gax
// gives up on.
func TestEveryClassAIP193(t *testing.T) {
	for class := range exceptions.Classes() {
		a, ok := apierror.FromError(check(t, endpoints.Modern(), exceptions.New(class.Status, "A text.")))
		if !ok || a.Reason() == "" || a.Domain() == "" || a.HTTPCode() != class.Status {
			t.Errorf("%s: %v", class, a)
		}
	}
}

func TestEnvelope(t *testing.T) {
	raised := exceptions.Raise(exceptions.NewConflict("It is locked."), exceptions.Reason("shelfLocked"),
		exceptions.Violations(
			exceptions.Violation{Location: "name", LocationType: "parameter", Reason: "locked", Message: "By bob."},
			exceptions.Violation{Location: "force", LocationType: "parameter", Reason: "missing", Message: "Not forced."}))
	for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Python()} {
		e := check(t, profile, raised)
		if e.Code != 409 || e.Message != "It is locked." {
			t.Errorf("%s: googleapi.Error = %d %q", profile.Name(), e.Code, e.Message)
		}
		want := []googleapi.ErrorItem{{Reason: "locked", Message: "By bob."}, {Reason: "missing", Message: "Not forced."}}
		if len(e.Errors) != 2 || e.Errors[0] != want[0] || e.Errors[1] != want[1] {
			t.Errorf("%s: errors = %v", profile.Name(), e.Errors)
		}
	}
	for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Java(), endpoints.JavaModern(), endpoints.Python()} {
		e := check(t, profile, exceptions.NewNotFound("No such shelf."))
		if e.Code != 404 || e.Message != "No such shelf." || len(e.Errors) != 1 || e.Errors[0].Reason != "notFound" {
			t.Errorf("%s: googleapi.Error = %d %q %v", profile.Name(), e.Code, e.Message, e.Errors)
		}
	}
}
