package normalize_test

import (
	"os"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"github.com/google/go-cmp/cmp"
)

// TestDocs proves that the page on policies says what the policies do. Run it
// with -update to write the page anew.
func TestDocs(t *testing.T) {
	const page = "../docs/policies.md"
	var b strings.Builder
	b.WriteString("# Status policies\n\nWhat a caller sees of a raised status, of a status that a handler replied with, and of nothing. This page is\nwritten by a test from the policies themselves; `endpoints table --policy NAME` prints the same.\n")
	for name := range normalize.Names() {
		p, _ := normalize.ByName(name)
		b.WriteString("\n## " + name + "\n\n" + p.Description() + "\n\n" + p.Markdown())
		if findings := normalize.Lint(p); len(findings) > 0 {
			b.WriteString("\nWorth knowing:\n\n")
			for _, f := range findings {
				b.WriteString("* " + f.String() + "\n")
			}
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", page, diff)
	}
}
