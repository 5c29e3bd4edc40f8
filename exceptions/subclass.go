package exceptions

// ParentOf makes a class catchable as itself and as its parent when it is
// embedded in turn. One level needs nothing: the As of a predefined class is
// promoted to the type that embeds it. A class that others embed adds one line,
// since the promoted As knows only the predefined class:
//
//	type ShelfError struct{ exceptions.Conflict }
//
//	func (e *ShelfError) As(target any) bool { return exceptions.ParentOf(e, &e.Conflict, target) }
//
//	type ShelfLocked struct{ ShelfError } // caught as *ShelfError and as *exceptions.Conflict
//
// It reports whether target, a non-nil pointer to a type, was set.
func ParentOf[E error](self E, parent interface{ As(target any) bool }, target any) bool {
	if t, ok := target.(*E); ok {
		*t = self
		return true
	}
	return parent.As(target)
}
