package rpc_test

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// library has the methods of the example that tests call; what GetShelf does is
// the test's to say.
type library struct {
	libraryv1endpoints.LibraryServer
	getShelf func(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error)
}

func (l library) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	if l.getShelf != nil {
		return l.getShelf(ctx, r)
	}
	return &libraryv1.Shelf{Name: r.GetName(), Theme: "fiction"}, nil
}

func (library) CreateShelf(_ context.Context, r *libraryv1.CreateShelfRequest) (*libraryv1.Shelf, error) {
	return r.GetShelf(), nil
}

func (library) UpdateShelf(_ context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	return r.GetShelf(), nil
}

func (library) ListShelves(_ context.Context, r *libraryv1.ListShelvesRequest) (*libraryv1.ListShelvesResponse, error) {
	return &libraryv1.ListShelvesResponse{Shelves: make([]*libraryv1.Shelf, r.GetPageSize())}, nil
}

func (library) DeleteShelf(context.Context, *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	return nil, nil
}

// desk has one method of each kind of stream. The tests say what they do.
type desk struct {
	watch   func(context.Context, *libraryv1.WatchLoansRequest, libraryv1endpoints.DeskWatchLoansStream) error
	returns func(context.Context, libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error)
	ask     func(context.Context, libraryv1endpoints.DeskAskStream) error
}

func (d desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	if d.watch != nil {
		return d.watch(ctx, r, s)
	}
	for i := range r.GetLimit() {
		if err := s.Send(&libraryv1.Loan{Number: int64(i) + 1, Book: r.GetShelf() + "/books/b"}); err != nil {
			return err
		}
	}
	return nil
}

func (d desk) ReturnBooks(ctx context.Context, s libraryv1endpoints.DeskReturnBooksStream) (*libraryv1.ReturnBooksResponse, error) {
	if d.returns != nil {
		return d.returns(ctx, s)
	}
	reply := new(libraryv1.ReturnBooksResponse)
	for {
		_, err := s.Receive()
		if err == io.EOF {
			return reply, nil
		}
		if err != nil {
			return nil, err
		}
		reply.Count++
	}
}

func (d desk) Ask(ctx context.Context, s libraryv1endpoints.DeskAskStream) error {
	if d.ask != nil {
		return d.ask(ctx, s)
	}
	for {
		m, err := s.Receive()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: m.GetQuestion() + "!"}); err != nil {
			return err
		}
	}
}

// A noStreams stands for the transport that writes streams for REST, which the
// declaration of WatchLoans needs and these tests do not.
type noStreams struct{ endpoints.StreamWriter }

func (noStreams) Name() string                   { return "none" }
func (noStreams) Open(*endpoints.Middle)         {}
func (noStreams) Attach(*endpoints.Method) error { return nil }
func (noStreams) Accepts(*http.Request) bool     { return false }

// newAPI serves both services on all protocols, without logs unless an option
// says so.
func newAPI(t testing.TB, l library, d desk, transport endpoints.Transport, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	if transport == nil {
		transport = rpc.Transport()
	}
	options = append([]endpoints.Option{
		endpoints.With(transport), endpoints.With(noStreams{}), endpoints.WithLogger(slog.New(slog.DiscardHandler)),
	}, options...)
	api := endpoints.New(options...)
	if err := libraryv1endpoints.RegisterLibrary(api, l); err != nil {
		t.Fatal(err)
	}
	if err := libraryv1endpoints.RegisterDesk(api, d); err != nil {
		t.Fatal(err)
	}
	return api
}

// A site is a server and the clients that reach it.
type site struct {
	url    string
	client *http.Client // HTTP/2 without TLS
	old    *http.Client // HTTP/1.1
	server *http.Server
	logged bytes.Buffer // by net/http; to be read when the server has stopped
}

// serve opens a site for h on a free port of this machine.
func serve(t testing.TB, h http.Handler) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := endpoints.NewServer("", h)
	s := &site{url: "http://" + listener.Addr().String(), client: httpClient(true), old: httpClient(false), server: server}
	server.ErrorLog = log.New(&s.logged, "", 0)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		s.old.CloseIdleConnections()
		_ = server.Close()
		<-done
	})
	return s
}

func httpClient(http2 bool) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!http2)
	protocols.SetUnencryptedHTTP2(http2)
	return &http.Client{Transport: &http.Transport{Protocols: protocols, DisableCompression: true}}
}

// A protocol is one way to reach a method by package connect's client.
type protocol struct {
	name    string // as calls give it
	label   string
	old     bool // HTTP/1.1
	options []connect.ClientOption
}

func (p protocol) client(s *site) *http.Client {
	if p.old {
		return s.old
	}
	return s.client
}

var protocols = []protocol{
	{name: "connect", label: "Connect, JSON", options: []connect.ClientOption{connect.WithProtoJSON()}},
	{name: "connect", label: "Connect, binary, HTTP 1.1", old: true},
	{name: "connect", label: "Connect, GET", options: []connect.ClientOption{connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects)}},
	{name: "connect", label: "Connect, gzip", options: []connect.ClientOption{connect.WithSendGzip()}},
	{name: "grpc", label: "gRPC", options: []connect.ClientOption{connect.WithGRPC()}},
	{name: "grpc", label: "gRPC, JSON, gzip", options: []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON(), connect.WithSendGzip()}},
	{name: "grpc-web", label: "gRPC-Web", options: []connect.ClientOption{connect.WithGRPCWeb()}},
	{name: "grpc-web", label: "gRPC-Web, HTTP 1.1", old: true, options: []connect.ClientOption{connect.WithGRPCWeb()}},
}

// newClient returns a client for one method.
func newClient[Req, Res any](s *site, p protocol, method string, options ...connect.ClientOption) *connect.Client[Req, Res] {
	return connect.NewClient[Req, Res](p.client(s), s.url+"/"+method, append(options, p.options...)...)
}

func getShelf(s *site, p protocol) *connect.Client[libraryv1.GetShelfRequest, libraryv1.Shelf] {
	return newClient[libraryv1.GetShelfRequest, libraryv1.Shelf](s, p, "library.v1.Library/GetShelf")
}

func shelf(name string) *connect.Request[libraryv1.GetShelfRequest] {
	return connect.NewRequest(&libraryv1.GetShelfRequest{Name: name})
}

// equal reports messages that are not as they should be.
func equal(t *testing.T, got, want proto.Message) {
	t.Helper()
	if !proto.Equal(got, want) {
		t.Errorf("message = %v, want %v", got, want)
	}
}
