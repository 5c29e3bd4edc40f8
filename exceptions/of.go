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
	if e, ok := err.(ServiceException); ok { // as a rule
		e = speaking(e)
		return e, e != nil
	}
	e, _, _ := find(err, maxErrors)
	return e, e != nil
}

// StatusOf returns the status that err raises: that of the exception that
// speaks for it, see [Of]. It is false if there is none, or if its HTTPStatus
// panics.
//
// It is for those who want the status and nothing else, and costs less than to
// ask the result of Of: most exceptions are of a predefined class, and none of
// their methods is called.
func StatusOf(err error) (status int, ok bool) {
	_, status, ok = statusOf(err)
	return status, ok
}

// speaking returns e, nil if it does not speak for an error: if it is nil or a
// nil pointer, or was received.
func speaking(e ServiceException) ServiceException {
	if v := reflect.ValueOf(e); v.Kind() == reflect.Pointer && v.IsNil() { // isNil, which is not inlined
		return nil
	}
	if r, ok := e.(*raised); ok && r.remote {
		return nil
	}
	return e
}

// ask returns e with its status if it speaks for an error, see speaking, and
// false if there is no such e or its HTTPStatus panics.
func ask(e ServiceException) (speaks ServiceException, status int, ok bool) {
	if speaks = speaking(e); speaks == nil {
		return nil, 0, false
	}
	defer func() {
		if !ok {
			recover()
		}
	}()
	status = e.HTTPStatus()
	return speaks, status, true
}

// found returns what find did, with the status of any exception.
func found(e ServiceException, status, _ int) (ServiceException, int, bool) {
	if status == 0 {
		return ask(e)
	}
	return e, status, true
}

// findIn is find for an error that wraps several.
func findIn(branches interface{ Unwrap() []error }, left int) (e ServiceException, status, _ int) {
	if isNil(branches) {
		return nil, 0, left
	}
	for _, err := range branches.Unwrap() {
		if e, status, left = find(err, left); e != nil {
			break
		}
	}
	return e, status, left
}

// isNil reports whether v is nil or a nil pointer of some type. Other kinds
// that can be nil have methods that work on nil.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil()
}
