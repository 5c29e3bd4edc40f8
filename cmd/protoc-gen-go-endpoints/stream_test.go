package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints/internal/testpb/stream"
	"github.com/endpoints-frameworks/endpoints-go/cmd/protoc-gen-go-endpoints/internal/testpb/stream/streamendpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
)

// streams implements every kind of rpc; a number below zero is an error.
type streams struct{}

var errNegative = errors.New("a negative number")

func (streams) Double(_ context.Context, n *stream.Number) (*stream.Number, error) {
	return &stream.Number{Value: 2 * n.GetValue()}, nil
}

func (streams) Add(_ context.Context, s streamendpoints.StreamsAddStream) (*stream.Sum, error) {
	sum := new(stream.Sum)
	for {
		n, err := s.Receive()
		switch {
		case err == io.EOF && sum.GetValue() == 0:
			return nil, nil
		case err == io.EOF:
			return sum, nil
		case err != nil:
			return nil, err
		}
		sum.Value += n.GetValue()
	}
}

func (streams) CountTo(_ context.Context, n *stream.Number, s streamendpoints.StreamsCountToStream) error {
	if n.GetValue() < 0 {
		return errNegative
	}
	for i := range n.GetValue() {
		if err := s.Send(&stream.Number{Value: i + 1}); err != nil {
			return err
		}
	}
	return nil
}

func (streams) Totals(_ context.Context, s streamendpoints.StreamsTotalsStream) error {
	sum := new(stream.Sum)
	for {
		n, err := s.Receive()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		sum.Value += n.GetValue()
		if err := s.Send(proto.CloneOf(sum)); err != nil {
			return err
		}
	}
}

// tape is a stream that has been recorded before the call.
type tape struct {
	in, out []proto.Message
	err     error // after in
}

func (t *tape) Receive() (proto.Message, error) {
	if len(t.in) == 0 {
		return nil, t.err
	}
	m := t.in[0]
	t.in = t.in[1:]
	return m, nil
}

func (t *tape) Send(m proto.Message) error {
	t.out = append(t.out, m)
	return nil
}

// TestGeneratedStreams calls streaming methods of an implementation through the
// code that was generated for it.
func TestGeneratedStreams(t *testing.T) {
	api := endpoints.New()
	if err := streamendpoints.RegisterStreams(api, streams{}); err != nil {
		t.Fatal(err)
	}
	methods := make(map[string]*endpoints.Method)
	for _, m := range api.Methods() {
		methods[m.Name] = m
	}
	number := func(n int64) proto.Message { return &stream.Number{Value: n} }
	sum := func(n int64) proto.Message { return &stream.Sum{Value: n} }
	tests := []struct {
		name    string
		method  string
		request proto.Message
		tape    tape
		reply   proto.Message
		out     []proto.Message
		err     error
	}{
		{name: "client", method: "Add", tape: tape{in: []proto.Message{number(1), number(2)}, err: io.EOF}, reply: sum(3)},
		{name: "client, a reply that is a nil pointer", method: "Add", tape: tape{err: io.EOF}},
		{name: "client, an error", method: "Add", tape: tape{in: []proto.Message{number(1)}, err: errNegative}, err: errNegative},
		{name: "server", method: "count_to", request: number(2), out: []proto.Message{number(1), number(2)}},
		{name: "server, an error", method: "count_to", request: number(-2), err: errNegative},
		{name: "both", method: "Totals", tape: tape{in: []proto.Message{number(1), number(2)}, err: io.EOF}, out: []proto.Message{sum(1), sum(3)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := methods[tt.method]
			if m.Call != nil {
				t.Error("the method has a Call beside its Stream")
			}
			reply, err := m.Stream(t.Context(), tt.request, &tt.tape)
			if err != tt.err {
				t.Errorf("error = %v, want %v", err, tt.err)
			}
			if (reply == nil) != (tt.reply == nil) || reply != nil && !proto.Equal(reply, tt.reply) {
				t.Errorf("reply = %#v, want %v", reply, tt.reply)
			}
			if diff := cmp.Diff(tt.out, tt.tape.out, protocmp.Transform()); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}
