package exceptions_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// The wire words of every class, written out once more on purpose: they are a
// contract with callers, which the generator must not change by accident.
func TestCatalog(t *testing.T) {
	want := []struct {
		name      string
		status    int
		code      exceptions.Code
		parent    string
		retryable bool
	}{
		{"BadRequest", 400, exceptions.CodeInvalidArgument, "", false},
		{"FailedPrecondition", 400, exceptions.CodeFailedPrecondition, "BadRequest", false},
		{"OutOfRange", 400, exceptions.CodeOutOfRange, "BadRequest", false},
		{"Unauthorized", 401, exceptions.CodeUnauthenticated, "", false},
		{"PaymentRequired", 402, exceptions.CodeFailedPrecondition, "", false},
		{"Forbidden", 403, exceptions.CodePermissionDenied, "", false},
		{"NotFound", 404, exceptions.CodeNotFound, "", false},
		{"MethodNotAllowed", 405, exceptions.CodeUnimplemented, "", false},
		{"NotAcceptable", 406, exceptions.CodeInvalidArgument, "", false},
		{"RequestTimeout", 408, exceptions.CodeDeadlineExceeded, "", true},
		{"Conflict", 409, exceptions.CodeAborted, "", false},
		{"AlreadyExists", 409, exceptions.CodeAlreadyExists, "Conflict", false},
		{"Gone", 410, exceptions.CodeNotFound, "", false},
		{"LengthRequired", 411, exceptions.CodeInvalidArgument, "", false},
		{"PreconditionFailed", 412, exceptions.CodeFailedPrecondition, "", false},
		{"RequestEntityTooLarge", 413, exceptions.CodeResourceExhausted, "", false},
		{"URITooLong", 414, exceptions.CodeResourceExhausted, "", false},
		{"UnsupportedMediaType", 415, exceptions.CodeInvalidArgument, "", false},
		{"RangeNotSatisfiable", 416, exceptions.CodeOutOfRange, "", false},
		{"ExpectationFailed", 417, exceptions.CodeFailedPrecondition, "", false},
		{"UnprocessableEntity", 422, exceptions.CodeInvalidArgument, "", false},
		{"Locked", 423, exceptions.CodeFailedPrecondition, "", false},
		{"FailedDependency", 424, exceptions.CodeFailedPrecondition, "", false},
		{"UpgradeRequired", 426, exceptions.CodeFailedPrecondition, "", false},
		{"PreconditionRequired", 428, exceptions.CodeFailedPrecondition, "", false},
		{"TooManyRequests", 429, exceptions.CodeResourceExhausted, "", true},
		{"RequestHeaderFieldsTooLarge", 431, exceptions.CodeResourceExhausted, "", false},
		{"UnavailableForLegalReasons", 451, exceptions.CodePermissionDenied, "", false},
		{"ClientClosedRequest", 499, exceptions.CodeCancelled, "", false},
		{"InternalServerError", 500, exceptions.CodeInternal, "", false},
		{"UnknownError", 500, exceptions.CodeUnknown, "InternalServerError", false},
		{"NotImplemented", 501, exceptions.CodeUnimplemented, "", false},
		{"BadGateway", 502, exceptions.CodeUnavailable, "", true},
		{"ServiceUnavailable", 503, exceptions.CodeUnavailable, "", true},
		{"GatewayTimeout", 504, exceptions.CodeDeadlineExceeded, "", true},
	}
	i := 0
	for c := range exceptions.Classes() {
		if i == len(want) {
			t.Fatalf("%s is not expected", c)
		}
		w := want[i]
		i++
		parent := ""
		if c.Parent != nil {
			parent = c.Parent.Name
		}
		if c.Name != w.name || c.Status != w.status || c.Code != w.code || parent != w.parent || c.Retryable != w.retryable || c.Reason != "" {
			t.Errorf("got %+v (parent %q), want %+v", *c, parent, w)
		}
		if got, ok := exceptions.ClassByName(c.Name); !ok || got != c {
			t.Errorf("ClassByName(%q) = %v, %v", c.Name, got, ok)
		}
	}
	if i != len(want) {
		t.Errorf("%d classes, want %d", i, len(want))
	}
	for range exceptions.Classes() {
		break // an early end is allowed
	}
}

