module github.com/endpoints-frameworks/endpoints-go/internal/bench/cors

go 1.26.0

require (
	github.com/endpoints-frameworks/endpoints-go v0.0.0
	github.com/rs/cors v1.11.1
)

replace github.com/endpoints-frameworks/endpoints-go => ../../..
