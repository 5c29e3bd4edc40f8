package conformance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// newSocketRoute builds the API of a fastapi case with a WebSocket: one
// bidirectional rpc whose messages are any JSON. A rule cannot name a path for
// it, so the one of the cases is put in front.
func newSocketRoute(h *script, logger *slog.Logger) (http.Handler, error) {
	service, err := declareSocket()
	if err != nil {
		return nil, err
	}
	api := endpoints.New(endpoints.WithProfile(endpoints.FastAPI()), endpoints.WithLogger(logger), endpoints.With(websocket.Transport()))
	if err := api.Register(endpoints.Service{Descriptor: service, Methods: []endpoints.Method{{
		Name:       "Converse",
		NewRequest: func() proto.Message { return &structpb.Value{} },
		Stream: func(ctx context.Context, _ proto.Message, s endpoints.Stream) (proto.Message, error) {
			return nil, h.converseByMessages(ctx, s)
		},
	}}}); err != nil {
		return nil, err
	}
	paths := http.NewServeMux()
	paths.Handle("/", api)
	paths.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/conformance.socket.Socket/Converse"
		api.ServeHTTP(w, r)
	})
	return paths, nil
}

func declareSocket() (protoreflect.ServiceDescriptor, error) {
	value := proto.String(".google.protobuf.Value")
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("conformance/socket.proto"), Package: proto.String("conformance.socket"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/struct.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Socket"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Converse"), InputType: value, OutputType: value,
			ClientStreaming: proto.Bool(true), ServerStreaming: proto.Bool(true),
		}}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		return nil, err
	}
	return file.Services().Get(0), nil
}

// converseByMessages is the handler that the script describes, as one of an rpc.
func (s *script) converseByMessages(ctx context.Context, stream endpoints.Stream) error {
	for _, step := range s.Socket {
		var err error
		switch {
		case step.Verb == "accept":
			err = websocket.Accept(ctx)
		case step.Verb == "receive_json":
			_, err = stream.Receive()
		case step.Raise != nil:
			err = step.Raise.err()
		case step.RaiseError != nil:
			err = errors.New(step.RaiseError.Message)
		case step.RaiseWS != 0:
			// A refusal that brings a close code along: 403, as long as there is no
			// connection to close.
			err = websocket.WithCode(step.RaiseWS, exceptions.Raise(exceptions.NewForbidden(""), exceptions.Reason(step.Reason)))
		default:
			err = fmt.Errorf("unknown step %+v", step)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
