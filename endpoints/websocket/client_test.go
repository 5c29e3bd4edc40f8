package websocket_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/google/go-cmp/cmp"
)

const (
	askPath    = "/library.v1.Desk/Ask"
	returnPath = "/library.v1.Desk/ReturnBooks"
	watchPath  = "/library.v1.Desk/WatchLoans"
	restPath   = "/library/v1/shelves/a/loans:watch"
)

// handshake is a good one; fields can be replaced and, by "-", left out.
var handshake = map[string]string{
	"Host": "desk", "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
	"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}

// dial opens a connection and sends the opening handshake.
func dial(t testing.TB, s *streamtest.Server, request string, header map[string]string) (net.Conn, *bufio.Reader, *http.Response) {
	t.Helper()
	conn, err := s.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	text := request + " HTTP/1.1\r\n"
	all := map[string]string{}
	for name, value := range handshake {
		all[name] = value
	}
	for name, value := range header {
		all[name] = value
	}
	for name, value := range all {
		if value != "-" {
			text += name + ": " + value + "\r\n"
		}
	}
	if _, err := io.WriteString(conn, text+"\r\n"); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, &http.Request{Method: "GET"})
	if err != nil {
		t.Fatal(err)
	}
	return conn, in, resp
}

// A client is the other end of a WebSocket. It reads all the time, and answers
// pings and close frames unless it is mute.
type client struct {
	conn   net.Conn
	turn   chan struct{} // held while a frame is written; a bubble can wait for it
	frames chan string   // closed at the end of the connection
	mute   bool
}

func newClient(conn net.Conn) *client {
	return &client{conn: conn, turn: make(chan struct{}, 1), frames: make(chan string, 64)}
}

// connect opens a WebSocket.
func connect(t testing.TB, s *streamtest.Server, path string, header map[string]string) *client {
	t.Helper()
	c, in := connectOnly(t, s, path, header)
	go c.read(in)
	t.Cleanup(func() {
		c.conn.Close()
		for range c.frames {
		}
	})
	return c
}

// connectOnly opens a WebSocket and does not read from it.
func connectOnly(t testing.TB, s *streamtest.Server, path string, header map[string]string) (*client, *bufio.Reader) {
	t.Helper()
	conn, in, resp := dial(t, s, "GET "+path, header)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(resp.Body)
		t.Fatalf("the handshake failed with %d: %s", resp.StatusCode, body)
	}
	return newClient(conn), in
}

// read puts frames into a form for comparison: "text ...", "binary ...", "close
// 1000 reason", "ping ...", "pong ...".
func (c *client) read(in *bufio.Reader) {
	defer close(c.frames)
	for {
		opcode, payload, err := readFrame(in)
		if err != nil {
			return
		}
		switch opcode {
		case 1:
			c.frames <- "text " + string(payload)
		case 2:
			c.frames <- fmt.Sprintf("binary %x", payload)
		case 8:
			code, reason := 1005, ""
			if len(payload) >= 2 {
				code, reason = int(binary.BigEndian.Uint16(payload)), " "+string(payload[2:])
			}
			c.frames <- strings.TrimSpace(fmt.Sprintf("close %d%s", code, reason))
			if !c.mute {
				go c.send(frame(0x88, string(payload)))
			}
		case 9:
			c.frames <- "ping"
			if !c.mute {
				go c.send(frame(0x8a, string(payload)))
			}
		case 10:
			c.frames <- "pong " + string(payload)
		default:
			c.frames <- fmt.Sprintf("opcode %d", opcode)
		}
	}
}

// readFrame reads an unmasked frame that is a whole message.
func readFrame(in *bufio.Reader) (opcode byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return 0, nil, err
	}
	size := uint64(head[1])
	switch size {
	case 126:
		var n uint16
		err = binary.Read(in, binary.BigEndian, &n)
		size = uint64(n)
	case 127:
		err = binary.Read(in, binary.BigEndian, &size)
	}
	if err != nil {
		return 0, nil, err
	}
	if head[0]&0xf0 != 0x80 || size > 1<<20 {
		return head[0], nil, nil // a server of ours sends no such frame
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(in, payload)
	return head[0] & 0xf, payload, err
}

// frame is a masked frame with the given first byte.
func frame(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{1, 2, 3, 4}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

// text and bin are whole messages, end is the empty one after the last.
func text(s string) []byte { return frame(0x81, s) }
func bin(s string) []byte  { return frame(0x82, s) }

var end = text("")

// closing is a close frame; without a code it is empty.
func closing(code int, reason string) []byte {
	if code == 0 {
		return frame(0x88, "")
	}
	return frame(0x88, string(binary.BigEndian.AppendUint16(nil, uint16(code)))+reason)
}

// send writes frames. A server that has closed takes no more of them.
func (c *client) send(frames ...[]byte) {
	for _, f := range frames {
		c.turn <- struct{}{}
		_, err := c.conn.Write(f)
		<-c.turn
		if err != nil {
			return
		}
	}
}

// expect waits for frames, in their order.
func (c *client) expect(t testing.TB, want ...string) {
	t.Helper()
	for _, want := range want {
		if got, ok := <-c.frames; got != want || !ok {
			t.Errorf("frame (-want +got):\n%s", cmp.Diff(want, got))
		}
	}
}

// expectEnd waits for frames and the end of the connection after them.
func (c *client) expectEnd(t testing.TB, want ...string) {
	t.Helper()
	c.expect(t, want...)
	for got := range c.frames {
		t.Errorf("after the last frame: %q", got)
	}
}

// A live is a server in memory. It runs in a bubble, which ends with a failure
// if a goroutine is left.
type live struct {
	*streamtest.Server
	api *endpoints.API
	log streamtest.Log
}

func newLive(t testing.TB, d *streamtest.Desk, options []websocket.Option, more ...endpoints.Option) *live {
	l := new(live)
	l.api = streamtest.NewAPI(t, d, append(more, endpoints.WithLogger(l.log.Logger()), endpoints.With(websocket.Transport(options...)))...)
	l.Server = streamtest.Serve(t, l.api)
	return l
}
