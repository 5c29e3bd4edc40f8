package agentcore_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
)

// TestSlowCaller shows that a stream does not wait for ever for a caller that
// does not read, and may be silent for longer than that.
func TestSlowCaller(t *testing.T) {
	t.Parallel()
	const small = "data: \"small\"\n\n"
	big := strings.Repeat("b", 1<<20)
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan time.Duration, 1)
				s := streamtest.Serve(t, agentcore.New(func(context.Context, *agentcore.Invocation) (any, error) {
					return agentcore.Stream(func(yield func(any, error) bool) {
						_ = yield("small", nil)
						time.Sleep(time.Hour)
						start := time.Now()
						for yield(big, nil) {
						}
						ended <- time.Since(start)
					}), nil
				}, quiet()))
				s.Speak(http2)
				resp, err := s.Client.Post("http://agent/invocations", "application/json", strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				first := make([]byte, len(small))
				if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != small {
					t.Fatalf("the first event is %q, %v", first, err)
				}
				if got := <-ended; got != 30*time.Second {
					t.Errorf("the stream ended after %v", got)
				}
				if _, err := io.ReadAll(resp.Body); err == nil {
					t.Error("the rest has a good end")
				}
			})
		})
	}
}
