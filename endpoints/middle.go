package endpoints

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// A Middle is the part of an API that is the same on every protocol: from
// interceptors to verdict. Transports use it; see [Transport].
type Middle struct {
	api    *API
	run    HandlerFunc
	policy *normalize.Policy
	plain  bool // the protocol sends no HTTP status
	silent bool // the logger takes no record
	timed  bool // somebody may ask when a call began
}

// An Outcome is what became of a call. Exactly one of its forms holds:
//
//   - Failed: Verdict says what the caller is told, and Err why.
//   - Response is not nil: it is sent as it is. If an exception handler wrote
//     it, Verdict and Err say what it was about.
//   - Reply is not nil: it is sent with Status.
//   - none of them: Status is sent without a body.
type Outcome struct {
	Failed   bool
	Verdict  normalize.Verdict
	Err      error
	Response *Response
	Reply    proto.Message
	Status   int

	// Header and Trailer are what the handler set through the call; nil if it set
	// nothing. Header is for a success only.
	Header, Trailer http.Header

	// What belongs to a call that is served, and so does the memory of its
	// outcome.
	start   time.Duration // of the process's clock
	request proto.Message // nil: none could be read, or the client streams
	chosen  *choices      // nil: the handler has chosen nothing
	before  error         // what went wrong before the handler
	stream  Stream        // nil: not a streaming rpc
	held    *heldStream   // the same, as the handler has it; nil before it is run
	handled bool          // the handler was run
}

// Begin makes the call of one request. method is nil if the request reached
// none. The header is shared with the request and is not changed.
func (m *Middle) Begin(ctx context.Context, protocol string, method *Method, header http.Header) *Call {
	c := &struct {
		Call
		way     way
		outcome Outcome
	}{way: way{protocol, method, ctx, header}}
	c.Call = Call{way: &c.way, outcome: &c.outcome}
	c.outcome.start = now()
	return &c.Call
}

// Run takes the call through interceptors and handler, and its outcome through
// the policy. Either request is the message that the transport read, or err
// says why there is none. Run recovers panics, but for [http.ErrAbortHandler].
//
// The outcome belongs to the call. It is not logged yet: see [Middle.End].
func (m *Middle) Run(c *Call, request proto.Message, err error) *Outcome {
	o := c.outcome
	o.request = request
	switch {
	case err != nil:
		o.before = err
	case c.method == nil:
		o.before = exceptions.NewNotFound("")
	}
	reply, err := m.invoke(c)
	switch {
	case err == nil:
		m.outcome(c, reply)
	case o.chosen == nil && m.api.handlers == nil: // as a rule
		m.Fail(c, err)
	default:
		m.fail(c, err)
	}
	if o.chosen != nil {
		o.Header, o.Trailer = o.chosen.header, o.chosen.trailer
	}
	return o
}

// outcome makes the outcome of what interceptors and handler have returned
// without an error.
func (m *Middle) outcome(c *Call, reply proto.Message) *Outcome {
	if c.method != nil && c.method.outHeaders != nil && reply != nil {
		c.sendHeaders(reply)
	}
	chosen, stream := c.choices(), c.outcome.stream
	if m.plain && chosen.response != nil && reply == nil {
		return m.Fail(c, fmt.Errorf("the handler wrote an HTTP response, which protocol %q cannot carry", c.protocol))
	}
	if m.plain || chosen.response == nil && stream != nil && c.method.streams() {
		// No status is sent, so there is none to ask the policy about.
		c.outcome.Reply, c.outcome.Status = reply, cmp.Or(chosen.status, http.StatusOK)
		return c.outcome
	}
	return m.succeed(c, chosen, reply)
}

// fail makes err the outcome of the call, after the API's exception handlers
// have seen it.
func (m *Middle) fail(c *Call, err error) *Outcome {
	// What was set for a success concerns no failure.
	if chosen := c.outcome.chosen; chosen != nil {
		chosen.status, chosen.response = 0, nil
		if c.outcome.stream == nil { // else it may be on its way
			chosen.header = nil
		}
	}
	err, answered := m.handle(c, err)
	o := m.Fail(c, err)
	if answered {
		o.Failed, o.Response = false, c.choices().response
		o.Status = cmp.Or(o.Response.Status, http.StatusOK)
	}
	return o
}

