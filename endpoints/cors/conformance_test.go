package cors_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

// A recordedCase is one exchange of testdata/conformance/cases/cors, with the
// configuration that it needs.
type recordedCase struct {
	ID      string
	Request struct {
		Method, Target string
		Headers        [][2]string
	}
	Handler struct {
		CORS struct {
			Origins, Methods, Headers, Expose []string
			Credentials                       bool
			MaxAge                            int `json:"max_age"`
		}
		Response struct {
			Status  int
			Headers [][2]string
			Body    string
		}
	}
	Expect struct {
		Status  int
		Headers [][2]*string
	}
}

func TestConformance(t *testing.T) {
	files, err := filepath.Glob("../../testdata/conformance/cases/cors/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded cases: %v", err)
	}
	replayed := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(data))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var c recordedCase
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			replayed++
			t.Run(c.ID, func(t *testing.T) { replay(t, &c) })
		}
	}
	if replayed < 78 {
		t.Errorf("%d cases replayed, want 78 at least", replayed)
	}
}

func replay(t *testing.T, c *recordedCase) {
	o := c.Handler.CORS
	policy, err := cors.New(cors.Config{
		Origins: o.Origins, Methods: o.Methods, RequestHeaders: o.Headers, ExposedHeaders: o.Expose,
		Credentials: o.Credentials, MaxAge: o.MaxAge,
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := policy.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, h := range c.Handler.Response.Headers {
			w.Header().Add(h[0], h[1])
		}
		w.WriteHeader(c.Handler.Response.Status)
		_, _ = w.Write([]byte(c.Handler.Response.Body))
	}))
	r := httptest.NewRequest(c.Request.Method, c.Request.Target, nil)
	for _, h := range c.Request.Headers {
		r.Header.Add(h[0], h[1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	reply := w.Result()
	if reply.StatusCode != c.Expect.Status {
		t.Errorf("status %d, want %d", reply.StatusCode, c.Expect.Status)
	}
	for _, h := range c.Expect.Headers {
		checkHeader(t, reply.Header.Values(*h[0]), *h[0], h[1])
	}
}

// checkHeader compares as the recorded cases ask: a nil value is absence, lists
// are sets, and Vary may hold more.
func checkHeader(t *testing.T, got []string, name string, want *string) {
	t.Helper()
	if want == nil {
		if len(got) != 0 {
			t.Errorf("%s: %q, want none", name, got)
		}
		return
	}
	have := tokens(strings.Join(got, ","))
	list, contains := strings.CutPrefix(*want, "<contains>")
	switch {
	case contains || name == "Vary":
		for _, token := range tokens(list) {
			if !slices.Contains(have, token) && !slices.Contains(have, "*") {
				t.Errorf("%s: %q lacks %q", name, got, token)
			}
		}
	case strings.HasSuffix(name, "-Headers") || strings.HasSuffix(name, "-Methods"):
		if !slices.Equal(have, tokens(list)) {
			t.Errorf("%s: %q, want %q", name, got, *want)
		}
	case !slices.Equal(got, []string{*want}):
		t.Errorf("%s: %q, want %q", name, got, *want)
	}
}

// tokens returns the items of a list in lower case, sorted.
func tokens(list string) (items []string) {
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.ToLower(strings.TrimSpace(item)); item != "" {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return slices.Compact(items)
}
