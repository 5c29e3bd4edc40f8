package conformance_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/conformance"
)

var casesDir = flag.String("cases", "../../testdata/conformance/cases", "the folder of the cases to replay")

// waiting are the groups that are not done yet.
var waiting = []string{"discovery", "builtin", "auth"}

// replayed are the profiles whose cases this test replays.
var replayed = []string{"documented", "python", "java", "java-nocompat"}

// TestReplay sends every case over real HTTP to the conformance API and
// compares the answers, and the logs where a case lists them. A case that is
// known to fail stands in docs/deviations.md with its reason; one that
// starts to pass must leave it.
func TestReplay(t *testing.T) {
	cases, err := conformance.Load(*casesDir)
	if err != nil {
		t.Fatal(err)
	}
	known, err := readKnown(knownFailures)
	if err != nil {
		t.Fatal(err)
	}
	servers := map[string]*conformance.Recorder{}
	results := tally{}
	for _, c := range cases {
		if !slices.Contains(replayed, c.Profile) || c.Compare == "none" {
			continue
		}
		if slices.Contains(waiting, c.Group) {
			results.row(c).waiting++
			continue
		}
		key := c.Profile + c.OptionsKey()
		if servers[key] == nil {
			servers[key] = serve(t, c)
		}
		diff := servers[key].Replay(c)
		results.judge(t, c, diff, known)
	}
	results.log(t)
}

func serve(t *testing.T, c *conformance.Case) *conformance.Recorder {
	t.Helper()
	var o conformance.Options
	if err := json.Unmarshal([]byte(c.OptionsKey()), &o); err != nil {
		t.Fatal(err)
	}
	recorder := &conformance.Recorder{}
	api, err := conformance.NewAPI(c.Profile, o, endpoints.WithLogger(recorder.Logger()))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(recorder.Watch(api))
	t.Cleanup(server.Close)
	recorder.Address = server.Listener.Addr().String()
	return recorder
}

// knownFailures lists the cases that fail, for people and for the tests.
const knownFailures = "../../docs/deviations.md"

// readKnown reads the rows of tables that begin with the ID of a case, in code
// quotes; the second column is the reason why it fails.
func readKnown(file string) (map[string]string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	for line := range strings.Lines(string(content)) {
		row, ok := strings.CutPrefix(line, "| `")
		if !ok {
			continue
		}
		id, reason, ok := strings.Cut(row, "` | ")
		if reason = strings.TrimSuffix(strings.TrimSpace(reason), " |"); !ok || reason == "" {
			return nil, fmt.Errorf("%s: %q has no reason", file, line)
		}
		known[id] = reason
	}
	return known, nil
}

// A tally counts cases by profile and group.
type tally map[[2]string]*counts

type counts struct{ passed, failed, deviating, waiting int }

func (t tally) row(c *conformance.Case) *counts {
	key := [2]string{c.Profile, c.Group}
	if t[key] == nil {
		t[key] = &counts{}
	}
	return t[key]
}

func (t tally) add(c *conformance.Case, passed bool) {
	row := t.row(c)
	if passed {
		row.passed++
	} else {
		row.failed++
	}
	if c.Deviation != nil {
		row.deviating++
	}
}

// judge counts a case, whose answer differs from the expectation by diff. A
// failure that is not known fails the test, and so does a known one that is none.
func (t tally) judge(test *testing.T, c *conformance.Case, diff string, known map[string]string) {
	test.Helper()
	reason, isKnown := known[c.ID]
	switch {
	case diff == "" && isKnown:
		test.Errorf("%s passes now: take it out of the known failures (%s)", c.ID, reason)
	case diff != "" && !isKnown:
		test.Errorf("%s (%s)\n\t%s %s %.200s\n\t%s\n\tdeviation: %s", c.ID, c.Compare, c.Request.Method, c.Request.Target, deref(c.Request.Body), diff, deref(c.Deviation))
	}
	t.add(c, diff == "")
}

// log prints the table. A folder of further cases need not have some of every
// profile.
func (t tally) log(test *testing.T) {
	test.Helper()
	switch {
	case len(t) > 0:
	case *casesDir == flag.Lookup("cases").DefValue:
		test.Fatalf("no cases in %s", *casesDir)
	default:
		test.Skipf("no cases for this test in %s", *casesDir)
	}
	test.Log("\n" + t.String())
}

func (t tally) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "profile\tgroup\tpassed\tfailed\tdeviating\tnot yet done\t")
	totals := map[string]*counts{}
	keys := slices.SortedFunc(maps.Keys(t), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, key := range keys {
		row := t[key]
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t\n", key[0], key[1], row.passed, row.failed, row.deviating, row.waiting)
		total := totals[key[0]]
		if total == nil {
			total = &counts{}
			totals[key[0]] = total
		}
		total.passed, total.failed = total.passed+row.passed, total.failed+row.failed
		total.deviating, total.waiting = total.deviating+row.deviating, total.waiting+row.waiting
	}
	for _, profile := range slices.Sorted(maps.Keys(totals)) {
		total := totals[profile]
		share := 0.0
		if n := total.passed + total.failed; n > 0 {
			share = 100 * float64(total.passed) / float64(n)
		}
		fmt.Fprintf(w, "%s\tall (%.1f %%)\t%d\t%d\t%d\t%d\t\n", profile, share, total.passed, total.failed, total.deviating, total.waiting)
	}
	w.Flush()
	return b.String()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
