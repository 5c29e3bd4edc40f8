package client

import (
	"slices"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/declared"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// declaredBy finds the exception that the reason stands for among those that a
// method declares to raise and those that extend them: for formats such as the
// Google envelope, which carry no details. If several have the reason, it is the
// one that the others extend; if there is no such one, none. Its fields are not
// known and stay empty.
func (t *told) declaredBy(method protoreflect.MethodDescriptor) {
	thrown := make(map[string]bool)
	for _, c := range declared.NewReader().Throws(method) {
		if c.Exception != nil {
			thrown[c.Class.Name] = true
		}
	}
	if t.reason == "" || len(thrown) == 0 {
		return
	}
	var found []exceptions.ServiceException
	protoregistry.GlobalTypes.RangeMessages(func(m protoreflect.MessageType) bool {
		if _, ok := m.Zero().Interface().(exceptions.ServiceException); !ok {
			return true
		}
		e := m.New().Interface().(exceptions.ServiceException)
		if t.mayBe(e, thrown) {
			found = append(found, e)
		}
		return true
	})
	if first := common(found); first != nil {
		t.declared = &reworded{ServiceException: first, message: t.message, bare: true}
	}
}

// common returns the one that all others extend, nil if there is none.
func common(all []exceptions.ServiceException) exceptions.ServiceException {
	for _, first := range all {
		if !slices.ContainsFunc(all, func(e exceptions.ServiceException) bool { return !classOfType(e).Is(classOfType(first)) }) {
			return first
		}
	}
	return nil
}

func classOfType(e exceptions.ServiceException) *exceptions.Class {
	return exceptions.Describe(e).Class
}

// mayBe says whether e has the reason and the domain, and is one of the classes
// or extends one.
func (t *told) mayBe(e exceptions.ServiceException, classes map[string]bool) bool {
	d := exceptions.Describe(e)
	if !sameReason(t.reason, d.Reason) || d.Domain != "" && d.Domain != t.domain {
		return false
	}
	for c := d.Class; c != nil; c = c.Parent {
		if classes[c.Name] {
			return true
		}
	}
	return false
}

// reworded is an exception whose sender said something else than its type does:
// what a class says that this program does not know, or what a policy put in its
// place.
type reworded struct {
	exceptions.ServiceException
	message *string // nil: none
	bare    bool    // the fields of the type are not known
}

func (r *reworded) text() string {
	if r.message == nil {
		return ""
	}
	return *r.message
}

// Error returns what was said, or the name of the class.
func (r *reworded) Error() string {
	if text := r.text(); text != "" {
		return text
	}
	return classOfType(r.ServiceException).String()
}

// Unwrap returns the exception as its type has it.
func (r *reworded) Unwrap() error { return r.ServiceException }

// DescribeException returns what the type says, with the text that was said.
func (r *reworded) DescribeException() exceptions.Description {
	d := exceptions.Describe(r.ServiceException)
	d.Message = r.text()
	d.Blank = r.message != nil && d.Message == ""
	if r.bare {
		d.Details = nil
	}
	return d
}

// As makes it catchable as the predefined classes, with the text that was said.
func (r *reworded) As(target any) bool { return exceptions.ProjectTo(r, target) }
