package agentcore_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

// What runs when the application stops is finished; WebSockets are told to come
// back.
func TestServeDrains(t *testing.T) {
	const running = 20
	begun, finish := make(chan struct{}), make(chan struct{})
	app := agentcore.New(func(context.Context, *agentcore.Invocation) (any, error) {
		begun <- struct{}{}
		<-finish
		return "done", nil
	}, quiet(), agentcore.WithSocket(func(ctx context.Context, s *agentcore.Socket) error {
		if err := s.Accept(); err != nil {
			return err
		}
		_, _, err := s.Read(ctx)
		return err
	}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- app.Serve(ctx, l) }()

	conn, _, err := websocket.Dial(t.Context(), "ws://"+l.Addr().String()+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	answers := make(chan string, running)
	for range running {
		go func() {
			resp, err := http.Post("http://"+l.Addr().String()+"/invocations", "", strings.NewReader("{}"))
			if err != nil {
				answers <- err.Error()
				return
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			answers <- string(body)
		}()
	}
	for range running {
		<-begun
	}
	stop()
	_, _, err = conn.Read(t.Context())
	if frame, ok := errors.AsType[websocket.CloseError](err); !ok || frame.Code != 1012 {
		t.Errorf("the WebSocket ended with %v, want 1012", err)
	}
	select {
	case err := <-served:
		t.Errorf("stopped with %v while invocations run", err)
	default:
	}
	close(finish)
	for range running {
		if got := <-answers; got != `"done"` {
			t.Errorf("got %q", got)
		}
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestAddress(t *testing.T) {
	t.Setenv("DOCKER_CONTAINER", "1")
	if got := agentcore.Address(); got != "0.0.0.0:8080" {
		t.Errorf("in a container: %s", got)
	}
}
