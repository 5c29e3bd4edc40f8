package conformance_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/endpoints-frameworks/endpoints-go/internal/conformance"
)

// describedProfiles are those whose cases bring their own handlers along.
var describedProfiles = []string{"agentcore", "cors", "fastapi"}

// TestReplayDescribed replays the cases that bring their own handlers along:
// over HTTP, as WebSockets, and with the log records that a case lists.
func TestReplayDescribed(t *testing.T) {
	cases, err := conformance.Load(*casesDir)
	if err != nil {
		t.Fatal(err)
	}
	known, err := readKnown(knownFailures)
	if err != nil {
		t.Fatal(err)
	}
	harnesses := map[string]*harness{}
	results := tally{}
	for _, c := range cases {
		if !slices.Contains(describedProfiles, c.Profile) {
			continue
		}
		if harnesses[c.Profile] == nil {
			harnesses[c.Profile] = newHarness(t, c.Profile)
		}
		diff := harnesses[c.Profile].replay(t, c)
		results.judge(t, c, diff, known)
	}
	results.log(t)
}

// A harness serves one profile and sees its log records. It replays one case at
// a time.
type harness struct {
	address string

	mu      sync.Mutex
	records []record
	served  chan struct{}
}

// A record is what the harness keeps of a log record.
type record struct {
	level, message string
	keys           []string
}

