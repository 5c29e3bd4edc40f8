package endpoints

import (
	"context"

	"google.golang.org/protobuf/proto"
)

// A HandlerFunc answers one call. A nil reply with a nil error is the answer
// "nothing".
type HandlerFunc func(ctx context.Context, call *Call) (proto.Message, error)

// An Interceptor wraps a HandlerFunc. It sees every call of the API, also those
// that failed before the handler: for an unknown path, a bad parameter or a
// body that is too large, next returns that error and the handler is not run.
// [Call.Method] is nil when no method was reached, [Call.Request] is nil when
// no request message could be read.
//
// A call of a streaming rpc is one call too, for as long as the stream is open:
// [Call.Request] is nil if the client streams, the reply is nil if the server
// does.
//
// An interceptor may change the reply or the error, answer without next, or
// pass another context on; it must pass on the same call.
type Interceptor func(next HandlerFunc) HandlerFunc

// chain wraps h in all of them, the first being outermost.
func chain(h HandlerFunc, all []Interceptor) HandlerFunc {
	for i := len(all) - 1; i >= 0; i-- {
		h = all[i](h)
	}
	return h
}

// invoke is the innermost HandlerFunc.
func invoke(ctx context.Context, call *Call) (proto.Message, error) {
	o := call.outcome
	switch {
	case o == nil: // an interceptor called next from elsewhere, and did not wait
		return nil, context.Canceled
	case o.before != nil:
		return nil, o.before
	}
	method, request := call.method, o.request
	if method.bounds != nil {
		if err := method.checkBounds(request); err != nil {
			return nil, err
		}
	}
	o.handled = true
	if method.Stream != nil {
		o.held = &heldStream{Stream: o.stream}
		return method.Stream(ctx, request, o.held)
	}
	return method.Call(ctx, request)
}
