package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/google/go-cmp/cmp"
)

type (
	watchRequest = libraryv1.WatchLoansRequest
	watchStream  = libraryv1endpoints.DeskWatchLoansStream
)

func newDesk(t testing.TB, h *http.Client, options ...client.Option) *libraryv1endpoints.DeskClient {
	t.Helper()
	c, err := libraryv1endpoints.NewDeskClient("http://desk", append(options, client.WithHTTPClient(h))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// watch reads the loans of a shelf: the numbers of the loans, and the error.
func watch(ctx context.Context, c *libraryv1endpoints.DeskClient, options ...client.CallOption) (numbers []int64, err error) {
	stream, err := c.WatchLoans(ctx, &watchRequest{Shelf: "shelves/a"}, options...)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	for loan, err := range stream.Messages() {
		if err != nil {
			return numbers, err
		}
		numbers = append(numbers, loan.GetNumber())
	}
	return numbers, nil
}

const (
	asEvents = "Content-Type: text/event-stream; charset=utf-8"
	asLines  = "Content-Type: application/x-ndjson"
)

// TestStreamBodies is about what is a stream, and how it ends.
func TestStreamBodies(t *testing.T) {
	const gzipped = "\x1f\x8b\b\x00\x00\x00\x00\x00\x02\xff"
	one := "data: {\"number\":\"1\"}\n\n"
	tests := []struct {
		name, body string
		header     string
		want       []int64
		err        string // empty: none
	}{
		{"events", one + ": ping\n\nevent: loan\nid: 7\ndata: {\"number\":2}\n\n", asEvents, []int64{1, 2}, ""},
		{"events with lines in their data", "data: {\ndata: \"number\":\ndata: 3}\n\n", asEvents, []int64{3}, ""},
		{"events without messages", ": nothing\n\n", asEvents, nil, ""},
		{"no events", "", asEvents, nil, ""},
		{"events, cut", one + "data: {\"number\":2}\n", asEvents, []int64{1}, "it ends in the middle of an event: unexpected EOF"},
		{"an event that is no message", one + "data: {\"number\":{}}\n\n", asEvents, []int64{1}, `message 2: line 1, column 11: number: want a 64-bit integer, got an object`},
		{"an event that is null", "data: null\n\n", asEvents, []int64{0}, ""},
		{"an event that is empty", "data\n\n", asEvents, nil, "message 1: unexpected EOF"},
		{"fields that are not known", "data: {\"later\":[1],\"number\":1}\n\n", asEvents, []int64{1}, ""},
		{"an event that is too large", "data: {\"book\":\"" + strings.Repeat("b", 54) + "\"}\n\n", asEvents, nil, "an event is larger than 64 bytes"},
		{"an event as large as it may be", "data: {\"book\":\"" + strings.Repeat("b", 53) + "\"}\n\n", asEvents, []int64{0}, ""},
		{"lines", "{\"number\":1}\n\n{\"number\":2}\r\n{\"number\":3}", asLines, []int64{1, 2, 3}, ""},
		{"jsonl", "{\"number\":1}\n", "Content-Type: application/jsonl", []int64{1}, ""},
		{"lines, cut", "{\"number\":1}\n{\"num", asLines, []int64{1}, "message 2: line 1, column 6: [\"num]: unexpected end of input"},
		{"a line that is too large", "{\"book\":\"" + strings.Repeat("b", 54) + "\"}\n", asLines, nil, "a line is larger than 64 bytes"},
		{"another type", "[]", "Content-Type: application/json", nil, "reply with status 200 (application/json): these are neither events nor lines"},
		{"no type", one, "", nil, "reply with status 200 (no type): these are neither events nor lines"},
		{"no gzip", one, asEvents + "\nContent-Encoding: gzip", nil, "gzip: invalid header"},
		{"cut gzip", gzipped + "rest", asEvents + "\nContent-Encoding: gzip", nil, "unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header := slices.DeleteFunc(strings.Split(tt.header, "\n"), func(s string) bool { return s == "" })
			got, err := watch(t.Context(), newDesk(t, reply(200, tt.body, header...), client.WithReplyBytes(64)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			want := "library.v1.Desk.WatchLoans: " + tt.err
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
				t.Errorf("error = %v\nwant    %s", err, tt.err)
			}
			if strings.Contains(tt.name, "cut") && tt.header != asLines && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error = %v, want one in which io.ErrUnexpectedEOF is found", err)
			}
		})
	}
	if got, err := watch(t.Context(), newDesk(t, reply(204, ""))); len(got) > 0 || err != nil {
		t.Errorf("no content: %v, %v", got, err)
	}
}

// TestStreamErrors reads the ends of streams that failed, in every format.
func TestStreamErrors(t *testing.T) {
	tests := []struct {
		name   string
		body   string
		status int
		class  string
		reason string
		text   string
	}{
		{"the envelope", `{"error":{"errors":[{"domain":"global","reason":"notFound","message":"Not here."}],"code":404,"message":"Not here."}}`,
			404, "NotFound", "notFound", "Not here."},
		{"the envelope of old, with a text for its code", `{"error":{"errors":[{"domain":"global","reason":"conflict","message":"No."}],"code":"409","message":"No."}}`,
			409, "Conflict", "conflict", "No."},
		{"AIP-193", `{"error":{"code":400,"message":"Not now.","status":"FAILED_PRECONDITION","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BAD_REQUEST","domain":"global"}]}}`,
			400, "FailedPrecondition", "badRequest", "Not now."},
		{"RFC 9457", `{"type":"about:blank","title":"Gone","status":410,"detail":"It was here.","reason":"deleted","domain":"global"}`,
			410, "Gone", "deleted", "It was here."},
		{"RFC 9457, with members that mean something elsewhere", `{"type":"x","title":"Gone","status":410,"detail":"It was here.","code":500,"error":"e"}`,
			410, "Gone", "", "It was here."},
		{"RFC 9457 as a value", `{"error":{"type":"about:blank","title":"Conflict","status":409,"detail":"Held.","reason":"held"}}`,
			409, "Conflict", "held", "Held."},
		{"FastAPI", `{"detail":"Nope."}`, 500, "UnknownError", "", "Nope."},
		{"FastAPI as a value", `{"error":{"detail":[{"loc":["query","q"],"msg":"Too long.","type":"tooLong"}]}}`, 500, "UnknownError", "", "Too long."},
		{"AgentCore", `{"error":"Broken."}`, 500, "UnknownError", "", "Broken."},
		{"a status that is none", `{"error":{"code":200,"message":"Fine."}}`, 500, "UnknownError", "", "Fine."},
		{"no format", `{"error":null}`, 500, "UnknownError", "", "Unknown Error"},
	}
	for _, tt := range tests {
		bodies := map[string][2]string{"events": {"data: {}\n\nevent: error\ndata: " + tt.body + "\nretry: 2000\n\n", asEvents}}
		if strings.HasPrefix(tt.body, `{"error"`) {
			bodies["lines"] = [2]string{"{}\n" + tt.body + "\n", asLines}
		}
		for format, body := range bodies {
			t.Run(tt.name+"/"+format, func(t *testing.T) {
				got, err := watch(t.Context(), newDesk(t, reply(200, body[0], body[1], "X-Of: header", "X-Accel-Buffering: no")))
				e, ok := err.(exceptions.ServiceException)
				if !ok || len(got) != 1 {
					t.Fatalf("%d messages and %v", len(got), err)
				}
				d := exceptions.Describe(e)
				text := d.Message
				if d.Message == "" {
					text = "Unknown Error"
				}
				if e.HTTPStatus() != tt.status || d.Class.Name != tt.class || text != tt.text || tt.reason != "" && d.Reason != tt.reason {
					t.Errorf("%d %s %q %q", e.HTTPStatus(), d.Class.Name, d.Reason, text)
				}
				if after := d.RetryAfter == 2*time.Second; after != (format == "events") {
					t.Errorf("to come back after %v", d.RetryAfter)
				}
				if want := (http.Header{"X-Of": {"header"}}); cmp.Diff(want, d.Header) != "" {
					t.Errorf("header = %v", d.Header)
				}
				if _, speaks := exceptions.Of(err); speaks {
					t.Error("it speaks for this service")
				}
			})
		}
	}
	// Data that are nothing like an error are part of the text for logs.
	_, err := watch(t.Context(), newDesk(t, reply(200, "event: error\ndata: <html>\n\n", asEvents)))
	if _, ok := errors.AsType[*exceptions.UnknownError](err); !ok || !strings.Contains(err.Error(), "<html>") {
		t.Errorf("error = %v", err)
	}
}

// TestStreamBefore covers what is answered in place of a stream.
func TestStreamBefore(t *testing.T) {
	var answer client.Answer
	_, err := watch(t.Context(), newDesk(t, reply(429, `{"error":{"code":429,"message":"Slow down."}}`, "Retry-After: 3", "X-More: 1")), client.ReadAnswer(&answer))
	e, ok := errors.AsType[*exceptions.TooManyRequests](err)
	if !ok || e.Error() != "Slow down." || answer.Status != 429 || answer.Header.Get("X-More") != "1" {
		t.Fatalf("error = %v, answer = %+v", err, answer)
	}
	d := exceptions.Describe(err.(exceptions.ServiceException))
	if d.RetryAfter != 3*time.Second || d.Header.Get("X-More") != "1" {
		t.Errorf("it says %+v", d)
	}
	broken := errors.New("the cable was cut")
	_, err = watch(t.Context(), newDesk(t, &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, broken })}))
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "library.v1.Desk.WatchLoans: ") {
		t.Errorf("error = %v", err)
	}
}

