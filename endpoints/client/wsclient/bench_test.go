package wsclient_test

import (
	"context"
	"math"
	"net/http/httptest"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// everyBenchmark runs f over WebSockets and, for comparison, over events. Both
// sides are measured.
func everyBenchmark(b *testing.B, f func(b *testing.B, c *libraryv1endpoints.DeskClient), openers map[string]client.Opener) {
	server := httptest.NewServer(streamtest.NewAPI(b, &streamtest.Desk{
		Answer: echo,
		Watch: func(_ context.Context, r *watchRequest, s watchStream) error {
			loan := &libraryv1.Loan{Number: 12, Book: "shelves/a/books/emma", Reader: "kim"}
			for range r.GetLimit() {
				if err := s.Send(loan); err != nil {
					return err
				}
			}
			return nil
		},
	}, endpoints.With(sse.Transport()), endpoints.With(websocket.Transport())))
	b.Cleanup(server.Close)
	for name, open := range openers {
		b.Run(name, func(b *testing.B) {
			c, err := libraryv1endpoints.NewDeskClient(server.URL, client.WithTransport(open))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			f(b, c)
		})
	}
}

// BenchmarkReceive measures a message of the service.
func BenchmarkReceive(b *testing.B) {
	everyBenchmark(b, func(b *testing.B, c *libraryv1endpoints.DeskClient) {
		stream, err := c.WatchLoans(b.Context(), &watchRequest{Shelf: "shelves/a", Limit: math.MaxInt32})
		if err != nil {
			b.Fatal(err)
		}
		defer stream.Close()
		for b.Loop() {
			if _, err := stream.Receive(); err != nil {
				b.Fatal(err)
			}
		}
	}, map[string]client.Opener{"websocket": openers["proto"], "websocket-json": openers["json"], "events": client.REST})
}

// BenchmarkTurn measures a message and its answer.
func BenchmarkTurn(b *testing.B) {
	everyBenchmark(b, func(b *testing.B, c *libraryv1endpoints.DeskClient) {
		stream, err := c.Ask(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		defer stream.Close()
		message := &libraryv1.AskRequest{Question: "Is it open?"}
		for b.Loop() {
			if err := stream.Send(message); err != nil {
				b.Fatal(err)
			}
			if _, err := stream.Receive(); err != nil {
				b.Fatal(err)
			}
		}
	}, openers)
}
