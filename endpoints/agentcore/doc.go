// Package agentcore is the application that an AgentCore runtime runs: one
// entrypoint for an agent, its health, and its WebSocket.
//
//	app := agentcore.New(func(ctx context.Context, in *agentcore.Invocation) (any, error) {
//		var ask struct{ Prompt string }
//		if err := in.Decode(&ask); err != nil {
//			return nil, err
//		}
//		return map[string]string{"answer": think(ctx, ask.Prompt)}, nil
//	})
//	log.Fatal(app.Run(context.Background()))
//
// It follows the recorded behaviour of BedrockAgentCoreApp 1.22.0 from the
// Python SDK; docs/deviations-agentcore.md lists where it does not, and why.
package agentcore
