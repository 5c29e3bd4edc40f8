package endpointstest

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
)

// Declared fails the test, when it ends, for every exception that a method of
// api raised without declaring it: neither its class nor one that it extends
// is among the throws of the rpc. What is raised before a method is run, such
// as for a parameter that is not valid, need not be declared.
//
// It looks at what was raised while the API served, whoever called, so that
// api should be one that the test made. It is enough to call it once, before
// or after the requests.
func Declared(t testing.TB, api *endpoints.API) {
	t.Helper()
	t.Cleanup(func() {
		t.Helper()
		for _, u := range api.Undeclared() {
			t.Errorf("%s raised %s (status %d) and does not declare it: add it to throws in the option (endpoints.v1.method)",
				u.Method.FullName(), u.Class, u.Status)
		}
	})
}
