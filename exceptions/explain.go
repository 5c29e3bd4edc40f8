package exceptions

import (
	"context"
	"reflect"
)

// Explain returns the status that answers for err, and puts what the exception
// says beside it into d, replacing what is there: it is [Resolve], the status of
// its result, and [Describe] in one. It is total as those are.
//
// It is for servers, which want all of this for every error: what is an exception
// itself, as a rule, is asked once what it is, and guarded once against methods
// that panic.
func Explain(ctx context.Context, err error, d *Description) (status int) {
	if e, ok := err.(authored); ok {
		if v := reflect.ValueOf(e); v.Kind() != reflect.Pointer || !v.IsNil() {
			if r, ok := e.(*raised); !ok || !r.remote {
				if status, ok = explain(e, d); ok {
					return status
				}
			}
		}
	}
	e := Resolve(ctx, err)
	*d = Describe(e)
	if _, status, ok := statusOf(e); ok {
		return status
	}
	return (&UnknownError{}).HTTPStatus() // its method panics now and then
}

// An authored exception says more than its status.
type authored interface {
	ServiceException
	Described
}

// explain asks e, which is not nil. It is false if a method of e panics.
func explain(e authored, d *Description) (status int, ok bool) {
	defer func() {
		if !ok {
			recover()
		}
	}()
	status = e.HTTPStatus()
	*d = e.DescribeException()
	d.tidy()
	return status, true
}
