package normalize

import (
	"fmt"
	"iter"
	"slices"
	"sync"
)

// Frameworks is the default policy: the table that Cloud Endpoints Frameworks
// documents, which is also what its Java edition answers as it comes. Eight
// statuses stay, 405 becomes 501 and 408 becomes 503, any other status below
// 500 becomes 404, and everything from 500 up becomes 503. A reply's 2xx stays,
// and nothing is 204.
func Frameworks() *Policy { return frameworks() }

// Python is what the Python edition of Cloud Endpoints Frameworks (4.8.0)
// really answered: a status that it had no name for became 400, or 503 if the
// language had no phrase for it. Nothing is 503.
func Python() *Policy { return python() }

// JavaModern is the Java edition with exception compatibility switched off: a
// raised status is sent as it is. What cannot be sent is 500.
func JavaModern() *Policy { return javaModern() }

// Identity keeps 200 to 999 and makes the rest 500.
func Identity() *Policy { return identity() }

// ByName returns the policy of the given name: "frameworks" (also "documented",
// "java"), "python", "java-modern" (also "java-nocompat"), or "identity" (also
// "modern", "agentcore", "fastapi").
func ByName(name string) (*Policy, bool) {
	for _, b := range builtins {
		if b.name == name || slices.Contains(b.aliases, name) {
			return b.policy(), true
		}
	}
	return nil, false
}

// Names returns the names of the policies that [ByName] knows, without their
// aliases.
func Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, b := range builtins {
			if !yield(b.name) {
				return
			}
		}
	}
}

var builtins = [...]struct {
	name    string
	aliases []string
	policy  func() *Policy
}{
	{"frameworks", []string{"documented", "java"}, Frameworks},
	{"python", nil, Python},
	{"java-modern", []string{"java-nocompat"}, JavaModern},
	{"identity", []string{"modern", "agentcore", "fastapi"}, Identity},
}

// The texts that the originals sent of an error that was no exception of theirs.
const (
	javaUnknown   = "backend error"
	pythonUnknown = "Internal Server Error"
)

// The reasons that the originals gave to statuses without one of their own.
const (
	backendError        = "backendError"
	unsupportedProtocol = "unsupportedProtocol"
)

// mustCompile is for the definitions of this file, which the tests compile.
func mustCompile(d Definition) *Policy {
	p, err := Compile(d)
	if err != nil {
		panic(fmt.Sprintf("normalize: %v", err))
	}
	return p
}

// keepEight are the statuses that every edition knew.
func keepEight() []Rule {
	const because = "a predefined exception"
	return []Rule{
		{From: 400, Keep: true, Reason: "badRequest", Because: because},
		{From: 401, Keep: true, Reason: "required", Because: because},
		{From: 403, Keep: true, Reason: "forbidden", Because: because},
		{From: 404, Keep: true, Reason: "notFound", Because: because},
		{From: 409, Keep: true, Reason: "conflict", Because: because},
		{From: 410, Keep: true, Reason: "deleted", Because: because},
		{From: 412, Keep: true, Reason: "conditionNotMet", Because: because},
		{From: 413, Keep: true, Reason: "uploadTooLarge", Because: because},
	}
}

var keepSuccess = Rule{From: 200, To: 299, Keep: true, Because: "a success is the handler's to name"}

var frameworks = sync.OnceValue(func() *Policy {
	return mustCompile(Definition{
		Name:        "frameworks",
		Description: "The documented table of Cloud Endpoints Frameworks.",
		Raised: append(keepEight(),
			Rule{From: 405, Status: 501, Reason: "unsupportedMethod", Because: "documented"},
			Rule{From: 408, Status: 503, Reason: backendError, Because: "documented"},
			Rule{From: 400, To: 499, Status: 404, Reason: unsupportedProtocol, Because: "any other client error, as documented"},
			Rule{From: 500, To: Highest, Status: 503, Reason: backendError, Because: "any server error, as documented"},
			Rule{From: Lowest, To: 399, Status: 404, Reason: unsupportedProtocol, Because: "not an error status; recorded of the Java edition"},
		),
		Replied:        []Rule{keepSuccess},
		UnknownMessage: javaUnknown,
	})
})

var python = sync.OnceValue(func() *Policy {
	toBadRequest := func(from, to int) Rule {
		return Rule{From: from, To: to, Status: 400, Reason: "badRequest", Because: "a phrase that the framework did not know"}
	}
	rules := append(keepEight(),
		Rule{From: 405, Status: 501, Reason: "unsupportedMethod", Because: "as documented"},
		Rule{From: 408, Status: 503, Reason: backendError, Because: "as documented"},
		Rule{From: 500, Status: 503, Reason: backendError, Because: "as documented"},
	)
	rules = append(rules,
		toBadRequest(100, 101), toBadRequest(200, 206), toBadRequest(300, 307),
		toBadRequest(402, 402), toBadRequest(406, 407), toBadRequest(411, 411), toBadRequest(414, 417),
		toBadRequest(501, 505),
		Rule{From: Lowest, To: Highest, Status: 503, Reason: backendError, Message: pythonUnknown,
			Because: "a status without a phrase in Python 2.7"},
	)
	return mustCompile(Definition{
		Name:           "python",
		Description:    "What Cloud Endpoints Frameworks for Python 4.8.0 really answered.",
		Raised:         rules,
		Replied:        []Rule{keepSuccess},
		Nothing:        Answer{Status: 503, Reason: backendError, Message: pythonUnknown},
		UnknownMessage: pythonUnknown,
	})
})

var javaModern = sync.OnceValue(func() *Policy {
	keep := func(from, to int, reason string) Rule {
		return Rule{From: from, To: to, Keep: true, Reason: reason, Because: "sent as it is raised"}
	}
	rules := append(keepEight(),
		keep(402, 402, "paymentRequired"),
		keep(405, 405, "unsupportedMethod"),
		keep(406, 406, "notAcceptable"),
		keep(407, 407, "proxyAuthentication"),
		keep(408, 408, "requestTimeout"),
		keep(411, 411, "lengthRequired"),
		keep(414, 414, "uriTooLong"),
		keep(415, 415, "unsupportedMediaType"),
		keep(416, 416, "rangeNotSatisfiable"),
		keep(417, 417, "expectationFailed"),
		keep(200, 499, unsupportedProtocol),
		keep(500, 999, backendError),
		Rule{From: Lowest, To: Highest, Status: 500, Reason: backendError, Message: javaUnknown,
			Because: "HTTP has no such final status"},
	)
	return mustCompile(Definition{
		Name:           "java-modern",
		Description:    "Cloud Endpoints Frameworks for Java 2.2.2 with exception compatibility off.",
		Raised:         rules,
		UnknownMessage: javaUnknown,
	})
})

var identity = sync.OnceValue(func() *Policy {
	return mustCompile(Definition{
		Name:        "identity",
		Description: "Every status that can be sent is sent as it is.",
		Raised: []Rule{
			{From: 200, To: 999, Keep: true, Because: "it can be sent"},
			{From: Lowest, To: Highest, Status: 500, Because: "HTTP has no such final status"},
		},
	})
})
