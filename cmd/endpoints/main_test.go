package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

const ownPolicy = `
name: "own"
raised { from: 400 to: 499 keep: true }
raised { from: 500 status: 503 because: "our proxy retries 503 only" }
`

func TestCommands(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.textproto")
	if err := os.WriteFile(own, []byte(ownPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"name": "x", "raised": [{"form": 1}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	protos := descriptors(t)
	tests := []struct {
		name   string
		args   []string
		code   int
		golden string   // of standard output
		says   []string // parts of standard error
	}{
		{name: "table", args: []string{"table"}, golden: "table.txt"},
		{name: "table of a file", args: []string{"table", "--policy", own}, golden: "table-own.txt"},
		{name: "table as JSON", args: []string{"table", "--json"}, golden: "table.jsonl"},
		{name: "explain", args: []string{"explain", "405"}, golden: "explain-405.txt"},
		{name: "explain, flag last", args: []string{"explain", "405", "--policy", "identity"}, golden: "explain-405-identity.txt"},
		{name: "catalog", args: []string{"catalog", protos, "--policy", "identity"}, golden: "catalog.txt"},
		{name: "catalog as Markdown", args: []string{"catalog", protos, "--format", "markdown"}, golden: "catalog.md"},
		{name: "catalog as JSON", args: []string{"catalog", protos, "--format", "json"}, golden: "catalog.json"},
		{name: "catalog of no descriptors", args: []string{"catalog", broken}, code: 1, says: []string{broken, "is no descriptor set"}},
		{name: "catalog of no file", args: []string{"catalog", "nope.binpb"}, code: 1, says: []string{"nope.binpb"}},
		{name: "catalog, unknown format", args: []string{"catalog", "--format", "xml"}, code: 2, says: []string{`-format is "xml"`}},
		{name: "catalog of two files", args: []string{"catalog", "a", "b"}, code: 2, says: []string{`unexpected argument "b"`}},
		{name: "no command", code: 2, says: []string{"usage: endpoints", "serve", "table", "explain"}},
		{name: "unknown command", args: []string{"tabel"}, code: 2, says: []string{`there is no command "tabel"`}},
		{name: "unknown policy", args: []string{"table", "--policy", "nope"}, code: 2, says: []string{`neither a policy nor a file called "nope"`, "frameworks"}},
		{name: "broken policy", args: []string{"table", "--policy", broken}, code: 1, says: []string{broken, "form"}},
		{name: "no status", args: []string{"explain"}, code: 2, says: []string{"want one status"}},
		{name: "bad status", args: []string{"explain", "teapot"}, code: 2, says: []string{`"teapot" is no status`}},
		{name: "unknown profile", args: []string{"serve", "--profile", "nope"}, code: 2, says: []string{`no profile is called "nope"`, "python"}},
		{name: "no database", args: []string{"serve", "--file", ""}, code: 2, says: []string{"-file is empty"}},
		{name: "unexpected argument", args: []string{"serve", "now"}, code: 2, says: []string{`unexpected argument "now"`}},
		{name: "unknown flag", args: []string{"serve", "--nope"}, code: 2, says: []string{"flag provided but not defined", "-addr"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			if code := run(t.Context(), &out, &errOut, test.args); code != test.code {
				t.Errorf("exit code: want %d, got %d; standard error:\n%s", test.code, code, &errOut)
			}
			if test.golden != "" {
				golden(t, test.golden, out.String())
			}
			for _, part := range test.says {
				if !strings.Contains(errOut.String(), part) {
					t.Errorf("standard error: want %q in:\n%s", part, &errOut)
				}
			}
		})
	}
}

// TestTableAsJSON: one object a line, for every raised status and for nothing.
func TestTableAsJSON(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), &out, io.Discard, []string{"table", "--json"}); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	raised := map[float64]float64{}
	nothing := false
	for line := range strings.Lines(out.String()) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if value, ok := row["raised"]; ok {
			if status, ok := value.(float64); ok {
				raised[status] = row["status"].(float64)
			} else {
				nothing = row["status"] == 204.0
			}
		}
	}
	if len(raised) != 500 || raised[405] != 501 || raised[429] != 404 || !nothing {
		t.Errorf("want 500 raised statuses and nothing, got %d (405: %v, 429: %v), nothing: %t", len(raised), raised[405], raised[429], nothing)
	}
}

// TestServe starts the server, calls what it tells people to call, and stops it.
func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	var errOut bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, writer, &errOut, []string{"serve", "--addr", "127.0.0.1:0", "--file", ":memory:", "--profile", "modern", "--policy", "frameworks"})
		writer.Close()
	}()
	greeting := make([]byte, 2048)
	n, err := reader.Read(greeting)
	if err != nil {
		t.Fatalf("%v; standard error:\n%s", err, &errOut)
	}
	rest := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(reader)
		rest <- string(text)
	}()
	urls := urlsIn(string(greeting[:n]))
	if len(urls) != 3 {
		t.Fatalf("want three commands to try, got:\n%s", greeting[:n])
	}
	for i, want := range []int{200, 404, 400} {
		resp, err := http.Get(urls[i])
		wantStatus(t, urls[i], want, resp, err)
	}
	base, _, _ := strings.Cut(urls[0], "/library/v1")
	connect := base + "/library.v1.Library/GetShelf"
	resp, err := http.Post(connect, "application/json", strings.NewReader(`{"name":"shelves/nowhere"}`))
	wantStatus(t, connect, 404, resp, err)
	stop()
	if c, text := <-code, <-rest; c != 0 || !strings.Contains(text, "Stopped") {
		t.Errorf("want a clean stop, got exit code %d and %q", c, text)
	}
}

func wantStatus(t *testing.T, url string, want int, resp *http.Response, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != want {
		t.Errorf("%s: want %d, got %d", url, want, resp.StatusCode)
	}
}

// urlsIn returns the URLs after "curl -i".
func urlsIn(text string) (urls []string) {
	for line := range strings.Lines(text) {
		if _, rest, ok := strings.Cut(line, "curl -i "); ok {
			url, _, _ := strings.Cut(rest, "  ")
			urls = append(urls, strings.Trim(strings.TrimSpace(url), "'"))
		}
	}
	return urls
}
