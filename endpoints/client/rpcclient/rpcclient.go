// Package rpcclient carries the calls of generated clients over Connect, gRPC
// and gRPC-Web, streams of every kind among them:
//
//	library, err := libraryv1endpoints.NewLibraryClient("https://library.example.com",
//		client.WithTransport(rpcclient.GRPC))
//
// All else is as over REST: the same methods, options and errors. Methods need
// no google.api.http rule.
package rpcclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"sync/atomic"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Connect is the transport for the Connect protocol: a POST with the binary
// message as its body, over any version of HTTP. Streams in both directions at
// once need HTTP/2. It is a [client.Opener].
func Connect(t client.Target) (client.Transport, error) { return open(t, settings{}), nil }

// GRPC is the transport for gRPC. It needs HTTP/2: a base URL with https, or an
// http.Client whose transport allows HTTP/2 without encryption
// ([http.Protocols]). It is a [client.Opener].
func GRPC(t client.Target) (client.Transport, error) {
	return open(t, settings{protocol: connect.WithGRPC()}), nil
}

// GRPCWeb is the transport for gRPC-Web, which does with any version of HTTP;
// streams in both directions at once need HTTP/2. It is a [client.Opener].
func GRPCWeb(t client.Target) (client.Transport, error) {
	return open(t, settings{protocol: connect.WithGRPCWeb()}), nil
}

// A transport implements [client.StreamTransport].
type transport struct {
	target   client.Target
	settings settings
	codec    codec
	callers  map[protoreflect.FullName]*connect.Client[wire, wire]
}

func open(t client.Target, s settings) *transport {
	c := &transport{target: t, settings: s, codec: s.codec(t.ProtoNames)}
	c.callers = make(map[protoreflect.FullName]*connect.Client[wire, wire])
	base := t.BaseURL.String() + "/" + string(t.Service.FullName()) + "/"
	for i := range t.Service.Methods().Len() {
		m := t.Service.Methods().Get(i)
		c.callers[m.FullName()] = connect.NewClient[wire, wire](sender{t.HTTPClient}, base+string(m.Name()), c.options(m)...)
	}
	return c
}

// options returns those of the client for one method.
func (t *transport) options(m protoreflect.MethodDescriptor) []connect.ClientOption {
	options := []connect.ClientOption{
		connect.WithCodec(t.codec),
		connect.WithInterceptors(header{}),
		connect.WithReadMaxBytes(int(min(t.target.ReplyBytes, math.MaxInt))),
	}
	if t.settings.protocol != nil {
		options = append(options, t.settings.protocol)
	}
	if t.settings.gzip {
		options = append(options, connect.WithSendGzip(), connect.WithCompressMinBytes(t.settings.gzipFrom))
	}
	o, _ := m.Options().(*descriptorpb.MethodOptions)
	if t.settings.get && o.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS {
		options = append(options, connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects),
			connect.WithHTTPGetMaxURLSize(maxURL, true))
	}
	return options
}

// caller returns the client for the method of a call.
func (t *transport) caller(call *client.Call) (*connect.Client[wire, wire], error) {
	if c := t.callers[call.Method.FullName()]; c != nil {
		return c, nil
	}
	return nil, errors.New("it is not a method of the client's service")
}

// Do implements [client.Transport].
func (t *transport) Do(ctx context.Context, call *client.Call) error {
	caller, err := t.caller(call)
	if err != nil {
		return err
	}
	request := connect.NewRequest(&wire{message: call.Request})
	setHeader(request.Header(), call.Header)
	ctx, answer := watch(ctx, call)
	ctx, info := connect.NewClientContext(ctx)
	reply, err := caller.CallUnary(ctx, request)
	seen := answer.Load()
	if seen != nil {
		call.Answer.Status, call.Answer.Header = seen.StatusCode, seen.Header
		call.Answer.Trailer = trailer(info.ResponseTrailer())
	}
	if err != nil {
		return failure(err, seen)
	}
	proto.Reset(call.Reply)
	if err := t.codec.read(reply.Msg.data, call.Reply); err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	return nil
}

// setHeader adds the fields of a call, which are shared, to those of a request.
// The protocol keeps its own.
func setHeader(to, from http.Header) {
	for name, values := range from {
		if _, taken := to[name]; !taken || name == "User-Agent" {
			to[name] = slices.Clone(values)
		}
	}
}

// trailer returns the fields of a trailer but for those that end a call of gRPC.
func trailer(all http.Header) http.Header {
	own := make(http.Header, len(all))
	for name, values := range all {
		switch name {
		case "Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin":
		default:
			own[name] = values
		}
	}
	return own
}

// An answer is the response to a request, once there is one.
type answer = atomic.Pointer[http.Response]

// watched is what the context of a request tells of its call.
type watched struct {
	call   *client.Call
	answer answer
}

type watchedKey struct{}

// watch returns a context for a call, and where its answer will be.
func watch(ctx context.Context, call *client.Call) (context.Context, *answer) {
	w := &watched{call: call}
	return context.WithValue(ctx, watchedKey{}, w), &w.answer
}

// A sender sends requests and notes what was answered, which package connect
// does not tell.
type sender struct{ *http.Client }

// Do implements [connect.HTTPClient].
func (s sender) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.ContentLength < 0 {
		r.Body = &streamBody{r.Body, r.Context().Err}
	}
	response, err := s.Client.Do(r)
	if w, ok := r.Context().Value(watchedKey{}).(*watched); ok && err == nil {
		w.answer.Store(&http.Response{StatusCode: response.StatusCode, Header: response.Header.Clone()})
	}
	return response, err
}

// A streamBody is what a client streams. Package connect closes it when a call
// has failed, and when its context has ended as well, which may come through
// sooner than the end of the context: the service must not take that for the end
// of the messages.
type streamBody struct {
	io.ReadCloser
	ended func() error // of the context
}

func (b *streamBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		if ended := b.ended(); ended != nil {
			err = ended
		}
	}
	return n, err
}

// header gives streams the header of their call before package connect sends
// it, which for a server-streaming rpc is at once.
type header struct{}

func (header) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc { return next }

func (header) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func (header) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		if w, ok := ctx.Value(watchedKey{}).(*watched); ok {
			setHeader(conn.RequestHeader(), w.call.Header)
		}
		return conn
	}
}