func newHarness(t *testing.T, profile string) *harness {
	t.Helper()
	h := &harness{}
	handler, err := conformance.NewHandler(profile, conformance.Options{}, slog.New(&records{h: h}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(h.served)
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h.address = server.Listener.Addr().String()
	return h
}

// replay sends the case and returns the first difference, or "".
func (h *harness) replay(t *testing.T, c *conformance.Case) string {
	t.Helper()
	h.records, h.served = nil, make(chan struct{})
	// What Case has no room for: the parts that are seen only from inside.
	var more struct {
		Request struct {
			Incoming []incoming `json:"ws_incoming"`
		}
		Expect expectation
	}
	if err := json.Unmarshal(c.Line, &more); err != nil {
		t.Fatal(err)
	}
	var diff string
	if c.Compare == "none" {
		diff = h.converse(c, more.Request.Incoming, &more.Expect)
		<-h.served // or its last record would be one of the next case
	} else if answer, err := conformance.Exchange(h.address, c); err != nil {
		diff = err.Error()
	} else {
		diff = c.Check(answer)
	}
	if diff != "" || more.Expect.Logs == nil {
		return diff
	}
	<-h.served // the last record may be written after the answer
	h.mu.Lock()
	defer h.mu.Unlock()
	return compareLogs(*more.Expect.Logs, h.records)
}

type expectation struct {
	Handshake int
	Sent      *[]string
	Close     *struct {
		Code   int
		Reason string
	}
	Logs *[]struct {
		Level    string
		Template string
		Stack    *bool
		Keys     []string
	}
}

// An incoming is what the client of a WebSocket case does.
type incoming struct {
	Text       *string
	Disconnect json.Number
	Reason     string
}

// converse plays the client of a WebSocket case.
func (h *harness) converse(c *conformance.Case, say []incoming, want *expectation) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	header := http.Header{}
	for _, field := range c.Request.Headers {
		if field[0] != "Upgrade" {
			header.Add(field[0], field[1])
		}
	}
	spec, _ := json.Marshal(map[string]any{"id": c.ID, "profile": c.Profile, "handler": c.Handler, "options": c.Options})
	header.Set("X-Conformance-Handler", base64.URLEncoding.EncodeToString(spec))
	header.Set("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "ws-1")
	conn, answer, err := websocket.Dial(ctx, "ws://"+h.address+c.Request.Target, &websocket.DialOptions{HTTPHeader: header})
	if answer == nil {
		return err.Error()
	}
	if answer.StatusCode != want.Handshake {
		return fmt.Sprintf("handshake: want %d, got %d", want.Handshake, answer.StatusCode)
	}
	if conn == nil {
		return ""
	}
	defer conn.CloseNow()
	for _, in := range say {
		if in.Text != nil {
			if err := conn.Write(ctx, websocket.MessageText, []byte(*in.Text)); err != nil {
				return err.Error()
			}
			continue
		}
		code, _ := in.Disconnect.Int64()
		_ = conn.Close(websocket.StatusCode(code), in.Reason)
	}
	var sent []string
	for {
		_, data, err := conn.Read(ctx)
		if err == nil {
			sent = append(sent, string(data))
			continue
		}
		if want.Sent != nil && !slices.Equal(sent, *want.Sent) {
			return fmt.Sprintf("sent: want %q, got %q", *want.Sent, sent)
		}
		return compareClose(want, err)
	}
}

func compareClose(want *expectation, err error) string {
	if want.Close == nil { // the client closed
		return ""
	}
	got, ok := err.(interface{ Unwrap() error })
	if !ok {
		return fmt.Sprintf("close: want %d, got %v", want.Close.Code, err)
	}
	for ; ok; got, ok = err.(interface{ Unwrap() error }) {
		err = got.Unwrap()
	}
	frame, ok := err.(websocket.CloseError)
	switch {
	case !ok || int(frame.Code) != want.Close.Code:
		return fmt.Sprintf("close: want %d, got %v", want.Close.Code, err)
	case want.Close.Reason != "<any>" && want.Close.Reason != frame.Reason:
		return fmt.Sprintf("close reason: want %q, got %q", want.Close.Reason, frame.Reason)
	}
	return ""
}

// compareLogs compares the records with those of the case. Those at DEBUG count
// only if the case lists some.
func compareLogs(want []struct {
	Level    string
	Template string
	Stack    *bool
	Keys     []string
}, got []record) string {
	debug := false
	for _, w := range want {
		debug = debug || w.Level == "DEBUG"
	}
	if !debug {
		got = slices.DeleteFunc(slices.Clone(got), func(r record) bool { return r.level == "DEBUG" })
	}
	if len(want) != len(got) {
		return fmt.Sprintf("logs: want %v, got %v", want, got)
	}
	for i, w := range want {
		g := got[i]
		switch {
		case w.Level != g.level || !fits(w.Template, g.message):
			return fmt.Sprintf("log %d: want %s %q, got %s %q", i, w.Level, w.Template, g.level, g.message)
		case w.Stack != nil && *w.Stack != slices.Contains(g.keys, "stackTrace"):
			return fmt.Sprintf("log %d: want stack %t, got %q", i, *w.Stack, g.keys)
		}
		for _, key := range w.Keys {
			if !slices.Contains(g.keys, key) {
				return fmt.Sprintf("log %d: want key %q, got %q", i, key, g.keys)
			}
		}
	}
	return ""
}

var verbs = regexp.MustCompile(`%[.0-9]*[sdf]`)

// fits says whether a message has the form of a template with the verbs of
// printf.
func fits(template, message string) bool {
	if template == "" {
		return true
	}
	pattern := strings.Join(mapped(verbs.Split(template, -1), regexp.QuoteMeta), ".*")
	return regexp.MustCompile(`(?s)^` + pattern + `$`).MatchString(message)
}

func mapped(all []string, f func(string) string) []string {
	for i := range all {
		all[i] = f(all[i])
	}
	return all
}

// records is the log handler of a harness.
type records struct {
	h    *harness
	keys []string
}

func (r *records) Enabled(context.Context, slog.Level) bool { return true }
func (r *records) WithGroup(string) slog.Handler            { return r }

func (r *records) WithAttrs(attrs []slog.Attr) slog.Handler {
	keys := slices.Clone(r.keys)
	for _, a := range attrs {
		keys = append(keys, a.Key)
	}
	return &records{h: r.h, keys: keys}
}

// pythonLevels are the original's names of the levels.
var pythonLevels = map[slog.Level]string{
	slog.LevelDebug: "DEBUG", slog.LevelInfo: "INFO", slog.LevelWarn: "WARNING", slog.LevelError: "ERROR",
}

func (r *records) Handle(_ context.Context, got slog.Record) error {
	keys := slices.Clone(r.keys)
	got.Attrs(func(a slog.Attr) bool {
		keys = append(keys, a.Key)
		return true
	})
	r.h.mu.Lock()
	defer r.h.mu.Unlock()
	r.h.records = append(r.h.records, record{pythonLevels[got.Level], got.Message, keys})
	return nil
}
