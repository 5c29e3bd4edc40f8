package wsclient_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/wsclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/endpointstest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/google/go-cmp/cmp"
)

// frame is a frame of a server; fin says that it is the last of its message.
func frame(opcode byte, fin bool, payload string) string {
	if fin {
		opcode |= 0x80
	}
	b := []byte{opcode}
	if n := len(payload); n < 126 {
		b = append(b, byte(n))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	}
	return string(b) + payload
}

func text(s string) string { return frame(1, true, s) }
func bin(s string) string  { return frame(2, true, s) }

// closing is a close frame; code 0 is none.
func closing(code int, reason string) string {
	if code == 0 {
		return frame(8, true, "")
	}
	return frame(8, true, string(binary.BigEndian.AppendUint16(nil, uint16(code)))+reason)
}

// raw is a client of a server that accepts the handshake, reads the request and
// sends these bytes. After them it waits for a close frame, or hangs up.
func raw(t *testing.T, subprotocol, frames string, hangUp bool) *http.Client {
	return endpointstest.Client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		key := r.Header.Get("Sec-WebSocket-Key")
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n", acceptKey(key))
		if subprotocol != "" {
			fmt.Fprintf(conn, "Sec-WebSocket-Protocol: %s\r\n", subprotocol)
		}
		read := make(chan struct{})
		go func() {
			defer close(read)
			readFrames(rw.Reader, hangUp, func(string) {})
		}()
		_, _ = io.WriteString(conn, "X-Of: header\r\n\r\n"+frames)
		<-read
	}))
}

// acceptKey is the proof of RFC 6455, section 4.2.2, that a server has read the
// handshake.
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// readFrames reads frames of the client until it says goodbye, or no more than
// the request.
func readFrames(in *bufio.Reader, requestOnly bool, seen func(frame string)) {
	for n := 0; ; n++ {
		head := make([]byte, 6) // two bytes and the mask: messages of these tests are short
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		payload := make([]byte, head[1]&0x7f)
		if _, err := io.ReadFull(in, payload); err != nil {
			return
		}
		for i := range payload {
			payload[i] ^= head[2+i%4]
		}
		seen(fmt.Sprintf("%x %q", head[0], payload))
		if head[0]&0xf == 8 || requestOnly && n == 1 {
			return
		}
	}
}

