package normalize_test

import (
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// raise returns what a handler would return as the middle sees it.
func raise(t testing.TB, e exceptions.ServiceException, with ...exceptions.Option) exceptions.ServiceException {
	t.Helper()
	raised, ok := exceptions.Of(exceptions.Raise(e, with...))
	if !ok {
		t.Fatalf("%v was raised and is not found", e)
	}
	return raised
}

// twoMethods is the least that an exception can be.
type twoMethods int

func (twoMethods) Error() string     { return "private" }
func (s twoMethods) HTTPStatus() int { return int(s) }

// broken panics as soon as it is asked.
type broken struct{ *exceptions.Conflict }

func (b broken) HTTPStatus() int { panic("broken") }

// codeless has a class whose author forgot the code.
type codeless struct{ twoMethods }

var codelessClass = &exceptions.Class{Name: "test.Codeless", Status: 409}

func (codeless) HTTPStatus() int { return 409 }
func (codeless) DescribeException() exceptions.Description {
	return exceptions.Description{Class: codelessClass}
}

func TestVerdict(t *testing.T) {
	class := func(e exceptions.ServiceException) *exceptions.Class { return exceptions.Describe(e).Class }
	violations := []exceptions.Violation{{Location: "shelf", LocationType: "parameter", Reason: "invalidParameter", Message: "no"}}
	details := []proto.Message{wrapperspb.String("detail")}
	var nilConflict *broken

	tests := []struct {
		name   string
		policy *normalize.Policy
		e      exceptions.ServiceException
		want   normalize.Verdict
	}{
		{"stays", normalize.Frameworks(), exceptions.NewNotFound("No shelf."), normalize.Verdict{
			Raised: 404, Status: 404, Code: exceptions.CodeNotFound, Class: class(&exceptions.NotFound{}),
			Reason: "notFound", Domain: "global", Message: "No shelf."}},
		{"becomes another, its code does not", normalize.Frameworks(), exceptions.NewStatus(405), normalize.Verdict{
			Raised: 405, Status: 501, Code: exceptions.CodeOfStatus(405), Class: class(exceptions.NewStatus(405)),
			Reason: "unsupportedMethod", Domain: "global"}},
		{"own reason and domain survive", normalize.Frameworks(),
			raise(t, exceptions.New(418, "Short and stout."), exceptions.Reason("teapot"), exceptions.Domain("kitchen")), normalize.Verdict{
				Raised: 418, Status: 404, Code: exceptions.CodeOfStatus(418), Class: class(exceptions.New(418, "")),
				Reason: "teapot", Domain: "kitchen", Message: "Short and stout."}},
		{"own error keeps its text private", normalize.Frameworks(), twoMethods(409), normalize.Verdict{
			Raised: 409, Status: 409, Code: exceptions.CodeOfStatus(409), Reason: "conflict", Domain: "global"}},
		{"any status", normalize.Frameworks(), twoMethods(-7), normalize.Verdict{
			Raised: -7, Status: 404, Code: exceptions.CodeOfStatus(-7), Reason: "unsupportedProtocol", Domain: "global"}},
		{"a success that is raised", normalize.Frameworks(), exceptions.New(200, "Fine?"), normalize.Verdict{
			Raised: 200, Status: 404, Code: exceptions.CodeUnknown, Reason: "unsupportedProtocol", Domain: "global", Message: "Fine?"}},
		{"a class without a code", normalize.Frameworks(), codeless{}, normalize.Verdict{
			Raised: 409, Status: 409, Code: exceptions.CodeOfStatus(409), Class: codelessClass, Reason: "conflict", Domain: "global"}},
		{"blank", normalize.Identity(), exceptions.NewConflict(""), normalize.Verdict{
			Raised: 409, Status: 409, Code: exceptions.CodeOfStatus(409), Class: class(&exceptions.Conflict{}),
			Reason: "conflict", Domain: "global", Blank: true}},
		{"replaced text takes all texts", normalize.Python(),
			raise(t, exceptions.New(422, "private"), exceptions.Violations(violations...), exceptions.Details(details...)), normalize.Verdict{
				Raised: 422, Status: 503, Code: exceptions.CodeOfStatus(422), Class: class(exceptions.New(422, "")),
				Reason: "backendError", Domain: "global", Message: "Internal Server Error"}},
		{"violations and details", normalize.Identity(),
			raise(t, exceptions.NewBadRequest("Bad."), exceptions.Violations(violations...), exceptions.Details(details...),
				exceptions.Level(slog.LevelDebug)), normalize.Verdict{
				Raised: 400, Status: 400, Code: exceptions.CodeInvalidArgument, Class: class(&exceptions.BadRequest{}),
				Reason: "badRequest", Domain: "global", Message: "Bad.", Violations: violations, Details: details, Level: slog.LevelDebug}},
		{"header that fits", normalize.Frameworks(),
			raise(t, exceptions.NewStatus(408), exceptions.RetryAfter(1500*time.Millisecond), exceptions.Header("Allow", "GET")), normalize.Verdict{
				Raised: 408, Status: 503, Code: exceptions.CodeOfStatus(408), Class: class(exceptions.NewStatus(408)),
				Reason: "backendError", Domain: "global", RetryAfter: 1500 * time.Millisecond,
				Header: http.Header{"Retry-After": {"2"}}}},
		{"unknown in frameworks", normalize.Frameworks(), &exceptions.UnknownError{}, unknown(503, "backendError", "backend error")},
		{"unknown in java-modern", normalize.JavaModern(), &exceptions.UnknownError{}, unknown(500, "backendError", "backend error")},
		{"unknown in python", normalize.Python(), &exceptions.UnknownError{}, unknown(503, "backendError", "Internal Server Error")},
		{"unknown in identity", normalize.Identity(), &exceptions.UnknownError{}, unknown(500, "internalError", "")},
		{"none", normalize.Frameworks(), nil, unknown(503, "backendError", "backend error")},
		{"nil pointer to a class", normalize.Frameworks(), nilConflict, unknown(503, "backendError", "backend error")},
		{"panics", normalize.Frameworks(), broken{}, unknown(503, "backendError", "backend error")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.policy.Verdict(tt.e)
			options := []cmp.Option{protocmp.Transform(), cmp.Comparer(func(a, b *exceptions.Class) bool { return a == b })}
			if diff := cmp.Diff(tt.want, got, options...); diff != "" {
				t.Errorf("Verdict (-want +got):\n%s", diff)
			}
			got = otherVerdict(t)
			tt.policy.Judge(t.Context(), &got, tt.e)
			if diff := cmp.Diff(tt.want, got, options...); diff != "" {
				t.Errorf("Judge in place of another verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// otherVerdict returns a verdict in which every field is set.
func otherVerdict(t *testing.T) normalize.Verdict {
	t.Helper()
	v := normalize.Verdict{
		Raised: 1, Status: 2, Code: 3, Class: exceptions.Describe(&exceptions.Gone{}).Class, Reason: "a", Domain: "b", Message: "c", Blank: true,
		Value: []byte("4"), Violations: []exceptions.Violation{{Location: "d"}}, Details: []proto.Message{wrapperspb.Bool(true)},
		RetryAfter: 5, Header: http.Header{"E": {"f"}}, Level: slog.LevelError,
	}
	for field, value := range reflect.ValueOf(v).Fields() {
		if value.IsZero() {
			t.Fatalf("set the field %s here, so that Judge is seen to replace it", field.Name)
		}
	}
	return v
}

func unknown(status int, reason, message string) normalize.Verdict {
	return normalize.Verdict{
		Raised: 500, Status: status, Code: exceptions.CodeUnknown, Class: exceptions.Describe(&exceptions.UnknownError{}).Class,
		Reason: reason, Domain: "global", Message: message,
	}
}

// Whatever is raised: the verdict can be sent, and says reason and domain.
func TestVerdictIsTotal(t *testing.T) {
	for name := range normalize.Names() {
		p, _ := normalize.ByName(name)
		everyStatus(func(status int) {
			for _, e := range []exceptions.ServiceException{twoMethods(status), exceptions.New(status, "text")} {
				v := p.Verdict(e)
				if v.Raised != status || v.Status != p.Raised(status).Status || v.Reason == "" || v.Domain == "" || v.Status < 200 || v.Status > 999 || v.Code == exceptions.CodeOK {
					t.Fatalf("%s: Verdict(%T %d) = %+v", name, e, status, v)
				}
			}
		})
	}
}

// A cause never reaches the verdict.
func TestVerdictKeepsTheCausePrivate(t *testing.T) {
	e := raise(t, exceptions.NewStatus(404), exceptions.Cause(errors.New("select * from shelves")))
	if v := normalize.Frameworks().Verdict(e); v.Message != "" || v.Blank {
		t.Errorf("the message is %q", v.Message)
	}
}

func TestVerdictAllocatesNothing(t *testing.T) {
	p := normalize.Frameworks()
	var e exceptions.ServiceException = exceptions.NewNotFound("No shelf.")
	var v normalize.Verdict
	if n := testing.AllocsPerRun(100, func() { v = p.Verdict(e) }); n != 0 {
		t.Errorf("a verdict costs %v allocations", n)
	}
	if v.Status != 404 {
		t.Error(v.Status)
	}
}

// A reply, or none, that the policy answers as an error.
func TestAnswerVerdict(t *testing.T) {
	tests := []struct {
		name    string
		answer  normalize.Answer
		replied int
		want    normalize.Verdict
	}{
		{"an error status", normalize.Frameworks().Replied(405), 405, normalize.Verdict{
			Raised: 405, Status: 501, Code: exceptions.CodeUnimplemented, Reason: "unsupportedMethod", Domain: "global", Message: "text"}},
		{"a redirect", normalize.Frameworks().Replied(302), 302, normalize.Verdict{
			Raised: 302, Status: 404, Code: exceptions.CodeNotFound, Reason: "unsupportedProtocol", Domain: "global", Message: "text"}},
		{"nothing, with a text of its own", normalize.Python().Nothing(), 0, normalize.Verdict{
			Raised: 0, Status: 503, Code: exceptions.CodeUnavailable, Reason: "backendError", Domain: "global", Message: "Internal Server Error"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.answer.Verdict(tt.replied, "text")); diff != "" {
				t.Errorf("Verdict (-want +got):\n%s", diff)
			}
		})
	}
}
