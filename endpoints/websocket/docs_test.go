package websocket_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

var update = flag.Bool("update", false, "write the table of docs/streams.md")

// TestStreamsPage proves that the table on the page is that of the code. With
// -update it writes the table.
func TestStreamsPage(t *testing.T) {
	const (
		file    = "../../docs/streams.md"
		heading = "## What each protocol sends of an exception\n"
	)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, table, ok := strings.Cut(string(text), heading)
	if !ok {
		t.Fatal("the table is missing")
	}
	want := "\n| class | raised | sent by `frameworks` | gRPC | Connect | WebSocket | `WithStatusCodes` | SSE | log | retryable |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
	for c := range exceptions.Classes() {
		v := normalize.Verdict{Raised: c.Status, Code: c.Code, Class: c}
		connect := strings.ToLower(c.Code.String())
		if c.Code == exceptions.CodeCancelled {
			connect = "canceled" // so spelled there
		}
		event, level, retryable := "`error`", "WARN", ""
		if c.Retryable {
			event, retryable = "`error`, `retry`", "yes"
		}
		if c.Status >= 500 {
			level = "ERROR"
		}
		want += fmt.Sprintf("| %s | %d | %d | %s | %s | %d | %d | %s | %s | %s |\n", c.Name, c.Status, normalize.Frameworks().Raised(c.Status).Status,
			c.Code, connect, websocket.CloseCode(&v), websocket.StatusCloseCode(&v), event, level, retryable)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+heading+want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != want {
		t.Errorf("the table of classes is not up to date; run with -update")
	}
}
