package agentcore_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// dial opens a WebSocket, or returns the answer that refused it.
func dial(t *testing.T, app http.Handler, header http.Header) (*websocket.Conn, *http.Response) {
	t.Helper()
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	conn, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http")+"/ws", &websocket.DialOptions{HTTPHeader: header})
	if resp == nil {
		t.Fatal(err)
	}
	if conn != nil {
		t.Cleanup(func() { _ = conn.CloseNow() })
	}
	return conn, resp
}

// after accepts and then returns err.
func after(err error) agentcore.SocketHandler {
	return func(_ context.Context, s *agentcore.Socket) error {
		if err := s.Accept(); err != nil {
			return err
		}
		return err
	}
}

func TestSocketCloses(t *testing.T) {
	read := func(ctx context.Context, s *agentcore.Socket) error {
		if err := s.Accept(); err != nil {
			return err
		}
		var v struct{ A int }
		return s.ReadJSON(ctx, &v)
	}
	recorded := []agentcore.Option{agentcore.AsRecorded()}
	long := strings.Repeat("é", 100)
	tests := []struct {
		name    string
		handler agentcore.SocketHandler
		options []agentcore.Option
		kind    websocket.MessageType
		send    string
		code    websocket.StatusCode
		reason  string
	}{
		{"returns", after(nil), nil, 0, "", 1000, ""},
		{"explicit", after(&agentcore.CloseError{Code: 4001, Reason: "mine"}), nil, 0, "", 4001, "mine"},
		{"explicit, wrapped", after(errors.Join(errors.New("x"), &agentcore.CloseError{Code: 1008})), nil, 0, "", 1008, ""},
		{"explicit, long reason", after(&agentcore.CloseError{Code: 4001, Reason: long}), nil, 0, "", 4001, long[:122]},
		{"explicit, not sendable", after(&agentcore.CloseError{Code: 1006, Reason: "x"}), nil, 0, "", 1011, ""},
		{"401", after(exceptions.NewUnauthorized("x")), nil, 0, "", 3000, "required"},
		{"404", after(exceptions.NewNotFound("x")), nil, 0, "", 1008, "notFound"},
		{"503", after(exceptions.NewServiceUnavailable("secret")), nil, 0, "", 1013, ""},
		{"503, as recorded", after(exceptions.NewServiceUnavailable("secret")), recorded, 0, "", 1011, ""},
		{"error", after(errors.New("secret")), nil, 0, "", 1011, ""},
		{"panic", func(_ context.Context, s *agentcore.Socket) error { _ = s.Accept(); panic("secret") }, nil, 0, "", 1011, ""},
		{"fits", read, nil, websocket.MessageText, `{"a":1}`, 1000, ""},
		{"no JSON", read, nil, websocket.MessageText, `{`, 1007, ""},
		{"no JSON, as recorded", read, recorded, websocket.MessageText, `{`, 1011, ""},
		{"does not fit", read, nil, websocket.MessageText, `{"a":"x"}`, 1008, ""},
		{"no text", read, nil, websocket.MessageBinary, `{}`, 1003, ""},
		{"no UTF-8", read, recorded, websocket.MessageText, "\"\xff\"", 1007, ""},
		{"too large", read, []agentcore.Option{agentcore.WithLimits(0, 8)}, websocket.MessageText, `{"a":10000}`, 1009, "read limited at 9 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			conn, _ := dial(t, agentcore.New(nil, append(test.options, quiet(), agentcore.WithSocket(test.handler))...), nil)
			if conn == nil {
				t.Fatal("refused")
			}
			if test.send != "" {
				if err := conn.Write(t.Context(), test.kind, []byte(test.send)); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := conn.Read(t.Context())
			frame, ok := errors.AsType[websocket.CloseError](err)
			if !ok || frame.Code != test.code || frame.Reason != test.reason {
				t.Errorf("got %v, want %d %q", err, test.code, test.reason)
			}
		})
	}
}

