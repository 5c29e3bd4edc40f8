package exceptions_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// naive is two levels down without the one line.
type naive struct{ shelfLocked }

func TestCatch(t *testing.T) {
	type catches map[string]bool
	ask := func(err error) catches {
		c := catches{
			"shelfLocked": has[*shelfLocked](err),
			"shelfError":  has[*shelfError](err),
			"shelfGone":   has[*shelfGone](err),
			"shelfBurnt":  has[*shelfBurnt](err),
			"naive":       has[*naive](err),
			"Conflict":    has[*exceptions.Conflict](err),
			"Exists":      has[*exceptions.AlreadyExists](err),
			"NotFound":    has[*exceptions.NotFound](err),
			"Exception":   has[*exceptions.Exception](err),
			"teapot":      has[teapot](err),
		}
		for k, v := range c {
			if !v {
				delete(c, k)
			}
		}
		return c
	}
	tests := []struct {
		name string
		err  exceptions.ServiceException
		want catches
	}{
		{"one level", &shelfLocked{}, catches{"shelfLocked": true, "Conflict": true}},
		{"intermediate", &shelfError{}, catches{"shelfError": true, "Conflict": true}},
		{"two levels", &shelfGone{}, catches{"shelfGone": true, "shelfError": true, "Conflict": true}},
		{"three levels", &shelfBurnt{}, catches{"shelfBurnt": true, "shelfGone": true, "shelfError": true, "Conflict": true}},
		{"two levels without the line", &naive{}, catches{"naive": true, "Conflict": true}},
		{"predefined child", exceptions.NewAlreadyExists("x"), catches{"Exists": true, "Conflict": true}},
		{"predefined parent", exceptions.NewConflict("x"), catches{"Conflict": true}},
		{"any status", exceptions.New(418, "x"), catches{"Exception": true}},
		{"subclass of any status", &struct{ exceptions.Exception }{}, catches{"Exception": true}},
		{"value", teapot{}, catches{"teapot": true}},
	}
	for _, test := range tests {
		for name, err := range map[string]error{
			"":                  test.err,
			" wrapped":          fmt.Errorf("x: %w", test.err),
			" raised":           exceptions.Raise(test.err, exceptions.Reason("r")),
			" raised twice":     exceptions.Raise(exceptions.Raise(test.err).(exceptions.ServiceException)),
			" received":         exceptions.Received(test.err),
			" a private cause":  exceptions.Raise(exceptions.NewGone("x"), exceptions.Cause(test.err)),
			" in a joined tree": errors.Join(errors.New("x"), fmt.Errorf("y: %w", test.err)),
		} {
			t.Run(test.name+name, func(t *testing.T) {
				if got := ask(err); fmt.Sprint(got) != fmt.Sprint(test.want) {
					t.Errorf("got %v, want %v", got, test.want)
				}
			})
		}
	}
}

func TestSubclassDescribes(t *testing.T) {
	conflict, _ := exceptions.ClassByName("Conflict")
	tests := []struct {
		name   string
		e      exceptions.ServiceException
		status int
		want   exceptions.Description
	}{
		{"parent's message", &shelfLocked{Conflict: *exceptions.NewConflict("Held by %s.", "bob")}, 409,
			exceptions.Description{Class: conflict, Message: "Held by bob."}},
		{"other status, same class", &shelfGone{}, 410, exceptions.Description{Class: conflict}},
		{"own reason", &shelfFull{limit: 3}, 409,
			exceptions.Description{Class: conflict, Reason: "shelfFull", Domain: "library.example.com"}},
		{"two methods", teapot{}, 418, exceptions.Description{}},
		{"zero Exception", &exceptions.Exception{}, 500, exceptions.Description{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.e.HTTPStatus(); got != test.status {
				t.Errorf("status %d, want %d", got, test.status)
			}
			same(t, exceptions.Describe(test.e), test.want)
			again := exceptions.Raise(test.e).(exceptions.ServiceException)
			if got := again.HTTPStatus(); got != test.status {
				t.Errorf("raised: status %d, want %d", got, test.status)
			}
			same(t, exceptions.Describe(again), test.want)
		})
	}
}

// A nil pointer to a predefined class has methods that work, so that a struct
// that embeds a forgotten pointer does no harm.
func TestNilPredefined(t *testing.T) {
	type forgotten struct{ *exceptions.AlreadyExists }
	e := forgotten{}
	if got := fmt.Sprint(e.HTTPStatus(), " ", e.Error()); got != "409 already exists" {
		t.Error(got)
	}
	class, _ := exceptions.ClassByName("AlreadyExists")
	same(t, exceptions.Describe(e), exceptions.Description{Class: class})
	if has[*exceptions.Conflict](e) || has[*exceptions.Conflict](error((*exceptions.NotFound)(nil))) {
		t.Error("a nil pointer was caught")
	}
	var none *exceptions.Exception
	if got := fmt.Sprint(none.HTTPStatus(), " ", none.Error()); got != "500 Internal Server Error" {
		t.Error(got)
	}
	if none.As(new(*exceptions.Exception)) {
		t.Error("a nil pointer was caught")
	}
	same(t, none.DescribeException(), exceptions.Description{})
}

func TestText(t *testing.T) {
	tests := []struct {
		e    error
		want string
	}{
		{&exceptions.NotFound{}, "not found"},
		{exceptions.NewNotFound(""), "not found"},
		{exceptions.NewNotFound("No shelf."), "No shelf."},
		{&exceptions.ClientClosedRequest{}, "client closed request"},
		{&exceptions.UnknownError{}, "unknown error"},
		{&shelfLocked{}, "conflict"},
		{exceptions.NewStatus(418), "I'm a teapot"},
		{exceptions.NewStatus(299), "status 299"},
		{exceptions.New(299, "x"), "x"},
		{exceptions.New(-1, ""), "status -1"},
	}
	for _, test := range tests {
		if got := test.e.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
