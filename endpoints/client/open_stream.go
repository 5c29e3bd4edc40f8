package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// ErrClosed is what Send and Receive of a stream return after Close.
var ErrClosed = errors.New("the stream has been closed on this side")

// shape is what streams in a call, and the messages that it has.
type shape struct {
	clientStreams, serverStreams bool
	request, reply               protoreflect.FullName
}

func (s shape) String() string {
	switch {
	case s.clientStreams && s.serverStreams:
		return "bidirectional"
	case s.clientStreams:
		return "client-streaming"
	case s.serverStreams:
		return "server-streaming"
	}
	return "unary"
}

func shapeOf(d protoreflect.MethodDescriptor) shape {
	return shape{d.IsStreamingClient(), d.IsStreamingServer(), d.Input().FullName(), d.Output().FullName()}
}

// An openStream is a call on its way: all that is the same for every protocol
// and every type of message.
type openStream struct {
	name  protoreflect.FullName
	inner Stream
	// ended returns the error of the caller's context, if that has ended.
	ended func() error
	// release gives the call up and frees what belongs to it.
	release func()
	// answer is filled by the transport; told, if it is not nil, gets it when the
	// first message has come, with every new id, and when the end has come.
	answer, told *Answer
	received     bool
	sent         bool // the sending side is closed
	end          atomic.Pointer[error]
	closed       atomic.Bool
}

// open opens a call. request is nil if the client streams.
//
// It is never repeated: by the time that a failure shows, messages may have gone
// both ways.
func (c *Client) open(ctx context.Context, name string, want shape, request proto.Message, options []CallOption) (*openStream, error) {
	m, ok := c.methods[name]
	if !ok {
		return nil, fmt.Errorf("client: the service has no method %q", name)
	}
	method := m.descriptor.FullName()
	if is := shapeOf(m.descriptor); is != want {
		return nil, fmt.Errorf("client: %s is %s, from %s to %s", method, is, is.request, is.reply)
	}
	if !want.clientStreams && !request.ProtoReflect().IsValid() {
		return nil, fmt.Errorf("%s: the request is nil", method)
	}
	transport, ok := c.transport.(StreamTransport)
	if !ok {
		return nil, fmt.Errorf("%s: the transport of this client carries no streams", method)
	}
	settings := c.defaults.with(options)
	call := &Call{Method: m.descriptor, Request: request, Header: settings.header, Answer: &Answer{Attempts: 1}}
	s := &openStream{name: method, ended: func() error { return endOf(ctx) }, answer: call.Answer, told: settings.answer}
	within, cancel := context.WithCancel(ctx)
	var err error
	if s.inner, err = transport.Stream(within, call); err != nil {
		cancel()
		s.tell()
		return nil, s.named(err)
	}
	free := sync.OnceFunc(func() {
		cancel()
		_ = s.inner.Close()
	})
	// A caller whose context ends may never ask again.
	stop := context.AfterFunc(ctx, free)
	s.release = func() {
		stop()
		free()
	}
	return s, nil
}

// endOf returns the error of a context. That of a deadline may be late: the
// other side, or the network, keeps the same deadline.
func endOf(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// send sends a message.
func (s *openStream) send(m proto.Message) error {
	switch {
	case s.sent:
		return fmt.Errorf("%s: the sending side is closed", s.name)
	case s.closed.Load():
		return s.named(ErrClosed)
	case s.end.Load() != nil:
		return io.EOF
	case !m.ProtoReflect().IsValid():
		return fmt.Errorf("%s: the message is nil", s.name)
	}
	err := s.inner.Send(m)
	switch {
	case err == nil:
		return nil
	case s.closed.Load():
		return s.named(ErrClosed)
	case err == io.EOF:
		return io.EOF
	}
	return s.named(err)
}

// closeSend closes the sending side, once.
func (s *openStream) closeSend() error {
	switch {
	case s.closed.Load():
		return s.named(ErrClosed)
	case s.sent || s.end.Load() != nil:
		s.sent = true
		return nil
	}
	s.sent = true
	if err := s.inner.CloseSend(); err != nil && err != io.EOF {
		return s.named(err)
	}
	return nil
}

// receive fills m. Its first error is that of every later call.
func (s *openStream) receive(m proto.Message) error {
	if end := s.end.Load(); end != nil {
		return *end
	}
	if s.closed.Load() {
		return s.finish(ErrClosed)
	}
	err := s.inner.Receive(m)
	if err != nil || !s.received || s.told != nil && s.told.LastEventID != s.answer.LastEventID {
		s.received = true
		s.tell()
	}
	if err != nil {
		return s.finish(err)
	}
	return nil
}

// finish ends the call with an error of the receiving side.
func (s *openStream) finish(err error) error {
	if err != io.EOF {
		if s.closed.Load() && !isReceived(err) && s.ended() == nil {
			err = ErrClosed // what the transport says of it does not matter
		}
		err = s.named(err)
	}
	return s.fail(err)
}

// fail makes err that of every later call, and frees what belongs to this one.
func (s *openStream) fail(err error) error {
	s.end.Store(&err)
	s.release()
	return err
}

// close gives the call up.
func (s *openStream) close() error {
	s.closed.Store(true)
	s.release()
	return nil
}

// tell hands the answer over to the caller.
func (s *openStream) tell() {
	if s.told != nil {
		*s.told = *s.answer
	}
}

// named makes an error say which method it is about, and that the context has
// ended, if it has.
func (s *openStream) named(err error) error {
	return name(err, s.name, s.ended())
}

// name makes an error that is no exception say which method it is about, and
// that the context has ended, if it has: the context may have been ended with a
// cause of its own, which the network's error shows instead.
func name(err error, method protoreflect.FullName, ended error) error {
	if isReceived(err) {
		return err
	}
	err = fmt.Errorf("%s: %w", method, err)
	if ended != nil && !errors.Is(err, ended) {
		return &endedError{err: err, ended: ended}
	}
	return err
}

// onlyReply receives the one reply of a client-streaming rpc.
func (s *openStream) onlyReply(m, second proto.Message) error {
	switch err := s.receive(m); {
	case err == io.EOF:
		return s.miscounted("there is no reply")
	case err != nil:
		return err
	}
	switch err := s.receive(second); {
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	}
	return s.miscounted("there is more than one reply")
}

// miscounted is the error of a wrong number of replies. gRPC has a code for it
// ("Status codes and their use in gRPC").
func (s *openStream) miscounted(text string) error {
	return s.fail(s.named(&codedError{exceptions.CodeUnimplemented, errors.New(text)}))
}
