package exceptions

import (
	"context"
	"errors"
	"fmt"
)

// Resolve returns the exception that answers for err. It is total, so that
// whatever a handler returns has an answer:
//
//  1. the exception that speaks for err, see [Of]
//  2. if the request's own context has ended and err is its error: what the one
//     who ended it said, if its cause ([context.Cause]) is an exception; a
//     [GatewayTimeout] after a deadline; otherwise a [ClientClosedRequest]
//  3. an [UnknownError], which has no public text; each profile supplies its own
//
// A nil err, and an exception whose HTTPStatus panics, fall under the third. In
// the second and third case err is the private cause and its text is for
// logs only. A context error that is not the request's own, from a call with a
// shorter deadline for instance, is an error like any other.
//
// ctx is the context of the request; nil stands for one that never ends.
func Resolve(ctx context.Context, err error) ServiceException {
	e, _, sound := statusOf(err)
	switch {
	case sound:
		return e
	case e != nil:
		// Not kept as the cause, here and below: whoever looks at it would
		// panic.
		return because(&UnknownError{}, fmt.Errorf("exceptions: the HTTPStatus method of a %T panicked", e))
	}
	if isNil(err) {
		return because(&UnknownError{}, fmt.Errorf("exceptions: a nil %T was returned as an error", err))
	}
	if e := ended(ctx, err); e != nil {
		return because(e, err)
	}
	return because(&UnknownError{}, err)
}

func because(e ServiceException, cause error) ServiceException {
	r := raise(e, false, nil)
	r.add(cause)
	return r
}

// ended returns what to answer when err says that ctx has ended, else nil.
func ended(ctx context.Context, err error) ServiceException {
	if ctx == nil || ctx.Err() == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if !is(err, context.DeadlineExceeded) && !is(err, context.Canceled) && !is(err, cause) {
		return nil
	}
	if e, _, sound := statusOf(cause); sound {
		return e
	}
	if is(ctx.Err(), context.DeadlineExceeded) || is(cause, context.DeadlineExceeded) {
		return &GatewayTimeout{}
	}
	return &ClientClosedRequest{}
}

// is is errors.Is for trees that may hold nil pointers, on which it panics if
// they promote a method.
func is(err, target error) (yes bool) {
	defer func() {
		if recover() != nil {
			yes = false
		}
	}()
	return errors.Is(err, target)
}
