package everyprotocol_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"testing"

	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// A wire is a way to call the service, by net/http and bytes alone: what our own
// clients do wrong in the same way as our servers must show.
type wire struct {
	name string
	read func(*testing.T, *live) seen
}

// Those of a call without streams come first, then those of a stream after its
// first message.
var wires = []wire{
	{"REST", readREST},
	{"Connect", readConnect},
	{"gRPC", func(t *testing.T, l *live) seen { return readGRPC(t, l, updateBook, updateRequest, 0) }},
	{"gRPC-Web", func(t *testing.T, l *live) seen { return readGRPCWeb(t, l, updateBook, updateRequest, 0) }},
	{"Connect stream", readConnectStream},
	{"gRPC stream", func(t *testing.T, l *live) seen { return readGRPC(t, l, watchLoans, watchRequest, 1) }},
	{"gRPC-Web stream", func(t *testing.T, l *live) seen { return readGRPCWeb(t, l, watchLoans, watchRequest, 1) }},
	{"events", readEvents},
	{"lines", readLines},
	{"WebSocket", readWebSocket},
}

const (
	updateBook = "/library.v1.Library/UpdateBook"
	watchLoans = "/library.v1.Desk/WatchLoans"
	restBook   = "/library/v1/shelves/a/books/emma"
	restLoans  = "/library/v1/shelves/a/loans:watch"
	// accept is what typed clients send, so that this is what they read.
	accept = "application/json, application/problem+json;q=0.9"
)

var (
	updateRequest = &libraryv1.UpdateBookRequest{Book: &libraryv1.Book{Name: "shelves/a/books/emma", Title: "Emma", Author: "Jane Austen"}}
	watchRequest  = &libraryv1.WatchLoansRequest{Shelf: "shelves/a"}
)

// A seen is what there is on the wire.
type seen struct {
	status  int    // HTTP
	code    string // of gRPC or Connect
	closing int    // close code
	header  http.Header
	trailer http.Header // or metadata at the end
	body    string      // or the end of it, that tells of the failure
	details string      // of gRPC, as JSON
}

// String returns all that can be compared from one run to the next.
func (s seen) String() string {
	text := strconv.Itoa(s.status)
	if s.code != "" {
		text += ", code " + s.code
	}
	if s.closing != 0 {
		text += ", close code " + strconv.Itoa(s.closing)
	}
	for _, h := range []http.Header{s.header, s.trailer} {
		for _, name := range slices.Sorted(maps.Keys(h)) {
			if !boring[name] {
				text += "\n" + name + ": " + strings.Join(h[name], ", ")
			}
		}
	}
	for _, part := range []string{s.body, s.details} {
		if part = strings.TrimSpace(part); part != "" {
			text += "\n" + part
		}
	}
	return text
}

// boring are fields that say nothing of exceptions.
var boring = map[string]bool{
	"Date": true, "Content-Length": true, "Vary": true, "X-Content-Type-Options": true, "Cache-Control": true, "X-Accel-Buffering": true,
	"Accept-Encoding": true, "Connect-Accept-Encoding": true, "Grpc-Accept-Encoding": true, "Trailer": true,
	"Sec-Websocket-Accept": true, "Connection": true, "Upgrade": true, "Grpc-Status-Details-Bin": true,
}

// check compares with the numbers of the table.
func (s seen) check(t *testing.T, r row, modern bool) {
	t.Helper()
	switch {
	case s.closing != 0:
		if s.status != 101 || s.closing != r.close {
			t.Errorf("%s: close code %d after the status %d, want %d", r.name, s.closing, s.status, r.close)
		}
	case s.code != "":
		name := strings.ToLower(r.code.String())
		if s.code != name && s.code != strconv.Itoa(int(r.code)) {
			t.Errorf("%s: code %s, want %s (%d)", r.name, s.code, name, r.code)
		}
	case s.status != 200 && modern && s.status != r.status:
		t.Errorf("%s: status %d, want %d", r.name, s.status, r.status)
	}
}

// send sends a request and reads all of the reply.
func send(t *testing.T, c *http.Client, verb, path, body string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), verb, origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range header {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Add(name, value)
	}
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", verb, path, err)
	}
	return resp, all
}

