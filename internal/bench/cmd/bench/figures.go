package main

import (
	"fmt"
	"strings"
)

// A figure is a ratio that the framework is held to.
type figure struct {
	name  string
	least bool // goal is the least, not the most
	goal  float64
	value func(r *results) (float64, bool)
}

// slower is how many times the CPU of b the CPU of a is.
func slower(a, b string) func(*results) (float64, bool) {
	return func(r *results) (float64, bool) { return quotient(r, a, b, "") }
}

// without is slower without what the measurement itself takes.
func without(a, b, harness string) func(*results) (float64, bool) {
	return func(r *results) (float64, bool) { return quotient(r, a, b, harness) }
}

func quotient(r *results, a, b, harness string) (float64, bool) {
	x, ok1 := r.best(a, cpu)
	y, ok2 := r.best(b, cpu)
	if harness != "" {
		h, ok := r.best(harness, cpu)
		x, y, ok1 = x-h, y-h, ok1 && ok
	}
	return x / y, ok1 && ok2 && y > 0
}

// allocations of a benchmark.
func allocations(name string, less float64) func(*results) (float64, bool) {
	return func(r *results) (float64, bool) {
		n, ok := r.best(name, func(s sample) float64 { return s.allocs })
		return n - less, ok
	}
}

const (
	ours    = "/endpoints"
	tree    = "Route/hit/endpoints-10"
	harness = "Route/hit/(harness)"
	policy  = "Policy/to-status/"
)

