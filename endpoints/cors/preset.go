package cors

// rpcMaxAge is the longest time that Chromium keeps the answer to a preflight,
// in seconds.
const rpcMaxAge = 7200

// ForConnect is the configuration for pages that call an API by the Connect
// protocol, by gRPC-Web, or both. The result is a plain value: add Credentials,
// or the header fields of the API itself, before it goes to [New].
func ForConnect(origins ...string) Config {
	c := ForGRPCWeb(origins...)
	c.Methods = []string{"GET", "POST"}
	c.RequestHeaders = append([]string{"Content-Type", "Connect-Protocol-Version", "Connect-Timeout-Ms"}, c.RequestHeaders[1:]...)
	return c
}

// ForGRPCWeb is the configuration for pages that call an API by gRPC-Web alone.
// It exposes the fields that carry the status when a reply has no trailers.
func ForGRPCWeb(origins ...string) Config {
	return Config{
		Origins:        origins,
		Methods:        []string{"POST"},
		RequestHeaders: []string{"Content-Type", "Grpc-Timeout", "X-Grpc-Web", "X-User-Agent"},
		ExposedHeaders: []string{"Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin"},
		MaxAge:         rpcMaxAge,
	}
}
