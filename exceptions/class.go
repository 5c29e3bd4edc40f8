package exceptions

import "iter"

//go:generate go run ./internal/classgen -o classes_gen.go

// A Class is what exceptions are instances of: the part that is known without
// an instance. A class is compared by pointer, shared by everything that was
// raised as it, and never changed.
//
// The class of an exception is Describe(e).Class; that of a type, when a class
// of one's own is to extend it, is Describe(&Conflict{}).Class.
type Class struct {
	// Name is unique: "Conflict" for predefined classes, the full name of the
	// message ("library.v1.ShelfLocked") for those declared in proto.
	Name string
	// Parent is nil for a class that extends none.
	Parent *Class
	// Status is the status that its instances raise unless they say otherwise.
	Status int
	// Code is its gRPC code. It belongs to the class and is not derived from
	// the status.
	Code Code
	// Reason is the default reason of its instances; empty for predefined
	// classes, whose reason comes from the policy.
	Reason string
	// Retryable says that the same request may succeed later.
	Retryable bool
	// Type is the URI that names the class as the type of a problem (RFC 9457,
	// section 3.1.1); empty for predefined classes, which are known by their
	// status.
	Type string
}

// String returns the name.
func (c *Class) String() string {
	if c == nil {
		return "none"
	}
	return c.Name
}

// Is reports whether c is ancestor or extends it, over any number of levels.
// Nothing is nil's and nil is nobody's.
func (c *Class) Is(ancestor *Class) bool {
	if ancestor == nil {
		return false
	}
	for ; c != nil; c = c.Parent {
		if c == ancestor {
			return true
		}
	}
	return false
}

// Classes returns the predefined classes, ordered by status and with a parent
// before those that extend it.
func Classes() iter.Seq[*Class] {
	return func(yield func(*Class) bool) {
		for _, c := range catalog {
			if !yield(c) {
				return
			}
		}
	}
}

// ClassByName returns the predefined class of that name, such as "NotFound".
func ClassByName(name string) (*Class, bool) {
	for _, c := range catalog {
		if c.Name == name {
			return c, true
		}
	}
	return nil, false
}

// ClassByStatus returns the predefined class whose instances [New] makes for
// the status. Where several classes share a status it is their common parent.
func ClassByStatus(status int) (*Class, bool) {
	c := classOfStatus(status)
	return c, c != nil
}
