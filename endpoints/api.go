package endpoints

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
)

// An API is a set of services behind one [http.Handler]. Services are
// registered first, by generated functions; then the API is served, and from
// there on it is safe for concurrent use and never changed.
type API struct {
	profile      Profile
	logger       *slog.Logger
	given        Limits // as they were given
	limits       Limits // with defaults
	basePath     string
	escaped      map[string]bool
	accessLog    bool
	interceptors []Interceptor
	transports   []Transport
	rest         *rest // the last of them
	compiler     *bind.Compiler
	middle       Middle
	methods      []*Method
	wrong        []error // of the options
	undeclared   undeclared
	handlers     []*exceptionHandler
	guard        *originGuard // nil without WithCORS
}

// New returns an API without services. Without options it follows the profile
// [Frameworks]. Options that contradict each other are reported by the first
// registration.
func New(options ...Option) *API {
	a := &API{profile: Frameworks(), logger: slog.Default(), escaped: map[string]bool{}}
	for _, o := range options {
		o.apply(a)
	}
	a.limits = a.given.withDefaults()
	a.rest = newREST()
	a.transports = append(a.transports, a.rest)
	silent := a.logger.Handler() == slog.DiscardHandler
	a.middle = Middle{
		api: a, run: chain(invoke, a.interceptors), policy: a.profile.policy,
		silent: silent, timed: !silent || a.interceptors != nil || a.handlers != nil,
	}
	for _, t := range a.transports {
		t.Open(&a.middle)
	}
	if a.guard != nil {
		a.profile.cors = nil // one of the two must do
		a.guard.use(a.guard.given)
	}
	return a
}

// Register adds a service. Generated functions call it. The error says all
// that is wrong with the service's declaration, its code and the way it fits
// with the services before it; after an error the API must not be served.
func (a *API) Register(s Service) error {
	methods, err := s.resolve()
	wrong := append(a.wrong, err)
	a.wrong = nil
	for _, m := range methods {
		for _, t := range a.transports {
			if err := t.Attach(m); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	a.methods = append(a.methods, methods...)
	if a.guard != nil {
		wrong = append(wrong, a.guard.offer())
	}
	if wrong = distinct(each(errors.Join(wrong...))); len(wrong) > 0 {
		return fmt.Errorf("endpoints: register %s:\n%w", serviceName(s), errors.Join(wrong...))
	}
	return nil
}

// distinct leaves out what another transport has said before.
func distinct(wrong []error) []error {
	said := map[string]bool{}
	return slices.DeleteFunc(wrong, func(err error) bool {
		again := said[err.Error()]
		said[err.Error()] = true
		return again
	})
}

func serviceName(s Service) string {
	if s.Descriptor == nil {
		return "a service without a descriptor"
	}
	return string(s.Descriptor.FullName())
}

// Methods returns the registered methods in the order of registration. The
// slice belongs to the caller.
func (a *API) Methods() []*Method { return append([]*Method(nil), a.methods...) }

// Shutdown ends what outlives a request: the open streams of transports. Their
// contexts end, their clients are told, and new streams are refused. It returns
// once all handlers have returned, or with the error of ctx when that ends
// before; then the rest is cut off. [Serve] calls it; who runs a server of their
// own does so before [http.Server.Shutdown], which would wait for streams that
// know of nothing, and not at all for WebSockets.
func (a *API) Shutdown(ctx context.Context) error {
	var wait sync.WaitGroup
	failures := make([]error, len(a.transports))
	for i, t := range a.transports {
		if s, ok := t.(shutter); ok {
			wait.Go(func() { failures[i] = s.Shutdown(ctx) })
		}
	}
	wait.Wait()
	return errors.Join(failures...)
}

// A shutter has something to end. Transports and APIs are such.
type shutter interface {
	Shutdown(ctx context.Context) error
}

// ServeHTTP implements [http.Handler].
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.guard != nil {
		a.guard.ServeHTTP(w, r)
		return
	}
	a.dispatch(w, r)
}

// dispatch gives the request to the transport for it.
func (a *API) dispatch(w http.ResponseWriter, r *http.Request) {
	for _, t := range a.transports[:len(a.transports)-1] {
		if t.Accepts(r) {
			t.ServeHTTP(w, r)
			return
		}
	}
	a.rest.ServeHTTP(w, r) // the last of them accepts all
}
