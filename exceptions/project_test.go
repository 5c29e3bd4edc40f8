package exceptions_test

import (
	"errors"
	"log/slog"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// flat is an exception that embeds nothing, as a proto message does.
type flat struct {
	class *exceptions.Class
	text  string
}

func (e *flat) Error() string   { return e.text }
func (e *flat) HTTPStatus() int { return 410 }

func (e *flat) DescribeException() exceptions.Description {
	if e == nil {
		return exceptions.Description{}
	}
	return exceptions.Description{
		Class: e.class, Domain: "library.example.com", Message: e.text, Level: slog.LevelInfo,
		Details: []proto.Message{wrapperspb.String("x")},
	}
}

func (e *flat) As(target any) bool { return exceptions.ProjectTo(e, target) }

func TestProjectTo(t *testing.T) {
	exists, _ := exceptions.ClassByName("AlreadyExists")
	conflict, _ := exceptions.ClassByName("Conflict")
	own := &exceptions.Class{Name: "library.v1.ShelfExists", Parent: exists, Status: 410, Reason: "shelfExists"}
	e := &flat{class: own, text: "There is one."}
	want := e.DescribeException()
	want.Reason = "shelfExists"

	t.Run("class", func(t *testing.T) {
		got, ok := errors.AsType[*exceptions.AlreadyExists](e)
		if !ok {
			t.Fatal("not caught")
		}
		want.Class = exists
		same(t, exceptions.Describe(got), want)
		if got.HTTPStatus() != 409 || got.Error() != "There is one." {
			t.Errorf("got %d %q", got.HTTPStatus(), got.Error())
		}
	})
	t.Run("its parent", func(t *testing.T) {
		got, ok := errors.AsType[*exceptions.Conflict](exceptions.Raise(e, exceptions.Cause(errors.New("x"))))
		if !ok {
			t.Fatal("not caught")
		}
		want.Class = conflict
		same(t, exceptions.Describe(got), want)
	})
	t.Run("of the projection", func(t *testing.T) {
		exist, _ := errors.AsType[*exceptions.AlreadyExists](e)
		got, ok := errors.AsType[*exceptions.Conflict](exist)
		if !ok {
			t.Fatal("not caught")
		}
		same(t, exceptions.Describe(got), want)
	})
	t.Run("other class", func(t *testing.T) {
		if has[*exceptions.NotFound](e) || has[*exceptions.OutOfRange](e) {
			t.Error("caught")
		}
	})
	t.Run("no class", func(t *testing.T) {
		if has[*exceptions.Conflict](&flat{}) || has[*exceptions.Conflict]((*flat)(nil)) {
			t.Error("caught")
		}
	})
	t.Run("no text", func(t *testing.T) {
		got, _ := errors.AsType[*exceptions.Conflict](&flat{class: own})
		if got.Error() != "conflict" || exceptions.Describe(got).Blank {
			t.Errorf("got %q", got.Error())
		}
	})
}

// Every predefined class can be projected to, and to nothing but itself and
// what it extends.
func TestProjectToEach(t *testing.T) {
	targets := []exceptions.ServiceException{
		&exceptions.FailedPrecondition{}, &exceptions.OutOfRange{}, &exceptions.AlreadyExists{}, &exceptions.UnknownError{},
	}
	for class := range exceptions.Classes() {
		if first, _ := exceptions.ClassByStatus(class.Status); first == class {
			targets = append(targets, exceptions.NewStatus(class.Status))
		}
	}
	for class := range exceptions.Classes() {
		e := &flat{class: &exceptions.Class{Name: "x.X", Parent: class}, text: "t"}
		caught := make(map[*exceptions.Class]bool)
		for _, target := range targets {
			pointer := reflect.New(reflect.TypeOf(target))
			if e.As(pointer.Interface()) {
				caught[exceptions.Describe(pointer.Elem().Interface().(exceptions.ServiceException)).Class] = true
			}
		}
		want := make(map[*exceptions.Class]bool)
		for c := class; c != nil; c = c.Parent {
			want[c] = true
		}
		if diff := cmp.Diff(want, caught); diff != "" {
			t.Errorf("%s (-want +got):\n%s", class, diff)
		}
	}
}
