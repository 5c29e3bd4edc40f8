package wsclient

import (
	"context"
	"errors"
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
)

// The subprotocols, as package endpoints/websocket has them.
const (
	subprotocolJSON  = "endpoints.v1.json"
	subprotocolProto = "endpoints.v1.proto"
)

// WebSocket is the transport for WebSockets with binary messages. It is a
// [client.Opener]; what it makes is a [client.StreamTransport]. [With] has
// others.
//
// A server pings its clients, and takes one for gone that does not answer. The
// transport answers whether the caller receives or not, as long as what is
// waiting to be received is not more than 64 KiB.
func WebSocket(t client.Target) (client.Transport, error) { return With()(t) }

// With returns [WebSocket] with options.
func With(options ...Option) client.Opener {
	return func(t client.Target) (client.Transport, error) {
		w := &transport{Target: t, base: t.BaseURL.String() + "/" + string(t.Service.FullName()) + "/"}
		for _, o := range options {
			if o != nil {
				o.apply(w)
			}
		}
		return w, nil
	}
}

// An Option is a setting of [With].
type Option interface{ apply(*transport) }

type option func(*transport)

func (o option) apply(t *transport) { o(t) }

// JSON sends and receives messages as JSON in text frames: for servers that know
// nothing else, or to look at. A message that is an object with the only key
// "error" is received with the next one only, since it may also be the end of a
// call that failed.
func JSON() Option { return option(func(t *transport) { t.json = true }) }

type transport struct {
	client.Target
	base string // what all URLs begin with
	json bool
}

// Do implements [client.Transport].
func (*transport) Do(context.Context, *client.Call) error {
	return errors.New("it does not stream: over WebSockets there are streams alone")
}

// Stream implements [client.StreamTransport]. It does not wait for the
// connection, which a server may accept with its first message only.
func (t *transport) Stream(ctx context.Context, call *client.Call) (client.Stream, error) {
	var request []byte
	if !call.Method.IsStreamingClient() {
		if call.Request == nil {
			return nil, errors.New("there is no request")
		}
		var err error
		if request, err = t.encode(call.Request); err != nil {
			return nil, fmt.Errorf("request: %w", err)
		}
	}
	s := newStream(ctx, t, call)
	go s.run(request)
	return s, nil
}

// encode returns a message as it is sent.
func (t *transport) encode(m proto.Message) ([]byte, error) {
	if t.json {
		return jsonpb.Append(nil, m, jsonpb.AppendOptions{UseProtoNames: t.ProtoNames})
	}
	return proto.Marshal(m)
}

// decode reads a message as it is sent.
func (t *transport) decode(data []byte, m proto.Message) error {
	if t.json {
		return jsonpb.Unmarshal(data, m, jsonpb.UnmarshalOptions{DiscardUnknown: true})
	}
	return proto.Unmarshal(data, m)
}

func (t *transport) subprotocol() string {
	if t.json {
		return subprotocolJSON
	}
	return subprotocolProto
}
