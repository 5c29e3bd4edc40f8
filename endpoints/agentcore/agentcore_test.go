package agentcore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// returns is a handler with one outcome.
func returns(v any, err error) agentcore.Handler {
	return func(context.Context, *agentcore.Invocation) (any, error) { return v, err }
}

// quiet keeps records out of the output.
func quiet() agentcore.Option { return agentcore.WithLogger(slog.New(slog.DiscardHandler)) }

func post(h http.Handler, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/invocations", strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func items(all ...any) agentcore.Stream {
	return func(yield func(any, error) bool) {
		for _, item := range all {
			err, failed := item.(error)
			if failed {
				item = nil
			}
			if !yield(item, err) || failed {
				return
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	var (
		down   = exceptions.Raise(exceptions.NewServiceUnavailable("down"), exceptions.Header("Retry-After", "3"), exceptions.Cause(errors.New("secret")))
		secret = errors.New("secret")
		failed = `"message":"An error occurred during streaming"}` + "\n\n"
	)
	tests := []struct {
		name    string
		handler agentcore.Handler
		options []agentcore.Option
		status  int
		header  map[string]string // "": absent
		body    string
	}{
		{"a value", returns(map[string]any{"a": "<&>"}, nil), nil, 200, map[string]string{"Content-Type": "application/json"}, `{"a":"<&>"}`},
		{"nothing", returns(nil, nil), nil, 200, nil, `null`},
		{"bytes", returns([]byte{0, 255}, nil), nil, 200, nil, `"AP8="`},
		{"a message", returns(wrapperspb.Int64(7), nil), nil, 200, nil, `"7"`},
		{"no JSON", returns(math.NaN(), nil), nil, 500, nil, `{"error":"Internal Server Error"}`},
		{"an exception keeps its header", returns(nil, down), nil, 503, map[string]string{"Retry-After": "3"}, `{"error":"down"}`},
		{"an exception with a value", returns(nil, exceptions.Raise(exceptions.NewBadRequest("m"), exceptions.Value(map[string]any{"b": 1.5, "a": nil}))), nil, 400, nil, `{"error":{"a":null,"b":1.5}}`},
		{"an exception as value", returns(exceptions.NewGone("gone"), nil), nil, 410, nil, `{"error":"gone"}`},
		{"an exception without a body", returns(nil, exceptions.New(304, "x")), nil, 304, map[string]string{"Content-Type": "", "Content-Length": ""}, ``},
		{"a status that cannot be sent", returns(nil, exceptions.New(600, "x")), nil, 500, nil, `{"error":"x"}`},
		{"an error is kept private", returns(nil, secret), nil, 500, nil, `{"error":"Internal Server Error"}`},
		{"an error is shown", returns(nil, secret), []agentcore.Option{agentcore.ShowErrors()}, 500, nil, `{"error":"secret"}`},
		{"a panic is kept private", func(context.Context, *agentcore.Invocation) (any, error) { panic("secret") }, []agentcore.Option{agentcore.ShowErrors()}, 500, nil, `{"error":"Internal Server Error"}`},
		{"no handler", nil, nil, 500, nil, `{"error":"No entrypoint defined"}`},
		{"a response", returns(&agentcore.Response{Status: 418, Header: http.Header{"x-a": {"1"}, "Content-Length": {"99"}}, Body: []byte("tea")}, nil), nil, 418, map[string]string{"X-A": "1", "Content-Length": "3", "Content-Type": ""}, `tea`},
		{"a response without a body", returns(&agentcore.Response{Status: 205, Header: http.Header{"Content-Type": {"a/b"}}, Body: []byte("x")}, nil), nil, 205, map[string]string{"Content-Type": ""}, ``},
		{"a response that cannot be sent", returns(&agentcore.Response{Status: 101}, nil), nil, 500, nil, `{"error":"Internal Server Error"}`},
		{"no response", returns((*agentcore.Response)(nil), nil), nil, 200, nil, `null`},
		{"a streamed response", returns(&agentcore.Response{Status: 202, Stream: iotest.OneByteReader(strings.NewReader("abc"))}, nil), nil, 202, map[string]string{"Content-Length": ""}, `abc`},

		{"a stream", returns(items(1, "two", nil), nil), nil, 200, map[string]string{"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}, "data: 1\n\ndata: \"two\"\n\ndata: null\n\n"},
		{"a plain sequence", returns(iter.Seq2[any, error](items(1)), nil), nil, 200, nil, "data: 1\n\n"},
		{"a typed stream", returns(agentcore.StreamOf(func(yield func(int, error) bool) { _ = yield(1, nil) && yield(2, nil) }), nil), nil, 200, nil, "data: 1\n\ndata: 2\n\n"},
		{"an empty stream", returns(items(), nil), nil, 200, map[string]string{"Content-Type": "text/event-stream; charset=utf-8"}, ""},
		{"a stream that fails at once", returns(items(down), nil), nil, 503, map[string]string{"Retry-After": "3", "Content-Type": "application/json"}, `{"error":"down"}`},
		{"a stream that fails at once, as recorded", returns(items(down), nil), []agentcore.Option{agentcore.AsRecorded()}, 200, nil, `data: {"error":"503: down","error_type":"ServiceUnavailable",` + failed},
		{"a stream that fails later", returns(items(1, down), nil), nil, 200, nil, "data: 1\n\n" + `data: {"error":"503: down","error_type":"ServiceUnavailable",` + failed},
		{"a stream that fails in private", returns(items(1, secret), nil), nil, 200, nil, "data: 1\n\n" + `data: {"error":"Internal Server Error","error_type":"InternalServerError",` + failed},
		{"a stream that fails in public", returns(items(1, secret), nil), []agentcore.Option{agentcore.ShowErrors()}, 200, nil, "data: 1\n\n" + `data: {"error":"secret","error_type":"errors.errorString",` + failed},
		{"an item that is no JSON", returns(items(1, math.Inf(1)), nil), nil, 200, nil, "data: 1\n\n" + `data: {"error":"Internal Server Error","error_type":"InternalServerError",` + failed},
		{"a stream that panics", returns(agentcore.Stream(func(func(any, error) bool) { panic("secret") }), nil), nil, 500, nil, `{"error":"Internal Server Error"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := post(agentcore.New(test.handler, append(test.options, quiet())...), `{}`)
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("got %d %s\nwant %d %s", w.Code, w.Body, test.status, test.body)
			}
			for name, want := range test.header {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestPayloadLimits(t *testing.T) {
	app := agentcore.New(returns(1, nil), quiet(), agentcore.WithLimits(2001, 0))
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"at the limit", strings.Repeat(" ", 2000) + "1", 200, `1`},
		{"too large", strings.Repeat(" ", 2001) + "1", 413, `{"error":"The payload is larger than 2001 bytes."}`},
		{"deep", strings.Repeat("[", 999) + strings.Repeat("]", 999), 200, `1`},
		{"too deep", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), 400, `{"error":"Invalid JSON","details":"the value nests deeper than 999"}`},
		{"brackets in a text", `"\"` + strings.Repeat("[", 1500) + `"`, 200, `1`},
		{"place", "{\n \"a\": x}", 400, `{"error":"Invalid JSON","details":"invalid character 'x' looking for beginning of value: line 2 column 7"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if w := post(app, test.body); w.Code != test.status || w.Body.String() != test.want {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.want)
			}
		})
	}
	long := agentcore.New(returns(1, nil), quiet())
	if w := post(long, strings.Repeat("1", 4301)); w.Code != 400 {
		t.Errorf("a number of 4301 digits: %d", w.Code)
	}
}

func TestStreamResponseCutOff(t *testing.T) {
	app := agentcore.New(returns(&agentcore.Response{Stream: iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("abc")))}, nil), quiet())
	server := httptest.NewServer(app)
	defer server.Close()
	resp, err := http.Post(server.URL+"/invocations", "", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err == nil || b.String() != "a" {
		t.Errorf("got %q and error %v, want the first piece and an error", b.String(), err)
	}
}

func TestClientGoneEndsStream(t *testing.T) {
	ended := make(chan error, 1)
	app := agentcore.New(func(ctx context.Context, _ *agentcore.Invocation) (any, error) {
		return agentcore.Stream(func(yield func(any, error) bool) {
			defer func() { ended <- ctx.Err() }()
			yield("first", nil)
			<-ctx.Done()
			yield(nil, ctx.Err())
		}), nil
	}, quiet())
	server := httptest.NewServer(app)
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/invocations", strings.NewReader("{}"))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the iteration ended with %v", err)
	}
}

func TestInvocation(t *testing.T) {
	app := agentcore.New(func(_ context.Context, in *agentcore.Invocation) (any, error) {
		return map[string]any{
			"session": in.SessionID, "has": in.HasSession, "request": in.RequestID, "header": in.Header,
			"token": in.WorkloadAccessToken, "callback": in.OAuth2CallbackURL, "baggage": in.Baggage, "payload": in.Payload,
		}, nil
	}, quiet())
	w := post(app, `{"a":1}`,
		"X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "s", "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "t",
		"x-amzn-bedrock-agentcore-runtime-request-id", "r",
		"X-Amzn-Bedrock-AgentCore-Runtime-Custom-A", "a", "X-Amzn-Trace-Id", "no", "X-Amz-Date", "no",
		"Authorization", "Bearer t", "Cookie", "no", "X-B", "1", "X-B", "2",
		"X-Amz-Bedrock-AgentCore-Identity-WAT", "w", "WorkloadAccessToken", "old", "OAuth2CallbackUrl", "https://cb",
		"baggage", "k=a%20b;p=1, bad, x=%zz")
	want := `{"baggage":{"k":"a b"},"callback":"https://cb","has":true,` +
		`"header":{"Authorization":["Bearer t"],"Baggage":["k=a%20b;p=1, bad, x=%zz"],"Oauth2callbackurl":["https://cb"],"Workloadaccesstoken":["old"],` +
		`"X-Amz-Bedrock-Agentcore-Identity-Wat":["w"],"X-Amzn-Bedrock-Agentcore-Runtime-Custom-A":["a"],"X-B":["1","2"]},` +
		`"payload":{"a":1},"request":"r","session":"s","token":"w"}`
	if w.Body.String() != want {
		t.Errorf("got  %s\nwant %s", w.Body, want)
	}
}

func TestTyped(t *testing.T) {
	type ask struct {
		Prompt string
		N      struct{ M int }
	}
	app := agentcore.New(agentcore.Typed(func(_ context.Context, a ask, _ *agentcore.Invocation) (any, error) {
		return a.Prompt, nil
	}), quiet())
	message := agentcore.New(func(_ context.Context, in *agentcore.Invocation) (any, error) {
		m := &wrapperspb.Int32Value{}
		return m, in.Decode(m)
	}, quiet())
	typed := agentcore.New(agentcore.Typed(func(_ context.Context, m *wrapperspb.Int32Value, _ *agentcore.Invocation) (any, error) {
		return m.GetValue() + 1, nil
	}), quiet())
	tests := []struct {
		name   string
		app    *agentcore.App
		body   string
		status int
		want   string
	}{
		{"fits", app, `{"prompt":"hi","other":1}`, 200, `"hi"`},
		{"wrong field", app, `{"n":{"m":"secret"}}`, 400, `{"error":"The field \"N.M\" of the payload has a wrong type."}`},
		{"wrong type", app, `["secret"]`, 400, `{"error":"The payload has a wrong type."}`},
		{"message", message, `7`, 200, `7`},
		{"typed message", typed, `7`, 200, `8`},
		{"no typed message", typed, `"x"`, 400, `{"error":"The payload does not fit."}`},
		{"no message", message, `"secret"`, 400, `{"error":"The payload does not fit."}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := post(test.app, test.body)
			got := strings.ReplaceAll(w.Body.String(), `\"n.m\"`, `\"N.M\"`)
			if w.Code != test.status || got != test.want {
				t.Errorf("got %d %s, want %d %s", w.Code, got, test.status, test.want)
			}
		})
	}
}

