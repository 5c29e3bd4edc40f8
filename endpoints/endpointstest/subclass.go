package endpointstest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Subclasses fails the test for every class that cannot be caught as what it
// is meant to be. Each class is given by an instance, as it is raised:
//
//	endpointstest.Subclasses(t, &ShelfError{}, &ShelfLocked{})
//
// It looks for the traps of subclassing by embedding: a level that cannot be
// reached because the class between lacks its As method (see
// [exceptions.ParentOf]), a field that hides a method of the parent, and two
// parents in one class. Instances may be of any type, so that a class which has
// lost a method and is no error any more can be given, too. Exceptions that are
// declared in proto have their methods from the plugin and need no check.
func Subclasses(t testing.TB, instances ...any) {
	t.Helper()
	for _, e := range instances {
		for _, trap := range traps(e) {
			t.Errorf("%T: %s", e, trap)
		}
	}
}

var exceptionType = reflect.TypeFor[exceptions.ServiceException]()

// methods are those that an exception has or that package errors looks for.
var methods = []string{"Error", "HTTPStatus", "DescribeException", "As", "Is", "Unwrap"}

// traps returns what is wrong with a class.
func traps(e any) (found []string) {
	v := reflect.ValueOf(e)
	switch {
	case !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil():
		return []string{"it is nil; give an instance"}
	case isMessage(e):
		return nil
	}
	structure := v.Type()
	if structure.Kind() == reflect.Pointer {
		structure = structure.Elem()
	}
	if structure.Kind() != reflect.Struct {
		return nil
	}
	for _, name := range methods {
		if f, ok := structure.FieldByName(name); ok {
			found = append(found, fmt.Sprintf("its field %s hides the method of that name", f.Name))
		}
	}
	levels, twice := parents(structure, nil)
	found = append(found, twice...)
	err, ok := e.(error)
	if !ok {
		return append(found, "it is no error")
	}
	if !v.Type().Implements(exceptionType) {
		found = append(found, "it is no exception")
	}
	for _, level := range levels {
		if !reaches(err, level) {
			found = append(found, fmt.Sprintf("it is not caught as %v: each class between needs an As method that calls exceptions.ParentOf", level))
		}
	}
	return found
}

func isMessage(e any) bool {
	_, ok := e.(proto.Message)
	return ok
}

// parents returns the types, as pointers, of all exceptions that a struct
// embeds over any number of levels, and which structs embed more than one. It
// does not look into those that were seen on the way.
func parents(structure reflect.Type, seen []reflect.Type) (levels []reflect.Type, twice []string) {
	if slices.Contains(seen, structure) {
		return nil, nil
	}
	seen = append(seen, structure)
	var here []reflect.Type
	for i := range structure.NumField() {
		f := structure.Field(i)
		if !f.Anonymous {
			continue
		}
		pointer := f.Type
		if pointer.Kind() == reflect.Struct {
			pointer = reflect.PointerTo(pointer)
		}
		if pointer.Kind() == reflect.Pointer && isClass(pointer.Elem(), seen) {
			here = append(here, pointer)
		}
	}
	if len(here) > 1 {
		twice = append(twice, fmt.Sprintf("%v embeds two parents, %v and %v", structure, here[0], here[1]))
	}
	for _, pointer := range here {
		above, more := parents(pointer.Elem(), seen)
		levels = append(append(levels, pointer), above...)
		twice = append(twice, more...)
	}
	return levels, twice
}

// isClass says whether a struct is an exception, or embeds one whose methods it
// has lost.
func isClass(structure reflect.Type, seen []reflect.Type) bool {
	if structure.Kind() != reflect.Struct {
		return false
	}
	if reflect.PointerTo(structure).Implements(exceptionType) {
		return true
	}
	levels, _ := parents(structure, seen)
	return len(levels) > 0
}

// reaches says whether errors.As finds the type in err.
func reaches(err error, level reflect.Type) (yes bool) {
	defer func() {
		if recover() != nil { // a method of a parent that is a nil pointer
			yes = false
		}
	}()
	return errors.As(err, reflect.New(level).Interface())
}
