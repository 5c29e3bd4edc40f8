package agentcore_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

// BenchmarkPingUnderLoad compares the 99th percentile of /ping over HTTP while
// 200 slow invocations run with that of the same application when it is idle,
// measured in turns. Metrics: idle-p99-µs, loaded-p99-µs and their ratio, which
// is to be about 1.
func BenchmarkPingUnderLoad(b *testing.B) {
	const slow, perRound = 200, 2000
	var begun, finish sync.WaitGroup
	finish.Add(1)
	app := agentcore.New(func(ctx context.Context, _ *agentcore.Invocation) (any, error) {
		begun.Done()
		finish.Wait()
		return "done", nil
	}, quiet())
	busy, idle := httptest.NewServer(app), httptest.NewServer(agentcore.New(nil, quiet()))
	defer busy.Close()
	defer idle.Close()
	begun.Add(slow)
	var answered sync.WaitGroup
	for range slow {
		answered.Go(func() {
			resp, err := http.Post(busy.URL+"/invocations", "", strings.NewReader("{}"))
			if err != nil {
				b.Error(err)
				return
			}
			defer resp.Body.Close()
			if body, _ := io.ReadAll(resp.Body); string(body) != `"done"` {
				b.Errorf("got %q", body)
			}
		})
	}
	begun.Wait()
	var loaded, alone []time.Duration
	for b.Loop() {
		alone = pings(b, alone, idle.URL, perRound)
		loaded = pings(b, loaded, busy.URL, perRound)
	}
	finish.Done()
	answered.Wait()
	p99Idle, p99Loaded := percentile(alone), percentile(loaded)
	b.ReportMetric(float64(p99Idle.Microseconds()), "idle-p99-µs")
	b.ReportMetric(float64(p99Loaded.Microseconds()), "loaded-p99-µs")
	b.ReportMetric(float64(p99Loaded)/float64(p99Idle), "p99-ratio")
}

// pings adds the durations of n pings.
func pings(b *testing.B, all []time.Duration, url string, n int) []time.Duration {
	for range n {
		begin := time.Now()
		resp, err := http.Get(url + "/ping")
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		all = append(all, time.Since(begin))
	}
	return all
}

func percentile(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)*99/100]
}

// BenchmarkInvocation is one invocation without the network.
func BenchmarkInvocation(b *testing.B) {
	app := agentcore.New(func(_ context.Context, in *agentcore.Invocation) (any, error) { return in.Payload, nil }, quiet())
	b.ReportAllocs()
	for b.Loop() {
		if w := post(app, `{"prompt":"hi"}`); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
