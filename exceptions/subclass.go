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

// ProjectTo makes an exception that embeds nothing, such as a proto message,
// catchable as the predefined classes that its class extends. The As methods
// that the plugin writes call it:
//
//	case **exceptions.Conflict:
//		return exceptions.ProjectTo(e, target)
//
// It reports whether target, a non-nil pointer to a type such as *Conflict, was
// set. It is set to a new instance of that class which says what e says: the
// message, reason, domain, details and the rest of [Describe](e), under the
// class of target and with its status.
func ProjectTo(e interface {
	ServiceException
	Described
}, target any) bool {
	d := Describe(e)
	if d.Class == nil {
		return false
	}
	if d.Reason == "" {
		d.Reason = d.Class.Reason
	}
	return project(d.Class, target, said{text: d.Message, spoken: d.Message != "" || d.Blank, origin: &d})
}
