package websocket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

type (
	askStream    = libraryv1endpoints.DeskAskStream
	returnStream = libraryv1endpoints.DeskReturnBooksStream
	watchStream  = libraryv1endpoints.DeskWatchLoansStream
)

// echo answers every question with itself until there is none.
func echo(_ context.Context, s askStream) error {
	for {
		q, err := s.Receive()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: q.GetQuestion()}); err != nil {
			return err
		}
	}
}

// count counts books.
func count(_ context.Context, s returnStream) (*libraryv1.ReturnBooksResponse, error) {
	reply := new(libraryv1.ReturnBooksResponse)
	for {
		_, err := s.Receive()
		if err == io.EOF {
			return reply, nil
		}
		if err != nil {
			return nil, err
		}
		reply.Count++
	}
}

// watch sends as many loans as were asked for.
func watch(_ context.Context, r *libraryv1.WatchLoansRequest, s watchStream) error {
	for i := range r.GetLimit() {
		if err := s.Send(&libraryv1.Loan{Number: int64(i + 1), Book: r.GetShelf()}); err != nil {
			return err
		}
	}
	return nil
}

var desk = streamtest.Desk{Answer: echo, Return: count, Watch: watch}

// asked fails with err after the first question.
func asked(err error) *streamtest.Desk {
	return &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
		if _, err := s.Receive(); err != nil {
			return err
		}
		return err
	}}
}

// body is the text frame with the body of an error.
func body(status int, reason, message string) string {
	message = strings.ReplaceAll(message, `"`, `\"`)
	return fmt.Sprintf(`text {"error":{"errors":[{"domain":"global","reason":"%[2]s","message":"%[3]s"}],"code":%[1]d,"message":"%[3]s"}}`, status, reason, message)
}

// waits reads all questions and waits for the end of its context.
func waits(ctx context.Context, s askStream) error {
	for {
		if _, err := s.Receive(); err != nil {
			<-ctx.Done()
			return ctx.Err()
		}
	}
}