// TestStreamRequests looks at what is sent, and what cannot be.
func TestStreamRequests(t *testing.T) {
	var sent []string
	c := newDesk(t, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		body := ""
		if r.Body != nil {
			b, _ := io.ReadAll(r.Body)
			body = " " + string(b)
		}
		sent = append(sent, r.Method+" "+r.URL.RequestURI()+body, r.Header.Get("Accept"))
		return response(204, ""), nil
	})})
	for _, r := range []struct {
		request *watchRequest
		options []client.CallOption
	}{
		{&watchRequest{Shelf: "shelves/a", Limit: 3}, nil},
		{&watchRequest{Shelf: "no shelf"}, []client.CallOption{client.Header("Accept", "application/jsonl")}},
	} {
		stream, err := c.WatchLoans(t.Context(), r.request, r.options...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Receive(); err != io.EOF {
			t.Error(err)
		}
	}
	want := []string{
		"GET /library/v1/shelves/a/loans:watch?limit=3", "text/event-stream, application/x-ndjson;q=0.9, application/json;q=0.9, application/problem+json;q=0.8",
		`POST /library/v1/loans:watch {"shelf":"no shelf"}`, "application/jsonl",
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const cannot = "the client streams, which REST cannot carry"
	if _, err := c.Ask(t.Context()); err == nil || !strings.Contains(err.Error(), cannot) {
		t.Errorf("Ask: %v", err)
	}
	if _, err := c.ReturnBooks(t.Context()); err == nil || !strings.Contains(err.Error(), cannot) {
		t.Errorf("ReturnBooks: %v", err)
	}
}

// TestStreams reads from the server's side of this framework, in both formats
// and in profiles with JSON of their own.
func TestStreams(t *testing.T) {
	t.Parallel()
	d := &streamtest.Desk{Watch: func(ctx context.Context, r *watchRequest, s watchStream) error {
		from := int64(1)
		if _, err := fmt.Sscan(sse.StreamFrom(ctx).LastEventID(), &from); err == nil {
			from++
		}
		for n := from; n <= 1000; n++ {
			sse.StreamFrom(ctx).SetID(fmt.Sprint(n))
			if err := s.Send(&libraryv1.Loan{Number: n, Book: "b", Reader: "line\n\r\u2028"}); err != nil {
				return err
			}
		}
		return &libraryv1.ShelfLocked{Shelf: r.GetShelf(), Holder: "kim"}
	}}
	profiles := map[string]endpoints.Profile{"frameworks": endpoints.Frameworks(), "modern": endpoints.Modern(), "java": endpoints.Java(), "python": endpoints.Python()}
	for name, profile := range profiles {
		for _, accept := range []string{"", "application/x-ndjson, application/problem+json"} {
			t.Run(name+"/"+accept, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := streamtest.Serve(t, streamtest.NewAPI(t, d, endpoints.WithProfile(profile), endpoints.With(sse.Transport())))
					var answer client.Answer
					options := []client.CallOption{client.ReadAnswer(&answer), client.Header("Last-Event-ID", "10")}
					if accept != "" {
						options = append(options, client.Header("Accept", accept))
					}
					got, err := watch(t.Context(), newDesk(t, s.Client, client.WithProtoNames()), options...)
					if len(got) != 990 || got[0] != 11 || !slices.IsSorted(got) {
						t.Errorf("%d messages", len(got))
					}
					if _, ok := errors.AsType[*exceptions.Conflict](err); !ok {
						t.Errorf("error = %v", err)
					}
					if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); (name == "frameworks" || name == "modern") && (!ok || locked.GetHolder() != "kim") {
						t.Errorf("error = %v", err)
					}
					if want := map[bool]string{true: "1000", false: "10"}[accept == ""]; answer.LastEventID != want || answer.Status != 200 {
						t.Errorf("answer = %d, last id %q", answer.Status, answer.LastEventID)
					}
				})
			})
		}
	}
}

