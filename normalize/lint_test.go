package normalize_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestLint(t *testing.T) {
	hidden, err := normalize.Compile(normalize.Definition{
		Name: "hidden",
		Raised: []normalize.Rule{
			{From: 401, Status: 405},
			{From: 402, To: 403, Status: 204},
			{From: 404, Status: 302},
			{From: 503, Status: 429},
			{From: 504, Status: 400},
			{From: 400, To: 599, Keep: true},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		policy *normalize.Policy
		want   []string
	}{
		{normalize.Identity(), nil},
		{normalize.JavaModern(), nil},
		{normalize.Frameworks(), []string{
			"blame-moved: raised 405 -> 501: an error of the caller is sent as one of the service, and counts as its failure",
			"header-lost: raised 405 -> 501: its Allow header is dropped",
			"header-lost: raised 407 -> 404: its Proxy-Authenticate header is dropped",
			"blame-moved: raised 408 -> 503: an error of the caller is sent as one of the service, and counts as its failure",
			"retry-lost: raised 425 -> 404: callers that would try again give up",
			"header-lost: raised 426 -> 404: its Upgrade header is dropped",
			"retry-lost: raised 429 -> 404: callers that would try again give up",
			"retry-gained: raised 500 to 501 -> 503: callers try again what will fail again",
			"retry-gained: raised 505 to 599 -> 503: callers try again what will fail again",
		}},
		{hidden, []string{
			"header-lost: raised 401 -> 405: its WWW-Authenticate header is dropped",
			"header-missing: raised 401 -> 405: a 405 must have the header Allow, which the exception does not bring",
			"error-hidden: raised 402 to 403 -> 204: an error is sent as a success",
			"body-lost: raised 402 to 403 -> 204: the status has no body, so that the caller learns nothing of the error",
			"error-hidden: raised 404 -> 302: an error is sent as a redirect",
			"blame-moved: raised 503 -> 429: an error of the service is sent as one of the caller",
			"retry-lost: raised 504 -> 400: callers that would try again give up",
			"blame-moved: raised 504 -> 400: an error of the service is sent as one of the caller",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.policy.Name(), func(t *testing.T) {
			var got []string
			for _, f := range normalize.Lint(tt.policy) {
				got = append(got, f.Kind+": "+f.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Lint (-want +got):\n%s", diff)
			}
		})
	}
}

// The two that the documentation warns of.
func TestLintNamesRetries(t *testing.T) {
	var text strings.Builder
	for _, f := range normalize.Lint(normalize.Frameworks()) {
		if f.Kind == normalize.RetryLost && f.From <= 429 && f.To >= 429 && f.Sent == 404 {
			text.WriteString("429")
		}
		if f.Kind == normalize.RetryGained && f.From <= 500 && f.To >= 500 && f.Sent == 503 {
			text.WriteString("500")
		}
	}
	if text.String() != "429500" {
		t.Errorf("found %q", text.String())
	}
}
