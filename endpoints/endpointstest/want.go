package endpointstest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
)

// Want fails the test unless err is the exception want, raised here or received
// from another service:
//
//	endpointstest.Want(t, err, &librarypb.ShelfLocked{Shelf: "a", Holder: "bob"})
//	endpointstest.Want(t, err, &exceptions.NotFound{}) // whatever its message is
//
// The Go type, the class and the status must be the same; a child is not its
// parent. So must be what want says beside that: its reason, domain, message,
// violations and retry time. What want leaves unset is not compared. Details
// are compared by [proto.Equal], each that want has with the one at the same
// place; so two messages are the same exception only if all their fields are
// equal.
//
// If want is nil, err must be nil.
func Want(t testing.TB, err, want error) {
	t.Helper()
	if want == nil {
		if err != nil {
			t.Errorf("error is %s, want none", name(err))
		}
		return
	}
	wanted, ok := find(want)
	if !ok {
		t.Errorf("want is a %T, which is no exception", want)
		return
	}
	if err == nil {
		t.Errorf("there is no error, want %s", name(want))
		return
	}
	got, ok := find(err)
	if !ok {
		t.Errorf("error is no exception but %s, want %s", name(err), name(want))
		return
	}
	if differences := compare(got, wanted); len(differences) > 0 {
		t.Errorf("exception is not the one that is wanted:\n  %s", strings.Join(differences, "\n  "))
	}
}

// find returns the exception in err. Unlike [exceptions.Of] it finds one that
// was received.
func find(err error) (e exceptions.ServiceException, ok bool) {
	defer func() {
		if recover() != nil { // a nil pointer of some type
			e, ok = nil, false
		}
	}()
	return errors.AsType[exceptions.ServiceException](err)
}

// raisedType returns the type of the exception itself, without what was
// attached when it was raised.
func raisedType(e exceptions.ServiceException) reflect.Type {
	if u, ok := e.(interface{ Unwrap() []error }); ok {
		if all := u.Unwrap(); len(all) > 0 {
			if inner, ok := all[0].(exceptions.ServiceException); ok {
				return reflect.TypeOf(inner)
			}
		}
	}
	return reflect.TypeOf(e)
}

// compare returns what is not as it is wanted, a line each.
func compare(got, want exceptions.ServiceException) (differences []string) {
	differ := func(what string, got, want any) {
		differences = append(differences, fmt.Sprintf("%s is %v, want %v", what, got, want))
	}
	if g, w := raisedType(got), raisedType(want); g != w {
		differ("type", g, w)
	}
	if g, w := got.HTTPStatus(), want.HTTPStatus(); g != w {
		differ("status", g, w)
	}
	g, w := exceptions.Describe(got), exceptions.Describe(want)
	if g.Class != w.Class {
		differ("class", g.Class, w.Class)
	}
	if w.Reason != "" && g.Reason != w.Reason {
		differ("reason", quote(g.Reason), quote(w.Reason))
	}
	if w.Domain != "" && g.Domain != w.Domain {
		differ("domain", quote(g.Domain), quote(w.Domain))
	}
	if (w.Message != "" || w.Blank) && g.Message != w.Message {
		differ("message", quote(g.Message), quote(w.Message))
	}
	if w.RetryAfter != 0 && g.RetryAfter != w.RetryAfter {
		differ("retry time", g.RetryAfter, w.RetryAfter)
	}
	if w.Violations != nil && !reflect.DeepEqual(g.Violations, w.Violations) {
		differ("violations", fmt.Sprintf("%+v", g.Violations), fmt.Sprintf("%+v", w.Violations))
	}
	for i, detail := range w.Details {
		switch {
		case i >= len(g.Details):
			differ(fmt.Sprintf("detail %d", i), "missing", text(detail))
		case !proto.Equal(g.Details[i], detail):
			differ(fmt.Sprintf("detail %d", i), text(g.Details[i]), text(detail))
		}
	}
	return differences
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// text returns a message with the name of its type.
func text(m proto.Message) string {
	body, err := jsonpb.Append(nil, m, jsonpb.AppendOptions{})
	if err != nil {
		body = []byte(err.Error())
	}
	return fmt.Sprintf("%s %s", m.ProtoReflect().Descriptor().FullName(), body)
}

// name returns an error for people who look for what it is.
func name(err error) string {
	if reflect.ValueOf(err).Kind() == reflect.Pointer && reflect.ValueOf(err).IsNil() {
		return fmt.Sprintf("a nil %T", err)
	}
	return fmt.Sprintf("%T: %v", err, err)
}
