package websocket_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// TestAccept shows that a connection opens before there is anything to send, and
// what that makes of an exception.
func TestAccept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		news := make(chan error)
		l := newLive(t, &streamtest.Desk{
			Watch: func(ctx context.Context, _ *libraryv1.WatchLoansRequest, _ watchStream) error {
				if err := websocket.Accept(ctx); err != nil {
					return err
				}
				if err := websocket.Accept(ctx); err != nil { // of no effect
					return err
				}
				return <-news
			},
		}, nil)
		c := connect(t, l.Server, restPath, nil) // returns when the connection is open
		news <- exceptions.NewUnauthorized("Your token has expired.")
		c.expectEnd(t, body(401, "required", "Your token has expired."), "close 3000 required")
	})
}

// TestAcceptElsewhere shows that a handler may serve other protocols, and that
// one that has returned is told so.
func TestAcceptElsewhere(t *testing.T) {
	t.Parallel()
	if err := websocket.Accept(t.Context()); err != nil {
		t.Errorf("outside of a call: %v", err)
	}
	d := &streamtest.Desk{Watch: func(ctx context.Context, _ *libraryv1.WatchLoansRequest, _ watchStream) error {
		return websocket.Accept(ctx)
	}}
	api := streamtest.NewAPI(t, d, endpoints.With(sse.Transport()))
	if w := streamtest.Record(api, "GET", restPath, nil); w.Code != 200 {
		t.Errorf("over SSE: %d %s", w.Code, w.Body)
	}
	synctest.Test(t, func(t *testing.T) {
		var kept context.Context
		l := newLive(t, &streamtest.Desk{Answer: func(ctx context.Context, _ askStream) error { kept = ctx; return nil }}, nil)
		connect(t, l.Server, askPath, nil).expectEnd(t, "close 1000")
		if err := websocket.Accept(kept); err == nil {
			t.Error("after the end: no error")
		}
	})
}
