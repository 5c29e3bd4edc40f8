# What contributors and CI run. Targets are thin: what takes more than a few
# lines is a script, most of them in .ci/.

BUF_VERSION := v1.73.0
STATICCHECK_VERSION := v0.8.2

# How long make conformance-jsonpb fuzzes each way.
FUZZTIME := 10m
CONFORMANCE_VERSION := v1.0.6
GRPC_VERSION := v1.85.0
BIN := $(CURDIR)/.bin
export BUF := $(BIN)/buf-$(BUF_VERSION)/buf
CONFORMANCE := $(BIN)/conformance-$(CONFORMANCE_VERSION)/connectconformance
GRPC_CLIENT := $(BIN)/grpc-$(GRPC_VERSION)/client

# A pattern from the root leaves out modules below it, so they are named.
PACKAGES := ./... $(if $(wildcard cmd/endpoints/go.mod),./cmd/endpoints/...)

.DEFAULT_GOAL := help
.PHONY: help
help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: serve
serve: ## Serve the example, the Library API, on 127.0.0.1:8080.
	go run ./cmd/endpoints serve

.PHONY: test
test: ## Run all tests; needs Go alone.
	go test $(PACKAGES)

.PHONY: race
race: ## Run all tests with the race detector.
	go test -race $(PACKAGES)

.PHONY: vet
vet: ## Run go vet, and look for files that gofmt would change.
	go vet $(PACKAGES)
	cd internal/release && GOWORK=off go vet .
	cd internal/interop && GOWORK=off go vet ./...
	cd internal/interop/googleapi && GOWORK=off go vet ./...
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }

.PHONY: lint
lint: lint-go lint-proto ## Run all linters.

.PHONY: lint-go
lint-go: ## Run staticcheck.
	go run honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION) $(PACKAGES)

.PHONY: lint-proto
lint-proto: $(BUF) ## Run buf lint.
	$(BUF) lint

.PHONY: generate
generate: $(BUF) ## Regenerate everything that is generated.
	.ci/generate .
	go generate ./...

.PHONY: generate-check
generate-check: $(BUF) ## Prove that what is checked in is what is generated.
	.ci/generate-check

.PHONY: conformance-connect
conformance-connect: $(CONFORMANCE) ## Run the Connect conformance suite on our server and our client: Connect, gRPC and gRPC-Web.
	internal/interop/run-connect $(<D)

.PHONY: conformance-grpc
conformance-grpc: $(GRPC_CLIENT) ## Run the cases of grpc-go's interop client.
	internal/interop/run-grpc $(<D)

.PHONY: interop-node
interop-node: $(BUF) ## Call by the Connect, gRPC-Web and gRPC clients for Node; needs npm.
	internal/interop/run-js node

.PHONY: interop-googleapi
interop-googleapi: ## Prove that Google's Go clients read our errors.
	internal/interop/run-googleapi

.PHONY: interop-browser
interop-browser: $(BUF) ## Prove CORS and streams in a headless Chromium, which is installed if there is none; needs npm.
	internal/interop/run-js browser

.PHONY: release-check
release-check: $(BUF) ## Prove that the last commit can be installed, and used from another module.
	internal/release/check

.PHONY: user-module
user-module: release-check ## The same: the user's module is part of it.

.PHONY: conformance-protobuf
conformance-protobuf: $(BUF) ## Run protobuf's conformance suite on the JSON codec; needs npm.
	internal/conformance/protobuf/run

.PHONY: conformance-jsonpb
conformance-jsonpb: conformance-protobuf ## The same, then compare with protojson: 100,000 mutated documents, and fuzzing both ways.
	go test ./jsonpb -run 'TestRandomMessages|TestMutatedDocuments' -documents 100000
	go test ./jsonpb -run XXX -fuzz FuzzUnmarshal -fuzztime $(FUZZTIME) -fuzzminimizetime 10x
	go test ./jsonpb -run XXX -fuzz FuzzAppend -fuzztime $(FUZZTIME) -fuzzminimizetime 10x

# buf takes a minute or two to build, once.
$(BUF):
	GOBIN=$(@D) GOFLAGS= go install github.com/bufbuild/buf/cmd/buf@$(BUF_VERSION)

# Versions of their own: what the suites are built from is not in go.mod.
$(CONFORMANCE):
	GOBIN=$(@D) GOWORK=off GOFLAGS= go install connectrpc.com/conformance/cmd/connectconformance@$(CONFORMANCE_VERSION)

$(GRPC_CLIENT):
	GOBIN=$(@D) GOWORK=off GOFLAGS= go install google.golang.org/grpc/interop/client@$(GRPC_VERSION)

# A module of its own, outside the workspace.
.PHONY: bench
bench: ## Measure the framework beside others, in two minutes; the last lines are the figures.
	cd internal/bench && GOWORK=off go run ./cmd/bench

.PHONY: bench-agentcore
bench-agentcore: ## Compare /ping while 200 slow invocations run with /ping of an idle application.
	go test ./endpoints/agentcore -run '^$$' -bench PingUnderLoad -benchtime 20x

.PHONY: bench-all
bench-all: ## Measure everything there is, in a quarter of an hour.
	cd internal/bench && GOWORK=off go run ./cmd/bench -all

.PHONY: bench-test
bench-test: ## Check the benchmarks: everyone who is measured gives the same answers.
	cd internal/bench && GOWORK=off go vet ./... && GOWORK=off go test ./...

.PHONY: smoke
smoke: $(BUF) ## Do what the README tells a new user to do.
	.ci/smoke
