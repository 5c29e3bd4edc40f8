package sse_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
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
	watch        = func(context.Context, *watchRequest, watchStream) error
)

// loan is the n-th loan.
func loan(n int) *libraryv1.Loan {
	return &libraryv1.Loan{Number: int64(n), Book: "dune", Reader: "ada"}
}

// loans sends n loans and returns err.
func loans(n int, err error) watch {
	return func(_ context.Context, _ *watchRequest, s watchStream) error {
		for i := range n {
			if err := s.Send(loan(i + 1)); err != nil {
				return err
			}
		}
		return err
	}
}

const (
	path     = "/library/v1/shelves/a/loans:watch"
	oneEvent = "data: {\"number\":\"1\",\"book\":\"dune\",\"reader\":\"ada\"}\n\n"
	twoLines = "{\"number\":\"1\",\"book\":\"dune\",\"reader\":\"ada\"}\n{\"number\":\"2\",\"book\":\"dune\",\"reader\":\"ada\"}\n"
	gone     = `{"error":{"errors":[{"domain":"global","reason":"deleted","message":"Closed."}],"code":410,"message":"Closed."}}`
	busy     = `{"error":{"errors":[{"domain":"global","reason":"backendError","message":"Busy."}],"code":503,"message":"Busy."}}`
)

