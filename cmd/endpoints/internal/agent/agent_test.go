package agent_test

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/cmd/endpoints/internal/agent"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

func TestAgent(t *testing.T) {
	app := agent.New(agentcore.WithLogger(slog.New(slog.DiscardHandler)))
	for _, test := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"answer", `{"prompt":"hi"}`, 200, `{"message":"You said: hi","session":"s-1"}`},
		{"no prompt", `{}`, 400, `{"error":"Prompt missing"}`},
		{"too long", `{"prompt":"hi","seconds":601}`, 400, `{"error":"The field \"seconds\" must be from 0 to 600."}`},
		{"stream", `{"prompt":"hi","stream":true}`, 200, "data: {\"word\":\"You\"}\n\ndata: {\"word\":\"said:\"}\n\ndata: {\"word\":\"hi\"}\n\n"},
		{"background", `{"prompt":"hi","background":true}`, 200, `{"message":"You said: hi","session":"s-1"}`},
		{"no JSON", `{`, 400, `{"error":"Invalid JSON","details":"unexpected end of JSON input: line 1 column 1"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/invocations", strings.NewReader(test.body))
			r.Header.Set("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "s-1")
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			if w.Code != test.status || w.Body.String() != test.want {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.want)
			}
		})
	}
}
