package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/endpoints-frameworks/endpoints-go/cmd/endpoints/internal/agent"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/agentcore"
)

// serveAgent runs the example of an AgentCore entrypoint until ctx ends, and
// then until all running invocations are done.
func (s *server) serveAgent(ctx context.Context, out io.Writer) error {
	addr := s.addr
	if addr == "" {
		addr = agentcore.Address()
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	base := listener.Addr().String()
	fmt.Fprintf(out, `The AgentCore entrypoint listens on http://%[1]s. Try:

  curl -i http://%[1]s/invocations -d '{"prompt":"hi"}'                   # an answer
  curl -i http://%[1]s/invocations -d '{}'                                # a BadRequest exception
  curl -iN http://%[1]s/invocations -d '{"prompt":"a b c","stream":true,"seconds":3}'
  curl -i http://%[1]s/invocations -d '{"prompt":"hi","background":true,"seconds":20}'
  curl -i http://%[1]s/ping                                               # HealthyBusy while that thinks

Stop it with Ctrl-C.
`, base)
	if err := agent.New().Serve(ctx, listener); err != nil {
		return err
	}
	fmt.Fprintln(out, "Stopped: all running invocations are done.")
	return nil
}
