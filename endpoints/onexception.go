package endpoints

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"runtime/debug"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// An exceptionHandler is an entry of the registry that [OnException] and
// [OnStatus] fill.
type exceptionHandler struct {
	status int          // 0: by type
	kind   reflect.Type // nil: by status
	// find returns what is of the kind in the tree of err.
	find   func(err error) (error, bool)
	handle func(ctx context.Context, call *Call, err error) error
}

// OnException registers what is done with exceptions, and other errors, of one
// type, however they arose: in a handler, an interceptor, while the request was
// routed or read. What handle returns takes the place of the exception:
//
//   - another error is answered instead; no further handler sees it
//   - nil after [Call.Respond] sends that response, untouched by policy and
//     format; protocols that cannot carry one send the exception
//   - nil alone leaves everything as it is
//
// One handler runs at most: that of the most derived type, where a type derives
// from another if [errors.As] finds the other in it, as in an exception that
// embeds its parent. Then come handlers by status, then those of
// [*exceptions.UnknownError] for errors that are no exceptions, and last those
// whose type is an interface, such as [exceptions.ServiceException] for every
// exception. Private causes of an exception are not looked at.
//
// The call is logged as a failure whatever the handler does. Header fields that
// were set before are dropped; the handler may set its own. A second handler of
// the same type is an error that the next registration reports.
func OnException[E error](handle func(ctx context.Context, call *Call, e E) error) Option {
	return addHandler(&exceptionHandler{
		kind: reflect.TypeFor[E](),
		find: func(err error) (error, bool) { return errors.AsType[E](err) },
		handle: func(ctx context.Context, call *Call, err error) error {
			e, _ := errors.AsType[E](err)
			return handle(ctx, call, e)
		},
	})
}

// OnStatus registers what is done with exceptions that raise a status, 500
// standing also for errors that are no exceptions; see [OnException]. It does
// not see replies, nor responses that a handler wrote. In the profile [FastAPI]
// it does not see a [*ValidationError].
func OnStatus(status int, handle func(ctx context.Context, call *Call, e exceptions.ServiceException) error) Option {
	return addHandler(&exceptionHandler{
		status: status,
		handle: func(ctx context.Context, call *Call, err error) error {
			e, _ := errors.AsType[exceptions.ServiceException](err)
			return handle(ctx, call, e)
		},
	})
}

func addHandler(h *exceptionHandler) Option {
	return option(func(a *API) {
		for _, other := range a.handlers {
			switch {
			case h.kind != nil && h.kind == other.kind:
				a.wrong = append(a.wrong, fmt.Errorf("two exception handlers for the type %s", h.kind))
			case h.kind == nil && other.kind == nil && h.status == other.status:
				a.wrong = append(a.wrong, fmt.Errorf("two exception handlers for the status %d", h.status))
			}
		}
		a.handlers = append(a.handlers, h)
	})
}

// handle gives err to the handler for it. It returns what is answered, and
// whether the handler has written a response.
func (m *Middle) handle(c *Call, err error) (_ error, answered bool) {
	if len(m.api.handlers) == 0 {
		return err, false
	}
	h, subject := m.handlerFor(c, err)
	if h == nil {
		return err, false
	}
	if other := h.call(c, subject); other != nil {
		return other, false
	}
	return err, c.choices().response != nil && !m.plain && c.outcome.stream == nil
}

// call runs the handler and turns a panic into an error.
func (h *exceptionHandler) call(c *Call, subject error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler { // compared as net/http does
				panic(v)
			}
			err = &panicError{value: v, stack: debug.Stack()}
		}
	}()
	return h.handle(c, c, subject)
}

// handlerFor returns the handler for err, nil if there is none, and what it is
// given.
func (m *Middle) handlerFor(c *Call, err error) (*exceptionHandler, error) {
	e := exceptions.Resolve(c.context(), err)
	bare := exceptions.Bare(e)
	own := error(bare) // whose type counts
	_, unknown := bare.(*exceptions.UnknownError)
	if unknown {
		own = err
	}
	if h := m.api.derived(own); h != nil {
		return h, own
	}
	if only := m.api.profile.byTypeOnly; only == nil || !only(bare) {
		for _, h := range m.api.handlers {
			if h.kind == nil && h.status == bare.HTTPStatus() {
				return h, e
			}
		}
	}
	if unknown {
		if h := m.api.derived(bare); h != nil {
			return h, e
		}
	}
	if h := m.api.general(e); h != nil {
		return h, e
	}
	return nil, nil
}

// derived returns the handler of the most derived type that err is of.
func (a *API) derived(err error) *exceptionHandler {
	var best *exceptionHandler
	for _, h := range a.handlers {
		if h.kind == nil || h.kind.Kind() == reflect.Interface {
			continue
		}
		found, ok := h.matches(err)
		if !ok {
			continue
		}
		if best == nil {
			best = h
		} else if _, derives := best.matches(found); derives {
			best = h
		}
	}
	return best
}

// general returns the handler of the interface that says most about err.
func (a *API) general(err error) *exceptionHandler {
	var best *exceptionHandler
	for _, h := range a.handlers {
		if h.kind == nil || h.kind.Kind() != reflect.Interface {
			continue
		}
		if _, ok := h.matches(err); ok && (best == nil || h.kind.Implements(best.kind)) {
			best = h
		}
	}
	return best
}

// matches is find for trees that may hold nil pointers, on which [errors.As]
// panics if they promote a method.
func (h *exceptionHandler) matches(err error) (found error, ok bool) {
	defer func() {
		if recover() != nil {
			found, ok = nil, false
		}
	}()
	return h.find(err)
}