// TestGoodbye looks at all that a client sends: the request, the end of its
// messages, an answer to a ping, and the close frame.
func TestGoodbye(t *testing.T) {
	t.Parallel()
	frames := make(chan string, 10)
	h := endpointstest.Client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		defer close(frames)
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"+
			"Sec-WebSocket-Protocol: endpoints.v1.proto\r\n\r\n", acceptKey(r.Header.Get("Sec-WebSocket-Key")))
		n := 0
		readFrames(rw.Reader, false, func(frame string) {
			if n++; n == 2 { // the request is complete
				_, _ = io.WriteString(conn, frame9+bin(""))
			}
			frames <- frame
		})
	}))
	stream, err := newDesk(t, h, wsclient.WebSocket).WatchLoans(t.Context(), &watchRequest{Shelf: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Receive(); err != nil {
		t.Fatal(err)
	}
	_ = stream.Close()
	var got []string
	for frame := range frames {
		got = append(got, frame)
	}
	want := []string{`82 "\n\x01a"`, `81 ""`, `8a "ping"`, `88 "\x03\xe9"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
}

// frame9 is a ping.
var frame9 = frame(9, true, "ping")

// receiveAll opens a server stream and reads it.
func receiveAll(t *testing.T, h *http.Client, open client.Opener, options ...client.Option) (n int, err error) {
	stream, err := newDesk(t, h, open, options...).WatchLoans(t.Context(), &watchRequest{Shelf: "a"})
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	for {
		if _, err = stream.Receive(); err != nil {
			return n, err
		}
		n++
	}
}

// A meaning is what a close frame means that comes without an error frame.
type meaning struct {
	code   int
	status int    // 0: it is no exception
	class  string // or what it is
}

// closes is the table of docs/streams.md; others are not listed there one by
// one.
var closes, others = []meaning{
	{1000, 0, "the end, `io.EOF`"},
	{1001, 503, "ServiceUnavailable"},
	{1002, 0, "an ordinary error"},
	{1003, 415, "UnsupportedMediaType"},
	{1007, 400, "BadRequest"},
	{1008, 400, "BadRequest"},
	{1009, 413, "RequestEntityTooLarge"},
	{1011, 500, "InternalServerError"},
	{1012, 503, "ServiceUnavailable"},
	{1013, 503, "ServiceUnavailable"},
	{1014, 502, "BadGateway"},
	{3000, 401, "Unauthorized"},
	{3003, 403, "Forbidden"},
	{3008, 504, "GatewayTimeout"},
}, []meaning{
	{0, 0, ""}, {1010, 0, ""}, {3001, 0, ""}, {3999, 0, ""}, {4000, 0, ""}, {4399, 0, ""}, {4600, 0, ""}, {4999, 0, ""},
	{4400, 400, "BadRequest"}, {4404, 404, "NotFound"}, {4418, 418, ""}, {4429, 429, "TooManyRequests"}, {4503, 503, "ServiceUnavailable"}, {4599, 599, ""},
}

func TestCloseFrames(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/streams.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range closes {
		row := fmt.Sprintf("\n| %d | %s |\n", tt.code, tt.class)
		if tt.status != 0 {
			row = fmt.Sprintf("\n| %d | `%s` |\n", tt.code, tt.class)
		}
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/streams.md has no row%s", row)
		}
	}
	for _, tt := range append(closes, others...) {
		checkClose(t, tt.code, tt.status, tt.class)
	}
}

// checkClose sends a message and a close frame.
func checkClose(t *testing.T, code, status int, class string) {
	t.Helper()
	n, err := receiveAll(t, raw(t, "endpoints.v1.proto", bin("")+closing(code, "someReason"), false), wsclient.WebSocket)
	ce, closed := errors.AsType[*wsclient.CloseError](err)
	switch {
	case code == 1000:
		if err != io.EOF || n != 1 {
			t.Errorf("1000: %d messages, %v", n, err)
		}
		return
	case code == 0:
		code = 1005
	}
	if n != 1 || !closed || ce.Code != code || code != 1005 && ce.Reason != "someReason" {
		t.Errorf("%d: %d messages, %v", code, n, err)
	}
	e, ok := err.(exceptions.ServiceException)
	switch {
	case status == 0:
		if ok {
			t.Errorf("%d: it is the exception %v", code, err)
		}
		return
	case !ok:
		t.Errorf("%d: it is no exception: %v", code, err)
		return
	}
	d := exceptions.Describe(e)
	if e.HTTPStatus() != status || class != "" && d.Class.Name != class || d.Reason != "someReason" || d.Header.Get("X-Of") != "header" || d.Header.Get("Upgrade") != "" {
		t.Errorf("%d: %d, %+v", code, e.HTTPStatus(), d)
	}
}

// TestCloseReasons shows what becomes of the text of a close frame.
func TestCloseReasons(t *testing.T) {
	t.Parallel()
	_, err := receiveAll(t, raw(t, "endpoints.v1.proto", closing(1008, "notNow"), false), wsclient.WebSocket)
	if d := exceptions.Describe(err.(exceptions.ServiceException)); d.Reason != "notNow" {
		t.Errorf("it says %+v", d)
	}
	_, err = receiveAll(t, raw(t, "endpoints.v1.proto", closing(4401, "The token has expired."), false), wsclient.WebSocket)
	if d := exceptions.Describe(err.(exceptions.ServiceException)); d.Reason != "" && d.Reason != "required" || !strings.Contains(err.Error(), "The token has expired.") {
		t.Errorf("it says %+v: %v", d, err)
	}
}

// TestFrames is about frames that are none of a server like ours.
func TestFrames(t *testing.T) {
	t.Parallel()
	const (
		problem  = `{"error":{"type":"about:blank","title":"Gone","status":410,"detail":"It was here."}}`
		detail   = `{"error":{"detail":"Nope."}}`
		asProto  = "endpoints.v1.proto"
		asJSON   = "endpoints.v1.json"
		notFound = `{"error":{"code":404,"message":"Not here."}}`
	)
	tests := []struct {
		name, subprotocol, frames string
		hangUp                    bool
		n                         int
		class                     string // empty: it is no exception
		err                       string // the beginning of it
	}{
		{"an error and its close frame", asProto, bin("") + text(problem) + closing(1008, "deleted"), false, 1, "Gone", "It was here."},
		{"an error without its close frame", asProto, text(notFound), true, 0, "NotFound", "Not here."},
		{"an error without a status", asProto, text(detail) + closing(3003, "forbidden"), false, 0, "Forbidden", "Nope."},
		{"an error without a status and a close frame", asProto, text(detail), true, 0, "UnknownError", "Nope."},
		{"text that is no error", asProto, text("hello") + closing(1000, ""), false, 0, "UnknownError", "unknown error: "},
		{"an error in JSON", asJSON, text("{}") + text(notFound) + closing(1008, ""), false, 1, "NotFound", "Not here."},
		{"JSON without a subprotocol", "", text("{}") + text(notFound) + closing(4404, ""), false, 1, "NotFound", "Not here."},
		{"binary among JSON", asJSON, bin("x"), false, 0, "", "message 1: a frame of the wrong kind for the subprotocol endpoints.v1.json"},
		{"no JSON", asJSON, text("{}") + text("{"), false, 1, "", "message 2: line 1, column 2: unexpected end of input"},
		{"no UTF-8", asJSON, text("{\"book\":\"\xff\"}"), false, 0, "", "message 1: "},
		{"no protobuf", asProto, bin("\xff"), false, 0, "", "message 1: "},
		{"too large", asProto, bin(strings.Repeat("x", 101)), false, 0, "", "a message is larger than 100 bytes"},
		{"too large in parts", asProto, frame(2, false, strings.Repeat("x", 60)) + frame(0, true, strings.Repeat("x", 60)), false, 0, "", "a message is larger than 100 bytes"},
		{"the connection ends", asProto, bin(""), true, 1, "", "the connection was lost: "},
		{"the connection ends within a frame", asProto, bin("") + bin("12345678")[:4], true, 1, "", "the connection was lost: "},
		{"the connection ends between parts", asProto, bin("") + frame(2, false, ""), true, 1, "", "the connection was lost: "},
		{"a frame that breaks the protocol", asProto, frame(0x40|2, true, ""), false, 0, "", "the connection was lost: "},
		{"another subprotocol", "graphql-ws", "", true, 0, "", "failed to WebSocket dial: "},
		{"none in place of protobuf", "", "", true, 0, "", "the server does not know the subprotocol endpoints.v1.proto"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			open := wsclient.WebSocket
			if strings.Contains(tt.name, "JSON") || tt.subprotocol == asJSON {
				open = wsclient.With(wsclient.JSON())
			}
			n, err := receiveAll(t, raw(t, tt.subprotocol, tt.frames, tt.hangUp), open, client.WithReplyBytes(100))
			want := tt.err
			if tt.class == "" {
				want = "library.v1.Desk.WatchLoans: " + want
			}
			if n != tt.n || err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%d messages, %v\nwant %d, %s", n, err, tt.n, want)
			}
			e, ok := err.(exceptions.ServiceException)
			if class := ""; ok {
				if class = exceptions.Describe(e).Class.Name; class != tt.class {
					t.Errorf("it is a %s", class)
				}
			} else if tt.class != "" {
				t.Errorf("it is no exception: %v", err)
			}
			if tt.hangUp && strings.HasPrefix(tt.name, "the connection ends") && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error = %v, want one in which io.ErrUnexpectedEOF is found", err)
			}
		})
	}
}

// TestInPlaceOfAHandshake covers servers that answer in plain HTTP.
func TestInPlaceOfAHandshake(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) *http.Client {
		return endpointstest.Client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
	}
	long := strings.Repeat("m", 10_000) // more than package websocket keeps
	_, err := receiveAll(t, answer(429, `{"error":{"code":429,"message":"`+long+`"}}`), wsclient.WebSocket)
	slow, ok := errors.AsType[*exceptions.TooManyRequests](err)
	if !ok || slow.Error() != long || exceptions.Describe(err.(exceptions.ServiceException)).RetryAfter.Seconds() != 7 {
		t.Errorf("429: %.200v", err)
	}
	_, err = receiveAll(t, answer(200, "hello"), wsclient.WebSocket)
	if want := "library.v1.Desk.WatchLoans: the server answered with status 200 and opened no WebSocket"; err == nil || err.Error() != want {
		t.Errorf("200: %v", err)
	}
	_, err = receiveAll(t, answer(502, "<html>"), wsclient.WebSocket)
	if _, ok := errors.AsType[*exceptions.BadGateway](err); !ok {
		t.Errorf("502: %v", err)
	}
}

// TestSubprotocols proves that both sides have the same names.
func TestSubprotocols(t *testing.T) {
	t.Parallel()
	for name, open := range openers {
		var asked string
		c := endpointstest.Client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = r.Header.Get("Sec-WebSocket-Protocol")
		}))
		_, _ = receiveAll(t, c, open)
		want := map[string]string{"json": websocket.SubprotocolJSON, "proto": websocket.SubprotocolProto}[name]
		if asked != want {
			t.Errorf("%s: asked for %q", name, asked)
		}
	}
}
