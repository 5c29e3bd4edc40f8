package endpoints

import (
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
	ctx      context.Context
	middle   *Middle
	protocol string
	method   *Method
	request  proto.Message
	stream   Stream // nil: not a streaming rpc
	err      error  // what went wrong before the handler
	handled  bool   // the handler was run
	header   http.Header
	start    time.Time
	id       string

	status      int // what the handler set; 0: nothing
	replyHeader http.Header
	trailer     http.Header
	response    *Response
	outcome     *Outcome
}

// A Response is a reply that a handler wrote itself. It passes to the client
// as it is: no policy and no error format touches it.
type Response struct {
	// Status is sent as it is; 0 means 200.
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
func (c *Call) Deadline() (time.Time, bool) { return c.ctx.Deadline() }

// Done implements [context.Context].
func (c *Call) Done() <-chan struct{} { return c.ctx.Done() }

// Err implements [context.Context].
func (c *Call) Err() error { return c.ctx.Err() }

// Value implements [context.Context].
func (c *Call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	return c.ctx.Value(key)
}

// Method returns the method that is called, or nil if the request reached none.
func (c *Call) Method() *Method { return c.method }

// Protocol names the protocol that carries the call, such as "rest".
func (c *Call) Protocol() string { return c.protocol }

// Request returns the request message, or nil if none could be read or the
// client streams.
func (c *Call) Request() proto.Message { return c.request }

// Stream returns the open end of the call of a streaming rpc, nil for any other.
// Its type is the transport's, which may offer more than the interface.
func (c *Call) Stream() Stream { return c.stream }

// RequestHeader returns the header fields of the request. They must not be
// changed.
func (c *Call) RequestHeader() http.Header { return c.header }

// Start is when the API took the call.
func (c *Call) Start() time.Time { return c.start }

// SetStatus sets the HTTP status of a successful reply. It beats the status
// that the method declares and is still subject to the policy. It has no
// effect on protocols without an HTTP status, nor if the handler returns an
// error.
func (c *Call) SetStatus(status int) { c.status = status }

// Header returns the header fields of a successful reply, to be set by the
// handler. They are dropped if the handler returns an error: an exception
// brings its own, see [exceptions.Header]. Those of a stream go out with its first
// message, or with its end, whatever that is.
func (c *Call) Header() http.Header {
	if c.replyHeader == nil {
		c.replyHeader = make(http.Header)
	}
	return c.replyHeader
}

// Trailer returns the fields that come at the end of the reply, on protocols
// that have such: gRPC, gRPC-Web and Connect. They are sent with an error too.
// Other protocols drop them.
func (c *Call) Trailer() http.Header {
	if c.trailer == nil {
		c.trailer = make(http.Header)
	}
	return c.trailer
}

// Respond makes r the reply, whatever the handler returns beside it, unless it
// returns an error. The API takes ownership of r.
func (c *Call) Respond(r *Response) { c.response = r }

// RequestID returns the identifier that log records of this call carry: the
// X-Request-Id of the request if it is short and printable, else a random one.
func (c *Call) RequestID() string {
	if c.id == "" {
		c.id = requestID(c.header)
	}
	return c.id
}
