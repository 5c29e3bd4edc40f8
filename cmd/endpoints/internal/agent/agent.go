// Package agent is an example of an entrypoint for an AgentCore runtime: an
// agent that has nothing to say of its own, but says it in every way there is.
package agent

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// An Ask is the payload of an invocation.
type Ask struct {
	Prompt string `json:"prompt"`
	// Stream asks for the answer word by word.
	Stream bool `json:"stream"`
	// Seconds is how long the agent thinks, up to 600.
	Seconds float64 `json:"seconds"`
	// Background makes it think after it has answered.
	Background bool `json:"background"`
}

// An Answer is the reply.
type Answer struct {
	Message string `json:"message"`
	Session string `json:"session,omitempty"`
}

const longest = 600

// New returns the application.
func New(options ...agentcore.Option) *agentcore.App {
	a := &agent{}
	a.app = agentcore.New(agentcore.Typed(a.invoke), append([]agentcore.Option{agentcore.WithSocket(converse)}, options...)...)
	return a.app
}

type agent struct{ app *agentcore.App }

func (a *agent) invoke(ctx context.Context, ask Ask, in *agentcore.Invocation) (any, error) {
	switch {
	case ask.Prompt == "":
		return nil, exceptions.NewBadRequest("Prompt missing")
	case ask.Seconds < 0 || ask.Seconds > longest:
		return nil, exceptions.NewBadRequest("The field \"seconds\" must be from 0 to %d.", longest)
	}
	wait := time.Duration(ask.Seconds * float64(time.Second))
	answer := Answer{Message: "You said: " + ask.Prompt, Session: in.SessionID}
	switch {
	case ask.Background:
		// The task outlives the invocation, so its context must not end with it.
		go a.app.Track(context.WithoutCancel(ctx), "think", func(ctx context.Context) error { return think(ctx, wait) })
	case ask.Stream:
		return words(ctx, answer.Message, wait), nil
	default:
		if err := think(ctx, wait); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// words streams a text word by word, taking the given time for all of it.
func words(ctx context.Context, text string, wait time.Duration) agentcore.Stream {
	all := strings.Fields(text)
	return func(yield func(any, error) bool) {
		for _, word := range all {
			if err := think(ctx, wait/time.Duration(len(all))); err != nil {
				yield(nil, err)
				return
			}
			if !yield(map[string]string{"word": word}, nil) {
				return
			}
		}
	}
}

// think takes its time, unless the caller goes away.
func think(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// converse answers every message until the peer leaves.
func converse(ctx context.Context, s *agentcore.Socket) error {
	if err := s.Accept(); err != nil {
		return err
	}
	for {
		var ask Ask
		err := s.ReadJSON(ctx, &ask)
		switch {
		case errors.Is(err, agentcore.ErrDisconnected):
			return nil
		case err != nil:
			return err
		case ask.Prompt == "":
			return exceptions.NewBadRequest("Prompt missing")
		}
		if err := s.WriteJSON(ctx, Answer{Message: "You said: " + ask.Prompt, Session: s.Invocation.SessionID}); err != nil {
			return err
		}
	}
}
