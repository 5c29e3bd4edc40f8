package endpoints

import (
	"context"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"
)

// TestCallSize guards what every request allocates: 24 bytes are a size class of
// their own, one word more takes 32.
func TestCallSize(t *testing.T) {
	t.Parallel()
	if size := reflect.TypeFor[Call]().Size(); reflect.TypeFor[uintptr]().Size() == 8 && size > 24 {
		t.Errorf("a Call has %d bytes, want 24", size)
	}
}

// TestCallAfterEnd asks a call that has ended, as a goroutine does that a handler
// left behind. Its context goes on; of the rest, what is known stays.
func TestCallAfterEnd(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Hour)
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("X-Request-Id", "7")
	method := &Method{Name: "Get"}
	c := &Call{way: &way{protocol: protocolREST, method: method}, r: r, outcome: &Outcome{}}
	c.outcome = nil // the end

	if c.Method() != method || c.Protocol() != protocolREST || c.RequestHeader().Get("X-Request-Id") != "7" || c.RequestID() != "7" {
		t.Error("method, protocol or header got lost")
	}
	if c.Stream() != nil || c.Request() != nil || !c.Start().IsZero() {
		t.Error("want no stream, no message and no start")
	}
	if CallFrom(c) != c || c.Value(key{}) != "value" {
		t.Error("values got lost")
	}
	if _, ok := c.Deadline(); !ok || c.Err() != nil {
		t.Error("want a deadline in the future")
	}
	cancel()
	if <-c.Done(); c.Err() != context.Canceled {
		t.Errorf("error: want %v, got %v", context.Canceled, c.Err())
	}
	within := context.WithValue(ctx, key{}, "other")
	if c.within(within); c.Value(key{}) != "other" || c.Method() != method {
		t.Error("want the new context and the method")
	}
}
