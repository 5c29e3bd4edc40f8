package client_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store/storeendpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/thrower"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// connectTransport carries calls over what package connect speaks. It shows that
// a transport needs nothing but the exported names of package client.
type connectTransport struct {
	client.Target
	options []connect.ClientOption
}

func overConnect(options ...connect.ClientOption) client.Opener {
	return func(t client.Target) (client.Transport, error) { return &connectTransport{t, options}, nil }
}

// A wire is a message as it travels; wires is the codec that leaves it so.
type wire struct{ data []byte }

type wires struct{}

func (wires) Name() string                  { return "proto" }
func (wires) Marshal(m any) ([]byte, error) { return m.(*wire).data, nil }

func (wires) Unmarshal(data []byte, m any) error {
	if status, ok := m.(proto.Message); ok { // package connect reads that of gRPC
		return proto.Unmarshal(data, status)
	}
	m.(*wire).data = append([]byte(nil), data...)
	return nil
}

func (c *connectTransport) procedure(call *client.Call) string {
	return c.BaseURL.String() + "/" + string(call.Method.Parent().FullName()) + "/" + string(call.Method.Name())
}

func (c *connectTransport) Do(ctx context.Context, call *client.Call) error {
	data, err := proto.Marshal(call.Request)
	if err != nil {
		return err
	}
	options := append([]connect.ClientOption{connect.WithCodec(wires{}), connect.WithReadMaxBytes(int(c.ReplyBytes))}, c.options...)
	caller := connect.NewClient[wire, wire](c.HTTPClient, c.procedure(call), options...)
	request := connect.NewRequest(&wire{data})
	for name, values := range call.Header {
		request.Header()[name] = values
	}
	reply, err := caller.CallUnary(ctx, request)
	if err != nil {
		return received(err)
	}
	call.Answer.Status, call.Answer.Header = http.StatusOK, reply.Header()
	return proto.Unmarshal(reply.Msg.data, call.Reply)
}

// received rebuilds the exception of a service; other errors stay what they are.
func received(err error) error {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || !connect.IsWireError(err) {
		return err
	}
	var details []*anypb.Any
	for _, d := range e.Details() {
		details = append(details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
	}
	return client.ReadStatus(exceptions.Code(e.Code()), e.Message(), details, e.Meta())
}

// TestOtherTransports raises every declared exception over the other protocols,
// by the same generated client.
func TestOtherTransports(t *testing.T) {
	protocols := map[string][]connect.ClientOption{"connect": nil, "grpc": {connect.WithGRPC()}, "grpc-web": {connect.WithGRPCWeb()}}
	server := &thrower.Server{With: []exceptions.Option{exceptions.Header("X-Thrown", "yes"), exceptions.RetryAfter(time.Minute)}}
	api := thrower.New(server, endpoints.WithLogger(slog.New(slog.DiscardHandler)), endpoints.With(rpc.Transport()))
	h := httptest.NewUnstartedServer(api)
	h.EnableHTTP2 = true
	h.StartTLS()
	defer h.Close()
	for name, options := range protocols {
		t.Run(name, func(t *testing.T) {
			c, err := storeendpoints.NewThrowerClient(h.URL, client.WithHTTPClient(h.Client()), client.WithTransport(overConnect(options...)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Throw(t.Context(), &store.ThrowRequest{}); err != nil {
				t.Errorf("without an exception: %v", err)
			}
			for _, e := range exceptiontest.All() {
				held, err := anypb.New(e)
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.Throw(t.Context(), store.ThrowRequest_builder{Exception: held}.Build())
				got, ok := message(err)
				if !ok || !proto.Equal(got, e) {
					t.Fatalf("got %v %T %v\nwant %T %v", err, got, got, e, e)
				}
				d, want := exceptions.Describe(err.(exceptions.ServiceException)), exceptions.Describe(e)
				if d.Class != want.Class || d.Header.Get("X-Thrown") != "yes" || d.RetryAfter != time.Minute || len(d.Details) != len(want.Details) {
					t.Errorf("%s: it says %+v", want.Class, d)
				}
				if want.Message != "" && d.Message != want.Message || want.Reason != "" && d.Reason != want.Reason {
					t.Errorf("%s: message and reason = %q, %q", want.Class, d.Message, d.Reason)
				}
			}
		})
	}
}
