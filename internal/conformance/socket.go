package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

// A socketStep is one step of a WebSocket handler: a verb, or an object with
// one key.
type socketStep struct {
	Verb       string
	SendJSON   string      `json:"send_json"`
	SendText   *string     `json:"send_text"`
	Close      int         `json:"close"`
	Raise      *raise      `json:"raise"`
	RaiseError *raiseError `json:"raise_error"`
	RaiseWS    int         `json:"raise_ws"`
	Reason     string      `json:"reason"`
}

func (s *socketStep) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &s.Verb) == nil {
		return nil
	}
	type plain socketStep
	return json.Unmarshal(text, (*plain)(s))
}

// echoWithSession is what cases call the answer that repeats what came, with
// the session.
const echoWithSession = "{echo: received, sid: session id}"

// converse is the WebSocket handler that the script describes.
func (s *script) converse(ctx context.Context, socket *agentcore.Socket) error {
	var received any
	for _, step := range s.Socket {
		if step.Verb == "return" {
			return nil
		}
		if err := step.do(ctx, socket, &received); err != nil {
			return err
		}
	}
	return nil
}

func (s *socketStep) do(ctx context.Context, socket *agentcore.Socket, received *any) error {
	switch {
	case s.Verb == "accept":
		return socket.Accept()
	case s.Verb == "receive_json":
		return socket.ReadJSON(ctx, received)
	case s.Verb == "receive_text":
		data, _, err := socket.Read(ctx)
		*received = string(data)
		return err
	case s.SendJSON == echoWithSession:
		return socket.WriteJSON(ctx, struct {
			Echo any    `json:"echo"`
			SID  string `json:"sid"`
		}{*received, socket.Invocation.SessionID})
	case s.SendText != nil:
		return socket.WriteText(ctx, *s.SendText)
	case s.Close != 0:
		return socket.Close(s.Close, s.Reason)
	case s.Raise != nil:
		return s.Raise.err()
	case s.RaiseError != nil:
		return errors.New(s.RaiseError.Message)
	case s.RaiseWS != 0:
		return &agentcore.CloseError{Code: s.RaiseWS, Reason: s.Reason}
	}
	return fmt.Errorf("unknown step %+v", *s)
}
