package rpc

import (
	"net/http"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A procedure serves one method.
type procedure struct {
	*transport
	method *endpoints.Method
	path   string
	reader *endpoints.MessageReader
	// empty is the reply of a handler that replied nothing.
	empty proto.Message
	// framed serves the protocols that put messages into frames.
	framed *connect.Handler
	// unary says that messages come and go alone: then Connect has none of the
	// frames.
	unary                        bool
	clientStreams, serverStreams bool
	allowsGET                    bool
	allowed                      string // the value of Allow
}

// minCompressed is the size from which messages are compressed for clients that
// take it. Smaller ones would hardly shrink.
const minCompressed = 1 << 10

func (t *transport) newProcedure(m *endpoints.Method) (*procedure, error) {
	d := m.Descriptor()
	p := &procedure{
		transport: t, method: m, path: "/" + string(d.Parent().FullName()) + "/" + string(d.Name()),
		empty:         dynamicpb.NewMessage(d.Output()),
		clientStreams: d.IsStreamingClient(), serverStreams: d.IsStreamingServer(),
		allowed: http.MethodPost,
	}
	p.unary = !p.clientStreams && !p.serverStreams
	var err error
	if p.reader, err = t.middle.MessageReader(m); err != nil {
		return nil, err
	}
	options, _ := d.Options().(*descriptorpb.MethodOptions)
	if p.unary && options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS {
		p.allowsGET, p.allowed = true, "GET, POST"
	}
	p.framed = p.newFramed()
	return p, nil
}

// newFramed makes the handler of package connect. It knows the frames of the
// protocols; what is done with the messages is [procedure.serveFramed].
//
// The types of the messages are known to the codecs alone, so that any stand
// here. A unary method of gRPC is one frame each way, the same as a stream that
// happens to have one message; the kind for it is that of a client's stream,
// where the first message is ours to read.
func (p *procedure) newFramed() *connect.Handler {
	options := []connect.HandlerOption{
		connect.WithInterceptors(takeover{p}),
		connect.WithCodec(binaryCodec{p}),
		connect.WithCodec(jsonCodec{p, "json"}),
		connect.WithCodec(jsonCodec{p, "json; charset=utf-8"}),
		connect.WithCompressMinBytes(minCompressed),
		connect.WithSchema(p.method.Descriptor()),
	}
	if max := p.limits.BodyBytes; max < 1<<32 { // the largest size of a frame
		options = append(options, connect.WithReadMaxBytes(int(max)))
	}
	switch {
	case p.clientStreams && p.serverStreams:
		return connect.NewBidiStreamHandler[emptypb.Empty, emptypb.Empty](p.path, nil, options...)
	case p.serverStreams:
		return connect.NewServerStreamHandler[emptypb.Empty, emptypb.Empty](p.path, nil, options...)
	}
	return connect.NewClientStreamHandler[emptypb.Empty, emptypb.Empty](p.path, nil, options...)
}

// ServeHTTP serves a request for the method.
func (p *procedure) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !p.unary {
		if isFramed(r) && r.Method == http.MethodPost {
			if err := checkFramed(r); err != nil {
				p.refuse(w, r, err)
				return
			}
		}
		p.serveStream(w, r)
		return
	}
	kind := kindOf(r)
	switch {
	case r.Method == http.MethodGet && p.allowsGET:
		p.serveGET(w, r)
	case r.Method != http.MethodPost:
		w.Header()["Allow"] = []string{p.allowed}
		w.WriteHeader(http.StatusMethodNotAllowed)
	case kind == kindGRPC:
		if err := checkFramed(r); err != nil {
			p.refuse(w, r, err)
			return
		}
		p.timeBody(w, r)
		p.framed.ServeHTTP(w, impatient(r.Context(), r, patience.New(w, r, p.limits.WriteTime)))
	case kind == kindNone:
		w.Header()["Accept-Post"] = []string{acceptPost}
		w.WriteHeader(http.StatusUnsupportedMediaType)
	default:
		p.servePOST(w, r, kind)
	}
}
