package websocket_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
)

// serveTCP serves the desk on a socket.
func serveTCP(b *testing.B, d *streamtest.Desk) *httptest.Server {
	api := streamtest.NewAPI(b, d, endpoints.With(websocket.Transport()))
	server := httptest.NewServer(api)
	b.Cleanup(server.Close)
	return server
}

// open opens a WebSocket over TCP. in is only used for the handshake, so that the
// client costs next to nothing.
func open(b *testing.B, server *httptest.Server, in *bufio.Reader) net.Conn {
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	text := "GET " + askPath + " HTTP/1.1\r\n"
	for name, value := range handshake {
		text += name + ": " + value + "\r\n"
	}
	if _, err := io.WriteString(conn, text+"\r\n"); err != nil {
		b.Fatal(err)
	}
	in.Reset(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		b.Fatal(resp, err)
	}
	return conn
}

// BenchmarkEcho is what one message costs, there and back, over TCP.
func BenchmarkEcho(b *testing.B) {
	in := bufio.NewReader(nil)
	conn := open(b, serveTCP(b, &desk), in)
	defer conn.Close()
	message := text(hello)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conn.Write(message); err != nil {
			b.Fatal(err)
		}
		if _, _, err := readFrame(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCancel is the time from a client's vanishing, over TCP, to the end of
// the call's context.
func BenchmarkCancel(b *testing.B) {
	canceled := make(chan time.Time, 1)
	server := serveTCP(b, &streamtest.Desk{Answer: func(ctx context.Context, s askStream) error {
		_, _ = s.Receive()
		<-ctx.Done()
		canceled <- time.Now()
		return ctx.Err()
	}})
	in := bufio.NewReader(nil)
	var total time.Duration
	for b.Loop() {
		conn := open(b, server, in)
		if _, err := conn.Write(text(hello)); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		conn.Close()
		total += (<-canceled).Sub(start)
	}
	b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/cancel")
}

// BenchmarkIdle is the memory that 1,000 open connections take on the server,
// heap and stacks, with the little that they take on the client.
func BenchmarkIdle(b *testing.B) {
	const n = 1000
	server := serveTCP(b, &desk)
	in := bufio.NewReader(nil)
	memory := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	var each uint64
	for b.Loop() {
		before := memory()
		conns := make([]net.Conn, n)
		for i := range conns {
			conns[i] = open(b, server, in)
			// One message, as an idle connection has seen some.
			if _, err := conns[i].Write(text(hello)); err != nil {
				b.Fatal(err)
			}
			if opcode, answer, err := readFrame(in); err != nil || opcode != 1 {
				b.Fatal(fmt.Sprint(opcode, string(answer)), err)
			}
		}
		each = (memory() - before) / n
		for _, conn := range conns {
			conn.Close()
		}
	}
	b.ReportMetric(float64(each), "B/connection")
}
