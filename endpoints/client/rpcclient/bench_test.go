package rpcclient_test

import (
	"math"
	"testing"

	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// everyBenchmark runs f over every protocol. Both sides are measured.
func everyBenchmark(b *testing.B, f func(b *testing.B, c *libraryv1endpoints.DeskClient)) {
	server := serve(b, deskAPI(b, desk{}))
	for name, protocol := range protocols {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			f(b, newDesk(b, server.URL, server.Client(), protocol))
		})
	}
}

// BenchmarkReceive measures a message of the service.
func BenchmarkReceive(b *testing.B) {
	everyBenchmark(b, func(b *testing.B, c *libraryv1endpoints.DeskClient) {
		stream := watch(b, c, math.MaxInt32)
		for b.Loop() {
			if _, err := stream.Receive(); err != nil {
				b.Fatal(err)
			}
		}
	})
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
	})
}

// BenchmarkStream measures a whole call with one message.
func BenchmarkStream(b *testing.B) {
	everyBenchmark(b, func(b *testing.B, c *libraryv1endpoints.DeskClient) {
		request := &libraryv1.WatchLoansRequest{Shelf: "shelves/a", Limit: 1}
		for b.Loop() {
			stream, err := c.WatchLoans(b.Context(), request)
			if err != nil {
				b.Fatal(err)
			}
			for _, err := range stream.Messages() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