// TestLastEventID follows the id through streams that break.
func TestLastEventID(t *testing.T) {
	var asked []string
	replies := []*http.Response{
		response(200, "data: {}\n\nid: 1\ndata: {}\n\nid: 2\ndata: {}\n\n", asEvents),
		response(503, "", "Retry-After: 1"),
		response(200, "data: {}\n\nid: 3\nevent: error\ndata: {}\n\n", asEvents),
		response(200, "id\ndata: {}\n\n", asEvents),
	}
	c := newDesk(t, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, fmt.Sprint(r.Header["Last-Event-Id"]))
		reply := replies[0]
		replies = replies[1:]
		return reply, nil
	})})
	var answer client.Answer
	var ids []string
	for range 4 {
		stream, err := c.WatchLoans(t.Context(), &watchRequest{Shelf: "shelves/a"}, client.ReadAnswer(&answer), client.Header("Last-Event-ID", answer.LastEventID))
		for err == nil {
			_, err = stream.Receive()
			ids = append(ids, answer.LastEventID)
		}
	}
	if diff := cmp.Diff([]string{"[]", "[2]", "[2]", "[3]"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", "1", "2", "2", "2", "2", "3", "", ""}, ids); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

// waiting sends a loan, and waits for the client to leave.
func waiting(left chan<- error) *streamtest.Desk {
	return &streamtest.Desk{Watch: func(ctx context.Context, r *watchRequest, s watchStream) error {
		if r.GetLimit() == 0 {
			if err := s.Send(&libraryv1.Loan{Number: 1}); err != nil {
				return err
			}
		}
		<-ctx.Done()
		left <- ctx.Err()
		return ctx.Err()
	}}
}

// TestStreamGivenUp gives calls up, before and after the first message, by
// context and by Close. The server gets to know, and the bubble ends with a
// failure if a goroutine is left.
func TestStreamGivenUp(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		for how, want := range map[string]error{"close": client.ErrClosed, "cancel": context.Canceled, "deadline": context.DeadlineExceeded} {
			t.Run(fmt.Sprint(how, before), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					left := make(chan error, 1)
					s := streamtest.Serve(t, streamtest.NewAPI(t, waiting(left), endpoints.With(sse.Transport())))
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					if how == "deadline" {
						ctx, cancel = context.WithTimeout(ctx, time.Minute)
						defer cancel()
					}
					request := &watchRequest{Shelf: "shelves/a"}
					if before {
						request.Limit = 1
					}
					stream, err := newDesk(t, s.Client).WatchLoans(ctx, request)
					if err != nil {
						t.Fatal(err)
					}
					if !before {
						if _, err := stream.Receive(); err != nil {
							t.Fatal(err)
						}
					}
					go func() {
						synctest.Wait()
						switch how {
						case "close":
							_ = stream.Close()
						case "cancel":
							cancel()
						}
					}()
					if _, err := stream.Receive(); !errors.Is(err, want) {
						t.Errorf("error = %v, want %v", err, want)
					}
					<-left
				})
			})
		}
	}
}

// TestStreamCut breaks the connection where the bytes alone look like the end.
func TestStreamCut(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	tests := []struct {
		name, reply string
		well        bool
	}{
		{"the last chunk is missing", head + "Transfer-Encoding: chunked\r\n\r\nA\r\ndata: {}\n\n\r\n", false},
		{"the last chunk is there", head + "Transfer-Encoding: chunked\r\n\r\nA\r\ndata: {}\n\n\r\n0\r\n\r\n", true},
		{"less than announced", head + "Content-Length: 30\r\n\r\ndata: {}\n\n", false},
		{"nothing tells", head + "\r\ndata: {}\n\n", true},
	}
	for _, tt := range tests {
		c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				defer there.Close()
				_, _ = there.Read(make([]byte, 4096))
				_, _ = io.WriteString(there, tt.reply)
			}()
			return here, nil
		}}}
		got, err := watch(t.Context(), newDesk(t, c))
		if len(got) != 1 || tt.well != (err == nil) || !tt.well && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %d messages, %v", tt.name, len(got), err)
		}
	}
}
