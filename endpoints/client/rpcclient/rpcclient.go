// Package rpcclient carries the calls of generated clients over Connect, gRPC
// and gRPC-Web:
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
	"math"
	"net/http"
	"sync/atomic"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// Connect is the transport for the Connect protocol: a POST with the binary
// message as its body, over any version of HTTP. It is a [client.Opener].
func Connect(t client.Target) (client.Transport, error) { return open(t) }

// GRPC is the transport for gRPC. It needs HTTP/2: a base URL with https, or an
// http.Client whose transport allows HTTP/2 without encryption
// ([http.Protocols]). It is a [client.Opener].
func GRPC(t client.Target) (client.Transport, error) { return open(t, connect.WithGRPC()) }

// GRPCWeb is the transport for gRPC-Web, which does with any version of HTTP. It
// is a [client.Opener].
func GRPCWeb(t client.Target) (client.Transport, error) { return open(t, connect.WithGRPCWeb()) }

type transport struct {
	callers map[protoreflect.FullName]*connect.Client[wire, wire]
}

func open(t client.Target, options ...connect.ClientOption) (client.Transport, error) {
	options = append(options, connect.WithCodec(codec{}), connect.WithReadMaxBytes(int(min(t.ReplyBytes, math.MaxInt))))
	c := &transport{callers: make(map[protoreflect.FullName]*connect.Client[wire, wire])}
	base := t.BaseURL.String() + "/" + string(t.Service.FullName()) + "/"
	for i := range t.Service.Methods().Len() {
		m := t.Service.Methods().Get(i)
		c.callers[m.FullName()] = connect.NewClient[wire, wire](sender{t.HTTPClient}, base+string(m.Name()), options...)
	}
	return c, nil
}

// Do implements [client.Transport].
func (t *transport) Do(ctx context.Context, call *client.Call) error {
	caller := t.callers[call.Method.FullName()]
	if caller == nil {
		return errors.New("it is not a method of the client's service")
	}
	message, err := proto.Marshal(call.Request)
	if err != nil {
		return err
	}
	request := connect.NewRequest(&wire{message})
	for name, values := range call.Header.Clone() {
		request.Header()[name] = values
	}
	var answer answer
	ctx, info := connect.NewClientContext(context.WithValue(ctx, answerKey{}, &answer))
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
	if err := proto.Unmarshal(reply.Msg.message, call.Reply); err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	return nil
}

// failure tells the exception of the service, or of what stands before it, from
// an answer that did not come or makes no sense.
func failure(err error, answer *http.Response) error {
	e, ok := errors.AsType[*connect.Error](err)
	switch {
	case ok && connect.IsWireError(e):
		details := make([]*anypb.Any, 0, len(e.Details()))
		for _, d := range e.Details() {
			details = append(details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
		}
		return client.ReadStatus(exceptions.Code(e.Code()), e.Message(), details, e.Meta())
	case answer != nil && answer.StatusCode != http.StatusOK:
		// The page of a proxy, say. Package connect has read it; the status is
		// what is left.
		return client.ReadError(&http.Response{StatusCode: answer.StatusCode, Header: answer.Header})
	}
	return err
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

// answerKey is the key of the *answer in the context of a request.
type answerKey struct{}

// A sender sends requests and notes what was answered, which package connect
// does not tell.
type sender struct{ *http.Client }

// Do implements [connect.HTTPClient].
func (s sender) Do(r *http.Request) (*http.Response, error) {
	response, err := s.Client.Do(r)
	if a, ok := r.Context().Value(answerKey{}).(*answer); ok && err == nil {
		a.Store(&http.Response{StatusCode: response.StatusCode, Header: response.Header.Clone()})
	}
	return response, err
}

// A wire is a message as it travels. Package connect makes the message of a
// reply itself and by its Go type, which is not known here.
type wire struct{ message []byte }

// codec leaves messages as they travel.
type codec struct{}

// Name implements [connect.Codec].
func (codec) Name() string { return "proto" }

// Marshal implements [connect.Codec].
func (codec) Marshal(m any) ([]byte, error) {
	switch m := m.(type) {
	case *wire:
		return m.message, nil
	case proto.Message:
		return proto.Marshal(m)
	}
	return nil, fmt.Errorf("%T is no message", m)
}

// Unmarshal implements [connect.Codec].
func (codec) Unmarshal(data []byte, m any) error {
	switch m := m.(type) {
	case *wire:
		m.message = append([]byte(nil), data...)
		return nil
	case proto.Message: // the status of gRPC
		return proto.Unmarshal(data, m)
	}
	return fmt.Errorf("%T is no message", m)
}
