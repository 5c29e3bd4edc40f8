package endpoints

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// An Undeclared says that a method raised an exception which it does not
// declare, see [Method.Throws].
type Undeclared struct {
	Method *Method
	// Class is the name of the exception's class; for an exception that is only
	// a status, "status 418".
	Class string
	// Status is the status that it raised.
	Status int
}

// Undeclared returns what methods have raised so far without declaring it, in
// the order in which it first happened. It may be called while the API serves.
//
// Only exceptions count, not errors that became an UnknownError; and only those
// of handlers, not what is raised before one is run, nor why a stream ended that
// a handler sent to or received from. An interceptor that turns a handler's
// exception into another one is part of the method.
func (a *API) Undeclared() []Undeclared {
	a.undeclared.Lock()
	defer a.undeclared.Unlock()
	return slices.Clone(a.undeclared.seen)
}

// maxUndeclared bounds what is remembered: classes may be made at run time.
const maxUndeclared = 1000

// undeclared is what methods raised without declaring it.
type undeclared struct {
	sync.Mutex
	seen []Undeclared
}

// note remembers that a method raised what it does not declare, and reports
// whether it is the first time.
func (u *undeclared) note(found Undeclared) bool {
	u.Lock()
	defer u.Unlock()
	again := func(other Undeclared) bool { return other.Method == found.Method && other.Class == found.Class }
	if len(u.seen) == maxUndeclared || slices.ContainsFunc(u.seen, again) {
		return false
	}
	u.seen = append(u.seen, found)
	return true
}

// checked is what an exception is to checkDeclared.
type checked struct {
	class  *exceptions.Class
	status int // tells those without a class apart
}

// wasChecked says whether checkDeclared has just looked at the like of v, as it
// has as a rule: few methods raise different classes in turn.
func (m *Method) wasChecked(v *normalize.Verdict) bool {
	last := m.checked.Load()
	return last != nil && last.class == v.Class && (v.Class != nil || last.status == v.Raised)
}

// checkDeclared looks whether the call's method declares what it raised. An
// exception that is not declared is sent all the same; it is logged once per
// method and class, unless no method of the service declares any.
func (a *API) checkDeclared(c *Call, v *normalize.Verdict) {
	defer c.method.checked.Store(&checked{v.Class, v.Raised})
	if declares(c.method, v.Class) {
		return
	}
	if v.Class != nil && v.Class.Name == "UnknownError" {
		return
	}
	found := Undeclared{Method: c.method, Class: v.Class.String(), Status: v.Raised}
	if v.Class == nil {
		found.Class = "status " + strconv.Itoa(v.Raised)
	}
	if a.undeclared.note(found) && a.usesThrows(c.method) {
		a.logger.LogAttrs(context.WithoutCancel(c.context()), slog.LevelWarn, "undeclared exception",
			slog.String("method", c.method.FullName()), slog.String("class", found.Class), slog.Int("raised", found.Status))
	}
}

// declares says whether a method declares a class, or one that it extends.
func declares(m *Method, class *exceptions.Class) bool {
	for _, declared := range m.Throws {
		if class.Is(declared) {
			return true
		}
	}
	return false
}

// usesThrows says whether the service of a method declares exceptions at all.
func (a *API) usesThrows(m *Method) bool {
	for _, other := range a.methods {
		if len(other.Throws) > 0 && other.descriptor.Parent() == m.descriptor.Parent() {
			return true
		}
	}
	return false
}
