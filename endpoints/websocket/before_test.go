package websocket_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	pb "google.golang.org/protobuf/proto"
)

// answering fails with err, or ends, before anything is received.
func answering(err error) *streamtest.Desk {
	return &streamtest.Desk{
		Answer: func(context.Context, askStream) error { return err },
		Watch:  func(context.Context, *libraryv1.WatchLoansRequest, watchStream) error { return err },
	}
}

// deny is an interceptor like one that looks for credentials.
func deny(next endpoints.HandlerFunc) endpoints.HandlerFunc {
	return func(ctx context.Context, c *endpoints.Call) (pb.Message, error) {
		return nil, exceptions.Raise(exceptions.NewUnauthorized("Who are you?"), exceptions.Header("WWW-Authenticate", "Bearer"))
	}
}

func TestBeforeTheHandshake(t *testing.T) {
	t.Parallel()
	origins, err := cors.New(cors.Config{Origins: []string{"https://books.example"}})
	if err != nil {
		t.Fatal(err)
	}
	admit := []websocket.Option{websocket.WithOrigins(origins)}
	plain := func(s string) string { return strings.TrimPrefix(s, "text ") }
	tests := []struct {
		name    string
		desk    *streamtest.Desk // ends at once if nil
		options []websocket.Option
		more    []endpoints.Option
		request string // GET the path of Ask if empty
		header  map[string]string
		status  int
		want    map[string]string // header fields
		body    string            // not looked at if empty
	}{
		{
			name: "accepted", status: 101,
			want: map[string]string{"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol": ""},
		},
		{name: "json by name", header: map[string]string{"Sec-WebSocket-Protocol": "chat, endpoints.v1.json"}, status: 101, want: map[string]string{"Sec-WebSocket-Protocol": "endpoints.v1.json"}},
		{name: "the client's order", header: map[string]string{"Sec-WebSocket-Protocol": "endpoints.v1.proto, endpoints.v1.json"}, status: 101, want: map[string]string{"Sec-WebSocket-Protocol": "endpoints.v1.proto"}},
		{name: "no extensions", header: map[string]string{"Sec-WebSocket-Extensions": "permessage-deflate"}, status: 101, want: map[string]string{"Sec-WebSocket-Extensions": ""}},
		{name: "many tokens", header: map[string]string{"Connection": "keep-alive, upgrade", "Upgrade": "WebSocket"}, status: 101},
		{
			name: "fields of the handler", status: 101, want: map[string]string{"Set-Cookie": "a=b", "Upgrade": "websocket"},
			desk: &streamtest.Desk{Answer: func(ctx context.Context, _ askStream) error {
				endpoints.CallFrom(ctx).Header().Set("Set-Cookie", "a=b")
				endpoints.CallFrom(ctx).Header().Set("Upgrade", "tls")
				return nil
			}},
		},
		{
			name: "no upgrade", header: map[string]string{"Upgrade": "-", "Connection": "-"}, status: 426,
			want: map[string]string{"Upgrade": "websocket", "Connection": "Upgrade", "Content-Type": "application/json; charset=UTF-8"},
			body: plain(body(426, "upgradeRequired", "This method is served over WebSockets.")),
		},
		{name: "no upgrade, by its route", request: "GET " + restPath, header: map[string]string{"Upgrade": "-"}, status: 426, want: map[string]string{"Upgrade": "websocket"}},
		{name: "another verb", request: "POST " + askPath, header: map[string]string{"Content-Length": "0"}, status: 405, want: map[string]string{"Allow": "GET"}, body: plain(body(405, "unsupportedMethod", "A WebSocket is opened by GET."))},
		{name: "another version", header: map[string]string{"Sec-WebSocket-Version": "8"}, status: 400, want: map[string]string{"Sec-WebSocket-Version": "13"}},
		{name: "no key", header: map[string]string{"Sec-WebSocket-Key": "-"}, status: 400},
		{name: "a bad key", header: map[string]string{"Sec-WebSocket-Key": "c2hvcnQ="}, status: 400, body: plain(body(400, "badRequest", "Sec-WebSocket-Key must be 16 bytes in base64."))},
		{name: "no subprotocol of ours", header: map[string]string{"Sec-WebSocket-Protocol": "chat"}, status: 400, body: plain(body(400, "badRequest", "None of the subprotocols is known: ask for endpoints.v1.json or endpoints.v1.proto, or for none."))},

		{name: "the same host", header: map[string]string{"Origin": "https://desk"}, status: 101},
		{name: "another host", header: map[string]string{"Origin": "https://evil.example"}, status: 403, body: plain(body(403, "forbidden", "Pages of this origin may not open a WebSocket here."))},
		{name: "no host", header: map[string]string{"Origin": "null"}, status: 403},
		{name: "an origin that is given", options: admit, header: map[string]string{"Origin": "https://books.example"}, status: 101},
		{name: "one that the API admits", more: []endpoints.Option{endpoints.WithCORS(origins)}, header: map[string]string{"Origin": "https://books.example"}, status: 101},
		{name: "the same host beside it", options: admit, header: map[string]string{"Origin": "https://desk"}, status: 101},
		{name: "an origin that is not", options: admit, header: map[string]string{"Origin": "https://evil.example"}, status: 403},
		{name: "not even to be told more", options: []websocket.Option{websocket.WithVisibleRefusals()}, header: map[string]string{"Origin": "https://evil.example"}, status: 403},

		{
			name: "an exception", desk: answering(exceptions.Raise(exceptions.NewServiceUnavailable("Busy."), exceptions.Header("Retry-After", "7"))),
			status: 503, want: map[string]string{"Retry-After": "7", "Upgrade": ""}, body: plain(body(503, "backendError", "Busy.")),
		},
		{name: "here the policy counts", desk: answering(exceptions.NewMethodNotAllowed("No.")), status: 501, body: plain(body(501, "unsupportedMethod", "No."))},
		{name: "an interceptor", more: []endpoints.Option{endpoints.WithInterceptors(deny)}, status: 401, want: map[string]string{"WWW-Authenticate": "Bearer"}, body: plain(body(401, "required", "Who are you?"))},
		{name: "an interceptor, told visibly", options: []websocket.Option{websocket.WithVisibleRefusals()}, more: []endpoints.Option{endpoints.WithInterceptors(deny)}, status: 101},
		{name: "a bad parameter, by its route", request: "GET " + restPath + "?limit=many", status: 400},
		{name: "an exception, by its route", desk: answering(exceptions.NewGone("Closed.")), request: "GET " + restPath, status: 410, body: plain(body(410, "deleted", "Closed."))},
		{name: "a path that is not there", request: "GET /library.v1.Desk/Nothing", status: 404},
		{
			name: "an explicit response", status: 500, // there is none on this protocol
			desk: &streamtest.Desk{Answer: func(ctx context.Context, _ askStream) error {
				endpoints.CallFrom(ctx).Respond(&endpoints.Response{Status: 302})
				return nil
			}},
			more: []endpoints.Option{endpoints.WithProfile(endpoints.Modern())},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if tt.desk == nil {
					tt.desk = answering(nil)
				}
				if tt.request == "" {
					tt.request = "GET " + askPath
				}
				l := newLive(t, tt.desk, tt.options, tt.more...)
				conn, in, resp := dial(t, l.Server, tt.request, tt.header)
				if resp.StatusCode != tt.status {
					t.Errorf("status: want %d, got %d", tt.status, resp.StatusCode)
				}
				for name, value := range tt.want {
					if got := resp.Header.Get(name); got != value {
						t.Errorf("%s: want %q, got %q", name, value, got)
					}
				}
				if resp.StatusCode == http.StatusSwitchingProtocols {
					c := newClient(conn)
					go c.read(in)
					if got := <-c.frames; strings.HasPrefix(tt.name, "an interceptor") {
						c.expectEnd(t, "close 3000 required")
					} else if got != "close 1000" {
						t.Errorf("want an end, got %q", got)
					}
					return
				}
				if got, err := io.ReadAll(resp.Body); tt.body != "" && string(got) != tt.body || err != nil {
					t.Errorf("body:\nwant %s\ngot  %s, %v", tt.body, got, err)
				}
			})
		})
	}
}

