package declared

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
)

// A Thrown is one exception that a method declares.
type Thrown struct {
	// Class is the predefined class, or that of Exception.
	Class *exceptions.Class
	// Exception is the message; nil for a predefined class.
	Exception *Exception
}

// Throws returns what a method declares to raise, in the order of its
// declaration.
func (r *Reader) Throws(method protoreflect.MethodDescriptor) []Thrown {
	options, _ := proto.GetExtension(method.Options(), endpointsv1.E_Method).(*endpointsv1.MethodOptions)
	var thrown []Thrown
	seen := make(map[string]bool)
	for _, name := range options.GetThrows() {
		m, class, err := r.find(method, method.Parent().FullName(), name)
		if err != nil {
			r.add(method, methodPath, "throws %q: %v", name, err)
			continue
		}
		t := Thrown{Class: class}
		if m != nil {
			t.Exception = r.Exception(m)
			t.Class = t.Exception.Class
		}
		if seen[t.Class.Name] {
			r.add(method, methodPath, "throws %q: it is declared twice", name)
			continue
		}
		seen[t.Class.Name] = true
		thrown = append(thrown, t)
	}
	return thrown
}
