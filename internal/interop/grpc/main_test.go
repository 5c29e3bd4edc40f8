package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// dial serves s and returns a connection of grpc-go.
func dial(t *testing.T, health *rpc.Health, s endpoints.Service) *grpc.ClientConn {
	t.Helper()
	api := endpoints.New(endpoints.With(rpc.Transport(rpc.WithHealth(health))), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := api.Register(s); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := endpoints.NewServer("", api)
	go func() { _ = server.Serve(listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = server.Close()
	})
	return conn
}

// TestStatus: what grpc-go makes of an exception.
func TestStatus(t *testing.T) {
	s := testService()
	s.Methods[0].Call = func(context.Context, proto.Message) (proto.Message, error) {
		return nil, exceptions.Raise(exceptions.NewTooManyRequests("Langsam, %s.", "bitte – 日本"), exceptions.RetryAfter(3*time.Second),
			exceptions.Header("X-Tries", "2"), exceptions.Header("WWW-Authenticate", "Bearer"), exceptions.Details(&testpb.BoolValue{Value: true}))
	}
	var header, trailer metadata.MD
	_, err := testpb.NewTestServiceClient(dial(t, rpc.NewHealth(), s)).EmptyCall(t.Context(), new(testpb.Empty), grpc.Header(&header), grpc.Trailer(&trailer))
	got := status.Convert(err)
	if got.Code() != codes.ResourceExhausted || got.Message() != "Langsam, bitte – 日本." {
		t.Errorf("status = %v", got)
	}
	details := got.Details()
	if len(details) != 3 {
		t.Fatalf("details = %v", details)
	}
	if d, ok := details[0].(*errdetails.ErrorInfo); !ok || d.GetReason() != "RATE_LIMIT_EXCEEDED" || d.GetDomain() != "global" {
		t.Errorf("first detail = %v", details[0])
	}
	if d, ok := details[1].(*errdetails.RetryInfo); !ok || d.GetRetryDelay().AsDuration() != 3*time.Second {
		t.Errorf("second detail = %v", details[1])
	}
	if d, ok := details[2].(*testpb.BoolValue); !ok || !d.GetValue() {
		t.Errorf("third detail = %v", details[2])
	}
	for name, want := range map[string]string{"x-tries": "2", "retry-after": "3"} {
		if values := trailer.Get(name); len(values) != 1 || values[0] != want {
			t.Errorf("%s = %q, want %q", name, values, want)
		}
	}
}

// TestDeadline: the client's deadline is that of the handler's context.
func TestDeadline(t *testing.T) {
	s := testService()
	var left time.Duration
	s.Methods[0].Call = func(ctx context.Context, _ proto.Message) (proto.Message, error) {
		if deadline, ok := ctx.Deadline(); ok {
			left = time.Until(deadline)
		}
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if _, err := testpb.NewTestServiceClient(dial(t, rpc.NewHealth(), s)).EmptyCall(ctx, new(testpb.Empty)); err != nil {
		t.Fatal(err)
	}
	if left <= 0 || left > time.Hour {
		t.Errorf("%v are left of an hour", left)
	}
}

// TestHealth: grpc-go's client, with its own generated code for the service.
func TestHealth(t *testing.T) {
	health := rpc.NewHealth()
	client := grpc_health_v1.NewHealthClient(dial(t, health, testService()))
	reply, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "grpc.testing.TestService"})
	if err != nil || reply.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("reply = %v, error %v", reply, err)
	}
	if _, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "x"}); status.Code(err) != codes.NotFound {
		t.Errorf("error for an unknown service = %v", err)
	}
	watch, err := client.Watch(t.Context(), new(grpc_health_v1.HealthCheckRequest))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []grpc_health_v1.HealthCheckResponse_ServingStatus{
		grpc_health_v1.HealthCheckResponse_SERVING, grpc_health_v1.HealthCheckResponse_NOT_SERVING,
	} {
		reply, err := watch.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if reply.GetStatus() != want {
			t.Errorf("status = %v, want %v", reply.GetStatus(), want)
		}
		health.Set("", rpc.HealthNotServing)
	}
}

// TestStreams: a thousand messages there and back.
func TestStreams(t *testing.T) {
	stream, err := testpb.NewTestServiceClient(dial(t, rpc.NewHealth(), testService())).FullDuplexCall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range int32(1000) {
		if err := stream.Send(&testpb.StreamingOutputCallRequest{ResponseParameters: []*testpb.ResponseParameters{{Size: i}}}); err != nil {
			t.Fatal(err)
		}
		reply, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(reply.GetPayload().GetBody()); n != int(i) {
			t.Fatalf("reply %d has %d bytes", i, n)
		}
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != io.EOF {
		t.Errorf("error at the end = %v", err)
	}
}
