package main

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/protobuf/proto"
)

// testService is what the documentation of gRPC's interoperability tests wants of
// a server. The messages come from grpc-go, so the service is put together by
// hand, and no code is generated.
func testService() endpoints.Service {
	empty := func() proto.Message { return new(testpb.Empty) }
	simple := func() proto.Message { return new(testpb.SimpleRequest) }
	output := func() proto.Message { return new(testpb.StreamingOutputCallRequest) }
	return endpoints.Service{
		Descriptor: testpb.File_grpc_testing_test_proto.Services().ByName("TestService"),
		Methods: []endpoints.Method{
			{Name: "EmptyCall", NewRequest: empty, Call: func(context.Context, proto.Message) (proto.Message, error) {
				return new(testpb.Empty), nil
			}},
			{Name: "UnaryCall", NewRequest: simple, Call: unaryCall},
			{Name: "CacheableUnaryCall", NewRequest: simple, Call: unaryCall},
			{Name: "StreamingOutputCall", NewRequest: output, Stream: streamingOutputCall},
			{Name: "StreamingInputCall", NewRequest: func() proto.Message { return new(testpb.StreamingInputCallRequest) }, Stream: streamingInputCall},
			{Name: "FullDuplexCall", NewRequest: output, Stream: fullDuplexCall},
			{Name: "HalfDuplexCall", NewRequest: output, Stream: halfDuplexCall},
			{Name: "UnimplementedCall", NewRequest: empty, Call: func(context.Context, proto.Message) (proto.Message, error) {
				return nil, exceptions.NewNotImplemented("This method is not implemented.")
			}},
		},
	}
}

// A failure has the code and the message that a client asks for.
type failure struct{ status *testpb.EchoStatus }

func (f failure) Error() string   { return f.status.GetMessage() }
func (f failure) HTTPStatus() int { return http.StatusInternalServerError }
func (f failure) DescribeException() exceptions.Description {
	return exceptions.Description{
		Class:   &exceptions.Class{Name: "Failure", Status: http.StatusInternalServerError, Code: exceptions.Code(f.status.GetCode())},
		Message: f.status.GetMessage(), Blank: true,
	}
}

// asked returns the error that a client asks for, if it does.
func asked(s *testpb.EchoStatus) error {
	if s.GetCode() == 0 {
		return nil
	}
	return failure{s}
}

// echo sends back the metadata of the case custom_metadata.
func echo(ctx context.Context) {
	call := endpoints.CallFrom(ctx)
	for name, to := range map[string]http.Header{
		"X-Grpc-Test-Echo-Initial":      call.Header(),
		"X-Grpc-Test-Echo-Trailing-Bin": call.Trailer(),
	} {
		for _, v := range call.RequestHeader()[name] {
			to.Add(name, v)
		}
	}
}

func payload(size int32) *testpb.Payload { return &testpb.Payload{Body: make([]byte, size)} }

func unaryCall(ctx context.Context, request proto.Message) (proto.Message, error) {
	r := request.(*testpb.SimpleRequest)
	echo(ctx)
	if err := asked(r.GetResponseStatus()); err != nil {
		return nil, err
	}
	return &testpb.SimpleResponse{Payload: payload(r.GetResponseSize())}, nil
}

func streamingInputCall(_ context.Context, _ proto.Message, stream endpoints.Stream) (proto.Message, error) {
	sum := new(testpb.StreamingInputCallResponse)
	for {
		m, err := stream.Receive()
		if err == io.EOF {
			return sum, nil
		}
		if err != nil {
			return nil, err
		}
		sum.AggregatedPayloadSize += int32(len(m.(*testpb.StreamingInputCallRequest).GetPayload().GetBody()))
	}
}

func streamingOutputCall(ctx context.Context, request proto.Message, stream endpoints.Stream) (proto.Message, error) {
	return nil, output(ctx, request.(*testpb.StreamingOutputCallRequest), stream)
}

// output sends the replies that one request asks for.
func output(ctx context.Context, r *testpb.StreamingOutputCallRequest, stream endpoints.Stream) error {
	if err := asked(r.GetResponseStatus()); err != nil {
		return err
	}
	for _, p := range r.GetResponseParameters() {
		if us := p.GetIntervalUs(); us > 0 {
			select {
			case <-time.After(time.Duration(us) * time.Microsecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := stream.Send(&testpb.StreamingOutputCallResponse{Payload: payload(p.GetSize())}); err != nil {
			return err
		}
	}
	return nil
}

func fullDuplexCall(ctx context.Context, _ proto.Message, stream endpoints.Stream) (proto.Message, error) {
	echo(ctx)
	for {
		m, err := stream.Receive()
		if err == io.EOF {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if err := output(ctx, m.(*testpb.StreamingOutputCallRequest), stream); err != nil {
			return nil, err
		}
	}
}

func halfDuplexCall(ctx context.Context, _ proto.Message, stream endpoints.Stream) (proto.Message, error) {
	var requests []*testpb.StreamingOutputCallRequest
	for {
		m, err := stream.Receive()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		requests = append(requests, m.(*testpb.StreamingOutputCallRequest))
	}
	for _, r := range requests {
		if err := output(ctx, r, stream); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
