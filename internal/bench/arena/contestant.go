package arena

import (
	"net/http"
	"sort"
)

// Contestant is one framework under test. Put it in one file under
// contestants/ whose init calls Register.
type Contestant struct {
	Name string
	New  func() http.Handler

	// RPCPrefix, when set, marks a contestant that has no path templates: it is
	// sent POST <RPCPrefix><Method> with the request message as the JSON body.
	RPCPrefix string

	// Request overrides the request of a scenario (nil result: the default).
	Request func(Scenario) *Req

	// MutatesRequest makes the harness rebuild the request headers every
	// iteration.
	MutatesRequest bool

	// Skip names scenarios the contestant cannot serve.
	Skip []string

	// OpaqueBody: the body is prebuilt; do not compare it (the floor).
	OpaqueBody bool

	// Status overrides the expected HTTP status of a scenario, for contestants
	// whose error mapping differs.
	Status map[string]int
}

var registry []Contestant

// Register adds a contestant.
func Register(c Contestant) { registry = append(registry, c) }

// Contestants returns all registered contestants sorted by name.
func Contestants() []Contestant {
	cs := append([]Contestant(nil), registry...)
	sort.Slice(cs, func(i, j int) bool { return cs[i].Name < cs[j].Name })
	return cs
}

// FindContestant returns the contestant with the name, or nil.
func FindContestant(name string) *Contestant {
	for i := range registry {
		if registry[i].Name == name {
			return &registry[i]
		}
	}
	return nil
}

// StatusFor is the HTTP status expected of the contestant.
func (c *Contestant) StatusFor(s Scenario) int {
	if v, ok := c.Status[s.Name]; ok {
		return v
	}
	return s.Status
}

// Skips says whether the contestant cannot serve the scenario.
func (c *Contestant) Skips(s string) bool {
	for _, k := range c.Skip {
		if k == s {
			return true
		}
	}
	return false
}

// RequestFor is the request the contestant is sent for a scenario.
func (c *Contestant) RequestFor(s Scenario) Req {
	if c.Request != nil {
		if r := c.Request(s); r != nil {
			return *r
		}
	}
	if c.RPCPrefix != "" {
		return Req{Method: "POST", Target: c.RPCPrefix + s.rpc, Body: s.rpcIn}
	}
	return s.rest
}