func TestReplies(t *testing.T) {
	t.Parallel()
	events := map[string]string{"Accept": "text/event-stream"}
	streamHeader := map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache", "X-Accel-Buffering": "no",
		"Vary": "Accept", "Content-Length": "",
	}
	tests := []struct {
		name    string
		options []endpoints.Option
		sse     []sse.Option
		request string // GET the path if empty
		header  map[string]string
		body    string
		watch   watch
		status  int // 200 if 0
		want    string
		wantHdr map[string]string
	}{
		{name: "events", header: events, watch: loans(1, nil), want: oneEvent, wantHdr: streamHeader},
		{
			name: "lines", watch: loans(2, nil), want: twoLines,
			wantHdr: map[string]string{"Content-Type": "application/x-ndjson", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
		},
		{
			name: "lines under their other name", header: map[string]string{"Accept": "application/jsonl"}, watch: loans(2, nil), want: twoLines,
			wantHdr: map[string]string{"Content-Type": "application/jsonl"},
		},
		{name: "events by option", sse: []sse.Option{sse.WithDefaultFormat(sse.Events)}, watch: loans(1, nil), want: oneEvent, wantHdr: streamHeader},
		{
			name: "post", request: "POST /library/v1/loans:watch", body: `{"shelf":"shelves/b","limit":7}`, header: events,
			watch: func(_ context.Context, r *watchRequest, s watchStream) error {
				return s.Send(&libraryv1.Loan{Book: r.GetShelf(), Number: int64(r.GetLimit())})
			},
			want: "data: {\"number\":\"7\",\"book\":\"shelves/b\"}\n\n",
		},
		{name: "nothing sent", header: events, watch: loans(0, nil), want: "", wantHdr: streamHeader},
		{
			name: "no need to come back", header: events, status: 204,
			watch: func(ctx context.Context, _ *watchRequest, _ watchStream) error {
				endpoints.CallFrom(ctx).SetStatus(204)
				return nil
			},
			wantHdr: map[string]string{"Content-Type": ""},
		},
		{
			name: "a status that is no success", header: events,
			watch: func(ctx context.Context, _ *watchRequest, _ watchStream) error {
				endpoints.CallFrom(ctx).SetStatus(7)
				return nil
			},
		},
		{
			name: "an exception before the first message", header: events, watch: loans(0, exceptions.Raise(exceptions.NewGone("Closed."), exceptions.Header("X-Why", "paint"))),
			status: 410, want: gone,
			wantHdr: map[string]string{"Content-Type": "application/json; charset=UTF-8", "X-Why": "paint", "Cache-Control": ""},
		},
		{
			name: "the policy counts before the first message", header: events, watch: loans(0, exceptions.NewMethodNotAllowed("No.")),
			status: 501, want: `{"error":{"errors":[{"domain":"global","reason":"unsupportedMethod","message":"No."}],"code":501,"message":"No."}}`,
		},
		{name: "an exception after it", header: events, watch: loans(1, exceptions.NewGone("Closed.")), want: oneEvent + "event: error\ndata: " + gone + "\n\n"},
		{
			name: "an exception that may pass", header: events, watch: loans(1, exceptions.NewServiceUnavailable("Busy.")),
			want: oneEvent + "event: error\ndata: " + busy + "\nretry: 5000\n\n",
		},
		{
			name: "by option", header: events, sse: []sse.Option{sse.WithRetry(1500 * time.Microsecond)}, watch: loans(1, exceptions.NewServiceUnavailable("Busy.")),
			want: oneEvent + "event: error\ndata: " + busy + "\nretry: 2\n\n",
		},
		{
			name: "an exception that says when", header: events,
			watch: loans(1, exceptions.Raise(exceptions.NewServiceUnavailable("Busy."), exceptions.RetryAfter(90*time.Second))),
			want:  oneEvent + "event: error\ndata: " + busy + "\nretry: 90000\n\n",
		},
		{
			name: "a private error", header: events, watch: loans(1, errors.New("the disk is full")),
			want: oneEvent + "event: error\ndata: {\"error\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"backendError\",\"message\":\"backend error\"}],\"code\":503,\"message\":\"backend error\"}}\n\n",
		},
		{
			name: "a panic", header: events,
			watch: func(_ context.Context, _ *watchRequest, s watchStream) error { s.Send(loan(1)); panic("no loan") },
			want:  oneEvent + "event: error\ndata: {\"error\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"backendError\",\"message\":\"backend error\"}],\"code\":503,\"message\":\"backend error\"}}\n\n",
		},
		{name: "an exception, lines", watch: loans(2, exceptions.NewGone("Closed.")), want: twoLines + gone + "\n"},
		{
			name: "an exception in a format of its own, lines", options: []endpoints.Option{endpoints.WithProfile(endpoints.Modern())},
			header: map[string]string{"Accept": "application/x-ndjson, application/problem+json"}, watch: loans(2, exceptions.NewGone("Closed.")),
			want: twoLines + `{"error":{"type":"about:blank","title":"Gone","status":410,"detail":"Closed.","reason":"deleted","domain":"global"}}` + "\n",
		},
		{
			name: "a layout of many lines", options: []endpoints.Option{endpoints.WithProfile(endpoints.Java())}, header: events, watch: loans(1, exceptions.NewGone("Closed.")),
			want: "data: {\ndata:  \"number\": \"1\",\ndata:  \"book\": \"dune\",\ndata:  \"reader\": \"ada\"\ndata: }\n\n" +
				"event: error\ndata: {\ndata:  \"error\": {\ndata:   \"errors\": [\ndata:    {\ndata:     \"domain\": \"global\",\ndata:     \"reason\": \"deleted\",\ndata:     \"message\": \"Closed.\"\n" +
				"data:    }\ndata:   ],\ndata:   \"code\": 410,\ndata:   \"message\": \"Closed.\"\ndata:  }\ndata: }\n\n",
		},
		{
			name: "a layout of many lines, lines", options: []endpoints.Option{endpoints.WithProfile(endpoints.Java())}, watch: loans(2, exceptions.NewGone("Closed.")),
			want: twoLines + gone + "\n",
		},
		{
			name: "bad input", request: "GET " + path + "?limit=many", header: events, watch: loans(1, nil), status: 400,
			want: `{"error":{"errors":[{"domain":"global","reason":"invalidParameter","message":"Invalid value for parameter \"limit\": not an integer.","location":"limit","locationType":"parameter"}],"code":400,"message":"Invalid value for parameter \"limit\": not an integer."}}`,
		},
		{
			name: "an explicit response", header: events, status: 307, want: "elsewhere",
			watch: func(ctx context.Context, _ *watchRequest, _ watchStream) error {
				endpoints.CallFrom(ctx).Respond(&endpoints.Response{Status: 307, Header: http.Header{"Location": {"/x"}}, Body: []byte("elsewhere")})
				return nil
			},
			wantHdr: map[string]string{"Location": "/x"},
		},
		{
			name: "head", options: []endpoints.Option{endpoints.WithProfile(endpoints.Modern())}, request: "HEAD " + path, header: events,
			watch: loans(1000, nil), wantHdr: streamHeader,
		},
		{
			name: "fields of the handler", header: events,
			watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
				h := endpoints.CallFrom(ctx).Header()
				h.Set("X-Shelf", "a")
				h.Set("Cache-Control", "no-store")
				return s.Send(loan(1))
			},
			want: oneEvent, wantHdr: map[string]string{"X-Shelf": "a", "Cache-Control": "no-cache"},
		},
		{
			name: "ids and names", header: map[string]string{"Accept": "text/event-stream", "Last-Event-ID": "41"},
			watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
				e := sse.StreamFrom(ctx)
				e.SetID(fmt.Sprint(e.LastEventID(), "+1"))
				e.SetEvent("loan")
				e.SetRetry(time.Second)
				return errors.Join(s.Send(loan(1)), s.Send(loan(1)), e.Comment("two\nlines"), func() error { e.SetID(""); return s.Send(loan(1)) }())
			},
			want: "event: loan\n" + strings.TrimSuffix(oneEvent, "\n") + "id: 41+1\nretry: 1000\n\n" + oneEvent + ": two\n: lines\n\n" + strings.TrimSuffix(oneEvent, "\n") + "id: \n\n",
		},
		{
			name: "ids and names, lines", header: map[string]string{"Last-Event-ID": "41"},
			watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
				e := sse.StreamFrom(ctx)
				e.SetID(e.LastEventID())
				return errors.Join(e.Open(), s.Send(loan(1)), e.Comment("none"), s.Send(loan(2)))
			},
			want: twoLines,
		},
		{
			name: "an id of two lines", header: events, status: 503,
			watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
				sse.StreamFrom(ctx).SetID("1\ndata: x")
				return s.Send(loan(1))
			},
			want: `{"error":{"errors":[{"domain":"global","reason":"backendError","message":"backend error"}],"code":503,"message":"backend error"}}`,
		},
		{
			name: "the name of errors", header: events,
			watch: func(ctx context.Context, _ *watchRequest, s watchStream) error {
				sse.StreamFrom(ctx).SetEvent("error")
				if s.Send(loan(1)) == nil {
					return errors.New("sent")
				}
				return s.Send(loan(1))
			},
			want: oneEvent,
		},
		{
			name: "a message that cannot be written", header: events, status: 503,
			watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
				return s.Send(&libraryv1.Loan{Book: "\xff"})
			},
			want: `{"error":{"errors":[{"domain":"global","reason":"backendError","message":"backend error"}],"code":503,"message":"backend error"}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := streamtest.NewAPI(t, &streamtest.Desk{Watch: tt.watch}, append(tt.options, endpoints.With(sse.Transport(tt.sse...)))...)
			if tt.request == "" {
				tt.request = "GET " + path
			}
			verb, target, _ := strings.Cut(tt.request, " ")
			r := httptest.NewRequest(verb, target, strings.NewReader(tt.body))
			for name, value := range tt.header {
				r.Header.Set(name, value)
			}
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			if tt.status == 0 {
				tt.status = 200
			}
			if w.Code != tt.status {
				t.Errorf("status: want %d, got %d", tt.status, w.Code)
			}
			if diff := cmp.Diff(tt.want, w.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			for name, value := range tt.wantHdr {
				if got := w.Result().Header.Get(name); got != value {
					t.Errorf("%s: want %q, got %q", name, value, got)
				}
			}
		})
	}
}

// TestOtherTransports shows that a handler may use what only this transport has.
func TestOtherTransports(t *testing.T) {
	t.Parallel()
	s := sse.StreamFrom(t.Context())
	s.SetID("1")
	s.SetEvent("loan")
	s.SetRetry(time.Second)
	if err := errors.Join(s.Open(), s.Comment("x")); err != nil || s.LastEventID() != "" {
		t.Errorf("want nothing, got %v and the id %q", err, s.LastEventID())
	}
}

// TestAfterTheEnd shows that a stream that a handler kept is no way to write
// into the next reply.
func TestAfterTheEnd(t *testing.T) {
	t.Parallel()
	var kept watchStream
	api := streamtest.NewAPI(t, &streamtest.Desk{Watch: func(_ context.Context, _ *watchRequest, s watchStream) error {
		kept = s
		return nil
	}}, endpoints.With(sse.Transport()))
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if err := kept.Send(loan(1)); err == nil || w.Body.Len() > 0 {
		t.Errorf("want an error and no body, got %v and %q", err, w.Body)
	}
}

// TestReceive shows that there is nothing to receive.
func TestReceive(t *testing.T) {
	t.Parallel()
	if _, err := new(sse.Stream).Receive(); err != io.EOF {
		t.Errorf("want io.EOF, got %v", err)
	}
}
