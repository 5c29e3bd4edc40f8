package exceptions

import "reflect"

// maxErrors bounds how many errors one call of Of looks at, so that errors
// that unwrap to themselves, or to trees of themselves, come to an end.
const maxErrors = 10_000

// Of returns the exception that speaks for err: what the caller is told. It
// walks err and what it wraps in the order of [errors.As], outermost first,
// and differs from it where the question differs:
//
//   - A private cause is never found. What was attached with [Cause] answers
//     errors.Is and errors.As ("is it in there?") but not Of.
//   - It does not look into an error that was [Received] from another service:
//     merely returned, that is an internal matter of this one.
//   - A nil pointer is stepped over without calling any of its methods, where
//     errors.As panics if the methods are promoted.
//   - The result holds what was given to [Raise], also headers and details; use
//     [Describe] to read them, and errors.AsType on it to reach a class.
//
// Of calls nothing but Unwrap, allocates nothing, and looks at no more than
// 10,000 errors.
func Of(err error) (ServiceException, bool) {
	if e, ok := err.(ServiceException); ok {
		// As a rule. What follows is isNil, which is not inlined.
		if v := reflect.ValueOf(err); v.Kind() == reflect.Pointer && v.IsNil() {
			return nil, false
		}
		if r, ok := e.(*raised); ok && r.remote {
			return nil, false
		}
		return e, true
	}
	w := walk{left: maxErrors}
	e := w.find(err)
	return e, e != nil
}

type walk struct{ left int }

// find returns the first exception of err in pre-order, or nil.
func (w *walk) find(err error) ServiceException {
	for err != nil && w.left > 0 {
		w.left--
		// isNil, which is not inlined.
		if v := reflect.ValueOf(err); v.Kind() == reflect.Pointer && v.IsNil() {
			return nil
		}
		if e, ok := err.(ServiceException); ok {
			if r, ok := e.(*raised); ok && r.remote {
				return nil
			}
			return e
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			err = u.Unwrap()
		case interface{ Unwrap() []error }:
			for _, err := range u.Unwrap() {
				if e := w.find(err); e != nil {
					return e
				}
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// isNil reports whether v is nil or a nil pointer of some type. Other kinds
// that can be nil have methods that work on nil.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil()
}
