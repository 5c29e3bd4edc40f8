package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/gen/connectrpc/conformance/v1/conformancev1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/interop/suite"
	"google.golang.org/protobuf/proto"
)

// A call is one that the suite asks for, and what came of it. It never looks at
// the protocol that it is made over.
type call struct {
	request *conformancev1.ClientCompatRequest
	service *conformancev1endpoints.ConformanceServiceClient
	cancel  context.CancelFunc
	answer  client.Answer
	result  *conformancev1.ClientResponseResult
}

// run makes the call. The error says that it could not be made.
func (c *call) run(ctx context.Context) error {
	var err error
	switch name := c.request.GetMethod(); name {
	case "Unary":
		err = unary(ctx, c, c.service.Unary)
	case "IdempotentUnary":
		err = unary(ctx, c, c.service.IdempotentUnary)
	case "Unimplemented":
		err = unary(ctx, c, c.service.Unimplemented)
	case "ServerStream":
		err = c.serverStream(ctx)
	case "ClientStream":
		err = c.clientStream(ctx)
	case "BidiStream":
		err = c.bidiStream(ctx)
	default:
		err = fmt.Errorf("there is no method %s", name)
	}
	c.result.ResponseHeaders = suite.Fields(c.answer.Header)
	c.result.ResponseTrailers = suite.Fields(c.answer.Trailer)
	return err
}

// options are those of every call.
func (c *call) options() []client.CallOption {
	options := []client.CallOption{client.ReadAnswer(&c.answer)}
	for _, h := range c.request.GetRequestHeaders() {
		for _, v := range h.GetValue() {
			options = append(options, client.Header(h.GetName(), v))
		}
	}
	return options
}

// unary makes a call that does not stream.
func unary[Req, Rep any, Q client.MessageOf[Req], P client.MessageOf[Rep]](
	ctx context.Context, c *call, method func(context.Context, Q, ...client.CallOption) (P, error),
) error {
	request, err := only[Req, Q](c)
	if err != nil {
		return err
	}
	time.Sleep(millis(c.request.GetRequestDelayMs()))
	if wait, ok := c.cancelAfterSending(); ok {
		defer time.AfterFunc(wait, c.cancel).Stop()
	}
	reply, err := method(ctx, request, c.options()...)
	c.received(reply, err)
	return nil
}

func (c *call) serverStream(ctx context.Context) error {
	request, err := only[conformancev1.ServerStreamRequest](c)
	if err != nil {
		return err
	}
	time.Sleep(millis(c.request.GetRequestDelayMs()))
	stream, err := c.service.ServerStream(ctx, request, c.options()...)
	if err != nil {
		c.failed(err)
		return nil
	}
	defer stream.Close()
	if wait, ok := c.cancelAfterSending(); ok {
		time.Sleep(wait)
		c.cancel()
	}
	for m, err := range stream.Messages() {
		c.received(m, err)
	}
	return nil
}

func (c *call) clientStream(ctx context.Context) error {
	requests, err := unpack[conformancev1.ClientStreamRequest](c)
	if err != nil {
		return err
	}
	stream, err := c.service.ClientStream(ctx, c.options()...)
	if err != nil {
		c.failed(err)
		return nil
	}
	defer stream.Close()
	for i, m := range requests {
		time.Sleep(millis(c.request.GetRequestDelayMs()))
		if stream.Send(m) != nil {
			c.result.NumUnsentRequests = int32(len(requests) - i)
			break
		}
	}
	if c.cancelsBeforeCloseSend() {
		c.cancel()
	}
	if wait, ok := c.cancelAfterSending(); ok {
		defer time.AfterFunc(wait, c.cancel).Stop()
	}
	reply, err := stream.CloseAndReceive()
	c.received(reply, err)
	return nil
}

func (c *call) bidiStream(ctx context.Context) error {
	requests, err := unpack[conformancev1.BidiStreamRequest](c)
	if err != nil {
		return err
	}
	stream, err := c.service.BidiStream(ctx, c.options()...)
	if err != nil {
		c.failed(err)
		return nil
	}
	defer stream.Close()
	inTurns := c.request.GetStreamType() == conformancev1.StreamType_STREAM_TYPE_FULL_DUPLEX_BIDI_STREAM
	for i, m := range requests {
		time.Sleep(millis(c.request.GetRequestDelayMs()))
		if stream.Send(m) != nil {
			c.result.NumUnsentRequests = int32(len(requests) - i)
			break
		}
		if inTurns {
			reply, err := stream.Receive()
			if c.received(reply, err); err != nil {
				break
			}
		}
	}
	if c.cancelsBeforeCloseSend() {
		c.cancel()
	} else if err := stream.CloseSend(); err != nil {
		return err
	}
	if wait, ok := c.cancelAfterSending(); ok {
		time.Sleep(wait)
		c.cancel()
	}
	for m, err := range stream.Messages() {
		c.received(m, err)
	}
	return nil
}

// cancelsBeforeCloseSend says whether the call is canceled in place of the end
// of the messages.
func (c *call) cancelsBeforeCloseSend() bool {
	return c.request.GetCancel().GetBeforeCloseSend() != nil
}

// cancelAfterSending returns how long after the end of the messages the call is
// canceled, if it is.
func (c *call) cancelAfterSending() (time.Duration, bool) {
	switch t := c.request.GetCancel().GetCancelTiming().(type) {
	case *conformancev1.ClientCompatRequest_Cancel_AfterCloseSendMs:
		return millis(t.AfterCloseSendMs), true
	case nil:
		return 0, c.request.GetCancel() != nil
	}
	return 0, false
}

// received takes a message, or the end of the messages, into the result.
func (c *call) received(m proto.Message, err error) {
	switch {
	case errors.Is(err, io.EOF):
		return
	case err != nil:
		c.failed(err)
		return
	}
	if m, ok := m.(interface {
		GetPayload() *conformancev1.ConformancePayload
	}); ok {
		c.result.Payloads = append(c.result.Payloads, m.GetPayload())
	}
	if n := c.request.GetCancel().GetAfterNumResponses(); n > 0 && n == uint32(len(c.result.Payloads)) {
		c.cancel()
	}
}

// failed takes an error into the result.
func (c *call) failed(err error) {
	text := err.Error()
	c.result.Error = &conformancev1.Error{Code: conformancev1.Code(client.CodeOf(err)), Message: &text}
	if e, ok := err.(exceptions.ServiceException); ok {
		d := exceptions.Describe(e)
		text = d.Message
		if c.result.Error.Details, err = suite.Pack(d.Details); err != nil {
			text = err.Error()
		}
	}
}

// only returns the one request.
func only[T any, M client.MessageOf[T]](c *call) (M, error) {
	all, err := unpack[T, M](c)
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("there are %d messages to send, and should be one", len(all))
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// unpack returns the messages to send.
func unpack[T any, M client.MessageOf[T]](c *call) ([]M, error) {
	var all []M
	for _, packed := range c.request.GetRequestMessages() {
		m := M(new(T))
		if err := packed.UnmarshalTo(m); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}
