package conformance

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// An Answer is what a server sent.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// exchangeTimeout is how long one exchange may take before it counts as
// hanging.
const exchangeTimeout = 10 * time.Second

// Exchange sends the request of c to the server at address on a connection of
// its own, byte for byte as the case says, and returns the answer.
func Exchange(address string, c *Case) (*Answer, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(exchangeTimeout)); err != nil {
		return nil, err
	}
	// A server may answer before it has read all: what it says counts, not that
	// the rest could not be sent.
	_, _ = conn.Write(c.wire(address))
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: strings.ToUpper(c.Request.Method)})
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil && c.Compare != "status" { // else what is cut off does not count
		return nil, fmt.Errorf("broken answer: %w", err)
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// wire is the request as bytes.
func (c *Case) wire(host string) []byte {
	var b bytes.Buffer
	has := map[string]bool{}
	for _, h := range c.Request.Headers {
		has[strings.ToLower(h[0])] = true
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", c.Request.Method, c.Request.Target)
	if !has["host"] {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for _, h := range c.Request.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	if c.selfDescribed() {
		fmt.Fprintf(&b, "%s: %s\r\n", handlerHeader, c.handlerHeader())
	}
	body, some := c.Request.Bytes()
	if some && !has["content-length"] && !has["transfer-encoding"] {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("Connection: close\r\n\r\n")
	b.Write(body)
	return b.Bytes()
}

// handlerHeader tells the server which handler to build.
func (c *Case) handlerHeader() string {
	text, _ := json.Marshal(map[string]any{"id": c.ID, "profile": c.Profile, "handler": c.Handler, "options": c.Options})
	return base64.URLEncoding.EncodeToString(text)
}
