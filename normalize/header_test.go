package normalize_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestFitHeader(t *testing.T) {
	h := func(pairs ...string) http.Header {
		header := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			header[pairs[i]] = append(header[pairs[i]], pairs[i+1])
		}
		return header
	}
	tests := []struct {
		name         string
		header       http.Header
		raised, sent int
		wait         time.Duration
		want         http.Header
	}{
		{"nothing", nil, 404, 404, 0, nil},
		{"challenge on 401", h("WWW-Authenticate", "Bearer"), 401, 401, 0, h("Www-Authenticate", "Bearer")},
		{"empty challenge", h("Www-Authenticate", ""), 401, 401, 0, h("Www-Authenticate", "")},
		{"challenge, no longer 401", h("Www-Authenticate", "Bearer"), 401, 404, 0, nil},
		{"challenge, 401 became 403", h("Www-Authenticate", "Bearer"), 401, 403, 0, nil},
		{"insufficient scope", h("Www-Authenticate", `Bearer error="insufficient_scope"`), 403, 403, 0,
			h("Www-Authenticate", `Bearer error="insufficient_scope"`)},
		{"proxy challenge on 407", h("Proxy-Authenticate", "Basic"), 407, 407, 0, h("Proxy-Authenticate", "Basic")},
		{"proxy challenge, no longer 407", h("Proxy-Authenticate", "Basic"), 407, 404, 0, nil},
		{"Allow on 405", h("Allow", "GET, POST"), 405, 405, 0, h("Allow", "GET, POST")},
		{"Allow on a 501 that was 405", h("Allow", "GET", "X-Foo", "bar"), 405, 501, 0, h("X-Foo", "bar")},
		{"Upgrade on 426", h("Upgrade", "h2c"), 426, 426, 0, h("Upgrade", "h2c")},
		{"Upgrade elsewhere", h("Upgrade", "h2c"), 426, 404, 0, nil},
		{"Content-Range on 416", h("Content-Range", "bytes */9"), 416, 416, 0, h("Content-Range", "bytes */9")},
		{"Content-Range elsewhere", h("Content-Range", "bytes */9"), 416, 404, 0, nil},
		{"Retry-After on 429", h("Retry-After", "3"), 429, 429, 0, h("Retry-After", "3")},
		{"Retry-After on 503", h("Retry-After", "3"), 408, 503, 0, h("Retry-After", "3")},
		{"Retry-After on 413", h("Retry-After", "3"), 413, 413, 0, h("Retry-After", "3")},
		{"Retry-After on 302", h("Retry-After", "3"), 302, 302, 0, h("Retry-After", "3")},
		{"Retry-After, no longer 429", h("Retry-After", "3"), 429, 404, 0, nil},
		{"wait becomes Retry-After", nil, 503, 503, 3 * time.Second, h("Retry-After", "3")},
		{"wait is rounded up", h("X-Foo", "bar"), 429, 429, 1001 * time.Millisecond, h("X-Foo", "bar", "Retry-After", "2")},
		{"short wait", nil, 429, 429, time.Nanosecond, h("Retry-After", "1")},
		{"long wait", nil, 429, 429, 1<<63 - 1, h("Retry-After", "9223372037")},
		{"the exception's own Retry-After wins", h("Retry-After", "9"), 503, 503, 3 * time.Second, h("Retry-After", "9")},
		{"wait where it does not fit", nil, 429, 404, 3 * time.Second, nil},
		{"no wait", nil, 503, 503, -time.Second, nil},
		{"framing", h("Content-Type", "text/plain", "Content-Length", "3", "content-encoding", "br", "Transfer-Encoding", "chunked",
			"Connection", "close", "Keep-Alive", "x", "Trailer", "X-T", "Te", "trailers", "Trailer:X-T", "x"), 400, 400, 0, nil},
		{"Location stays", h("Location", "https://example.com/"), 302, 404, 0, h("Location", "https://example.com/")},
		{"several values, two spellings", h("Set-Cookie", "a=1", "Set-Cookie", "b=2", "x-foo", "bar"), 404, 404, 0,
			h("Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-Foo", "bar")},
		{"line break in a value", h("X-Foo", "a\r\nX-Bar: b", "X-Foo", "fine"), 404, 404, 0, h("X-Foo", "fine")},
		{"other controls in a value", h("X-Foo", "a\x00b", "X-Bar", "a\x7fb", "X-Tab", "a\tb"), 404, 404, 0, h("X-Tab", "a\tb")},
		{"name that is none", h("X Foo", "a", "", "b", "X:Y", "c", "Ünicode", "d"), 404, 404, 0, nil},
		{"key without values", http.Header{"X-Foo": nil}, 404, 404, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.header.Clone()
			got := normalize.FitHeader(tt.header, tt.raised, tt.sent, tt.wait)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("FitHeader (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, tt.header); diff != "" {
				t.Errorf("FitHeader changed its argument (-before +after):\n%s", diff)
			}
		})
	}
}

