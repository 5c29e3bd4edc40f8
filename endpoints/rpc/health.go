package rpc

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// A HealthStatus is what the service grpc.health.v1.Health says of a service.
type HealthStatus int32

// The statuses of grpc.health.v1.HealthCheckResponse. The fourth one,
// SERVICE_UNKNOWN, is the answer for a service that has none.
const (
	HealthUnknown    HealthStatus = 0
	HealthServing    HealthStatus = 1
	HealthNotServing HealthStatus = 2

	healthServiceUnknown HealthStatus = 3
)

// A Health is the state of a server, as grpc.health.v1.Health tells it to load
// balancers. Give it to a transport by [WithHealth]. Its methods are safe for
// concurrent use.
type Health struct {
	mu       sync.Mutex
	statuses map[string]HealthStatus
	changed  chan struct{} // closed by the next change
	down     bool
}

// NewHealth returns a Health by which the server as a whole, the service with
// the name "", is serving, and every service that is registered with the API.
func NewHealth() *Health {
	return &Health{statuses: map[string]HealthStatus{"": HealthServing}, changed: make(chan struct{})}
}

// Set changes the status of a service, such as "library.v1.Library", or of the
// server as a whole by the name "". It has no effect after [Health.Shutdown].
func (h *Health) Set(service string, status HealthStatus) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.down && h.statuses[service] != status {
		h.statuses[service] = status
		h.tell()
	}
}

// Shutdown makes everything HealthNotServing, for good: load balancers send no
// more calls while the server lets the running ones finish.
func (h *Health) Shutdown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down = true
	for service := range h.statuses {
		h.statuses[service] = HealthNotServing
	}
	h.tell()
}

// tell wakes all that watch.
func (h *Health) tell() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// add makes a service known, unless it is.
func (h *Health) add(service string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.statuses[service]; ok {
		return
	}
	h.statuses[service] = HealthServing
	if h.down {
		h.statuses[service] = HealthNotServing
	}
	h.tell()
}

// status returns the status of a service and what is closed when any changes.
func (h *Health) status(service string) (s HealthStatus, known bool, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, known = h.statuses[service]
	return s, known, h.changed
}

// WithHealth serves grpc.health.v1.Health, with its methods Check and Watch.
// Probes are no calls of the API: interceptors do not see them, and they leave no
// log records.
func WithHealth(h *Health) Option {
	return option(func(t *transport) {
		t.health = h
		check := connect.NewUnaryHandler(healthPath+"Check", h.check, healthOptions(http.MethodGet)...)
		watch := connect.NewServerStreamHandler(healthPath+"Watch", h.watch, healthOptions("")...)
		t.extra[healthPath+"Check"], t.extra[healthPath+"Watch"] = check, watch
	})
}

const healthPath = "/grpc.health.v1.Health/"

func healthOptions(verb string) []connect.HandlerOption {
	options := []connect.HandlerOption{
		connect.WithSchema(healthFile.Services().Get(0)),
		connect.WithRequestInitializer(func(_ connect.Spec, message any) error {
			if m, ok := message.(*dynamicpb.Message); ok {
				*m = *dynamicpb.NewMessage(healthRequest) // a copy of an empty message, which the interface of package connect asks for
			}
			return nil
		}),
		connect.WithReadMaxBytes(64 << 10),
	}
	if verb == http.MethodGet {
		options = append(options, connect.WithIdempotency(connect.IdempotencyNoSideEffects))
	}
	return options
}

func (h *Health) check(_ context.Context, r *connect.Request[dynamicpb.Message]) (*connect.Response[dynamicpb.Message], error) {
	s, known, _ := h.status(r.Msg.Get(healthRequest.Fields().Get(0)).String())
	if !known {
		return nil, connect.NewError(connect.CodeNotFound, errUnknownService)
	}
	return connect.NewResponse(healthMessage(s)), nil
}

// watch sends the status at once and after every change, until the client goes.
func (h *Health) watch(ctx context.Context, r *connect.Request[dynamicpb.Message], stream *connect.ServerStream[dynamicpb.Message]) error {
	service := r.Msg.Get(healthRequest.Fields().Get(0)).String()
	for last := HealthStatus(-1); ; {
		s, known, changed := h.status(service)
		if !known {
			s = healthServiceUnknown
		}
		if s != last {
			if err := stream.Send(healthMessage(s)); err != nil {
				return err
			}
			last = s
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return connect.NewError(connect.CodeCanceled, ctx.Err())
		}
	}
}

var errUnknownService = errors.New("unknown service")

func healthMessage(s HealthStatus) *dynamicpb.Message {
	m := dynamicpb.NewMessage(healthReply)
	m.Set(healthReply.Fields().Get(0), protoreflect.ValueOfEnum(protoreflect.EnumNumber(s)))
	return m
}

// The descriptors of the service. They are built here and kept out of the global
// registry: a binary that also links grpc-go has its own generated code for the
// same file, and two of them would not start.
var (
	healthFile    = newHealthFile()
	healthRequest = healthFile.Messages().ByName("HealthCheckRequest")
	healthReply   = healthFile.Messages().ByName("HealthCheckResponse")
)

// newHealthFile describes grpc/health/v1/health.proto, which the gRPC health
// checking protocol fixes.
func newHealthFile() protoreflect.FileDescriptor {
	optional := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()
	values := []*descriptorpb.EnumValueDescriptorProto{}
	for i, name := range []string{"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"} {
		values = append(values, &descriptorpb.EnumValueDescriptorProto{Name: proto.String(name), Number: proto.Int32(int32(i))})
	}
	const request, reply = ".grpc.health.v1.HealthCheckRequest", ".grpc.health.v1.HealthCheckResponse"
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("grpc/health/v1/health.proto"), Package: proto.String("grpc.health.v1"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("HealthCheckRequest"), Field: []*descriptorpb.FieldDescriptorProto{{
				Name: proto.String("service"), Number: proto.Int32(1), JsonName: proto.String("service"), Label: optional,
				Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
			}}},
			{Name: proto.String("HealthCheckResponse"), Field: []*descriptorpb.FieldDescriptorProto{{
				Name: proto.String("status"), Number: proto.Int32(1), JsonName: proto.String("status"), Label: optional,
				Type: descriptorpb.FieldDescriptorProto_TYPE_ENUM.Enum(), TypeName: proto.String(reply + ".ServingStatus"),
			}}, EnumType: []*descriptorpb.EnumDescriptorProto{{Name: proto.String("ServingStatus"), Value: values}}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: proto.String("Health"),
			Method: []*descriptorpb.MethodDescriptorProto{
				{Name: proto.String("Check"), InputType: proto.String(request), OutputType: proto.String(reply)},
				{Name: proto.String("Watch"), InputType: proto.String(request), OutputType: proto.String(reply), ServerStreaming: proto.Bool(true)},
			},
		}},
	}, nil)
	if err != nil {
		panic("rpc: " + err.Error()) // the literal above is wrong; every test would fail
	}
	return file
}
