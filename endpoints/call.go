package endpoints

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"google.golang.org/protobuf/proto"
)

// A Call is one request on its way through the API. It is the context that
// interceptors and the handler get, or a parent of it; [CallFrom] finds it.
//
// A Call belongs to the goroutine that serves the request. After the handler
// has returned, only its context methods may be used.
type Call struct {
	// No more than 24 bytes, since every request makes a Call and none is used
	// again: so what is the same for all calls of a method is made once, the
	// context and the header are those of r, and what counts only until the end is
	// in the outcome, whose memory is used again. Each 16 bytes more took 2 % of a
	// small GET, all of it in the garbage collector.
	*way
	r       *http.Request // what the call came with; nil if the way says it
	outcome *Outcome      // nil after the end
}

// A way is how calls come to their method. It is never changed, as a rule it is
// that of all calls of a method.
type way struct {
	protocol string
	method   *Method         // nil: to none
	ctx      context.Context // nil: that of the HTTP request
	header   http.Header     // if there is no HTTP request
}

// context is what the call is a context of.
func (c *Call) context() context.Context {
	if ctx := c.way.ctx; ctx != nil {
		return ctx
	}
	return c.r.Context()
}

// within replaces the context of a call that nobody else has yet.
func (c *Call) within(ctx context.Context) {
	own := *c.way
	own.ctx = ctx
	c.way = &own
}

// choices are what a handler can choose through the call, which most do not.
type choices struct {
	id              string
	status          int // 0: none
	header, trailer http.Header
	response        *Response
}

var noChoices choices // never written

// choices returns what the handler has chosen, to be read only.
func (c *Call) choices() *choices {
	if o := c.outcome; o != nil && o.chosen != nil {
		return o.chosen
	}
	return &noChoices
}

// choose returns what the handler has chosen, to be changed.
func (c *Call) choose() *choices {
	o := c.outcome
	if o == nil { // after the end nobody looks at it
		return new(choices)
	}
	if o.chosen == nil {
		o.chosen = new(choices)
	}
	return o.chosen
}

// clockZero is when the clock of [Outcome.start] began. Only the monotonic part
// of it counts, which takes half of what time.Now takes.
var clockZero = time.Now()

// now is the time on that clock, which is never 0.
func now() time.Duration { return cmp.Or(time.Since(clockZero), 1) }

// age is the time since the begin of the call, as far as anybody knows it.
func (c *Call) age() time.Duration {
	if c.outcome == nil || c.outcome.start == 0 {
		return 0
	}
	return now() - c.outcome.start
}

// A Response is a reply that a handler wrote itself. It passes to the client
// as it is: no policy and no error format touches it.
type Response struct {
	// Status is sent as it is; 0 means 200. One below 200 or above 999, which HTTP
	// cannot send, is a failure of the handler.
	Status int
	// Header fields replace those that were set through the call.
	Header http.Header
	// Body is sent as it is, unless Status allows none.
	Body []byte
}

type callKey struct{}

// CallFrom returns the call that ctx belongs to, or nil outside of one.
func CallFrom(ctx context.Context) *Call {
	c, _ := ctx.Value(callKey{}).(*Call)
	return c
}

// Deadline implements [context.Context].
func (c *Call) Deadline() (time.Time, bool) { return c.context().Deadline() }

// Done implements [context.Context].
func (c *Call) Done() <-chan struct{} { return c.context().Done() }

// Err implements [context.Context].
func (c *Call) Err() error { return c.context().Err() }

// Value implements [context.Context].
func (c *Call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	return c.context().Value(key)
}

// Method returns the method that is called, or nil if the request reached none.
func (c *Call) Method() *Method { return c.method }

// Protocol names the protocol that carries the call, such as "rest".
func (c *Call) Protocol() string { return c.protocol }

// Request returns the request message, or nil if none could be read or the
// client streams.
func (c *Call) Request() proto.Message {
	if c.outcome == nil {
		return nil
	}
	return c.outcome.request
}

// Stream returns the open end of the call of a streaming rpc, nil for any other.
// Its type is the transport's, which may offer more than the interface.
func (c *Call) Stream() Stream {
	if c.outcome == nil {
		return nil
	}
	return c.outcome.stream
}

// RequestHeader returns the header fields of the request. They must not be
// changed.
func (c *Call) RequestHeader() http.Header {
	if c.r == nil {
		return c.way.header
	}
	return c.r.Header
}

// Start is when the API took the call. It is the zero Time after the end, and over
// REST on an API where nothing needs it: without interceptors and exception
// handlers, and with a logger that takes no record (slog.DiscardHandler). To look
// at the clock takes a twentieth of a small call.
func (c *Call) Start() time.Time {
	if c.outcome == nil || c.outcome.start == 0 {
		return time.Time{}
	}
	return time.Now().Add(-c.age())
}

// SetStatus sets the HTTP status of a successful reply. It beats the status
// that the method declares and is still subject to the policy. It has no
// effect on protocols without an HTTP status, nor if the handler returns an
// error.
func (c *Call) SetStatus(status int) { c.choose().status = status }

// Header returns the header fields of a successful reply, to be set by the
// handler. They are dropped if the handler returns an error: an exception
// brings its own, see [exceptions.Header]. Those of a stream go out with its first
// message, or with its end, whatever that is.
func (c *Call) Header() http.Header {
	chosen := c.choose()
	if chosen.header == nil {
		chosen.header = make(http.Header)
	}
	return chosen.header
}

// Trailer returns the fields that come at the end of the reply, on protocols
// that have such: gRPC, gRPC-Web and Connect. They are sent with an error too.
// Other protocols drop them.
func (c *Call) Trailer() http.Header {
	chosen := c.choose()
	if chosen.trailer == nil {
		chosen.trailer = make(http.Header)
	}
	return chosen.trailer
}

// Respond makes r the reply, whatever the handler returns beside it, unless it
// returns an error. The API takes ownership of r.
func (c *Call) Respond(r *Response) { c.choose().response = r }

// RequestID returns the identifier that log records of this call carry: the
// X-Request-Id of the request if it is short and printable, else a random one.
func (c *Call) RequestID() string {
	chosen := c.choose()
	if chosen.id == "" {
		chosen.id = requestID(c.RequestHeader())
	}
	return chosen.id
}
