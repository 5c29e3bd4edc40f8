package everyprotocol_test

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/rpcclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/wsclient"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/proto"
)

// typed are the ways of typed clients to call the service. Those with call have
// calls without streams, those with stream have streams.
var typed = []struct {
	name         string
	open         client.Opener
	http2        bool
	call, stream bool
	options      []client.CallOption
}{
	{name: "REST", open: client.REST, call: true},
	{name: "Connect", open: rpcclient.Connect, call: true, stream: true},
	{name: "gRPC", open: rpcclient.GRPC, http2: true, call: true, stream: true},
	{name: "gRPC-Web", open: rpcclient.GRPCWeb, call: true, stream: true},
	{name: "events", open: client.REST, stream: true},
	{name: "lines", open: client.REST, stream: true, options: []client.CallOption{client.Header("Accept", "application/x-ndjson, "+accept)}},
	{name: "WebSocket", open: wsclient.WebSocket, stream: true},
	{name: "WebSocket with JSON", open: wsclient.With(wsclient.JSON()), stream: true},
}

// rebuilt returns what typed clients make of the exception of l.
func rebuilt(t *testing.T, l *live) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, c := range typed {
			h := l.http1
			if c.http2 {
				h = l.http2
			}
			options := []client.Option{
				client.WithTransport(c.open), client.WithHTTPClient(h),
				client.WithRetry(client.Retry{Attempts: 1}), client.WithCallOptions(c.options...),
			}
			if c.call && !yield(c.name, updateBy(t, options)) {
				return
			}
			name := c.name
			if c.call {
				name += " stream"
			}
			if c.stream && !yield(name, watchBy(t, options)) {
				return
			}
		}
	}
}

// updateBy calls the method without streams.
func updateBy(t *testing.T, options []client.Option) error {
	t.Helper()
	c, err := libraryv1endpoints.NewLibraryClient(origin, options...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.UpdateBook(t.Context(), updateRequest)
	return err
}

// watchBy calls the method with a stream, which has one message.
func watchBy(t *testing.T, options []client.Option) error {
	t.Helper()
	c, err := libraryv1endpoints.NewDeskClient(origin, options...)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := c.WatchLoans(t.Context(), watchRequest)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	if loan, err := stream.Receive(); err != nil || loan.GetNumber() != 1 {
		t.Errorf("the first message is %v, %v", loan, err)
	}
	_, err = stream.Receive()
	return err
}

// check compares with the table what a client made of an exception.
func (r row) check(t *testing.T, name string, err error, modern bool) {
	t.Helper()
	e, ok := err.(exceptions.ServiceException)
	if !ok {
		t.Errorf("%s, %s: %v is no exception", r.name, name, err)
		return
	}
	if _, speaks := exceptions.Of(err); speaks {
		t.Errorf("%s, %s: it speaks for this program", r.name, name)
	}
	want, ok := r.raised.(proto.Message)
	if ok {
		if got := message(err); !proto.Equal(want, got) {
			t.Errorf("%s, %s: %T %v, want %v", r.name, name, got, got, want)
		}
	}
	if !modern {
		return // the policy has a say in the rest
	}
	d := exceptions.Describe(e)
	if d.Message != r.message || d.Reason != r.reason {
		t.Errorf("%s, %s: %q, reason %q\nwant %q, reason %q", r.name, name, d.Message, d.Reason, r.message, r.reason)
	}
	if r.as == nil {
		return
	}
	if text, ok := r.as(err); !ok || text != r.message {
		t.Errorf("%s, %s: it is not of the type that it should be, but %T %v", r.name, name, err, err)
	}
}

// message returns the exception that err is, as the message that was rebuilt; nil
// if it is none.
func message(err error) proto.Message {
	for ; err != nil; err = errors.Unwrap(err) {
		if m, ok := err.(proto.Message); ok {
			return m
		}
		if list, ok := err.(interface{ Unwrap() []error }); ok {
			return message(list.Unwrap()[0])
		}
	}
	return nil
}

// describe returns all that a client knows of an exception.
func describe(t *testing.T, err error) string {
	t.Helper()
	e, ok := err.(exceptions.ServiceException)
	if !ok {
		return fmt.Sprint("no exception: ", err)
	}
	d := exceptions.Describe(e)
	lines := []string{fmt.Sprintf("%s %d %s, reason %s, domain %s: %s", class(d.Class), e.HTTPStatus(), code(d.Class), d.Reason, d.Domain, d.Message)}
	if m := message(err); m != nil {
		lines = append(lines, fmt.Sprintf("type %s %s", m.ProtoReflect().Descriptor().FullName(), marshalJSON(t, m)))
	}
	if d.RetryAfter > 0 {
		lines = append(lines, "retry after "+d.RetryAfter.String())
	}
	for _, v := range d.Violations {
		lines = append(lines, fmt.Sprintf("violation at %s %s, reason %s: %s", v.LocationType, v.Location, v.Reason, v.Message))
	}
	for _, detail := range d.Details {
		lines = append(lines, fmt.Sprintf("detail %s %s", detail.ProtoReflect().Descriptor().FullName(), marshalJSON(t, detail)))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		lines = append(lines, name+": "+strings.Join(d.Header[name], ", "))
	}
	return strings.Join(lines, "\n")
}

func class(c *exceptions.Class) string {
	if c == nil {
		return "no class"
	}
	return c.Name
}

func code(c *exceptions.Class) string {
	if c == nil {
		return "without code"
	}
	return c.Code.String()
}
