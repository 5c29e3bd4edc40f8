package websocket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	pb "google.golang.org/protobuf/proto"
)

// TestInterceptor runs one interceptor on every protocol that carries the method.
// It sees the same call, and what it raises is told in each protocol's terms.
func TestInterceptor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		// call makes a call for two loans with the given X-Key, and returns what came
		// back.
		call           func(t *testing.T, s *streamtest.Server, key string) string
		protocol       string
		admitted, deny string
	}{
		{
			name: "events", protocol: "sse",
			call: func(t *testing.T, s *streamtest.Server, key string) string {
				return fetch(t, s, "GET", restPath+"?limit=2", "", map[string]string{"Accept": "text/event-stream", "X-Key": key})
			},
			admitted: `200 data: {"number":"1","book":"shelves/a"} data: {"number":"2","book":"shelves/a"}`, deny: "403 {",
		},
		{
			name: "lines", protocol: "sse",
			call: func(t *testing.T, s *streamtest.Server, key string) string {
				return fetch(t, s, "POST", "/library/v1/loans:watch", `{"shelf":"shelves/a","limit":2}`, map[string]string{"X-Key": key})
			},
			admitted: `200 {"number":"1","book":"shelves/a"} {"number":"2","book":"shelves/a"}`, deny: "403 {",
		},
		{
			name: "Connect", protocol: "connect",
			call: func(t *testing.T, s *streamtest.Server, key string) string {
				message := `{"shelf":"shelves/a","limit":2}`
				body := string(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))) + message
				return fetch(t, s, "POST", watchPath, body, map[string]string{"Content-Type": "application/connect+json", "X-Key": key})
			},
			admitted: `200 {"number":"1","book":"shelves/a"} {"number":"2","book":"shelves/a"}`, deny: `200 {"error":{"code":"permission_denied"`,
		},
		{
			name: "WebSocket", protocol: "websocket",
			call: func(t *testing.T, s *streamtest.Server, key string) string {
				c := connect(t, s, watchPath, map[string]string{"X-Key": key})
				c.send(text(`{"shelf":"shelves/a","limit":2}`))
				return all(c)
			},
			admitted: `text {"number":"1","book":"shelves/a"} text {"number":"2","book":"shelves/a"} close 1000`, deny: `text {"error":{`,
		},
		{
			name: "WebSocket by its route", protocol: "websocket",
			call: func(t *testing.T, s *streamtest.Server, key string) string {
				if key == "" {
					_, _, resp := dial(t, s, "GET "+restPath+"?limit=2", nil)
					return fmt.Sprint(resp.StatusCode, " {")
				}
				return all(connect(t, s, restPath+"?limit=2", map[string]string{"X-Key": key}))
			},
			admitted: `text {"number":"1","book":"shelves/a"} text {"number":"2","book":"shelves/a"} close 1000`, deny: "403 {",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var seen []string
				guard := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
					return func(ctx context.Context, c *endpoints.Call) (pb.Message, error) {
						request, _ := c.Request().(*libraryv1.WatchLoansRequest)
						seen = append(seen, fmt.Sprint(c.Protocol(), " ", c.Method().FullName(), " ", request.GetShelf(), " ", request.GetLimit()))
						if c.RequestHeader().Get("X-Key") == "" {
							return nil, exceptions.NewForbidden("No key.")
						}
						reply, err := next(ctx, c)
						if reply != nil || err != nil {
							t.Errorf("next returned %v, %v", reply, err)
						}
						return reply, err
					}
				}
				api := streamtest.NewAPI(t, &desk, endpoints.WithInterceptors(guard),
					endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()), endpoints.With(websocket.Transport()))
				s := streamtest.Serve(t, api)
				if got := tt.call(t, s, "k"); !strings.HasPrefix(got, tt.admitted) {
					t.Errorf("admitted: want %s, got %s", tt.admitted, got)
				}
				if got := tt.call(t, s, ""); !strings.HasPrefix(got, tt.deny) {
					t.Errorf("denied: want %s, got %s", tt.deny, got)
				}
				want := tt.protocol + " library.v1.Desk.WatchLoans shelves/a 2"
				if len(seen) != 2 || seen[0] != want || seen[1] != want {
					t.Errorf("the interceptor saw %q, want %q twice", seen, want)
				}
			})
		})
	}
}

// fetch returns the status and the body, without what stands between messages.
func fetch(t *testing.T, s *streamtest.Server, verb, target, body string, header map[string]string) string {
	t.Helper()
	r, err := http.NewRequest(verb, "http://desk"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	resp, err := s.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(header["Content-Type"], "application/connect+") {
		var messages [][]byte
		for len(got) >= 5 {
			size := 5 + int(binary.BigEndian.Uint32(got[1:]))
			messages = append(messages, got[5:size])
			got = got[size:]
		}
		got = bytes.Join(messages, []byte("\n"))
	}
	return fmt.Sprint(resp.StatusCode, " ", strings.Join(strings.Fields(string(got)), " "))
}

// all waits for the end of a connection.
func all(c *client) string {
	var frames []string
	for frame := range c.frames {
		frames = append(frames, frame)
	}
	return strings.Join(frames, " ")
}
