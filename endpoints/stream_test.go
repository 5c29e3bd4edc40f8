package endpoints_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// lines writes streams as one message on each line, for tests.
type lines struct {
	name, kind string // kind: what Accept says
	middle     *endpoints.Middle
}

func (l *lines) Name() string                                 { return l.name }
func (l *lines) Open(m *endpoints.Middle)                     { l.middle = m }
func (l *lines) Attach(*endpoints.Method) error               { return nil }
func (l *lines) Accepts(*http.Request) bool                   { return false }
func (l *lines) ServeHTTP(http.ResponseWriter, *http.Request) {}
func (l *lines) AcceptsStream(r *http.Request) bool           { return r.Header.Get("Accept") == l.kind }

func (l *lines) ServeStream(w http.ResponseWriter, r *http.Request, c *endpoints.Call, request proto.Message, err error) {
	s := &lineStream{lines: l, w: w, r: r}
	o := l.middle.RunStream(c, request, s, err)
	switch {
	case o.Failed && !s.sent:
		l.middle.WriteError(w, r, o)
	case o.Failed:
		_, _ = w.Write(l.middle.ErrorFormat(r).Append(nil, &o.Verdict))
	}
	l.middle.End(c)
}

type lineStream struct {
	*lines
	w    http.ResponseWriter
	r    *http.Request
	sent bool
}

func (*lineStream) Receive() (proto.Message, error) { return nil, io.EOF }

func (s *lineStream) Send(m proto.Message) error {
	b, err := s.middle.AppendMessage(nil, s.r, m)
	if err != nil {
		return err
	}
	s.sent = true
	_, err = s.w.Write([]byte(s.name + " " + string(b) + "\n"))
	return err
}

// deskService is the service Desk with a WatchLoans of the test.
func deskService(watch func(context.Context, proto.Message, endpoints.Stream) (proto.Message, error)) endpoints.Service {
	other := func(context.Context, proto.Message, endpoints.Stream) (proto.Message, error) { return nil, nil }
	return endpoints.Service{
		Descriptor: libraryv1.File_library_v1_loans_proto.Services().ByName("Desk"),
		Methods: []endpoints.Method{
			{Name: "WatchLoans", NewRequest: func() proto.Message { return new(libraryv1.WatchLoansRequest) }, Stream: watch},
			{Name: "ReturnBooks", NewRequest: func() proto.Message { return new(libraryv1.ReturnBooksRequest) }, Stream: other},
			{Name: "Ask", NewRequest: func() proto.Message { return new(libraryv1.AskRequest) }, Stream: other},
		},
	}
}

// TestStreamWriter: REST finds the route of a stream and reads its request, and
// the transport that the client asks for writes it.
func TestStreamWriter(t *testing.T) {
	t.Parallel()
	api := endpoints.New(endpoints.WithLogger(slog.New(slog.DiscardHandler)),
		endpoints.With(&lines{name: "one", kind: "text/one"}), endpoints.With(&lines{name: "two", kind: "text/two"}))
	err := api.Register(deskService(func(_ context.Context, m proto.Message, s endpoints.Stream) (proto.Message, error) {
		r := m.(*libraryv1.WatchLoansRequest)
		if r.GetLimit() < 0 {
			panic("secret")
		}
		for range r.GetLimit() {
			if err := s.Send(&libraryv1.Loan{Book: r.GetShelf()}); err != nil {
				return nil, err
			}
		}
		if r.GetShelf() == "shelves/x" {
			return nil, exceptions.NewNotFound("No such shelf.")
		}
		return nil, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	const notFound = `{"error":{"errors":[{"domain":"global","reason":"notFound","message":"No such shelf."}],"code":404,"message":"No such shelf."}}`
	tests := []struct {
		name     string
		exchange exchange
		status   int
		want     string // how the body begins
	}{
		{"the first one", exchange{request: "GET /library/v1/shelves/a/loans:watch?limit=2"}, 200, "one {\"book\":\"shelves/a\"}\none {\"book\":\"shelves/a\"}\n"},
		{"the one that is asked for", exchange{request: "POST /library/v1/loans:watch", header: map[string]string{"Accept": "text/two"}, body: `{"shelf":"shelves/a","limit":1}`}, 200, "two {\"book\":\"shelves/a\"}\n"},
		{"no message", exchange{request: "GET /library/v1/shelves/a/loans:watch"}, 200, ""},
		{"an exception before the first", exchange{request: "GET /library/v1/shelves/x/loans:watch"}, 404, notFound},
		{"an exception after it", exchange{request: "GET /library/v1/shelves/x/loans:watch?limit=1"}, 200, "one {\"book\":\"shelves/x\"}\n" + notFound},
		{"a bad parameter", exchange{request: "GET /library/v1/shelves/a/loans:watch?limit=many"}, 400, `{"error":{"errors":[{"domain":"global","reason":"invalidParameter",`},
		{"a panic", exchange{request: "GET /library/v1/shelves/a/loans:watch?limit=-1"}, 503, `{"error":{"errors":[{"domain":"global","reason":"backendError","message":"backend error"}]`},
		{"no stream", exchange{request: "GET /library/v1/shelves/a/loans"}, 404, `{"error":{"errors":[{"domain":"global","reason":"notFound",`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := tt.exchange.do(t, api)
			body := text(t, resp)
			if resp.StatusCode != tt.status || !strings.HasPrefix(body, tt.want) {
				t.Errorf("%d %s\nwant %d %s", resp.StatusCode, body, tt.status, tt.want)
			}
			if strings.Contains(body, "secret") {
				t.Errorf("the body tells what is private: %s", body)
			}
		})
	}
}

// A leaving client makes each Send fail, as the transports do it: with an
// exception that is also the cause why the context of the call ends.
type leaving struct {
	lines
	end context.CancelCauseFunc
}

func (l *leaving) ServeStream(w http.ResponseWriter, _ *http.Request, c *endpoints.Call, request proto.Message, err error) {
	l.end = l.middle.Cancel(c)
	defer l.end(nil)
	l.middle.RunStream(c, request, l, err)
	l.middle.End(c)
}

func (*leaving) Receive() (proto.Message, error) { return nil, io.EOF }

func (l *leaving) Send(proto.Message) error {
	err := exceptions.Raise(exceptions.NewClientClosedRequest("The client has left."), exceptions.Cause(io.ErrClosedPipe))
	l.end(err)
	return err
}

// TestPassedOn: why a stream has ended is no exception of the handler that
// returns it.
func TestPassedOn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		result func(ctx context.Context, sent error) error
		want   string
	}{
		{"as it came", func(_ context.Context, sent error) error { return sent }, ""},
		{"wrapped", func(_ context.Context, sent error) error { return fmt.Errorf("send: %w", sent) }, ""},
		{"the cause of the end", func(ctx context.Context, _ error) error { return context.Cause(ctx) }, ""},
		{"the error of the context", func(ctx context.Context, _ error) error { return ctx.Err() }, ""},
		{"one of its own", func(context.Context, error) error { return exceptions.NewGone("Closed.") }, "Gone"},
		{"one that is declared", func(context.Context, error) error { return exceptions.NewNotFound("No.") }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := endpoints.New(endpoints.WithLogger(slog.New(slog.DiscardHandler)), endpoints.With(&leaving{}))
			service := deskService(func(ctx context.Context, _ proto.Message, s endpoints.Stream) (proto.Message, error) {
				return nil, tt.result(ctx, s.Send(&libraryv1.Loan{}))
			})
			service.Methods[0].Throws = []*exceptions.Class{exceptions.Describe(&exceptions.NotFound{}).Class}
			if err := api.Register(service); err != nil {
				t.Fatal(err)
			}
			exchange{request: "GET /library/v1/shelves/a/loans:watch"}.do(t, api)
			got := ""
			for _, u := range api.Undeclared() {
				got += u.Class
			}
			if got != tt.want {
				t.Errorf("undeclared: %q, want %q", got, tt.want)
			}
		})
	}
}