func TestLogLines(t *testing.T) {
	var b bytes.Buffer
	app := agentcore.New(func(_ context.Context, in *agentcore.Invocation) (any, error) {
		in.Logger.Info("mine")
		return nil, exceptions.Raise(exceptions.NewConflict("held"), exceptions.Cause(errors.New("private")))
	}, agentcore.WithLogger(slog.New(agentcore.NewLogHandler(&b, slog.LevelInfo))))
	post(app, `{}`, "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "s-1", "X-Amzn-Bedrock-AgentCore-Runtime-Request-Id", "r-1")
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("got %d lines:\n%s", len(lines), b.String())
	}
	for i, want := range []map[string]string{
		{"level": "INFO", "message": "mine", "logger": "bedrock_agentcore.app", "requestId": "r-1", "sessionId": "s-1"},
		{"level": "WARNING", "message": "HTTP 409 (", "errorMessage": "held: private", "requestId": "r-1", "sessionId": "s-1"},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		for key, value := range want {
			if text, _ := got[key].(string); !strings.HasPrefix(text, value) {
				t.Errorf("line %d: %s is %v, want %q", i, key, got[key], value)
			}
		}
		if stamp, _ := got["timestamp"].(string); len(stamp) != len("2026-01-02T15:04:05.000Z") || !strings.HasSuffix(stamp, "Z") {
			t.Errorf("timestamp %q", stamp)
		}
	}
}

