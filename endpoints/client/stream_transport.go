package client

import (
	"context"

	"google.golang.org/protobuf/proto"
)

// A StreamTransport is a [Transport] that also carries the calls of streaming
// rpcs. It is safe for concurrent use.
type StreamTransport interface {
	Transport
	// Stream opens a call. Its Reply is nil. Its Request is the one request of a
	// server-streaming rpc, which Stream sends itself, with the end of the
	// sending side; nil if the client streams. ctx is that of the whole call: it
	// is over when ctx ends.
	//
	// Status and Header of the call's Answer are filled when the header of the
	// response has come, at the latest before the first Receive returns; Trailer
	// when Receive returns the end. Nothing but Stream and Receive writes them.
	//
	// The error is an exception if the other side has already answered with one,
	// as for [Transport.Do]. A kind of rpc that the transport cannot carry is an
	// ordinary error.
	Stream(ctx context.Context, call *Call) (Stream, error)
}

// A Stream is an open call of a streaming rpc, as a [StreamTransport] makes it.
// One goroutine may send while another one receives; no method but Close may be
// called by two at once. The [Client] sees to it that Close is called: when the
// end has come, when the context has ended, or when the caller gives up.
type Stream interface {
	// Send sends a message, which must not be changed before it returns. It waits
	// while the other side does not keep up. The error is [io.EOF] if the call has
	// ended: Receive says how. Any other error says that the message was not sent.
	Send(m proto.Message) error
	// CloseSend says that there are no more messages. It is not called twice, nor
	// for a server-streaming rpc.
	CloseSend() error
	// Receive waits for a message and fills m, which is empty. The error is
	// [io.EOF] if the other side has ended the call well; the exception, as
	// [ReadError] or [ReadStatus] returns it; or an ordinary error. After an error
	// it is not called again.
	Receive(m proto.Message) error
	// Close gives the call up, if it has not ended, and frees all that belongs to
	// it. Waiting calls of Send and Receive return. It may be called at any time,
	// from any goroutine, and again.
	Close() error
}
