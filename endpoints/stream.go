package endpoints

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// A Stream is the open end of a call of a streaming rpc, whatever protocol
// carries it: what the client sends, what the client gets, or both. Header
// fields, status and all else that concerns the call as a whole are with
// [CallFrom].
//
// One goroutine may receive while another one sends. Neither method may be
// called by two at once, nor after the handler has returned.
type Stream interface {
	// Receive returns the next message of the client; the caller owns it. The
	// error is [io.EOF] after the last one, an exception if the client sent
	// something wrong, or the reason why the call has ended. It is io.EOF at once
	// if the rpc is not client-streaming.
	Receive() (proto.Message, error)
	// Send sends a message to the client. It returns once the message is on its
	// way and waits while the client does not keep up. The message must not be
	// changed after that. An error says that the message was not sent; a handler
	// does best to return it. It is an error if the rpc is not server-streaming.
	Send(proto.Message) error
}

// RunStream is [Middle.Run] for a call of a streaming rpc. request is nil if
// the client streams; it comes by the stream then.
//
// The outcome of a server-streaming call that ended well has no reply: the
// transport ends the stream. After a failure the transport sends
// the verdict as a plain error, if nothing has been sent, or in the way that the
// protocol has for errors in the middle of a stream.
func (m *Middle) RunStream(c *Call, request proto.Message, stream Stream, err error) *Outcome {
	c.outcome.stream = stream
	return m.Run(c, request, err)
}

// A heldStream is a stream in the hands of a handler. It remembers what went
// wrong on the way, which is no exception of the handler's own.
type heldStream struct {
	Stream
	failed atomic.Pointer[error]
}

// Receive implements [Stream].
func (s *heldStream) Receive() (proto.Message, error) {
	m, err := s.Stream.Receive()
	return m, s.note(err)
}

// Send implements [Stream].
func (s *heldStream) Send(m proto.Message) error { return s.note(s.Stream.Send(m)) }

func (s *heldStream) note(err error) error {
	if err != nil && err != io.EOF {
		s.failed.CompareAndSwap(nil, &err)
	}
	return err
}

// passedOn says whether the handler of a stream returned an error that is not
// its own, but why the stream or its context ended.
func (c *Call) passedOn(err error) bool {
	held := c.outcome.held
	if held == nil {
		return false
	}
	if failed := held.failed.Load(); failed != nil && isSame(err, *failed) {
		return true
	}
	cause := context.Cause(c.context())
	return cause != nil && isSame(err, cause)
}

// isSame is errors.Is. An error that cannot be asked is none of ours.
func isSame(err, target error) (is bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, target)
}

// Cancel makes the context of the call one that the transport can end by itself,
// with a cause that says why: if it is an exception, it is what the client is
// told should the handler return the error of the context. It is called before
// [Middle.RunStream], and the function that it returns at least once.
func (m *Middle) Cancel(c *Call) context.CancelCauseFunc {
	ctx, cancel := context.WithCancelCause(c.context())
	c.within(ctx)
	return cancel
}

// streams says whether the reply of the method is a stream.
func (m *Method) streams() bool { return m.descriptor.IsStreamingServer() }

// WithoutPolicy returns a middle for protocols that have no HTTP status to
// send: verdicts carry the status that was raised, and a reply is a reply, with
// any status and without one. It is what [Transport.Open] gets in all else.
func (m *Middle) WithoutPolicy() *Middle {
	plain := *m
	plain.policy, plain.plain = normalize.Identity(), true
	return &plain
}

// Limits returns the limits of the API, with defaults. One that is switched off
// is larger than anything that it bounds, but for CallTime, which is 0.
func (m *Middle) Limits() Limits { return m.api.limits }

// AppendJSON appends a message to dst as canonical proto JSON, whatever JSON the
// profile writes, and returns the extended buffer. A panic is an error, as it is
// in a handler.
func (m *Middle) AppendJSON(dst []byte, message proto.Message) (b []byte, err error) {
	defer recovered(&err)
	return jsonpb.Append(dst, message, m.api.profile.json)
}

// AppendBinary appends a message to dst in the binary format, and returns the
// extended buffer. A panic is an error, as it is in a handler.
func (m *Middle) AppendBinary(dst []byte, message proto.Message) (b []byte, err error) {
	defer recovered(&err)
	return proto.MarshalOptions{}.MarshalAppend(dst, message)
}

// AppendMessage appends m to dst as the API writes replies to r in JSON, and
// returns the extended buffer.
func (m *Middle) AppendMessage(dst []byte, r *http.Request, message proto.Message) ([]byte, error) {
	rc := exchanges.Get().(*restCall)
	defer exchanges.Put(rc)
	rc.profile, rc.r, rc.verb, rc.binding = &m.api.profile, r, r.Method, &someBinding
	dst, err := m.api.profile.layout(dst, message, rc)
	rc.r = nil
	return dst, err
}

// exchanges are for messages of streams, of which there may be many.
var exchanges = sync.Pool{New: func() any { return new(restCall) }}

// ErrorFormat returns the format of errors in replies to r.
func (m *Middle) ErrorFormat(r *http.Request) normalize.Format {
	return m.api.profile.format(m.exchange(nil, r), nil)
}

// WriteError sends a failed outcome as a plain HTTP reply. Nothing may have been
// sent before.
func (m *Middle) WriteError(w http.ResponseWriter, r *http.Request, o *Outcome) {
	m.api.rest.writeOnce(m.exchange(w, r), o)
}

// someBinding says that a request has reached a method.
var someBinding binding

// exchange makes what the parts of a profile want to know of a request that has
// reached a method.
func (m *Middle) exchange(w http.ResponseWriter, r *http.Request) *restCall {
	return &restCall{profile: &m.api.profile, w: w, r: r, verb: r.Method, binding: &someBinding}
}

// A StreamWriter is a [Transport] that also writes the replies of
// server-streaming methods for REST. If such a method has a google.api.http
// rule, the REST transport finds the route and reads the request as for any
// other method, and leaves the rest to a StreamWriter.
type StreamWriter interface {
	Transport
	// AcceptsStream says whether the client asks for the kind of stream that the
	// transport writes. The first one that accepts serves the request; if none
	// does, the first of all.
	AcceptsStream(r *http.Request) bool
	// ServeStream runs the call by [Middle.RunStream], writes what comes out and
	// ends the call by [Middle.End]. request is nil if err says what is wrong with
	// it.
	ServeStream(w http.ResponseWriter, r *http.Request, c *Call, request proto.Message, err error)
}

// streamWriter returns who serves r; nil if nobody can.
func (a *API) streamWriter(r *http.Request) StreamWriter {
	var first StreamWriter
	for _, t := range a.transports {
		w, ok := t.(StreamWriter)
		switch {
		case !ok:
		case r != nil && w.AcceptsStream(r):
			return w
		case first == nil:
			first = w
		}
	}
	return first
}