func readREST(t *testing.T, l *live) seen {
	resp, body := send(t, l.http1, "PATCH", restBook, `{"title":"Emma","author":"Jane Austen"}`, "Content-Type: application/json", "Accept: "+accept)
	return seen{status: resp.StatusCode, header: resp.Header, body: string(body)}
}

func readConnect(t *testing.T, l *live) seen {
	resp, body := send(t, l.http1, "POST", updateBook, marshalJSON(t, updateRequest), "Content-Type: application/json", "Connect-Protocol-Version: 1")
	var e connectError
	unmarshal(t, body, &e)
	return seen{status: resp.StatusCode, code: e.Code, header: resp.Header, body: settled(t, string(body), e.Details)}
}

// readConnectStream reads the end of a stream, which is JSON.
func readConnectStream(t *testing.T, l *live) seen {
	resp, body := send(t, l.http1, "POST", watchLoans, frame(0, marshalJSON(t, watchRequest)), "Content-Type: application/connect+json", "Connect-Protocol-Version: 1")
	frames := split(t, body)
	if len(frames) != 2 || frames[0] != "\x00"+`{"number":"1"}` || frames[1][0] != 2 {
		t.Fatalf("frames of Connect: %q", frames)
	}
	var end struct {
		Error connectError
	}
	unmarshal(t, []byte(frames[1][1:]), &end)
	return seen{status: resp.StatusCode, code: end.Error.Code, header: resp.Header, body: settled(t, frames[1][1:], end.Error.Details)}
}

// A connectError is an error of Connect.
type connectError struct {
	Code    string
	Details []struct{ Type, Value string }
}

// settled returns a body of Connect with details whose maps are in order, which
// they are not on the wire.
func settled(t *testing.T, body string, details []struct{ Type, Value string }) string {
	t.Helper()
	for _, d := range details {
		data, err := base64.RawStdEncoding.DecodeString(d.Value)
		if err != nil {
			t.Fatal(err)
		}
		m, err := (&anypb.Any{TypeUrl: "x/" + d.Type, Value: data}).UnmarshalNew()
		if err != nil {
			t.Fatal(err)
		}
		if data, err = (proto.MarshalOptions{Deterministic: true}).Marshal(m); err != nil {
			t.Fatal(err)
		}
		body = strings.Replace(body, `"`+d.Value+`"`, `"`+base64.RawStdEncoding.EncodeToString(data)+`"`, 1)
	}
	return body
}

// readGRPC reads a reply with so many messages before the trailers.
func readGRPC(t *testing.T, l *live, path string, request proto.Message, messages int) seen {
	resp, body := send(t, l.http2, "POST", path, frame(0, marshal(t, request)), "Content-Type: application/grpc", "Te: trailers")
	if n := len(split(t, body)); n != messages {
		t.Fatalf("%d messages of gRPC, want %d", n, messages)
	}
	trailer := resp.Trailer
	if resp.Header.Get("Grpc-Status") != "" {
		trailer = nil // the reply is trailers only
	}
	return grpcSeen(t, resp, trailer)
}

// readGRPCWeb is readGRPC for gRPC-Web, whose trailers are the last frame.
func readGRPCWeb(t *testing.T, l *live, path string, request proto.Message, messages int) seen {
	resp, body := send(t, l.http1, "POST", path, frame(0, marshal(t, request)), "Content-Type: application/grpc-web", "X-Grpc-Web: 1")
	frames := split(t, body)
	if resp.Header.Get("Grpc-Status") != "" {
		return grpcSeen(t, resp, nil)
	}
	if len(frames) != messages+1 || frames[messages][0] != 0x80 {
		t.Fatalf("frames of gRPC-Web: %q", frames)
	}
	trailer, err := textproto.NewReader(bufio.NewReader(strings.NewReader(frames[messages][1:] + "\r\n"))).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	return grpcSeen(t, resp, http.Header(trailer))
}