func ExampleNew() {
	app := agentcore.New(func(_ context.Context, in *agentcore.Invocation) (any, error) {
		var ask struct{ Prompt string }
		if err := in.Decode(&ask); err != nil {
			return nil, err
		}
		if ask.Prompt == "" {
			return nil, exceptions.NewBadRequest("Prompt missing")
		}
		return map[string]string{"message": "You said: " + ask.Prompt}, nil
	}, agentcore.WithLogger(slog.New(slog.DiscardHandler)))

	for _, body := range []string{`{"prompt":"hi"}`, `{}`, `not valid json`} {
		w := post(app, body)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"message":"You said: hi"}
	// 400 {"error":"Prompt missing"}
	// 400 {"error":"Invalid JSON","details":"invalid character 'o' in literal null (expecting 'u'): line 1 column 2"}
}

func ExampleStream() {
	app := agentcore.New(func(context.Context, *agentcore.Invocation) (any, error) {
		return agentcore.Stream(func(yield func(any, error) bool) {
			for _, word := range []string{"one", "two"} {
				if !yield(map[string]string{"word": word}, nil) {
					return
				}
			}
			yield(nil, exceptions.NewServiceUnavailable("The model is gone."))
		}), nil
	}, agentcore.WithLogger(slog.New(slog.DiscardHandler)))
	fmt.Print(strings.TrimSpace(post(app, `{}`).Body.String()))
	// Output:
	// data: {"word":"one"}
	//
	// data: {"word":"two"}
	//
	// data: {"error":"503: The model is gone.","error_type":"ServiceUnavailable","message":"An error occurred during streaming"}
}