// figures in the order of docs/benchmarks.md.
var figures = []figure{
	{"codec-write-strings-vs-protojson", true, 14, slower("Write/strings/protojson", "Write/strings/generated")},
	{"codec-write-numbers-vs-protojson", true, 7, slower("Write/numbers/protojson", "Write/numbers/generated")},
	{"codec-read-strings-vs-protojson", true, 8, slower("Read/strings/protojson", "Read/strings/generated")},
	{"codec-read-numbers-vs-protojson", true, 6, slower("Read/numbers/protojson", "Read/numbers/generated")},
	{"codec-write-allocations", false, 0, allocations("Write/strings/generated", 0)},
	{"codec-write-strings-vs-wire", true, 0, slower("Write/strings/wire", "Write/strings/generated")},
	{"codec-read-strings-vs-wire", true, 0, slower("Read/strings/wire", "Read/strings/generated")},
	{"table-write-strings-vs-protojson", true, 3.5, slower("Write/strings/protojson", "Write/strings/table")},
	{"table-write-numbers-vs-protojson", true, 3.5, slower("Write/numbers/protojson", "Write/numbers/table")},
	{"table-read-strings-vs-protojson", true, 2.5, slower("Read/strings/protojson", "Read/strings/table")},
	{"table-read-numbers-vs-protojson", true, 2.5, slower("Read/numbers/protojson", "Read/numbers/table")},
	{"table-write-strings-dynamic-vs-protojson", true, 3.5, slower("Write/strings/protojson-dynamic", "Write/strings/table-dynamic")},
	{"table-write-numbers-dynamic-vs-protojson", true, 3.5, slower("Write/numbers/protojson-dynamic", "Write/numbers/table-dynamic")},
	{"table-read-strings-dynamic-vs-protojson", true, 2.5, slower("Read/strings/protojson-dynamic", "Read/strings/table-dynamic")},
	{"table-read-numbers-dynamic-vs-protojson", true, 2.5, slower("Read/numbers/protojson-dynamic", "Read/numbers/table-dynamic")},
	{"get-vs-handwritten", false, 0.7, slower("Handler/get"+ours, "Handler/get/mux-gen")},
	{"get-faster-than-connect", true, 10, slower("Handler/get/connect", "Handler/get"+ours)},
	{"get-faster-than-grpc-gateway", true, 12, slower("Handler/get/grpc-gateway", "Handler/get"+ours)},
	{"post-vs-handwritten", false, 1.15, slower("Handler/post"+ours, "Handler/post/mux-gen")},
	{"post-faster-than-connect", true, 8, slower("Handler/post/connect", "Handler/post"+ours)},
	{"post-faster-than-grpc-gateway", true, 10, slower("Handler/post/grpc-gateway", "Handler/post"+ours)},
	{"list50-vs-handwritten", false, 1.05, slower("Handler/list50"+ours, "Handler/list50/mux-gen")},
	{"list50-faster-than-connect", true, 15, slower("Handler/list50/connect", "Handler/list50"+ours)},
	{"import50-vs-handwritten", false, 1.05, slower("Handler/import50"+ours, "Handler/import50/mux-gen")},
	{"import50-faster-than-connect", true, 7, slower("Handler/import50/connect", "Handler/import50"+ours)},
	// The one other allocation is the request message; the handler makes none.
	{"error-allocations-of-the-framework", false, 1, allocations("Reply/get/error", 1)},
	{"error-faster-than-connect", true, 8, slower("Handler/err/connect", "Handler/err"+ours)},
	{"error-vs-small-success", false, 1, slower("Reply/get/error", "Reply/get/success")},
	{"policy-look-up-vs-interface-call", false, 2, slower(policy+"look-up", policy+"interface-call")},
	{"policy-own-vs-interface-call", false, 3, slower(policy+"own", policy+"interface-call")},
	{"policy-wrapped-vs-interface-call", false, 10, slower(policy+"wrapped", policy+"interface-call")},
	{"policy-allocations", false, 0, allocations(policy+"wrapped", 0)},
	{"route-hit-vs-servemux", false, 0.6, without(tree, "Route/hit/servemux-10", harness)},
	{"route-10000-vs-10", false, 2, without("Route/hit/endpoints-10000", tree, harness)},
	{"route-404-vs-hit", false, 2, without("Route/404/endpoints-10", tree, harness)},
	{"route-405-vs-hit", false, 2, without("Route/405/endpoints-10", tree, harness)},
	{"route-allocations", false, 0, allocations(tree, 0)},
	{"loopback-get-cpu-vs-floor", false, 1.10, typical("Loopback/get"+ours, "Loopback/get/floor", cpu)},
	{"loopback-post-cpu-vs-floor", false, 1.15, typical("Loopback/post"+ours, "Loopback/post/floor", cpu)},
	{"loopback-get-requests-vs-connect", true, 1.8, typical("Loopback/get/connect", "Loopback/get"+ours, slowness)},
	{"loopback-post-requests-vs-connect", true, 2.2, typical("Loopback/post/connect", "Loopback/post"+ours, slowness)},
	{"loopback-list50-requests-vs-connect", true, 5, typical("Loopback/list50/connect", "Loopback/list50"+ours, slowness)},
}

// typical is the median over all rounds of the ratio of a to b in one round. Over
// loopback every round has processes of its own, of which some are lucky by five
// percent and more: the best of all rounds is the luck of one of them.
func typical(a, b string, of func(sample) float64) func(*results) (float64, bool) {
	return func(r *results) (float64, bool) {
		v := r.quantile(a, b, of, .5)
		return v, v > 0
	}
}

// printFigures prints all figures that were measured: as a table with the goals,
// one a line, and all in one line.
func printFigures(r *results) {
	var lines []string
	fmt.Println("\n**Figures**")
	fmt.Println("\n| figure | goal | measured | |")
	fmt.Println("| --- | ---: | ---: | --- |")
	for _, f := range figures {
		v, ok := f.value(r)
		if !ok {
			continue
		}
		goal, met := fmt.Sprintf("at most %g", f.goal), v <= f.goal
		if f.least {
			goal, met = fmt.Sprintf("at least %g", f.goal), v >= f.goal
		}
		if f.goal == 0 && f.least {
			goal = "none"
		}
		fmt.Printf("| %s | %s | %.2f | %s |\n", f.name, goal, v, map[bool]string{true: "met", false: "missed"}[met])
		lines = append(lines, fmt.Sprintf("%s=%.2f", f.name, v))
	}
	fmt.Println()
	fmt.Println(strings.Join(lines, "\n"))
	fmt.Println(strings.Join(lines, " "))
}
