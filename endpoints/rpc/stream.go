package rpc

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
)

// takeover puts serveFramed in place of the function that a handler of package
// connect was made with. It is the one way in by which all messages are ours to
// read, so that what is wrong with them goes through the API too.
type takeover struct{ p *procedure }

func (takeover) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return next }

func (takeover) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (t takeover) WrapStreamingHandler(connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return t.p.serveFramed
}

// serveFramed serves one call. Package connect has read the header and set the
// deadline; it ends the reply with the error that is returned.
func (p *procedure) serveFramed(ctx context.Context, conn connect.StreamingHandlerConn) error {
	if p.limits.CallTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.limits.CallTime)
		defer cancel()
	}
	protocol := conn.Peer().Protocol
	if protocol == connect.ProtocolGRPCWeb {
		protocol = protocolGRPCWeb
	}
	call := p.middle.Begin(ctx, protocol, p.method, conn.RequestHeader())
	defer p.middle.End(call)
	s := &stream{p: p, conn: conn, call: call, patience: patienceOf(ctx)}
	var (
		request proto.Message
		err     error
		o       *endpoints.Outcome
	)
	if ctx.Err() != nil {
		err = ctx.Err() // before it began, as on a server that is shutting down
	} else if !p.clientStreams {
		request, err = s.only()
	}
	if p.unary {
		o = p.middle.Run(call, request, err)
	} else {
		o = p.middle.RunStream(call, request, s, err)
	}
	if !o.Failed && !p.serverStreams {
		o = s.reply(o)
	}
	if o.Failed && protocol == protocolGRPC && !s.wrote {
		s.sendAhead(o.Verdict.Header)
	}
	if p.serverStreams {
		s.sendHeader() // of a stream that ended without a message
	}
	addFields(conn.ResponseTrailer(), o.Trailer)
	_ = s.patience.Begin() // package connect is about to write the end
	if !o.Failed {
		return nil
	}
	e := p.connectError(o)
	if protocol == protocolGRPC {
		// They would not be sent, and net/http would say so in the log.
		maps.DeleteFunc(e.Meta(), func(name string, _ []string) bool { return !trails(name) })
	}
	return e
}

// stream is the call that the handler of a streaming rpc gets.
type stream struct {
	p      *procedure
	conn   connect.StreamingHandlerConn
	call   *endpoints.Call
	header bool // its fields are handed over
	wrote  bool // it is on its way, with a message

	patience *patience.Patience // with the client that reads
}

// Receive implements [endpoints.Stream].
func (s *stream) Receive() (proto.Message, error) {
	if !s.p.clientStreams {
		return nil, io.EOF
	}
	return s.next()
}

func (s *stream) next() (proto.Message, error) {
	in := incoming{message: s.p.method.NewRequest()}
	if err := s.conn.Receive(&in); err != nil && in.err == nil {
		return nil, s.received(err)
	}
	if in.err != nil {
		return nil, in.err
	}
	if !in.decoded {
		if err := s.p.reader.ReadBinary(nil, in.message); err != nil {
			return nil, err
		}
	}
	return in.message, nil
}

// Send implements [endpoints.Stream].
func (s *stream) Send(m proto.Message) error {
	if !s.p.serverStreams {
		return errors.New("rpc: the method does not stream replies")
	}
	return s.send(m)
}

func (s *stream) send(m proto.Message) error {
	s.sendHeader()
	err := s.patience.Begin()
	if err == nil {
		err = s.conn.Send(m)
	}
	if err != nil {
		return s.failed(err)
	}
	s.patience.End()
	s.wrote = true
	return nil
}

// sendHeader hands over the header fields that go out with the first message.
func (s *stream) sendHeader() {
	if !s.header {
		s.header = true
		addFields(s.conn.ResponseHeader(), s.call.Header())
	}
}

// sendAhead puts the fields of an exception that net/http does not let into
// trailers, such as WWW-Authenticate, into the header. Where that has been sent,
// in the middle of a stream, they are lost.
func (s *stream) sendAhead(fields http.Header) {
	for name, values := range fields {
		if !trails(name) {
			s.conn.ResponseHeader()[name] = values
		}
	}
}

// only reads the one message of a client that does not stream. Another number of
// messages is UNIMPLEMENTED, as the table of status codes of gRPC has it.
func (s *stream) only() (proto.Message, error) {
	m, err := s.next()
	switch {
	case err == io.EOF:
		return nil, exceptions.NewNotImplemented("The request has no message.")
	case err != nil:
		return nil, err
	}
	switch err := s.conn.Receive(new(incoming)); {
	case errors.Is(err, io.EOF):
		return m, nil
	case err == nil:
		return nil, exceptions.NewNotImplemented("The request has more than one message.")
	default:
		return nil, s.received(err)
	}
}

// reply sends the one reply of a method that does not stream replies.
func (s *stream) reply(o *endpoints.Outcome) *endpoints.Outcome {
	reply := o.Reply
	if reply == nil {
		reply = s.p.empty
	}
	trailer := o.Trailer
	if err := s.send(reply); err != nil {
		o = s.p.middle.Fail(s.call, err)
		o.Trailer = trailer
	}
	return o
}

// addFields adds fields that a handler has set, but for those that the protocols
// themselves need.
func addFields(to, from http.Header) {
	for name, values := range from {
		if !reserved(name) {
			to[name] = append(to[name], values...)
		}
	}
}
