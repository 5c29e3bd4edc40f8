package client

import (
	"context"
	"errors"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// CodeOf returns the gRPC code of an error that a client has returned, for
// metrics and for programs that are used to gRPC: OK for nil, that of its class
// for an exception, and for all other errors, as far as they have one, that
// which gRPC and Connect lay down: CANCELLED and DEADLINE_EXCEEDED for a context
// that has ended, UNAVAILABLE for a service that cannot be reached,
// RESOURCE_EXHAUSTED for a message that is too large. The code of the page of a
// proxy is that of their table, which is not that of its class. A transport gives
// its errors a code by a method GRPCCode() exceptions.Code. UNKNOWN stands for
// everything else.
func CodeOf(err error) exceptions.Code {
	if err == nil {
		return exceptions.CodeOK
	}
	// What the context says comes first: its end makes all kinds of errors.
	e, isException := errors.AsType[exceptions.ServiceException](err)
	c, isCoded := errors.AsType[coded](err)
	switch {
	case !isException && errors.Is(err, context.DeadlineExceeded):
		return exceptions.CodeDeadlineExceeded
	case !isException && (errors.Is(err, context.Canceled) || errors.Is(err, ErrClosed)):
		return exceptions.CodeCancelled
	case isCoded:
		return c.GRPCCode()
	case isException:
		if class := exceptions.Describe(e).Class; class != nil {
			return class.Code
		}
		return exceptions.CodeOfStatus(e.HTTPStatus())
	}
	return exceptions.CodeUnknown
}

// coded is an error, of a transport above all, that has a code of gRPC.
type coded interface {
	error
	GRPCCode() exceptions.Code
}

// codedError is an error with a code of gRPC.
type codedError struct {
	code exceptions.Code
	err  error
}

func (e *codedError) Error() string             { return e.err.Error() }
func (e *codedError) Unwrap() error             { return e.err }
func (e *codedError) GRPCCode() exceptions.Code { return e.code }