// every has an instance of each class without a message, one with, and the
// question whether an error is to be caught as the class.
var every = []struct {
	name  string
	bare  exceptions.ServiceException
	say   func(format string, args ...any) exceptions.ServiceException
	catch func(error) bool
}{
	{"BadRequest", &exceptions.BadRequest{}, say(exceptions.NewBadRequest), has[*exceptions.BadRequest]},
	{"FailedPrecondition", &exceptions.FailedPrecondition{}, say(exceptions.NewFailedPrecondition), has[*exceptions.FailedPrecondition]},
	{"OutOfRange", &exceptions.OutOfRange{}, say(exceptions.NewOutOfRange), has[*exceptions.OutOfRange]},
	{"Unauthorized", &exceptions.Unauthorized{}, say(exceptions.NewUnauthorized), has[*exceptions.Unauthorized]},
	{"PaymentRequired", &exceptions.PaymentRequired{}, say(exceptions.NewPaymentRequired), has[*exceptions.PaymentRequired]},
	{"Forbidden", &exceptions.Forbidden{}, say(exceptions.NewForbidden), has[*exceptions.Forbidden]},
	{"NotFound", &exceptions.NotFound{}, say(exceptions.NewNotFound), has[*exceptions.NotFound]},
	{"MethodNotAllowed", &exceptions.MethodNotAllowed{}, say(exceptions.NewMethodNotAllowed), has[*exceptions.MethodNotAllowed]},
	{"NotAcceptable", &exceptions.NotAcceptable{}, say(exceptions.NewNotAcceptable), has[*exceptions.NotAcceptable]},
	{"RequestTimeout", &exceptions.RequestTimeout{}, say(exceptions.NewRequestTimeout), has[*exceptions.RequestTimeout]},
	{"Conflict", &exceptions.Conflict{}, say(exceptions.NewConflict), has[*exceptions.Conflict]},
	{"AlreadyExists", &exceptions.AlreadyExists{}, say(exceptions.NewAlreadyExists), has[*exceptions.AlreadyExists]},
	{"Gone", &exceptions.Gone{}, say(exceptions.NewGone), has[*exceptions.Gone]},
	{"LengthRequired", &exceptions.LengthRequired{}, say(exceptions.NewLengthRequired), has[*exceptions.LengthRequired]},
	{"PreconditionFailed", &exceptions.PreconditionFailed{}, say(exceptions.NewPreconditionFailed), has[*exceptions.PreconditionFailed]},
	{"RequestEntityTooLarge", &exceptions.RequestEntityTooLarge{}, say(exceptions.NewRequestEntityTooLarge), has[*exceptions.RequestEntityTooLarge]},
	{"URITooLong", &exceptions.URITooLong{}, say(exceptions.NewURITooLong), has[*exceptions.URITooLong]},
	{"UnsupportedMediaType", &exceptions.UnsupportedMediaType{}, say(exceptions.NewUnsupportedMediaType), has[*exceptions.UnsupportedMediaType]},
	{"RangeNotSatisfiable", &exceptions.RangeNotSatisfiable{}, say(exceptions.NewRangeNotSatisfiable), has[*exceptions.RangeNotSatisfiable]},
	{"ExpectationFailed", &exceptions.ExpectationFailed{}, say(exceptions.NewExpectationFailed), has[*exceptions.ExpectationFailed]},
	{"UnprocessableEntity", &exceptions.UnprocessableEntity{}, say(exceptions.NewUnprocessableEntity), has[*exceptions.UnprocessableEntity]},
	{"Locked", &exceptions.Locked{}, say(exceptions.NewLocked), has[*exceptions.Locked]},
	{"FailedDependency", &exceptions.FailedDependency{}, say(exceptions.NewFailedDependency), has[*exceptions.FailedDependency]},
	{"UpgradeRequired", &exceptions.UpgradeRequired{}, say(exceptions.NewUpgradeRequired), has[*exceptions.UpgradeRequired]},
	{"PreconditionRequired", &exceptions.PreconditionRequired{}, say(exceptions.NewPreconditionRequired), has[*exceptions.PreconditionRequired]},
	{"TooManyRequests", &exceptions.TooManyRequests{}, say(exceptions.NewTooManyRequests), has[*exceptions.TooManyRequests]},
	{"RequestHeaderFieldsTooLarge", &exceptions.RequestHeaderFieldsTooLarge{}, say(exceptions.NewRequestHeaderFieldsTooLarge), has[*exceptions.RequestHeaderFieldsTooLarge]},
	{"UnavailableForLegalReasons", &exceptions.UnavailableForLegalReasons{}, say(exceptions.NewUnavailableForLegalReasons), has[*exceptions.UnavailableForLegalReasons]},
	{"ClientClosedRequest", &exceptions.ClientClosedRequest{}, say(exceptions.NewClientClosedRequest), has[*exceptions.ClientClosedRequest]},
	{"InternalServerError", &exceptions.InternalServerError{}, say(exceptions.NewInternalServerError), has[*exceptions.InternalServerError]},
	{"UnknownError", &exceptions.UnknownError{}, say(exceptions.NewUnknownError), has[*exceptions.UnknownError]},
	{"NotImplemented", &exceptions.NotImplemented{}, say(exceptions.NewNotImplemented), has[*exceptions.NotImplemented]},
	{"BadGateway", &exceptions.BadGateway{}, say(exceptions.NewBadGateway), has[*exceptions.BadGateway]},
	{"ServiceUnavailable", &exceptions.ServiceUnavailable{}, say(exceptions.NewServiceUnavailable), has[*exceptions.ServiceUnavailable]},
	{"GatewayTimeout", &exceptions.GatewayTimeout{}, say(exceptions.NewGatewayTimeout), has[*exceptions.GatewayTimeout]},
}