// Fail makes err the outcome of the call. Transports use it for what goes
// wrong after Run, such as a reply that cannot be encoded.
func (m *Middle) Fail(c *Call, err error) *Outcome {
	o := c.outcome
	o.Failed, o.Err, o.Response, o.Reply = true, err, nil, nil
	m.policy.Judge(c.context(), &o.Verdict, err)
	o.Status = o.Verdict.Status
	if o.handled && !c.method.wasChecked(&o.Verdict) {
		if _, ok := exceptions.Of(err); ok && !c.passedOn(err) {
			m.api.checkDeclared(c, &o.Verdict)
		}
	}
	return o
}

// End logs the call. The transport calls it once, when it has written all.
//
// A client that leaves a stream before its end is no failure: most streams end
// so.
func (m *Middle) End(c *Call) {
	switch {
	case m.silent:
	case (c.outcome.Failed || c.outcome.Err != nil) && !c.left():
		m.api.profile.log(m.api.logger, c)
	case m.api.accessLog:
		logCall(m.api.logger, c, slog.LevelInfo, "call done")
	}
}

// left says whether the call of a streaming rpc ended because its client left.
func (c *Call) left() bool {
	return c.outcome.stream != nil && c.context().Err() != nil && c.outcome.Verdict.Code == exceptions.CodeCancelled
}

// invoke runs the chain and turns a panic into an error.
func (m *Middle) invoke(c *Call) (reply proto.Message, err error) {
	defer recovered(&err)
	return m.run(c, c)
}

// recovered, deferred, makes a panic the error, but for [http.ErrAbortHandler].
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = panicked(v)
	}
}

// panicked makes an error of what was recovered, but for [http.ErrAbortHandler],
// which it panics with again.
func panicked(v any) error {
	if v == http.ErrAbortHandler { // compared as net/http does
		panic(v)
	}
	return &panicError{value: v, stack: debug.Stack()}
}

func (m *Middle) succeed(c *Call, chosen *choices, reply proto.Message) *Outcome {
	policy := m.api.profile.policy
	switch {
	case chosen.response != nil:
		c.outcome.Response, c.outcome.Status = chosen.response, chosen.response.Status
		if c.outcome.Status == 0 {
			c.outcome.Status = http.StatusOK
		}
		if s := c.outcome.Status; s < 200 || s > 999 {
			return m.Fail(c, fmt.Errorf("the handler wrote a response with status %d, which HTTP cannot send", s))
		}
		return c.outcome
	case m.api.profile.nullForNothing:
		if reply == nil || c.method != nil && c.method.void {
			reply = structpb.NewNullValue()
		}
	case reply == nil && chosen.status == 0:
		return m.answer(c, policy.Nothing(), nil, http.StatusNoContent)
	}
	status, otherwise := chosen.status, http.StatusOK
	if c.method != nil { // nil where an interceptor answers for no method
		if status == 0 {
			status = c.method.successStatus
		}
		if c.method.void && m.api.profile.emptyIsNothing {
			reply, otherwise = nil, http.StatusNoContent
		}
	}
	if status == 0 {
		status = otherwise
	}
	answer := policy.Replied(status)
	if answer.Status == status && reply != nil { // as a rule
		c.outcome.Reply, c.outcome.Status = reply, status
		return c.outcome
	}
	return m.answer(c, answer, reply, status)
}

// answer makes a reply of what the policy says of it. A reply that the policy
// turns into an error loses its message: clients would not expect it there.
func (m *Middle) answer(c *Call, a normalize.Answer, reply proto.Message, status int) *Outcome {
	o := c.outcome
	if a.Status >= 300 && a.Status != status || a.Status >= 500 && reply == nil {
		message := ""
		if a.Status >= 500 {
			message = m.api.profile.policy.UnknownMessage()
		}
		o.Failed, o.Verdict, o.Status = true, a.Verdict(status, message), a.Status
		o.Err = fmt.Errorf("the handler replied with status %d, which policy %q answers with %d", status, m.api.profile.policy.Name(), a.Status)
		return o
	}
	o.Reply, o.Status = reply, a.Status
	return o
}

// A panicError is a panic of a handler or an interceptor. It unwraps to
// nothing: a panic is a bug, whatever it carries, and never what the caller is
// told.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }
