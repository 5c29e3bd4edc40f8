package endpointstest_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/base"
)

type shelfError struct{ exceptions.Conflict }

func (e *shelfError) As(target any) bool { return exceptions.ParentOf(e, &e.Conflict, target) }

type shelfLocked struct {
	shelfError
	Holder, Reason, Message string
}

type shelfExists struct{ exceptions.AlreadyExists }

type naive struct{ exceptions.Conflict }
type naiveChild struct{ naive }
type hidden struct {
	exceptions.Conflict
	As string
}
type mute struct {
	exceptions.Conflict
	Error string
}
type two struct {
	exceptions.Conflict
	exceptions.NotFound
}
type twoBelow struct{ two }
type pointer struct{ *exceptions.Gone }
type circle struct {
	*circle
	exceptions.Gone
}
type bare struct{}

func (bare) Error() string   { return "bare" }
func (bare) HTTPStatus() int { return 418 }

func TestSubclasses(t *testing.T) {
	endpointstest.Subclasses(t, &shelfError{}, &shelfLocked{}, &shelfExists{}, &exceptions.AlreadyExists{},
		&exceptions.UnknownError{}, bare{}, pointer{&exceptions.Gone{}}, &base.BrokenForGood{})

	const missing = "each class between needs an As method that calls exceptions.ParentOf"
	tests := []struct {
		name string
		e    any
		want string
	}{
		{"a level that is not reached", &naiveChild{}, "*endpointstest_test.naiveChild: it is not caught as *endpointstest_test.naive: " + missing},
		{"a field that hides As", &hidden{}, "*endpointstest_test.hidden: its field As hides the method of that name\n" +
			"*endpointstest_test.hidden: it is not caught as *exceptions.Conflict: " + missing},
		{"a field that hides Error", &mute{}, "*endpointstest_test.mute: its field Error hides the method of that name\n" +
			"*endpointstest_test.mute: it is no error"},
		{"two parents", &two{}, "*endpointstest_test.two: endpointstest_test.two embeds two parents, *exceptions.Conflict and *exceptions.NotFound\n" +
			"*endpointstest_test.two: it is no error"},
		{"two parents below", &twoBelow{}, "*endpointstest_test.twoBelow: endpointstest_test.two embeds two parents, *exceptions.Conflict and *exceptions.NotFound\n" +
			"*endpointstest_test.twoBelow: it is no error"},
		{"a forgotten pointer", pointer{}, "endpointstest_test.pointer: it is not caught as *exceptions.Gone: " + missing},
		{"nil", (*naive)(nil), "*endpointstest_test.naive: it is nil; give an instance"},
		{"no exception", struct{}{}, "struct {}: it is no error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{TB: t}
			endpointstest.Subclasses(f, tt.e)
			if got := f.end(); got != tt.want {
				t.Errorf("failed with\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
	endpointstest.Subclasses(&fake{TB: t}, &circle{circle: &circle{}}) // comes to an end
}
