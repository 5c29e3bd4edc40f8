package normalize_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A recordedAnswer is an entry of testdata/conformance/status-tables.json.
type recordedAnswer struct {
	Status      int    `json:"status"`
	Reason      string `json:"reason"`
	Domain      string `json:"domain"`
	MessageKept bool   `json:"message_kept"`
}

func recordedTables(t *testing.T) map[string]map[string]recordedAnswer {
	t.Helper()
	data, err := os.ReadFile("../testdata/conformance/status-tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var tables map[string]map[string]recordedAnswer
	if err := json.Unmarshal(data, &tables); err != nil {
		t.Fatal(err)
	}
	return tables
}

// The tables are named as the aliases of the policies.
func TestRaisedEqualsTheRecordedTables(t *testing.T) {
	for name, table := range recordedTables(t) {
		t.Run(name, func(t *testing.T) {
			p, ok := normalize.ByName(name)
			if !ok {
				t.Fatalf("ByName(%q) finds no policy", name)
			}
			for status := -1; status <= 999; status++ {
				want, ok := table[strconv.Itoa(status)]
				if !ok {
					t.Fatalf("the table says nothing of %d", status)
				}
				a := p.Raised(status)
				// The original's container cut the body of 204 and 304 and let that
				// of 205 pass.
				kept := a.MessageKept() && (normalize.BodyAllowed(a.Status) || a.Status == 205)
				got := recordedAnswer{a.Status, a.Reason, a.Domain, kept}
				if got != want {
					t.Errorf("Raised(%d) = %+v, recorded %+v", status, got, want)
				}
			}
		})
	}
}

// everyStatus calls f with all statuses that a policy could tell apart, and
// with those at the far ends.
func everyStatus(f func(status int)) {
	for _, status := range []int{math.MinInt, math.MinInt32, -1_000_000, -1000} {
		f(status)
	}
	for status := -1; status <= 1000; status++ {
		f(status)
	}
	for _, status := range []int{1001, 65536, 1_000_000, math.MaxInt32, math.MaxInt} {
		f(status)
	}
}

func TestPoliciesAreTotal(t *testing.T) {
	for name := range normalize.Names() {
		t.Run(name, func(t *testing.T) {
			p, _ := normalize.ByName(name)
			everyStatus(func(status int) {
				raised, replied := p.Raised(status), p.Replied(status)
				if raised.Status < 200 || raised.Status > 999 || raised.Reason == "" || raised.Domain == "" {
					t.Errorf("Raised(%d) = %+v", status, raised)
				}
				if raised.Status > 599 && raised.Status != status {
					t.Errorf("Raised(%d) makes up the status %d", status, raised.Status)
				}
				if again := p.Raised(raised.Status); name == "identity" && again.Status != raised.Status {
					t.Errorf("Raised(%d) = %d, and again %d", status, raised.Status, again.Status)
				}
				switch {
				case status >= 200 && status <= 299:
					if replied != p.Replied(status) || replied.Status != status || replied.Reason != "" {
						t.Errorf("Replied(%d) = %+v", status, replied)
					}
				case replied != raised:
					t.Errorf("Replied(%d) = %+v, raised it is %+v", status, replied, raised)
				}
			})
			if below, above := p.Raised(math.MinInt), p.Raised(math.MaxInt); below != p.Raised(-1) || above != p.Raised(1000) {
				t.Errorf("the ends are not those of the table: %+v, %+v", below, above)
			}
		})
	}
}

func TestNothing(t *testing.T) {
	want := map[string]int{"frameworks": 204, "python": 503, "java-modern": 204, "identity": 204}
	for name := range normalize.Names() {
		p, _ := normalize.ByName(name)
		if got := p.Nothing(); got.Status != want[name] {
			t.Errorf("%s: Nothing() = %+v, want %d", name, got, want[name])
		}
	}
	if got := normalize.Python().Nothing(); got.Reason != "backendError" || got.Domain != "global" || got.Message != "Internal Server Error" {
		t.Errorf("python: Nothing() = %+v", got)
	}
}

func TestIdentity(t *testing.T) {
	everyStatus(func(status int) {
		want := 500
		if status >= 200 && status <= 999 {
			want = status
		}
		if got := normalize.Identity().Raised(status).Status; got != want {
			t.Errorf("Raised(%d) = %d, want %d", status, got, want)
		}
	})
}

func TestByName(t *testing.T) {
	names := map[string]string{
		"frameworks": "frameworks", "documented": "frameworks", "java": "frameworks",
		"python":      "python",
		"java-modern": "java-modern", "java-nocompat": "java-modern",
		"identity": "identity", "modern": "identity", "agentcore": "identity", "fastapi": "identity",
	}
	for name, want := range names {
		p, ok := normalize.ByName(name)
		if !ok || p.Name() != want {
			t.Errorf("ByName(%q) = %v, %v", name, p, ok)
		}
	}
	for _, name := range []string{"", "Frameworks", "java ", "none"} {
		if p, ok := normalize.ByName(name); ok {
			t.Errorf("ByName(%q) = %v", name, p.Name())
		}
	}
}