// TestBesideRPC shows that the protocols that share their paths do not take each
// other's requests, in any order.
func TestBesideRPC(t *testing.T) {
	t.Parallel()
	for name, transports := range map[string][]endpoints.Option{
		"before": {endpoints.With(websocket.Transport()), endpoints.With(rpc.Transport())},
		"after":  {endpoints.With(rpc.Transport()), endpoints.With(websocket.Transport())},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := streamtest.NewAPI(t, &desk, transports...)
			server := httptest.NewServer(api)
			defer server.Close()
			resp, err := http.Post(server.URL+returnPath, "application/connect+json", strings.NewReader(""))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if got := resp.Header.Get("Content-Type"); got != "application/connect+json" {
				t.Errorf("Connect got %d %s", resp.StatusCode, got)
			}
			r, _ := http.NewRequest("GET", server.URL+returnPath, nil)
			for name, value := range handshake {
				r.Header.Set(name, value)
			}
			if resp, err = http.DefaultTransport.RoundTrip(r); err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusSwitchingProtocols {
				t.Errorf("the WebSocket got %d", resp.StatusCode)
			}
		})
	}
}

// TestNoHijack shows what becomes of a connection that cannot be taken over.
func TestNoHijack(t *testing.T) {
	t.Parallel()
	api := streamtest.NewAPI(t, answering(nil), endpoints.With(websocket.Transport()), endpoints.WithProfile(endpoints.Modern()))
	w := streamtest.Record(api, "GET", askPath, handshake)
	if w.Code != 501 {
		t.Errorf("want 501, got %d %s", w.Code, w.Body)
	}
}
