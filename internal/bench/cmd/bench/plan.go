package main

import "time"

// A group is measured by one process in every round: benchmarks whose times are
// compared with each other.
type group struct {
	pattern string // of -test.bench
	base    string // the ratios in the table are to this one
	args    []string
}

// The peers that figures name.
const rivals = "^(floor|mux-gen|endpoints|connect|grpc-gateway)$"

// quick is what the figures need.
func quick() plan {
	p := plan{rounds: 7, benchtime: 40 * time.Millisecond}
	handler := func(scenario, contestants string) {
		p.groups = append(p.groups, group{"Handler/^" + scenario + "$/", "mux-gen", []string{"-contestants", contestants}})
	}
	handler("get", rivals)
	handler("post", rivals)
	handler("err", "^(mux-gen|endpoints|connect)$")
	handler("list50", "^(mux-gen|endpoints|connect)$")
	handler("import50", "^(mux-gen|endpoints|connect)$")
	p.groups = append(p.groups,
		group{pattern: "Reply/get/", base: "success"},
		group{pattern: "Write/^(strings|numbers)$/", base: "protojson"},
		group{pattern: "Read/^(strings|numbers)$/", base: "protojson"},
		group{pattern: "Policy/to-status/", base: "interface-call"},
		group{pattern: `Route/^hit$/^(servemux|endpoints|\(harness\))`, base: "servemux-10"},
		group{pattern: `Route/^404$/^(endpoints-10|\(harness\))`, base: "endpoints-10"},
		group{pattern: `Route/^405$/^(endpoints-10|\(harness\))`, base: "endpoints-10"},
	)
	p.endToEnd = endToEnd{
		contestants: []string{"floor", "endpoints", "connect"}, scenarios: []string{"get", "post", "list50"},
		rounds: 40, duration: 150 * time.Millisecond,
	}
	return p
}

// everything is all there is.
func everything() plan {
	p := plan{rounds: 15, benchtime: 40 * time.Millisecond}
	for _, scenario := range []string{"get", "post", "err", "badjson", "list50", "list1000", "import50", "import1000"} {
		p.groups = append(p.groups, group{pattern: "Handler/^" + scenario + "$/", base: "mux-gen"})
	}
	p.groups = append(p.groups,
		group{pattern: "Reply/get/", base: "success"},
		group{pattern: "Write//", base: "protojson"},
		group{pattern: "Read//", base: "protojson"},
		group{pattern: "Policy/to-status/", base: "interface-call"},
		group{pattern: "Route/^hit$/", base: "servemux-10"},
		group{pattern: "Route/^404$/", base: "servemux-10"},
		group{pattern: "Route/^405$/", base: "servemux-10"},
	)
	p.endToEnd = endToEnd{
		contestants: []string{"floor", "mux-gen", "endpoints", "connect", "grpc-gateway", "twirp", "huma", "gin", "echo", "mux-protojson"},
		scenarios:   []string{"get", "post", "err", "list50", "import50"},
		rounds:      15, duration: 800 * time.Millisecond,
	}
	return p
}
