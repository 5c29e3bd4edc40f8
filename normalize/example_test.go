package normalize_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// The default policy is the documented table of the Endpoints Frameworks.
func ExampleFrameworks() {
	p := normalize.Frameworks()
	for _, status := range []int{404, 405, 418, 500} {
		a := p.Raised(status)
		fmt.Println(status, "->", a.Status, a.Reason)
	}
	fmt.Println("nothing ->", p.Nothing().Status)
	// Output:
	// 404 -> 404 notFound
	// 405 -> 501 unsupportedMethod
	// 418 -> 404 unsupportedProtocol
	// 500 -> 503 backendError
	// nothing -> 204
}

// A policy of your own is a list of rules; the first that holds a status
// decides.
func ExampleCompile() {
	p, err := normalize.Compile(normalize.Definition{
		Name:        "gateway",
		Description: "For callers that only retry a 503.",
		Raised: []normalize.Rule{
			{From: 429, Status: 503, Because: "the callers do not know 429"},
			{From: 400, To: 499, Keep: true},
			{From: normalize.Lowest, To: normalize.Highest, Status: 500},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	a := p.Raised(429)
	fmt.Println(a.Status, a.Reason, "because", a.Because())
	// Output:
	// 503 backendError because the callers do not know 429
}

// A rule that can never apply is a mistake, and said so when the policy is
// built.
func ExampleCompile_shadowed() {
	_, err := normalize.Compile(normalize.Definition{
		Name: "gateway",
		Raised: []normalize.Rule{
			{From: 400, To: 499, Status: 404},
			{From: 429, Status: 503},
		},
	})
	fmt.Println(err)
	// Output:
	// policy "gateway": raised rule 2 (429 -> 503): it can never apply: rule 1 (400 to 499 -> 404) answers first
}

// A policy may be a file, in the text format or as JSON.
func ExampleParse() {
	p, err := normalize.Parse([]byte(`
		name: "gateway"
		raised { from: 429 to: 429 status: 503 because: "the callers do not know 429" }
		raised { from: 400 to: 499 keep: true }
		unknown_message: "The service failed."
	`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Raised(429).Status, p.Raised(404).Status, p.Raised(599).Status)

	_, err = normalize.Parse([]byte("name: \"gateway\"\nraised { form: 429 }"))
	fmt.Println(err)
	// Output:
	// 503 404 500
	// policy: line 2, column 10: unknown field: form
}

// A policy prints itself as a table.
func ExamplePolicy_String() {
	p, err := normalize.Compile(normalize.Definition{
		Name:        "gateway",
		Description: "For callers that only retry a 503.",
		Raised: []normalize.Rule{
			{From: 429, Status: 503, Reason: "busy", Because: "the callers do not know 429"},
			{From: 500, To: normalize.Highest, Status: 503, Message: "Try again later."},
			{From: normalize.Lowest, To: normalize.Highest, Status: 404, Reason: "refused"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(p)
	// Output:
	// policy gateway: For callers that only retry a 503.
	//
	// status                 sent       reason        domain  text                because
	// raised up to 428       404        refused       global  kept
	// raised 429             503        busy          global  kept                the callers do not know 429
	// raised 430 to 499      404        refused       global  kept
	// raised 500 and above   503        backendError  global  "Try again later."
	// replied up to 199      as raised
	// replied 200 to 299     the same
	// replied 300 and above  as raised
	// nothing                204
}

// Lint names what a policy does to those who call.
func ExampleLint() {
	for _, finding := range normalize.Lint(normalize.Frameworks()) {
		if finding.Kind == normalize.RetryLost || finding.Kind == normalize.RetryGained {
			fmt.Println(finding)
		}
	}
	// Output:
	// raised 425 -> 404: callers that would try again give up
	// raised 429 -> 404: callers that would try again give up
	// raised 500 to 501 -> 503: callers try again what will fail again
	// raised 505 to 599 -> 503: callers try again what will fail again
}

// A verdict is what the caller will be told, whatever the protocol.
func ExamplePolicy_Verdict() {
	v := normalize.Frameworks().Verdict(exceptions.New(405, "Shelves cannot be patched."))
	fmt.Println(v.Raised, v.Status, v.Code, v.Reason, v.Message)
	// Output:
	// 405 501 UNIMPLEMENTED unsupportedMethod Shelves cannot be patched.
}

// invalid is a verdict on a request with a bad parameter.
func invalid() normalize.Verdict {
	e, _ := exceptions.Of(exceptions.Raise(exceptions.NewBadRequest("The shelf is not a number."),
		exceptions.Violations(exceptions.Violation{
			Location: "shelf", LocationType: "parameter", Reason: "invalidParameter", Message: "Not a number.",
		})))
	return normalize.Identity().Verdict(e)
}

func ExampleEnvelope() {
	v := invalid()
	fmt.Printf("%s\n", normalize.Envelope().Append(nil, &v))
	// Output:
	// {"error":{"errors":[{"domain":"global","reason":"invalidParameter","message":"Not a number.","location":"shelf","locationType":"parameter"}],"code":400,"message":"The shelf is not a number."}}
}

func ExampleAIP193() {
	v := invalid()
	fmt.Printf("%s\n", normalize.AIP193().Append(nil, &v))
	// Output:
	// {"error":{"code":400,"message":"The shelf is not a number.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BAD_REQUEST","domain":"global"},{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"shelf","description":"Not a number.","reason":"INVALID_PARAMETER"}]}]}}
}

func ExampleProblem() {
	v := invalid()
	fmt.Printf("%s\n", normalize.Problem().Append(nil, &v))
	// Output:
	// {"type":"about:blank","title":"Bad Request","status":400,"detail":"The shelf is not a number.","reason":"badRequest","domain":"global","errors":[{"detail":"Not a number.","reason":"invalidParameter","parameter":"shelf"}]}
}

func ExampleDetail() {
	v := invalid()
	fmt.Printf("%s\n", normalize.Detail().Append(nil, &v))
	// Output:
	// {"detail":[{"type":"invalidParameter","loc":["query","shelf"],"msg":"Not a number."}]}
}

func ExampleError() {
	v := invalid()
	fmt.Printf("%s\n", normalize.Error().Append(nil, &v))
	// Output:
	// {"error":"The shelf is not a number."}
}

// Any handler can stand behind a policy.
func ExampleMiddleware() {
	foreign := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"message":"Slow down."}`)
	})
	server := httptest.NewServer(normalize.Middleware(normalize.Frameworks(), normalize.Error())(foreign))
	defer server.Close()

	res, err := http.Get(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println(res.StatusCode, string(body))
	// Output:
	// 404 {"error":"Slow down."}
}

func ExampleUpperSnake() {
	fmt.Println(normalize.UpperSnake("shelfLocked"), normalize.LowerCamel("SHELF_LOCKED"))
	// Output:
	// SHELF_LOCKED shelfLocked
}
