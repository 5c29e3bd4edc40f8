// Programs by which foreign clients and conformance suites test this framework.
module github.com/endpoints-frameworks/endpoints-go/internal/interop

go 1.26.0

require (
	github.com/endpoints-frameworks/endpoints-go v0.0.0
	google.golang.org/genproto/googleapis/rpc v0.0.0-20261019180522-ce908d29299b
	google.golang.org/grpc v1.83.1
	google.golang.org/protobuf v1.36.12
)

require (
	connectrpc.com/connect v1.21.1 // indirect
	connectrpc.com/grpcreflect v1.3.1 // indirect
	github.com/coder/websocket v1.8.15 // indirect
	golang.org/x/net v0.57.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.40.0 // indirect
	google.golang.org/genproto/googleapis/api v0.0.0-20261019180522-ce908d29299b // indirect
)

replace github.com/endpoints-frameworks/endpoints-go => ../..
