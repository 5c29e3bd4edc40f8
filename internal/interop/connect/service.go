package main

import (
	"context"
	"io"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1/conformancev1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/suite"
	"google.golang.org/protobuf/proto"
)

// service does what the comments of service.proto say. A method never looks at
// the protocol that it is called on.
type service struct{}

var _ conformancev1endpoints.ConformanceServiceServer = service{}

func (service) Unary(ctx context.Context, r *conformancev1.UnaryRequest) (*conformancev1.UnaryResponse, error) {
	payload, err := answer(ctx, r.GetResponseDefinition(), r)
	if err != nil {
		return nil, err
	}
	return &conformancev1.UnaryResponse{Payload: payload}, nil
}

func (service) IdempotentUnary(ctx context.Context, r *conformancev1.IdempotentUnaryRequest) (*conformancev1.IdempotentUnaryResponse, error) {
	payload, err := answer(ctx, r.GetResponseDefinition(), r)
	if err != nil {
		return nil, err
	}
	return &conformancev1.IdempotentUnaryResponse{Payload: payload}, nil
}

func (service) Unimplemented(context.Context, *conformancev1.UnimplementedRequest) (*conformancev1.UnimplementedResponse, error) {
	return nil, &failure{code: conformancev1.Code_CODE_UNIMPLEMENTED}
}

func (service) ClientStream(ctx context.Context, stream conformancev1endpoints.ConformanceServiceClientStreamStream) (*conformancev1.ClientStreamResponse, error) {
	var (
		definition *conformancev1.UnaryResponseDefinition
		requests   []proto.Message
	)
	for {
		r, err := stream.Receive()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if requests == nil {
			definition = r.GetResponseDefinition()
		}
		requests = append(requests, r)
	}
	payload, err := answer(ctx, definition, requests...)
	if err != nil {
		return nil, err
	}
	return &conformancev1.ClientStreamResponse{Payload: payload}, nil
}

// answer makes the one reply that a definition asks for.
func answer(ctx context.Context, d *conformancev1.UnaryResponseDefinition, requests ...proto.Message) (*conformancev1.ConformancePayload, error) {
	call := endpoints.CallFrom(ctx)
	info, err := requestInfo(ctx, call, requests)
	if err != nil {
		return nil, err
	}
	pause(d.GetResponseDelayMs())
	suite.AddFields(call.Trailer(), d.GetResponseTrailers())
	if e := d.GetError(); e != nil {
		return nil, raise(e, d.GetResponseHeaders(), info)
	}
	suite.AddFields(call.Header(), d.GetResponseHeaders())
	return &conformancev1.ConformancePayload{Data: d.GetResponseData(), RequestInfo: info}, nil
}

func (service) ServerStream(ctx context.Context, r *conformancev1.ServerStreamRequest, stream conformancev1endpoints.ConformanceServiceServerStreamStream) error {
	replies := newReplies(ctx, r.GetResponseDefinition(), func(p *conformancev1.ConformancePayload) error {
		return stream.Send(&conformancev1.ServerStreamResponse{Payload: p})
	})
	replies.requests = []proto.Message{r}
	return replies.rest()
}

func (service) BidiStream(ctx context.Context, stream conformancev1endpoints.ConformanceServiceBidiStreamStream) error {
	var replies *replies
	full := false
	for {
		r, err := stream.Receive()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if replies == nil {
			full = r.GetFullDuplex()
			replies = newReplies(ctx, r.GetResponseDefinition(), func(p *conformancev1.ConformancePayload) error {
				return stream.Send(&conformancev1.BidiStreamResponse{Payload: p})
			})
			replies.fullDuplex = full
		}
		replies.requests = append(replies.requests, r)
		if full {
			if replies.done() {
				break
			}
			if err := replies.next(); err != nil {
				return err
			}
		}
	}
	if replies == nil {
		return nil
	}
	return replies.rest()
}

// replies sends what the definition of a stream asks for.
type replies struct {
	ctx        context.Context
	call       *endpoints.Call
	definition *conformancev1.StreamResponseDefinition
	send       func(*conformancev1.ConformancePayload) error
	fullDuplex bool
	requests   []proto.Message // that no reply has told yet
	sent       int
}

func newReplies(ctx context.Context, d *conformancev1.StreamResponseDefinition, send func(*conformancev1.ConformancePayload) error) *replies {
	call := endpoints.CallFrom(ctx)
	suite.AddFields(call.Header(), d.GetResponseHeaders())
	suite.AddFields(call.Trailer(), d.GetResponseTrailers())
	return &replies{ctx: ctx, call: call, definition: d, send: send}
}

func (s *replies) done() bool { return s.sent >= len(s.definition.GetResponseData()) }

func (s *replies) next() error {
	payload := &conformancev1.ConformancePayload{Data: s.definition.GetResponseData()[s.sent]}
	var err error
	switch {
	case s.sent == 0:
		payload.RequestInfo, err = requestInfo(s.ctx, s.call, s.requests)
	case s.fullDuplex:
		payload.RequestInfo = new(conformancev1.ConformancePayload_RequestInfo)
		payload.RequestInfo.Requests, err = suite.Pack(s.requests)
	}
	if err != nil {
		return err
	}
	s.requests = nil
	pause(s.definition.GetResponseDelayMs())
	s.sent++
	return s.send(payload)
}

// rest sends the remaining replies, and the error.
func (s *replies) rest() error {
	for !s.done() {
		if err := s.next(); err != nil {
			return err
		}
	}
	e := s.definition.GetError()
	switch {
	case e == nil:
		return nil
	case s.sent > 0:
		return raise(e, nil, nil)
	}
	info, err := requestInfo(s.ctx, s.call, s.requests)
	if err != nil {
		return err
	}
	return raise(e, nil, info)
}

// pause waits as a definition asks, also past the deadline of the client: the
// suite wants to see what the client makes of that.
func pause(millis uint32) { time.Sleep(time.Duration(millis) * time.Millisecond) }
