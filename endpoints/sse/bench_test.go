package sse_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
)

// sink is a ResponseWriter that forgets.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(int)             {}
func (s *sink) FlushError() error           { return nil }

// BenchmarkSend is what one event costs without a network.
func BenchmarkSend(b *testing.B) {
	message := loan(1)
	api := streamtest.NewAPI(b, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
		for b.Loop() {
			if err := s.Send(message); err != nil {
				return err
			}
		}
		return nil
	}}, endpoints.With(sse.Transport(sse.WithDefaultFormat(sse.Events))))
	b.ReportAllocs()
	api.ServeHTTP(&sink{header: http.Header{}}, httptest.NewRequest("GET", path, nil))
}

// BenchmarkCancel is the time from a client's leaving, over TCP, to the end of
// the call's context.
func BenchmarkCancel(b *testing.B) {
	canceled := make(chan time.Time, 1)
	api := streamtest.NewAPI(b, &streamtest.Desk{Watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
		_ = s.Send(loan(1))
		<-ctx.Done()
		canceled <- time.Now()
		return ctx.Err()
	}}, endpoints.With(sse.Transport()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	server := httptest.NewServer(api)
	defer server.Close()
	var total time.Duration
	for b.Loop() {
		ctx, leave := context.WithCancel(b.Context())
		r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
		resp, err := server.Client().Do(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(resp.Body, make([]byte, 10)); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		leave()
		total += (<-canceled).Sub(start)
		resp.Body.Close()
	}
	b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/cancel")
}
