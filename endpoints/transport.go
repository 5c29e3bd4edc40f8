package endpoints

import "net/http"

// A Transport serves the methods of an [API] on one protocol. It stands at the
// two ends of a call: it makes the request message, and it writes what came
// out. Everything between is [Middle.Run], the same for all.
//
// A Transport belongs to one API and is used from many goroutines at once.
type Transport interface {
	// Name is the protocol, as [Call.Protocol] gives it.
	Name() string
	// Open is called once, before all other methods.
	Open(m *Middle)
	// Attach adds a method. It is called for every method of a service before
	// the service is served. The error says all that is wrong with the method
	// on this protocol.
	Attach(m *Method) error
	// Accepts says whether the request speaks this protocol. The first transport
	// that accepts a request serves it; REST accepts all and stands last.
	Accepts(r *http.Request) bool
	// ServeHTTP serves a request that was accepted.
	ServeHTTP(w http.ResponseWriter, r *http.Request)
}