// TestStreamRegistration: what is wrong with streams is said at once.
func TestStreamRegistration(t *testing.T) {
	t.Parallel()
	stream := func(context.Context, proto.Message, endpoints.Stream) (proto.Message, error) { return nil, nil }
	call := func(context.Context, proto.Message) (proto.Message, error) { return nil, nil }
	noCode := deskService(stream)
	noCode.Methods[1].Stream = nil
	noCode.Methods[2].Stream, noCode.Methods[2].Call = nil, call
	both := deskService(stream)
	both.Methods[0].Call = call
	tests := []struct {
		name    string
		service endpoints.Service
		writer  bool
		want    string
	}{
		{"nobody writes streams", deskService(stream), false, "endpoints: register library.v1.Desk:\n" +
			"library.v1.Desk.WatchLoans: a server-streaming rpc with a google.api.http rule needs a transport that writes streams over HTTP"},
		{"no code, and the wrong one", noCode, true, "endpoints: register library.v1.Desk:\n" +
			"library.v1.Desk.ReturnBooks has no code behind it\n" +
			"library.v1.Desk.Ask: an rpc that streams has a Stream, any other a Call"},
		{"both", both, true, "endpoints: register library.v1.Desk:\n" +
			"library.v1.Desk.WatchLoans: an rpc that streams has a Stream, any other a Call"},
		{"a client that streams over REST", streamingUp(t, stream), true, "endpoints: register test.Up:\n" +
			"test.Up.Send: an rpc whose client streams cannot have a google.api.http rule"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var options []endpoints.Option
			if tt.writer {
				options = append(options, endpoints.With(&lines{}))
			}
			err := endpoints.New(options...).Register(tt.service)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// streamingUp makes a service whose one method has a client that streams, and the
// http rule of WatchLoans.
func streamingUp(t *testing.T, stream func(context.Context, proto.Message, endpoints.Stream) (proto.Message, error)) endpoints.Service {
	t.Helper()
	watch := libraryv1.File_library_v1_loans_proto.Services().ByName("Desk").Methods().ByName("WatchLoans")
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("up.proto"), Package: proto.String("test"), Syntax: proto.String("proto3"),
		Dependency: []string{"library/v1/loans.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Up"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Send"), InputType: proto.String(".library.v1.WatchLoansRequest"), OutputType: proto.String(".library.v1.Loan"),
			ClientStreaming: proto.Bool(true), Options: watch.Options().(*descriptorpb.MethodOptions),
		}}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return endpoints.Service{Descriptor: file.Services().Get(0), Methods: []endpoints.Method{
		{Name: "Send", NewRequest: func() proto.Message { return new(libraryv1.WatchLoansRequest) }, Stream: stream},
	}}
}