func TestSocketRefused(t *testing.T) {
	policy, err := cors.New(cors.Config{Origins: []string{"https://app.example"}})
	if err != nil {
		t.Fatal(err)
	}
	before := func(err error) agentcore.SocketHandler {
		return func(context.Context, *agentcore.Socket) error { return err }
	}
	foreign := http.Header{"Origin": {"https://evil.example"}}
	tests := []struct {
		name    string
		handler agentcore.SocketHandler
		options []agentcore.Option
		header  http.Header
		status  int
		body    string
	}{
		{"no handler", nil, nil, nil, 403, ""},
		{"exception", before(exceptions.NewUnauthorized("who?")), nil, nil, 401, `{"error":"who?"}`},
		{"error", before(errors.New("secret")), nil, nil, 500, `{"error":"Internal Server Error"}`},
		{"error, as recorded", before(errors.New("secret")), []agentcore.Option{agentcore.AsRecorded()}, nil, 403, ""},
		{"close code", before(&agentcore.CloseError{Code: 1008}), nil, nil, 403, ""},
		{"nothing", before(nil), nil, nil, 500, `{"error":"Internal Server Error"}`},
		{"response", func(_ context.Context, s *agentcore.Socket) error {
			s.Refuse(&agentcore.Response{Status: 429, Body: []byte("later")})
			return nil
		}, nil, nil, 429, "later"},
		{"write first", func(ctx context.Context, s *agentcore.Socket) error { return s.WriteText(ctx, "x") }, nil, nil, 500, `{"error":"Internal Server Error"}`},
		{"foreign page", after(nil), nil, foreign, 403, `{"error":"The origin is not allowed."}`},
		{"foreign page and a policy", after(nil), []agentcore.Option{agentcore.WithUpgradeCheck(policy.AllowsUpgrade)}, foreign, 403, `{"error":"The origin is not allowed."}`},
		{"page of the policy", after(nil), []agentcore.Option{agentcore.WithUpgradeCheck(policy.AllowsUpgrade)}, http.Header{"Origin": {"https://app.example"}}, 101, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			options := append(test.options, quiet())
			if test.handler != nil {
				options = append(options, agentcore.WithSocket(test.handler))
			}
			conn, resp := dial(t, agentcore.New(nil, options...), test.header)
			if resp.StatusCode != test.status {
				t.Fatalf("status %d, want %d", resp.StatusCode, test.status)
			}
			if conn != nil {
				return
			}
			if body, _ := io.ReadAll(resp.Body); string(body) != test.body {
				t.Errorf("got %q, want %q", body, test.body)
			}
		})
	}
}

func TestSocketTalk(t *testing.T) {
	left := make(chan error, 1)
	app := agentcore.New(nil, quiet(), agentcore.WithSocket(func(ctx context.Context, s *agentcore.Socket) (err error) {
		defer func() { left <- err }()
		if err := s.Accept("chat"); err != nil {
			return err
		}
		for {
			data, binary, err := s.Read(ctx)
			switch {
			case err != nil:
				return err
			case binary:
				err = s.WriteBinary(ctx, data)
			default:
				err = s.WriteJSON(ctx, map[string]string{"sid": s.Invocation.SessionID, "said": string(data)})
			}
			if err != nil {
				return err
			}
		}
	}))
	conn, resp := dial(t, app, http.Header{"X-Amzn-Bedrock-AgentCore-Runtime-Session-Id": {"s-1"}})
	if resp.Header.Get("Sec-WebSocket-Protocol") != "" {
		t.Error("a subprotocol that nobody asked for")
	}
	for _, test := range []struct {
		kind       websocket.MessageType
		send, want string
	}{{websocket.MessageText, "é", `{"said":"é","sid":"s-1"}`}, {websocket.MessageBinary, "\xff", "\xff"}} {
		if err := conn.Write(t.Context(), test.kind, []byte(test.send)); err != nil {
			t.Fatal(err)
		}
		kind, data, err := conn.Read(t.Context())
		if err != nil || kind != test.kind || string(data) != test.want {
			t.Errorf("got %v %q %v, want %q", kind, data, err, test.want)
		}
	}
	if err := conn.Close(websocket.StatusGoingAway, "bye"); err != nil {
		t.Error(err)
	}
	if err := <-left; !errors.Is(err, agentcore.ErrDisconnected) {
		t.Errorf("the handler ended with %v", err)
	}
}

func TestRoutes(t *testing.T) {
	app := agentcore.New(returns(1, nil), quiet())
	for _, test := range []struct {
		method, target string
		status         int
		header, value  string
	}{
		{"PUT", "/invocations", 405, "Allow", "POST"},
		{"POST", "/ping", 405, "Allow", "GET, HEAD"},
		{"POST", "/invocations//?a=b", 307, "Location", "http://example.com/invocations?a=b"},
		{"GET", "/ws", 404, "Content-Type", "text/plain; charset=utf-8"},
		{"GET", "/PING", 404, "Content-Length", "9"},
		{"HEAD", "/ping", 200, "Content-Type", "application/json"},
	} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(test.method, test.target, nil))
		if w.Code != test.status || w.Header().Get(test.header) != test.value {
			t.Errorf("%s %s: %d, %s: %q", test.method, test.target, w.Code, test.header, w.Header().Get(test.header))
		}
	}
}
