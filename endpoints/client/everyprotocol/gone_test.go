package everyprotocol_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// BenchmarkGone measures how long it takes until a handler knows that its client
// has left: with the call, its first message, and all in one process.
func BenchmarkGone(b *testing.B) {
	l := serve(b, endpoints.Modern())
	l.gone = make(chan struct{})
	for _, c := range typed {
		if !c.stream {
			continue
		}
		b.Run(c.name, func(b *testing.B) {
			h := l.http1
			if c.http2 {
				h = l.http2
			}
			desk, err := libraryv1endpoints.NewDeskClient(origin, client.WithTransport(c.open), client.WithHTTPClient(h), client.WithCallOptions(c.options...))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				stream, err := desk.WatchLoans(b.Context(), watchRequest)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := stream.Receive(); err != nil {
					b.Fatal(err)
				}
				stream.Close()
				<-l.gone
			}
		})
	}
}
