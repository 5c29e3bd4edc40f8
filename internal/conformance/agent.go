package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

// A ping is how a case sets up what /ping tells.
type ping struct {
	Forced      *string `json:"forced"`
	ActiveTasks int     `json:"active_tasks"`
	Custom      *struct {
		Returns json.RawMessage `json:"returns"`
		Raises  *string         `json:"raises"`
	} `json:"custom"`
}

// newAgent builds the AgentCore application of a case. The cases hold the
// original's behaviour, so the application runs as recorded.
func newAgent(s *spec, logger *slog.Logger) (http.Handler, error) {
	var settings struct{ Debug bool }
	if len(s.Options) > 0 {
		if err := json.Unmarshal(s.Options, &settings); err != nil {
			return nil, err
		}
	}
	options := []agentcore.Option{agentcore.AsRecorded(), agentcore.WithLogger(logger)}
	if settings.Debug {
		options = append(options, agentcore.WithDebug())
	}
	if len(s.Handler.Socket) > 0 {
		options = append(options, agentcore.WithSocket(s.Handler.converse))
	}
	if p := s.Handler.Ping; p != nil && p.Custom != nil {
		options = append(options, agentcore.WithPing(p.health))
	}
	handler := s.Handler.invoke
	if e := s.Handler.Entrypoint; e != nil && !*e {
		handler = nil
	}
	app := agentcore.New(handler, options...)
	if p := s.Handler.Ping; p != nil {
		p.setUp(app)
	}
	return app, nil
}

func (p *ping) setUp(app *agentcore.App) {
	for i := range p.ActiveTasks {
		app.StartTask(fmt.Sprintf("task %d", i))
	}
	if p.Forced != nil {
		app.ForcePing(agentcore.Status(*p.Forced))
	}
}

func (p *ping) health(context.Context) (agentcore.Status, error) {
	if p.Custom.Raises != nil {
		return "", errors.New(*p.Custom.Raises)
	}
	var s agentcore.Status
	err := json.Unmarshal(p.Custom.Returns, &s)
	return s, err
}

// invoke is the entrypoint that the script describes.
func (s *script) invoke(ctx context.Context, in *agentcore.Invocation) (any, error) {
	switch {
	case s.Raise != nil:
		return nil, s.Raise.err()
	case s.RaiseError != nil:
		return nil, errors.New(s.RaiseError.Message)
	case s.Response != nil:
		return s.Response.agent(), nil
	case s.Stream != nil:
		return s.stream(ctx, in), nil
	case s.Echo:
		return value(in.Payload), nil
	case s.EchoPayload:
		return map[string]any{"payload": value(in.Payload)}, nil
	case s.EchoContext:
		return echoContext(in), nil
	case s.IfFalsy != nil:
		return s.IfFalsy.take(in.Payload).invoke(ctx, in)
	case s.has("return"):
		return value(s.Return), nil
	}
	return nil, fmt.Errorf("the handler does nothing that is known: %v", s.keys)
}

// take returns the branch for a payload.
func (c *choice) take(payload json.RawMessage) *script {
	fields, _ := value(payload).(map[string]any)
	switch v := fields[c.Key].(type) {
	case nil:
		return &c.Then
	case string:
		if v == "" {
			return &c.Then
		}
	}
	return &c.Else
}

// stream yields the items; a step that raises ends it.
func (s *script) stream(ctx context.Context, in *agentcore.Invocation) agentcore.Stream {
	return func(yield func(any, error) bool) {
		for _, step := range s.Stream {
			if step.has("item") {
				if !yield(value(step.Item), nil) {
					return
				}
				continue
			}
			yield(step.invoke(ctx, in))
			return
		}
	}
}

// echoContext shows the context as the original names its parts. Header fields
// have lower-case names there, but for Authorization, and one value.
func echoContext(in *agentcore.Invocation) map[string]any {
	all := map[string]any{
		"session_id": nil, "request_headers": nil, "request_id": in.RequestID,
		"workload_access_token": orNull(in.WorkloadAccessToken), "oauth2_callback_url": orNull(in.OAuth2CallbackURL),
	}
	if in.HasSession {
		all["session_id"] = in.SessionID
	}
	if in.Header != nil {
		fields := map[string]string{}
		for name, values := range in.Header {
			if name != "Authorization" {
				name = strings.ToLower(name)
			}
			fields[name] = values[len(values)-1]
		}
		all["request_headers"] = fields
	}
	return all
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// agent makes the response as an AgentCore handler returns it.
func (p *response) agent() *agentcore.Response {
	r := &agentcore.Response{Status: p.Status, Header: p.header()}
	r.Body, _ = p.Bytes()
	if p.Chunks != nil {
		r.Stream = &chunks{left: p.Chunks, fail: p.FailAfterChunks}
	}
	return r
}

// chunks gives one text at each Read, and then fails or ends.
type chunks struct {
	left []string
	fail string
	now  bytes.Buffer
}

func (c *chunks) Read(b []byte) (int, error) {
	if c.now.Len() == 0 {
		switch {
		case len(c.left) > 0:
			c.now.WriteString(c.left[0])
			c.left = c.left[1:]
		case c.fail != "":
			return 0, errors.New(c.fail)
		default:
			return 0, io.EOF
		}
	}
	return c.now.Read(b)
}
