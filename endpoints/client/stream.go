package client

import (
	"context"
	"fmt"
	"io"
	"iter"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The ends of streams are generic in the types of their messages, as they are
// declared: ServerStream[Loan] receives *Loan. That *Loan is a message cannot be
// said of Loan alone, so the functions that open streams have a second type
// parameter for it, which the compiler infers; what they need of it, they leave
// in the stream as functions.

// A MessageOf is the pointer to T, which is a message: *Loan is the MessageOf[Loan].
type MessageOf[T any] interface {
	*T
	proto.Message
}

// empty returns a new message, as what it is and as any message.
func empty[T any, M MessageOf[T]]() (*T, proto.Message) {
	m := new(T)
	return m, M(m)
}

// asMessage returns a message as any message.
func asMessage[T any, M MessageOf[T]](m *T) proto.Message { return M(m) }

// nameOf returns the name of a message.
func nameOf[T any, M MessageOf[T]]() protoreflect.FullName {
	return M(nil).ProtoReflect().Descriptor().FullName()
}

// A ServerStream is an open call of a server-streaming rpc. Generated clients
// make it.
//
//	defer stream.Close()
//	for loan, err := range stream.Messages() { ... }
//
// Close it, unless the end has been received or the context of the call ends: it
// holds a connection. Only Close may be called by several goroutines at once.
type ServerStream[T any] struct {
	call  *openStream
	empty func() (*T, proto.Message)
}

// OpenServerStream opens a call of the server-streaming method with this name.
// Generated clients use it. The request is sent; nothing is waited for, so most
// errors, exceptions of the service above all, come from the first Receive.
//
// ctx is that of the whole stream. The call is sent once, whatever [Retry] says.
// What [ReadAnswer] fills is complete when the end has been received; status and
// header are there with the first message.
func OpenServerStream[T any, M MessageOf[T]](ctx context.Context, c *Client, name string, request proto.Message, options ...CallOption) (*ServerStream[T], error) {
	if request == nil {
		return nil, fmt.Errorf("client: %s: the request is nil", name)
	}
	want := shape{serverStreams: true, request: request.ProtoReflect().Descriptor().FullName(), reply: nameOf[T, M]()}
	call, err := c.open(ctx, name, want, request, options)
	if err != nil {
		return nil, err
	}
	return &ServerStream[T]{call, empty[T, M]}, nil
}

// Receive waits for the next message, which the caller owns. The error is
// [io.EOF] after the last one, if the service has ended the stream well; the
// exception of the service, marked as received; or an ordinary one, in which
// [errors.Is] finds that of the context if it has ended, and [ErrClosed] after
// Close. After an error it returns the same again.
func (s *ServerStream[T]) Receive() (*T, error) { return receive(s.call, s.empty) }

// Messages returns the messages that are still to come, each as from Receive.
// The loop ends after the last one, or with the error of Receive as its last
// pair. Leaving it early leaves the stream open.
func (s *ServerStream[T]) Messages() iter.Seq2[*T, error] { return messages(s.Receive) }

// Close gives the stream up, if it has not ended: the service sees that the
// client has gone. It returns at once and may be called at any time, again and
// from any goroutine; a waiting Receive returns. The error is always nil.
func (s *ServerStream[T]) Close() error { return s.call.close() }

// A ClientStream is an open call of a client-streaming rpc. Generated clients
// make it.
//
// Call CloseAndReceive, or Close, unless the context of the call ends: it holds
// a connection. Only Close may be called by several goroutines at once.
type ClientStream[Req, Rep any] struct {
	call      *openStream
	asMessage func(*Req) proto.Message
	empty     func() (*Rep, proto.Message)
	asked     bool
}

// OpenClientStream opens a call of the client-streaming method with this name.
// Generated clients use it. All else is as with [OpenServerStream].
func OpenClientStream[Req, Rep any, Q MessageOf[Req], P MessageOf[Rep]](ctx context.Context, c *Client, name string, options ...CallOption) (*ClientStream[Req, Rep], error) {
	want := shape{clientStreams: true, request: nameOf[Req, Q](), reply: nameOf[Rep, P]()}
	call, err := c.open(ctx, name, want, nil, options)
	if err != nil {
		return nil, err
	}
	return &ClientStream[Req, Rep]{call: call, asMessage: asMessage[Req, Q], empty: empty[Rep, P]}, nil
}

// Send sends a message, which may be changed again when it returns. It waits
// while the service does not keep up. The error is [io.EOF] if the service has
// ended the call: CloseAndReceive says how. Any other error says why the message
// was not sent.
func (s *ClientStream[Req, Rep]) Send(m *Req) error { return s.call.send(s.asMessage(m)) }

// CloseAndReceive says that there are no more messages, and returns the reply of
// the service, or an error as [ServerStream.Receive] does. It is called once.
func (s *ClientStream[Req, Rep]) CloseAndReceive() (*Rep, error) {
	if s.asked {
		return nil, fmt.Errorf("%s: the reply has been received", s.call.name)
	}
	s.asked = true
	if err := s.call.closeSend(); err != nil {
		return nil, s.call.fail(err)
	}
	reply, m := s.empty()
	_, second := s.empty()
	if err := s.call.onlyReply(m, second); err != nil {
		return nil, err
	}
	return reply, nil
}

// Close gives the call up; see [ServerStream.Close].
func (s *ClientStream[Req, Rep]) Close() error { return s.call.close() }

// A BidiStream is an open call of a bidirectional rpc. Generated clients make
// it.
//
// Receive until the end, or call Close, unless the context of the call ends: it
// holds a connection. One goroutine may send (Send, CloseSend) while another one
// receives (Receive, Messages); only Close may be called by any.
type BidiStream[Req, Rep any] struct {
	call      *openStream
	asMessage func(*Req) proto.Message
	empty     func() (*Rep, proto.Message)
}

// OpenBidiStream opens a call of the bidirectional method with this name.
// Generated clients use it. All else is as with [OpenServerStream].
func OpenBidiStream[Req, Rep any, Q MessageOf[Req], P MessageOf[Rep]](ctx context.Context, c *Client, name string, options ...CallOption) (*BidiStream[Req, Rep], error) {
	want := shape{clientStreams: true, serverStreams: true, request: nameOf[Req, Q](), reply: nameOf[Rep, P]()}
	call, err := c.open(ctx, name, want, nil, options)
	if err != nil {
		return nil, err
	}
	return &BidiStream[Req, Rep]{call, asMessage[Req, Q], empty[Rep, P]}, nil
}

// Send sends a message, which may be changed again when it returns. It waits
// while the service does not keep up. The error is [io.EOF] if the service has
// ended the call: Receive says how. Any other error says why the message was not
// sent.
func (s *BidiStream[Req, Rep]) Send(m *Req) error { return s.call.send(s.asMessage(m)) }

// CloseSend says that there are no more messages. Receive goes on.
func (s *BidiStream[Req, Rep]) CloseSend() error { return s.call.closeSend() }

// Receive waits for the next message; see [ServerStream.Receive].
func (s *BidiStream[Req, Rep]) Receive() (*Rep, error) { return receive(s.call, s.empty) }

// Messages returns the messages that are still to come; see
// [ServerStream.Messages].
func (s *BidiStream[Req, Rep]) Messages() iter.Seq2[*Rep, error] { return messages(s.Receive) }

// Close gives the call up; see [ServerStream.Close].
func (s *BidiStream[Req, Rep]) Close() error { return s.call.close() }

func receive[T any](call *openStream, empty func() (*T, proto.Message)) (*T, error) {
	message, m := empty()
	if err := call.receive(m); err != nil {
		return nil, err
	}
	return message, nil
}

func messages[T any](receive func() (*T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for {
			m, err := receive()
			if err == io.EOF || !yield(m, err) || err != nil {
				return
			}
		}
	}
}
