package client_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/declared"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store/storeendpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/thrower"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// later is what the next version of a proto file declares: an exception that
// extends one which is there, with a field and a text of its own, one that
// extends that, and one that extends a predefined class alone.
const later = `
message_type {
  name: "HeldForRepair"
  field { name: "lease" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "holder" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "workshop" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL }
  options { [endpoints.v1.exception] { extends: "Held" reason: "heldForRepair" message: "{lease} is at {workshop}." status: 409 code: ABORTED } }
}
message_type {
  name: "HeldForGood"
  field { name: "lease" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "holder" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "workshop" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL }
  options { [endpoints.v1.exception] { extends: "HeldForRepair" reason: "heldForGood" } }
}
message_type {
  name: "Burnt"
  field { name: "lease" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  options { [endpoints.v1.exception] { extends: "Gone" reason: "burnt" message: "{lease} is burnt." } }
}
`

// nextGeneration returns the next version of the file with the leases, which is
// not linked into this program: only the server knows it.
func nextGeneration(t *testing.T) protoreflect.FileDescriptor {
	t.Helper()
	file := protodesc.ToFileDescriptorProto(lease.File_exceptiontest_lease_lease_proto)
	var added descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal([]byte(later), &added); err != nil {
		t.Fatal(err)
	}
	file.MessageType = append(file.MessageType, added.MessageType...)
	fd, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// A next is an exception of the next version, as the server has it.
type next struct {
	*dynamicpb.Message
	declared *declared.Exception
	text     string
}

func (n *next) Error() string   { return n.text }
func (n *next) HTTPStatus() int { return n.declared.Class.Status }

func (n *next) DescribeException() exceptions.Description {
	d := exceptions.Description{
		Class: n.declared.Class, Reason: n.declared.Class.Reason, Domain: n.declared.Domain,
		Message: n.text, Details: []proto.Message{n.Message},
	}
	wire, err := proto.Marshal(n.Message)
	if err != nil {
		panic(err)
	}
	for p := n.declared.Parent; p != nil; p = p.Parent {
		projection := dynamicpb.NewMessage(p.Message)
		if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(wire, projection); err != nil {
			panic(err)
		}
		d.Details = append(d.Details, projection)
	}
	return d
}

// TestGenerations lets a client of one version of a proto meet a server of the
// next: it gets the nearest class that it knows.
func TestGenerations(t *testing.T) {
	file := nextGeneration(t)
	reader := declared.NewReader()
	raise := func(name protoreflect.Name, fields, text string) *next {
		m := dynamicpb.NewMessage(file.Messages().ByName(name))
		if err := prototext.Unmarshal([]byte(fields), m); err != nil {
			t.Fatal(err)
		}
		return &next{Message: m, declared: reader.Exception(m.Descriptor()), text: text}
	}
	held := &lease.Held{Lease: new("l"), Holder: new("h")}
	tests := []struct {
		raised *next
		is     func(error) bool
		reason string
		known  proto.Message // the first class that the client knows; nil: a predefined one
	}{
		{raise("HeldForRepair", `lease: "l" holder: "h" workshop: "w"`, "l is at w."), is[*exceptions.Locked], "heldForRepair", held},
		{raise("HeldForGood", `lease: "l" holder: "h" workshop: "w"`, "l is at w."), is[*exceptions.Locked], "heldForGood", held},
		{raise("Burnt", `lease: "l"`, "l is burnt."), is[*exceptions.Gone], "burnt", nil},
	}
	if problems := reader.Problems(); problems != nil {
		t.Fatal(problems)
	}
	for _, tt := range tests {
		for name, format := range map[string]normalize.Format{"aip193": normalize.AIP193(), "problem": normalize.Problem()} {
			t.Run(name+"/"+tt.raised.declared.Class.Name, func(t *testing.T) {
				api := thrower.New(&thrower.Server{Err: tt.raised}, endpoints.WithLogger(slog.New(slog.DiscardHandler)),
					endpoints.WithProfile(endpoints.Modern()), endpoints.WithErrorFormat(format))
				c, err := storeendpoints.NewThrowerClient("http://store.example.com", client.WithHTTPClient(endpointstest.Client(t, api)))
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.Throw(t.Context(), &store.ThrowRequest{})
				if !tt.is(err) {
					t.Errorf("error = %#v is not of the predefined class", err)
				}
				got, _ := message(err)
				if tt.known == nil && got != nil || tt.known != nil && !proto.Equal(got, tt.known) {
					t.Errorf("it is %T %v, want %v", got, got, tt.known)
				}
				e, ok := errors.AsType[exceptions.ServiceException](err)
				if !ok {
					t.Fatalf("error = %v", err)
				}
				d := exceptions.Describe(e)
				if d.Message != tt.raised.text || d.Reason != tt.reason {
					t.Errorf("message and reason = %q, %q", d.Message, d.Reason)
				}
			})
		}
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