// grpcSeen reads the status from the trailer, or from the header if that is
// nil.
func grpcSeen(t *testing.T, resp *http.Response, trailer http.Header) seen {
	t.Helper()
	s := seen{status: resp.StatusCode, header: resp.Header, trailer: trailer}
	last := trailer
	if last == nil {
		last = resp.Header
	}
	s.code = last.Get("Grpc-Status")
	bin, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(last.Get("Grpc-Status-Details-Bin"), "="))
	if err != nil {
		t.Fatal(err)
	}
	var details status.Status
	if err := proto.Unmarshal(bin, &details); err != nil {
		t.Fatal(err)
	}
	if got := strconv.Itoa(int(details.Code)); got != s.code {
		t.Errorf("the details are of code %s, the status is %s", got, s.code)
	}
	s.details = marshalJSON(t, &details)
	return s
}

// readEvents returns what comes after the first event.
func readEvents(t *testing.T, l *live) seen {
	return readAfter(t, l, "text/event-stream", "data: {\"number\":\"1\"}\n\n")
}

// readLines returns what comes after the first line.
func readLines(t *testing.T, l *live) seen {
	return readAfter(t, l, "application/x-ndjson", "{\"number\":\"1\"}\n")
}

func readAfter(t *testing.T, l *live, kind, first string) seen {
	t.Helper()
	resp, body := send(t, l.http1, "GET", restLoans, "", "Accept: "+kind+", "+accept)
	rest, ok := strings.CutPrefix(string(body), first)
	if !ok {
		t.Fatalf("%s begins with %q", kind, body)
	}
	return seen{status: resp.StatusCode, header: resp.Header, body: rest}
}

// readWebSocket reads frames: a message, an error, and the close frame.
func readWebSocket(t *testing.T, l *live) seen {
	conn, err := l.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: library\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: endpoints.v1.json\r\nAccept: %s\r\n\r\n", restLoans, accept)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != 101 {
		t.Fatalf("the handshake: %v, %v", resp, err)
	}
	if opcode, message := readFrame(t, in); opcode != 1 || message != `{"number":"1"}` {
		t.Fatalf("the first frame: %d %q", opcode, message)
	}
	opcode, body := readFrame(t, in)
	last, closing := readFrame(t, in)
	if opcode != 1 || last != 8 || len(closing) < 2 {
		t.Fatalf("the last frames: %d %q, %d %q", opcode, body, last, closing)
	}
	return seen{
		status: resp.StatusCode, closing: int(binary.BigEndian.Uint16([]byte(closing))), header: resp.Header,
		body: "text " + body + "\nclose " + closing[2:],
	}
}

// readFrame reads a frame of a server that is a whole message (RFC 6455, section
// 5.2).
func readFrame(t *testing.T, in io.Reader) (opcode byte, payload string) {
	t.Helper()
	head := make([]byte, 2)
	_, err := io.ReadFull(in, head)
	size := uint16(head[1])
	if err == nil && size == 126 {
		err = binary.Read(in, binary.BigEndian, &size)
	}
	data := make([]byte, size)
	if err == nil {
		_, err = io.ReadFull(in, data)
	}
	if err != nil || head[0]&0xf0 != 0x80 {
		t.Fatalf("a frame: %x, %v", head, err)
	}
	return head[0] & 0xf, string(data)
}

// frame puts a message into a frame of Connect and gRPC.
func frame(flags byte, message string) string {
	return string(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message)))) + message
}

// split returns the frames of a body, each as its flags and its message.
func split(t *testing.T, body []byte) (frames []string) {
	t.Helper()
	for len(body) > 0 {
		if len(body) < 5 || uint64(len(body)-5) < uint64(binary.BigEndian.Uint32(body[1:])) {
			t.Fatalf("half a frame: %q", body)
		}
		end := 5 + int(binary.BigEndian.Uint32(body[1:]))
		frames = append(frames, string(body[:1])+string(body[5:end]))
		body = body[end:]
	}
	return frames
}

func marshal(t *testing.T, m proto.Message) string {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// marshalJSON returns JSON without the spaces that protojson adds at random.
func marshalJSON(t *testing.T, m proto.Message) string {
	t.Helper()
	b, err := protojson.Marshal(m)
	var compact bytes.Buffer
	if err == nil {
		err = json.Compact(&compact, b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return compact.String()
}

func unmarshal(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
}
