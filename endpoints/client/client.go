package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// A Client calls the methods of one service. Generated code makes and uses it.
// It is safe for concurrent use.
type Client struct {
	transport Transport
	retry     Retry
	defaults  callSettings
	methods   map[string]*method
}

// A method is what the client knows about an rpc, whatever the protocol.
type method struct {
	descriptor protoreflect.MethodDescriptor
	idempotent bool
}

// New returns a client for a service at a base URL such as
// "https://library.example.com": http or https, a host, and the path that all
// routes begin with, if there is one. The error holds everything that is wrong
// with the URL, the options and the service's declaration.
//
// Nothing is sent before the first call.
func New(baseURL string, service protoreflect.ServiceDescriptor, options ...Option) (*Client, error) {
	if service == nil {
		return nil, errors.New("client: no service")
	}
	s := settings{http: &http.Client{}, open: REST, replyBytes: defaultReplyBytes}
	for _, o := range options {
		if o != nil {
			o.set(&s)
		}
	}
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	c := &Client{retry: s.retry.withDefaults(), methods: make(map[string]*method)}
	for _, o := range append([]CallOption{userAgent(s.userAgent)}, s.calls...) {
		if o != nil {
			o.setCall(&c.defaults)
		}
	}
	for i := range service.Methods().Len() {
		d := service.Methods().Get(i)
		c.methods[string(d.Name())] = &method{descriptor: d, idempotent: isIdempotent(d)}
	}
	c.transport, err = s.open(Target{
		BaseURL:    base,
		Service:    service,
		HTTPClient: withRedirects(s.http),
		ReplyBytes: s.replyBytes,
		ProtoNames: s.protoNames,
	})
	if err != nil {
		return nil, fmt.Errorf("client: %s: %w", service.FullName(), err)
	}
	return c, nil
}

// Call calls the method with this name, which must not be streaming: it sends
// request and fills reply, which it resets first. An answer without content
// leaves reply empty.
//
// The error is the exception of the service, marked as received; else one that
// says what went wrong on the way, in which [errors.Is] finds the error of ctx
// if that has ended. The time that a call may take is up to ctx alone.
func (c *Client) Call(ctx context.Context, name string, request, reply proto.Message, options ...CallOption) error {
	m, ok := c.methods[name]
	if !ok {
		return fmt.Errorf("client: the service has no method %q", name)
	}
	if m.descriptor.IsStreamingClient() || m.descriptor.IsStreamingServer() {
		return fmt.Errorf("client: %s is streaming", m.descriptor.FullName())
	}
	s := c.defaults.with(options)
	call := &Call{
		Method:  m.descriptor,
		Request: request,
		Reply:   reply,
		Header:  s.header,
		Answer:  &Answer{},
	}
	err := c.retry.run(ctx, s.idempotent || m.idempotent, func() error {
		*call.Answer = Answer{Attempts: call.Answer.Attempts + 1}
		return c.attempt(ctx, call)
	})
	if s.answer != nil {
		*s.answer = *call.Answer
	}
	return err
}

// attempt sends the call once.
func (c *Client) attempt(ctx context.Context, call *Call) error {
	err := c.transport.Do(ctx, call)
	if err == nil {
		return nil
	}
	return name(err, call.Method.FullName(), endOf(ctx))
}

// endedError is err, which came about because a context has ended.
type endedError struct{ err, ended error }

func (e *endedError) Error() string   { return e.err.Error() }
func (e *endedError) Unwrap() []error { return []error{e.err, e.ended} }

// isIdempotent says whether the declaration of a method allows to repeat it: by
// its idempotency_level, or by the verbs of its google.api.http rule (RFC 9110,
// section 9.2.2).
func isIdempotent(d protoreflect.MethodDescriptor) bool {
	options, _ := d.Options().(*descriptorpb.MethodOptions)
	if options.GetIdempotencyLevel() != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN {
		return true
	}
	rules := rules(d)
	return len(rules) > 0 && !slices.ContainsFunc(rules, func(r *annotations.HttpRule) bool {
		verb, _ := verbAndPath(r)
		switch verb {
		case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
			return false
		}
		return true
	})
}