// watches sends one loan and waits for the end of its context.
func watches(ctx context.Context, _ *libraryv1.WatchLoansRequest, s watchStream) error {
	if err := s.Send(&libraryv1.Loan{}); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

// small allows messages of 100 bytes.
var small = []endpoints.Option{endpoints.WithLimits(endpoints.Limits{BodyBytes: 100})}

const (
	hello    = `{"question":"hello"}`
	helloToo = `text {"answer":"hello"}`
	internal = "Internal Server Error"
)

var proto = map[string]string{"Sec-WebSocket-Protocol": "chat, endpoints.v1.proto"}

// maybe stands for the message of watches, which is not sent any more if the
// client's mistake is seen before.
const maybe = "maybe"

func TestCloses(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("a", 200)
	var (
		unasked   = body(400, "badRequest", "A message came after the last one.")
		notUTF8   = body(400, "badRequest", "The message is not valid UTF-8.")
		tooBig    = body(413, "uploadTooLarge", "The message is larger than 100 bytes.")
		violation = body(400, "badRequest", "The WebSocket protocol was violated.")
		wrongKind = body(415, "unsupportedMediaType", "Messages must be in text frames, or in binary ones with the subprotocol endpoints.v1.proto.")
	)
	tests := []struct {
		name    string
		desk    *streamtest.Desk // the one above if nil
		options []websocket.Option
		more    []endpoints.Option
		path    string // that of Ask if empty
		header  map[string]string
		send    [][]byte
		want    []string
		log     string // the level of the record
	}{
		{name: "bidirectional", send: [][]byte{text(hello), text(hello), end}, want: []string{helloToo, helloToo, "close 1000"}},
		{name: "nothing to say", send: [][]byte{end}, want: []string{"close 1000"}},
		{name: "client-streaming", path: returnPath, send: [][]byte{text(`{"book":"a"}`), text(`{"book":"b"}`), end}, want: []string{`text {"count":2}`, "close 1000"}},
		{name: "server-streaming", path: watchPath, send: [][]byte{text(`{"shelf":"s","limit":2}`)}, want: []string{`text {"number":"1","book":"s"}`, `text {"number":"2","book":"s"}`, "close 1000"}},
		{name: "server-streaming, with an end", path: watchPath, send: [][]byte{text(`{"shelf":"s","limit":1}`), end}, want: []string{`text {"number":"1","book":"s"}`, "close 1000"}},
		{name: "server-streaming, by its route", path: restPath + "?limit=1", want: []string{`text {"number":"1","book":"shelves/a"}`, "close 1000"}},
		{name: "in binary", header: proto, send: [][]byte{bin("\x0a\x01a"), end}, want: []string{"binary 0a0161", "close 1000"}},
		{name: "an empty message in binary", path: returnPath, header: proto, send: [][]byte{bin("\x0a\x01a"), bin("\x0a\x01b"), end}, want: []string{"binary 0802", "close 1000"}},
		{
			name: "nothing", path: returnPath, send: [][]byte{end}, want: []string{"close 1000"},
			desk: &streamtest.Desk{Return: func(_ context.Context, s returnStream) (*libraryv1.ReturnBooksResponse, error) { return nil, nil }},
		},
		{
			name: "fragments with a ping between them",
			send: [][]byte{frame(0x01, `{"question":`), frame(0x89, "hi"), frame(0x00, `"hel`), frame(0x80, `lo"}`), end},
			want: []string{"pong hi", helloToo, "close 1000"},
		},
		{name: "a rune in two fragments", send: [][]byte{frame(0x01, "{\"question\":\"\xc3"), frame(0x80, "\xa9\"}"), end}, want: []string{`text {"answer":"é"}`, "close 1000"}},

		{name: "an exception", desk: asked(exceptions.NewNotFound("No answer.")), send: [][]byte{text(hello)}, want: []string{body(404, "notFound", "No answer."), "close 1008 notFound"}, log: "WARN"},
		{name: "no policy", desk: asked(exceptions.NewMethodNotAllowed("No.")), send: [][]byte{text(hello)}, want: []string{body(405, "unsupportedMethod", "No."), "close 1008 unsupportedMethod"}, log: "WARN"},
		{name: "in binary, an exception", header: proto, desk: asked(exceptions.NewNotFound("No answer.")), send: [][]byte{bin("\x0a\x01a")}, want: []string{body(404, "notFound", "No answer."), "close 1008 notFound"}, log: "WARN"},
		{name: "busy", desk: asked(exceptions.NewServiceUnavailable("Busy.")), send: [][]byte{text(hello)}, want: []string{body(503, "backendError", "Busy."), "close 1013 backendError"}, log: "ERROR"},
		{name: "by status", options: []websocket.Option{websocket.WithStatusCodes()}, desk: asked(exceptions.NewNotFound("No answer.")), send: [][]byte{text(hello)}, want: []string{body(404, "notFound", "No answer."), "close 4404 notFound"}, log: "WARN"},
		{name: "a code of its own", desk: asked(websocket.WithCode(4321, exceptions.NewNotFound("No answer."))), send: [][]byte{text(hello)}, want: []string{body(404, "notFound", "No answer."), "close 4321 notFound"}, log: "WARN"},
		{name: "a code that cannot be sent", desk: asked(websocket.WithCode(1006, exceptions.NewNotFound("No answer."))), send: [][]byte{text(hello)}, want: []string{body(404, "notFound", "No answer."), "close 1011 notFound"}, log: "close code 1006 may not be sent"},
		{
			name: "a reason that is too long", desk: asked(exceptions.Raise(exceptions.NewConflict("No."), exceptions.Reason(strings.Repeat("é", 100)))),
			send: [][]byte{text(hello)}, want: []string{body(409, strings.Repeat("é", 100), "No."), "close 1008 " + strings.Repeat("é", 61)}, log: "WARN",
		},
		{name: "a private error", desk: asked(errors.New("the disk is full")), send: [][]byte{text(hello)}, want: []string{body(500, "internalError", internal), "close 1011 internalError"}, log: "ERROR"},
		{
			name: "a panic", send: [][]byte{text(hello)}, want: []string{body(500, "internalError", internal), "close 1011 internalError"}, log: "ERROR",
			desk: &streamtest.Desk{Answer: func(_ context.Context, s askStream) error { _, _ = s.Receive(); panic("no answer") }},
		},
		{
			name: "an explicit response that comes too late", send: [][]byte{text(hello)}, want: []string{body(500, "internalError", internal), "close 1011 internalError"}, log: "ERROR",
			desk: &streamtest.Desk{Answer: func(ctx context.Context, s askStream) error {
				_, _ = s.Receive()
				endpoints.CallFrom(ctx).Respond(&endpoints.Response{Status: 302})
				return nil
			}},
		},
		{
			name: "a message that cannot be written", send: [][]byte{text(hello)}, want: []string{body(500, "internalError", internal), "close 1011 internalError"}, log: "ERROR",
			desk: &streamtest.Desk{Answer: func(_ context.Context, s askStream) error {
				return s.Send(&libraryv1.AskResponse{Answer: "\xff"})
			}},
		},
		{
			name: "another layout of errors", more: []endpoints.Option{endpoints.WithProfile(endpoints.Modern())}, header: map[string]string{"Accept": "application/problem+json"},
			desk: asked(exceptions.NewNotFound("No answer.")), send: [][]byte{text(hello)}, log: "WARN",
			want: []string{`text {"error":{"type":"about:blank","title":"Not Found","status":404,"detail":"No answer.","reason":"notFound","domain":"global"}}`, "close 1008 notFound"},
		},
		{name: "too slow", more: []endpoints.Option{endpoints.WithLimits(endpoints.Limits{CallTime: 50 * time.Second})}, want: []string{"ping", body(504, "gatewayTimeout", "Gateway Timeout"), "close 3008 gatewayTimeout"}, send: [][]byte{text(hello)}, log: "ERROR",
			desk: &streamtest.Desk{Answer: func(ctx context.Context, s askStream) error {
				_, _ = s.Receive()
				_, err := s.Receive()
				return err
			}},
		},

		{name: "not UTF-8", send: [][]byte{text("{\"question\":\"\xff\"}")}, want: []string{notUTF8, "close 1007 badRequest"}, log: "WARN"},
		{name: "not UTF-8, in fragments", send: [][]byte{frame(0x01, "\"\xc3"), frame(0x80, "\"")}, want: []string{notUTF8, "close 1007 badRequest"}, log: "WARN"},
		{name: "not JSON", send: [][]byte{text("{")}, want: []string{"error", "close 1007 badRequest"}, log: "WARN"},
		{name: "not the right JSON", send: [][]byte{text(`{"question":7}`)}, want: []string{"error", "close 1008 badRequest"}, log: "WARN"},
		{name: "something is missing", send: [][]byte{text("{}")}, want: []string{"error", "close 1008 required"}, log: "WARN"},
		{name: "not protobuf", header: proto, send: [][]byte{bin("\xff")}, want: []string{"error", "close 1007 badRequest"}, log: "WARN"},
		{name: "binary in place of text", send: [][]byte{bin("x")}, want: []string{wrongKind, "close 1003 unsupportedMediaType"}, log: "WARN"},
		{name: "an empty binary in place of text", send: [][]byte{bin("")}, want: []string{wrongKind, "close 1003 unsupportedMediaType"}, log: "WARN"},
		{name: "text in place of binary", header: proto, send: [][]byte{text(hello)}, want: []string{wrongKind, "close 1003 unsupportedMediaType"}, log: "WARN"},
		{name: "too big", more: small, send: [][]byte{text(big)}, want: []string{tooBig, "close 1009 uploadTooLarge"}, log: "WARN"},
		{name: "too big in fragments", more: small, send: [][]byte{frame(1, big[:60]), frame(0, big[:60]), frame(0x80, big[:60])}, want: []string{tooBig, "close 1009 uploadTooLarge"}, log: "WARN"},
		{name: "a size that nobody has", more: small, send: [][]byte{append([]byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, big...)}, want: []string{tooBig, "close 1009 uploadTooLarge"}, log: "WARN"},
		{name: "after the end", send: [][]byte{end, text(hello)}, want: []string{unasked, "close 1008 badRequest"}, log: "WARN", desk: &streamtest.Desk{Answer: waits}},
		{name: "two ends", send: [][]byte{end, end}, want: []string{unasked, "close 1008 badRequest"}, log: "WARN", desk: &streamtest.Desk{Answer: waits}},
		{name: "no request", path: watchPath, send: [][]byte{end}, want: []string{body(400, "badRequest", "The request has no message: send at least {}."), "close 1008 badRequest"}, log: "WARN"},
		{name: "two requests", path: watchPath, send: [][]byte{text(`{"shelf":"s"}`), text(`{"shelf":"s"}`)}, want: []string{maybe, unasked, "close 1008 badRequest"}, log: "WARN", desk: &streamtest.Desk{Watch: watches}},
		{name: "a request beside the path", path: restPath, send: [][]byte{text(`{"shelf":"s"}`)}, want: []string{maybe, unasked, "close 1008 badRequest"}, log: "WARN", desk: &streamtest.Desk{Watch: watches}},

		{name: "an unmasked frame", send: [][]byte{{0x81, 2, '{', '}'}}, want: []string{violation, "close 1002 badRequest"}, log: "WARN"},
		{name: "a reserved bit", send: [][]byte{frame(0xc1, hello)}, want: []string{"close 1002 received header with unexpected rsv bits set: true:false:false"}, log: "WARN"},
		{name: "an unknown opcode", send: [][]byte{frame(0x83, "")}, want: []string{"close 1002 received unknown opcode opcode(3)"}, log: "WARN"},
		{name: "a stray continuation", send: [][]byte{frame(0x80, hello)}, want: []string{"close 1002 received continuation frame without text or binary frame"}, log: "WARN"},
		{name: "a message inside another", send: [][]byte{frame(0x01, "{"), text("}")}, want: []string{"close 1002 received new data message without finishing the previous message"}, log: "WARN"},
		{name: "a ping in fragments", send: [][]byte{frame(0x09, "")}, want: []string{"close 1002 received fragmented control frame"}, log: "WARN"},
		{name: "a long ping", send: [][]byte{frame(0x89, big)}, want: []string{"close 1002 received control frame payload with invalid length: 200"}, log: "WARN"},
		{name: "half a close code", send: [][]byte{frame(0x88, "x")}, want: []string{`close 1002 received invalid close payload: close payload "x" too small, cannot even contain the 2 byte status code`}, log: "WARN"},
		{name: "a close code that is none", send: [][]byte{closing(999, "")}, want: []string{"close 1002 received invalid close payload: invalid status code StatusCode(999)"}, log: "WARN"},

		{name: "the client closes", send: [][]byte{closing(1000, "bye")}, want: []string{"close 1000 bye"}},
		{name: "the client goes away", send: [][]byte{closing(1001, "")}, want: []string{"close 1001"}},
		{name: "the client closes without a code", send: [][]byte{closing(0, "")}, want: []string{"close 1005"}},
		{name: "the client closes with a code of its own", send: [][]byte{closing(4000, "")}, want: []string{"close 4000"}},
		{name: "the client closes with an error", send: [][]byte{closing(1011, "")}, want: []string{"close 1011"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if tt.desk == nil {
					tt.desk = &desk
				}
				if tt.path == "" {
					tt.path = askPath
				}
				l := newLive(t, tt.desk, tt.options, tt.more...)
				c := connect(t, l.Server, tt.path, tt.header)
				go c.send(tt.send...)
				for _, want := range tt.want {
					if want == maybe {
						continue
					}
					got := <-c.frames
					if got == "text {}" && slices.Contains(tt.want, maybe) {
						got = <-c.frames
					}
					if want == "error" && strings.HasPrefix(got, `text {"error":{`) {
						continue
					}
					if got != want {
						t.Errorf("want %q, got %q", want, got)
					}
				}
				c.expectEnd(t)
				synctest.Wait()
				switch got := l.log.String(); {
				case tt.log == "" && got == "":
				case tt.log == "":
					t.Errorf("it was logged: %s", got)
				case !strings.Contains(got, tt.log) || strings.Count(got, "call failed") != 1:
					t.Errorf("want one record with %s, got %s", tt.log, got)
				}
			})
		})
	}
}
