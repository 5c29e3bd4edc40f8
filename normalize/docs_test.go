package normalize_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// TestExceptionsPage proves that the bodies and the table on the page are those
// of the code. With -update it writes the table.
func TestExceptionsPage(t *testing.T) {
	const file = "../docs/exceptions.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v := normalize.Identity().Verdict(&libraryv1.BookLocked{Shelf: "a", Holder: "bob", Book: "b"})
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(text, -1)
	formats := []normalize.Format{normalize.Envelope(), normalize.AIP193(), normalize.Problem()}
	if len(blocks) != len(formats) {
		t.Fatalf("%d bodies, want %d", len(blocks), len(formats))
	}
	for i, format := range formats {
		var shown bytes.Buffer
		if err := json.Compact(&shown, blocks[i][1]); err != nil {
			t.Fatal(err)
		}
		if want := format.Append(nil, &v); !bytes.Equal(shown.Bytes(), want) {
			t.Errorf("the page shows\n%s\nwant\n%s", &shown, want)
		}
	}

	const heading = "## Predefined classes\n"
	before, table, ok := strings.Cut(string(text), heading)
	if !ok {
		t.Fatal("the table is missing")
	}
	want := "\n| class | status | extends | gRPC code | retryable |\n| --- | --- | --- | --- | --- |\n"
	for c := range exceptions.Classes() {
		parent, retryable := "", ""
		if c.Parent != nil {
			parent = c.Parent.Name
		}
		if c.Retryable {
			retryable = "yes"
		}
		want += fmt.Sprintf("| %s | %d | %s | %s | %s |\n", c.Name, c.Status, parent, c.Code, retryable)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+heading+want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != want {
		t.Errorf("the table of classes is not up to date; run with -update")
	}
}