func say[E exceptions.ServiceException](f func(string, ...any) E) func(string, ...any) exceptions.ServiceException {
	return func(format string, args ...any) exceptions.ServiceException { return f(format, args...) }
}

func has[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func TestEveryClass(t *testing.T) {
	if got := len(every); got != count() {
		t.Fatalf("the test knows %d classes of %d", got, count())
	}
	for _, c := range every {
		t.Run(c.name, func(t *testing.T) {
			class := exceptions.Describe(c.bare).Class
			if class == nil || class.Name != c.name {
				t.Fatalf("class %v", class)
			}
			for _, e := range []exceptions.ServiceException{c.bare, c.say("")} {
				if e.HTTPStatus() != class.Status {
					t.Errorf("raises %d, its class %d", e.HTTPStatus(), class.Status)
				}
				if e.Error() == "" {
					t.Error("no text for the log")
				}
			}
			tests := []struct {
				name    string
				e       exceptions.ServiceException
				message string
				blank   bool
			}{
				{"none", c.bare, "", false},
				{"empty", c.say(""), "", true},
				{"empty by format", c.say("%s", ""), "", true},
				{"plain", c.say("no such shelf"), "no such shelf", false},
				{"percent", c.say("100%%"), "100%", false},
				{"formatted", c.say("no %q, %d", "a", 3), `no "a", 3`, false},
			}
			for _, test := range tests {
				d := exceptions.Describe(test.e)
				if d.Class != class || d.Message != test.message || d.Blank != test.blank {
					t.Errorf("%s: %+v", test.name, d)
				}
				if d.Reason != "" || d.Domain != "" || d.Details != nil || d.Header != nil || d.Level != nil || d.RetryAfter != 0 || d.Violations != nil {
					t.Errorf("%s: says more than class and message: %+v", test.name, d)
				}
				if test.message != "" && test.e.Error() != test.message {
					t.Errorf("%s: Error() = %q", test.name, test.e.Error())
				}
			}
			for _, other := range every {
				oc := exceptions.Describe(other.bare).Class
				if got, want := other.catch(c.bare), class.Is(oc); got != want {
					t.Errorf("caught as %s: %v, want %v", other.name, got, want)
				}
			}
		})
	}
}

// The methods of a nil pointer work, so that one that was embedded and
// forgotten does no harm, but it is not caught as anything.
func TestEveryNil(t *testing.T) {
	for _, c := range every {
		kind := reflect.TypeOf(c.bare)
		none := reflect.Zero(kind).Interface().(interface {
			exceptions.ServiceException
			exceptions.Described
			As(target any) bool
		})
		if none.HTTPStatus() != c.bare.HTTPStatus() || none.Error() != c.bare.Error() {
			t.Errorf("%s: %d %v", c.name, none.HTTPStatus(), none)
		}
		same(t, none.DescribeException(), exceptions.Describe(c.bare))
		if none.As(reflect.New(kind).Interface()) {
			t.Errorf("%s is caught", c.name)
		}
	}
}

func count() (n int) {
	for range exceptions.Classes() {
		n++
	}
	return n
}

func TestByStatus(t *testing.T) {
	first := map[int]*exceptions.Class{}
	for c := range exceptions.Classes() {
		if first[c.Status] == nil {
			first[c.Status] = c
		}
	}
	for status := -1; status <= 1000; status++ {
		c, ok := exceptions.ClassByStatus(status)
		if c != first[status] || ok != (c != nil) {
			t.Errorf("ClassByStatus(%d) = %v, %v", status, c, ok)
		}
		for _, e := range []exceptions.ServiceException{exceptions.New(status, "x"), exceptions.NewStatus(status), exceptions.New(status, "")} {
			if e.HTTPStatus() != status {
				t.Errorf("%d raises %d", status, e.HTTPStatus())
			}
			if got := exceptions.Describe(e).Class; got != c {
				t.Errorf("%d has class %v, want %v", status, got, c)
			}
			if _, is := e.(*exceptions.Exception); is != (c == nil) {
				t.Errorf("%d is a %T", status, e)
			}
		}
	}
	if _, ok := exceptions.ClassByName("notFound"); ok {
		t.Error("names are not case-sensitive")
	}
}

func TestClassIs(t *testing.T) {
	conflict := exceptions.Describe(&exceptions.Conflict{}).Class
	exists := exceptions.Describe(&exceptions.AlreadyExists{}).Class
	locked := &exceptions.Class{Name: "library.v1.ShelfLocked", Parent: exists, Status: 409}
	tests := []struct {
		name     string
		c, other *exceptions.Class
		want     bool
	}{
		{"itself", conflict, conflict, true},
		{"its parent", exists, conflict, true},
		{"its grandparent", locked, conflict, true},
		{"its child", conflict, exists, false},
		{"nil", conflict, nil, false},
		{"of nil", nil, conflict, false},
		{"nil of nil", nil, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.c.Is(test.other); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
	if got := (*exceptions.Class)(nil).String() + locked.String(); got != "nonelibrary.v1.ShelfLocked" {
		t.Error(got)
	}
}
