package websocket

import (
	"bufio"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// A netConn is the connection under a WebSocket. It bounds the time of writes
// and remembers when something came or went.
type netConn struct {
	net.Conn
	started time.Time
	timeout atomic.Int64 // of a write, in ns; 0: none
	read    atomic.Int64 // when something came last, in ns since started
	written atomic.Int64 // when something went last, the same
	broken  atomic.Bool  // reading or writing has failed
}

func (c *netConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.heard()
	}
	if err != nil {
		c.broken.Store(true)
	}
	return n, err
}

// heard notes a sign of life.
func (c *netConn) heard() { c.read.Store(int64(time.Since(c.started))) }

func (c *netConn) Write(p []byte) (int, error) {
	if d := c.timeout.Load(); d > 0 {
		if err := c.SetWriteDeadline(time.Now().Add(time.Duration(d))); err != nil {
			return 0, err
		}
	}
	n, err := c.Conn.Write(p)
	if n > 0 {
		c.written.Store(int64(time.Since(c.started)))
	}
	if err != nil {
		c.broken.Store(true)
	}
	return n, err
}

// writeBuffer is small, since there is one for every connection and large
// messages pass it by.
const writeBuffer = 1 << 10

// A hijacker hands out the connection of a ResponseWriter as a netConn, and
// keeps it.
type hijacker struct {
	http.ResponseWriter
	timeout time.Duration
	conn    *netConn
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.conn = &netConn{Conn: c, started: time.Now()}
	h.conn.timeout.Store(int64(max(h.timeout, 0)))
	return h.conn, bufio.NewReadWriter(rw.Reader, bufio.NewWriterSize(h.conn, writeBuffer)), nil
}
