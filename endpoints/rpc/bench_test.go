package rpc_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A sink is a response writer that costs as little as can be.
type sink struct {
	header http.Header
	status int
	size   int
}

func (s *sink) Header() http.Header  { return s.header }
func (s *sink) WriteHeader(code int) { s.status = code }
func (s *sink) Flush()               {}
func (s *sink) Write(p []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	s.size += len(p)
	return len(p), nil
}

// A replay sends the same request again and again.
type replay struct {
	request *http.Request
	body    *bytes.Reader
	data    []byte
	sink    sink
}

func newReplay(path, kind string, data []byte) *replay {
	r, _ := http.NewRequest(http.MethodPost, path, nil)
	r.Header.Set("Content-Type", kind)
	r.ProtoMajor, r.ProtoMinor = 2, 0
	r.ContentLength = int64(len(data))
	x := &replay{request: r, body: bytes.NewReader(data), data: data, sink: sink{header: http.Header{}}}
	r.Body = io.NopCloser(x.body)
	return x
}

func (x *replay) do(h http.Handler) int {
	x.body.Reset(x.data)
	clear(x.sink.header)
	x.sink.status = 0
	h.ServeHTTP(&x.sink, x.request)
	return x.sink.status
}

// messages are requests of CreateShelf, whose reply is the shelf.
func messages() map[string]*libraryv1.CreateShelfRequest {
	return map[string]*libraryv1.CreateShelfRequest{
		"small": {Shelf: &libraryv1.Shelf{Name: "shelves/a", Theme: "fiction"}},
		"large": {ShelfId: "a", Shelf: &libraryv1.Shelf{
			Name: "shelves/a", Theme: string(bytes.Repeat([]byte("fiction, "), 200)), Holder: "kim",
			CreateTime: &timestamppb.Timestamp{Seconds: 1_700_000_000},
		}},
	}
}

// BenchmarkUnary compares a call of Connect through the API with package
// connect's own handler, as its users have it.
func BenchmarkUnary(b *testing.B) {
	const path = "/library.v1.Library/CreateShelf"
	ours := newAPI(b, library{}, desk{}, nil)
	plain := connect.NewUnaryHandler(path, func(_ context.Context, r *connect.Request[libraryv1.CreateShelfRequest]) (*connect.Response[libraryv1.Shelf], error) {
		return connect.NewResponse(r.Msg.GetShelf()), nil
	})
	for _, size := range []string{"small", "large"} {
		m := messages()[size]
		text, err := protojson.Marshal(m)
		if err != nil {
			b.Fatal(err)
		}
		binary, err := proto.Marshal(m)
		if err != nil {
			b.Fatal(err)
		}
		frame := append([]byte{0, 0, 0, byte(len(binary) >> 8), byte(len(binary))}, binary...)
		for _, kind := range []struct {
			name, contentType string
			data              []byte
		}{
			{"connect-json", "application/json", text},
			{"connect-proto", "application/proto", binary},
			{"grpc", "application/grpc", frame},
		} {
			for name, h := range map[string]http.Handler{"endpoints": ours, "connect-go": plain} {
				b.Run(size+"/"+kind.name+"/"+name, func(b *testing.B) {
					x := newReplay(path, kind.contentType, kind.data)
					b.ReportAllocs()
					for b.Loop() {
						if status := x.do(h); status != http.StatusOK {
							b.Fatal(status)
						}
					}
				})
			}
		}
	}
}

// BenchmarkError measures an exception on its way to a caller.
func BenchmarkError(b *testing.B) {
	api := newAPI(b, library{getShelf: func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
		return nil, exceptions.NewNotFound("No shelf has this name.")
	}}, desk{}, nil)
	x := newReplay("/library.v1.Library/GetShelf", "application/json", []byte(`{"name":"shelves/a"}`))
	b.ReportAllocs()
	for b.Loop() {
		if status := x.do(api); status != http.StatusNotFound {
			b.Fatal(status)
		}
	}
}

// BenchmarkStream measures a message of a server's stream on a real connection.
func BenchmarkStream(b *testing.B) {
	s := serve(b, newAPI(b, library{}, desk{}, nil))
	for _, p := range []protocol{protocols[0], protocols[4]} {
		b.Run(p.label, func(b *testing.B) {
			stream, err := watchLoans(s, p).CallServerStream(b.Context(), loans(int32(b.N)))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for stream.Receive() {
			}
			if err := stream.Err(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
