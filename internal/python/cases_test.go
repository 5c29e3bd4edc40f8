package python_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

const corpus = "../../testdata/conformance"

// A testCase is one recorded exchange.
type testCase struct {
	ID      string
	Group   string
	RPC     string
	Request struct {
		Method     string
		Target     string
		Headers    [][2]string
		Body       *string
		BodyBase64 *string `json:"body_base64"`
	}
	Expect struct {
		Status   int
		Headers  [][2]*string
		Body     *string
		Received json.RawMessage
	}
	Compare   string
	Deviation string
}

func (c *testCase) body(t testing.TB) []byte {
	t.Helper()
	var body []byte
	switch r := c.Request; {
	case r.Body != nil:
		body = []byte(*r.Body)
	case r.BodyBase64 != nil:
		var err error
		if body, err = base64.StdEncoding.DecodeString(*r.BodyBase64); err != nil {
			t.Fatal(err)
		}
	}
	// As the transport does: a body that is not in its coding stays as it is.
	if c.header().Get("Content-Encoding") == "gzip" {
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			if plain, err := io.ReadAll(z); err == nil {
				return plain
			}
		}
	}
	return body
}

func (c *testCase) header() http.Header {
	h := make(http.Header)
	for _, field := range c.Request.Headers {
		h.Add(field[0], field[1])
	}
	return h
}

// cases reads the recorded exchanges of a group.
func cases(t testing.TB, group string) []*testCase {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus, "cases/python", group+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []*testCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		c := new(testCase)
		if err := json.Unmarshal(lines.Bytes(), c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("no cases in %s", group)
	}
	return all
}

// table reads one of the files that say what a handler returns or raises.
func table[V any](t testing.TB, name string) map[string]V {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../conformance/data", name))
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]V)
	if err := json.Unmarshal(data, &values); err != nil {
		t.Fatal(err)
	}
	return values
}
