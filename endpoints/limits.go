package endpoints

import (
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Limits bound what one request may cost. A field that is zero takes its
// default; a negative one switches the limit off.
type Limits struct {
	// BodyBytes is the size of a request body after its content coding is
	// undone: 4 MiB. A larger one is a RequestEntityTooLarge exception.
	BodyBytes int64
	// BodyTime is how long a client may take to send a body: 30 seconds. A
	// slower one is a RequestTimeout exception, after at most an eighth of the time
	// more (9 ms if that is more). It has no effect if the server's connection has no
	// deadlines.
	BodyTime time.Duration
	// WriteTime is how long a client may take to make room for each 64 KiB of a
	// reply, or for all of it over gRPC: 30 seconds. One that takes longer has
	// left. On HTTP/1.1, smaller replies are not timed: they fit into the buffers of
	// a connection. Streams have options for it in their transports. It has no
	// effect if the server's connection has no deadlines.
	WriteTime time.Duration
	// Parameters is the number of query parameters: 1000. More of them are a
	// BadRequest exception.
	Parameters int
	// Depth is how deep JSON in a body and dotted parameters may nest: 100, or
	// what the profile says that imitates another system. More is a BadRequest
	// exception. It cannot be switched off, because what is read nests as deep in
	// memory: 10,000 is the most.
	Depth int
	// PathBytes is the length of a path: 8 KiB. A longer one is a URITooLong
	// exception.
	PathBytes int
	// QueryBytes is the length of a query: 64 KiB. A longer one is a URITooLong
	// exception.
	QueryBytes int
	// CallTime is how long a call may take, from its begin: no limit. A call
	// whose context ends by it is a GatewayTimeout exception. It costs a timer on
	// every call, and it is no substitute for the deadline of a client.
	CallTime time.Duration
}

// The defaults of Limits.
const (
	defaultBodyBytes  = 4 << 20
	defaultBodyTime   = 30 * time.Second
	defaultWriteTime  = 30 * time.Second
	defaultParameters = 1000
	defaultDepth      = 100
	maxDepth          = 10_000
	defaultPathBytes  = 8 << 10
	defaultQueryBytes = 64 << 10
)

// noLimit stands for a limit that is switched off. It is small enough that
// adding to it does not overflow.
const noLimit = 1 << 62

func (l Limits) withDefaults() Limits {
	l.BodyBytes = limit(l.BodyBytes, defaultBodyBytes)
	l.BodyTime = limit(l.BodyTime, defaultBodyTime)
	l.WriteTime = limit(l.WriteTime, defaultWriteTime)
	l.Parameters = limit(l.Parameters, defaultParameters)
	l.Depth = min(limit(l.Depth, defaultDepth), maxDepth)
	l.PathBytes = limit(l.PathBytes, defaultPathBytes)
	l.QueryBytes = limit(l.QueryBytes, defaultQueryBytes)
	return l
}

// givenDepth is the limit for the profiles that have a default of their own: 0 if none
// was given.
func (t *rest) givenDepth() int {
	if t.middle.api.given.Depth == 0 {
		return 0
	}
	return t.limits.Depth
}

func limit[T ~int | ~int64](set, otherwise T) T {
	switch {
	case set == 0:
		return otherwise
	case set < 0:
		return noLimit
	}
	return set
}

func bodyTooLarge(max int64) error {
	return exceptions.NewRequestEntityTooLarge("The request body is larger than %d bytes.", max)
}