func TestFitHeaderCopiesOnlyToChange(t *testing.T) {
	header := http.Header{"X-Foo": {"bar"}, "Www-Authenticate": {"Bearer"}}
	if n := testing.AllocsPerRun(100, func() { normalize.FitHeader(header, 401, 401, 0) }); n != 0 {
		t.Errorf("a header that fits costs %v allocations", n)
	}
}

func TestBodyAllowed(t *testing.T) {
	for status := -1; status <= 1000; status++ {
		want := status >= 200
		switch status {
		case 204, 205, 304:
			want = false
		}
		if got := normalize.BodyAllowed(status); got != want {
			t.Errorf("BodyAllowed(%d) = %v", status, got)
		}
	}
}

// The recorded exchanges of the Java edition say which header an exception
// could send with which status.
func TestFitHeaderEqualsTheRecordedExchanges(t *testing.T) {
	for _, group := range []string{"headers", "unauthorized"} {
		for _, c := range recordedCases(t, "../testdata/conformance/cases/java/"+group+".jsonl") {
			if c.challengeIsBroken() {
				continue // an error in the handler's own code, not an exception
			}
			t.Run(c.ID, func(t *testing.T) {
				p, ok := normalize.ByName(c.Profile)
				if !ok {
					t.Fatalf("no policy %q", c.Profile)
				}
				v := p.Verdict(c.exception(t))
				if v.Status != c.Expect.Status {
					t.Errorf("status is %d, recorded %d", v.Status, c.Expect.Status)
				}
				for _, field := range c.Expect.Headers {
					name, want := *field[0], field[1]
					got := v.Header.Values(name)
					switch {
					case name == "Content-Type": // the format's
						if got != nil {
							t.Errorf("%s is %q, and is not the exception's to say", name, got)
						}
					case want == nil:
						if got != nil {
							t.Errorf("%s is %q", name, got)
						}
					case len(got) != 1 || got[0] != *want:
						t.Errorf("%s is %q, recorded %q", name, got, *want)
					}
				}
			})
		}
	}
}

// A recordedCase is what the tests need of a recorded exchange.
type recordedCase struct {
	ID      string `json:"id"`
	Profile string `json:"profile"`
	Handler struct {
		Exception string       `json:"exception"`
		Status    int          `json:"status"`
		Message   *string      `json:"message"`
		Headers   [][2]*string `json:"headers"`
		Challenge *struct {
			Scheme *string     `json:"scheme"`
			Params [][2]string `json:"params"`
		} `json:"challenge"`
	} `json:"handler"`
	Expect struct {
		Status  int          `json:"status"`
		Headers [][2]*string `json:"headers"`
	} `json:"expect"`
}

func recordedCases(t *testing.T, path string) []recordedCase {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []recordedCase
	for in := bufio.NewScanner(f); in.Scan(); {
		var c recordedCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

func (c *recordedCase) challengeIsBroken() bool {
	return c.Handler.Challenge != nil && c.Handler.Challenge.Scheme == nil
}

// exception returns what the recorded handler raised.
func (c *recordedCase) exception(t *testing.T) exceptions.ServiceException {
	status := c.Handler.Status
	if c.Handler.Exception == "Unauthorized" {
		status = 401
	}
	header := http.Header{}
	for _, h := range c.Handler.Headers {
		if h[1] != nil {
			header[*h[0]] = append(header[*h[0]], *h[1])
		}
	}
	if challenge := c.Handler.Challenge; challenge != nil {
		var params []string
		for _, p := range challenge.Params {
			params = append(params, p[0]+"="+p[1])
		}
		header.Set("WWW-Authenticate", strings.TrimSpace(*challenge.Scheme+" "+strings.Join(params, ", ")))
	}
	return withHeader{exceptions.New(status, "m"), header}
}

// withHeader says its header as it is, unlike Raise, which cleans it.
type withHeader struct {
	exceptions.ServiceException
	header http.Header
}

func (w withHeader) DescribeException() exceptions.Description {
	d := exceptions.Describe(w.ServiceException)
	d.Header = w.header
	return d
}
