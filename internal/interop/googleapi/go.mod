// Tests that Google's own Go clients read the errors of this framework.
module github.com/endpoints-frameworks/endpoints-go/internal/interop/googleapi

go 1.26.0

require (
	github.com/endpoints-frameworks/endpoints-go v0.0.0
	github.com/googleapis/gax-go/v2 v2.27.0
	google.golang.org/api v0.310.0
	google.golang.org/genproto/googleapis/rpc v0.0.0-20261019180522-ce908d29299b
	google.golang.org/protobuf v1.36.12
)

require (
	golang.org/x/sys v0.49.0 // indirect
	google.golang.org/genproto/googleapis/api v0.0.0-20261019180522-ce908d29299b // indirect
	google.golang.org/grpc v1.84.0 // indirect
)

replace github.com/endpoints-frameworks/endpoints-go => ../../..
