package endpoints_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// zipped is data with gzip.
func zipped(t testing.TB, data string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestBadInput: rubbish gets a specific 4xx in the strict profiles, never a 5xx.
func TestBadInput(t *testing.T) {
	t.Parallel()
	const create = "POST /library/v1/shelves"
	gzipHeader := map[string]string{"Content-Encoding": "gzip"}
	var parameters strings.Builder
	for range 10_000 {
		parameters.WriteString("&p=")
	}
	tests := []struct {
		name     string
		exchange exchange
		status   int // in Frameworks
		modern   int // 0: the same
	}{
		{"malformed JSON", exchange{request: create, body: `{"theme":`}, 400, 0},
		{"not JSON", exchange{request: create, body: `theme=fiction`}, 400, 0},
		{"an array", exchange{request: create, body: `[]`}, 400, 0},
		{"text after the value", exchange{request: create, body: `{"theme":"a"} x`}, 400, 0},
		{"invalid UTF-8", exchange{request: create, body: "{\"theme\":\"\xff\"}"}, 400, 0},
		{"a number for a string", exchange{request: create, body: `{"theme":1}`}, 400, 0},
		{"an object for a string", exchange{request: create, body: `{"theme":{}}`}, 400, 0},
		{"an unknown enum value", exchange{request: "POST /library/v1/shelves/a/books", body: `{"title":"t","format":"PAPYRUS"}`}, 400, 0},
		{"overflow", exchange{request: "POST /library/v1/shelves/a/books", body: `{"title":"t","pages":2147483648}`}, 400, 0},
		{"a fraction", exchange{request: "POST /library/v1/shelves/a/books", body: `{"title":"t","pages":1.5}`}, 400, 0},
		{"a bad timestamp", exchange{request: "POST /library/v1/shelves/a/books", body: `{"title":"t","publishTime":"2024-02-30T00:00:00Z"}`}, 400, 0},
		{"deep nesting", exchange{request: create, body: strings.Repeat(`{"a":`, 100_000)}, 400, 0},
		{"deep nesting of arrays", exchange{request: create, body: `{"x":` + strings.Repeat(`[`, 100_000)}, 400, 0},
		{"bad gzip", exchange{request: create, header: gzipHeader, body: "no gzip"}, 400, 0},
		{"cut gzip", exchange{request: create, header: gzipHeader, body: zipped(t, `{"theme":"a"}`)[:20]}, 400, 0},
		{"a gzip bomb", exchange{request: create, header: gzipHeader, body: zipped(t, strings.Repeat(" ", 16<<20))}, 413, 0},
		{"an unknown content coding", exchange{request: create, header: map[string]string{"Content-Encoding": "br"}, body: "x"}, 404, 415},
		{"not declared as JSON", exchange{request: create, header: map[string]string{"Content-Type": "text/plain"}, body: `{"theme":"a"}`}, 201, 415},
		{"10,000 parameters", exchange{request: "GET /library/v1/shelves?" + parameters.String()[1:]}, 400, 0},
		{"a bad parameter", exchange{request: "GET /library/v1/shelves?pageSize=many"}, 400, 0},
		{"a parameter that overflows", exchange{request: "GET /library/v1/shelves?pageSize=99999999999"}, 400, 0},
		{"a bad escape in the query", exchange{request: "GET /library/v1/shelves?pageToken=%zz"}, 400, 0},
		{"a query that is no UTF-8", exchange{request: "GET /library/v1/shelves?pageToken=%ff"}, 400, 0},
		{"a long path", exchange{request: "GET /" + strings.Repeat("a", 9000)}, 404, 414},
		{"a long query", exchange{request: "GET /library/v1/shelves?x=" + strings.Repeat("a", 70_000)}, 404, 414},
		{"a missing field", exchange{request: create, body: `{}`}, 400, 0},
		{"a missing body", exchange{request: create}, 400, 0},
	}
	for _, test := range tests {
		for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Modern()} {
			t.Run(test.name+"/"+profile.Name(), func(t *testing.T) {
				t.Parallel()
				want := test.status
				if profile.Name() == "modern" && test.modern != 0 {
					want = test.modern
				}
				resp := test.exchange.do(t, newLibrary(t, &library{}, endpoints.WithProfile(profile)))
				body := text(t, resp)
				if resp.StatusCode != want {
					t.Errorf("want %d, got %d: %.300s", want, resp.StatusCode, body)
				}
				if len(body) > 1000 {
					t.Errorf("the error is %d bytes long: %.300s", len(body), body)
				}
			})
		}
	}
}

// endless is a body without an end.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestBodyLimit: a body is not read beyond its limit, announced or not.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		length int64 // as the client announces it
		most   int64 // how much of it may be read
	}{
		{"announced", 100 << 20, 0},
		{"not announced", -1, 2 << 20},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newLibrary(t, &library{}, endpoints.WithLimits(endpoints.Limits{BodyBytes: 1 << 20}))
			body := &endless{}
			r := httptest.NewRequest("POST", "/library/v1/shelves", body)
			r.ContentLength = test.length
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			if w.Code != http.StatusRequestEntityTooLarge {
				t.Errorf("want 413, got %d: %s", w.Code, w.Body)
			}
			if want := "The request body is larger than 1048576 bytes."; !strings.Contains(w.Body.String(), want) {
				t.Errorf("want the text %q, got %s", want, w.Body)
			}
			if body.read > test.most {
				t.Errorf("read %d bytes, want at most %d", body.read, test.most)
			}
		})
	}
}

// TestSlowBody: a client that does not send its body is told so.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newLibrary(t, &library{}, endpoints.WithLimits(endpoints.Limits{BodyTime: 1})))
	defer server.Close()
	body, _ := io.Pipe()
	resp, err := http.Post(server.URL+"/library/v1/shelves", "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 503 || !strings.Contains(text(t, resp), "did not arrive in time") {
		t.Errorf("want 503 (408 under the default policy), got %d", resp.StatusCode)
	}
}

// A watchedBody looks whether it is watched while it is read, and panics then.
type watchedBody struct {
	api     *endpoints.API
	reading int
}

func (b *watchedBody) Read([]byte) (int, error) {
	b.reading = b.api.Reading()
	panic("secret")
}

// TestPanickingBody: a body that panics is a failure of the server, and nobody
// waits for it any more.
func TestPanickingBody(t *testing.T) {
	t.Parallel()
	api := newLibrary(t, &library{})
	body := &watchedBody{api: api}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest("POST", "/library/v1/shelves", body))
	if w.Code != 503 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("want 503 and no secrets, got %d: %s", w.Code, w.Body)
	}
	if body.reading != 1 {
		t.Errorf("while it is read: want it watched once, got %d", body.reading)
	}
	if n := api.Reading(); n != 0 {
		t.Errorf("after it: want none watched, got %d", n)
	}
}

// TestConnectionIsKept: a connection serves the next request after a body in any
// form, read or not understood.
func TestConnectionIsKept(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newLibrary(t, &library{}))
	t.Cleanup(server.Close)
	const head = "POST /library/v1/shelves HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	tests := []struct {
		name, request string
		status        int
	}{
		{"length", head + "Content-Length: 13\r\n\r\n{\"theme\":\"a\"}", 201},
		{"chunks", head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"the\r\n8\r\nme\":\"a\"}\r\n0\r\n\r\n", 201},
		{"chunks and a trailer", head + "Transfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\nd\r\n{\"theme\":\"a\"}\r\n0\r\nX-End: 1\r\n\r\n", 201},
		{"asked for", head + "Expect: 100-continue\r\nContent-Length: 13\r\n\r\n{\"theme\":\"a\"}", 201},
		{"not JSON", head + "Content-Length: 5\r\n\r\n{\"the", 400},
		{"of a method without one", "GET /library/v1/shelves HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 200},
		{"of no method", "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 404},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for n := range 3 {
				if _, err := io.WriteString(conn, test.request); err != nil {
					t.Fatal(err)
				}
				resp, err := http.ReadResponse(in, nil)
				for err == nil && resp.StatusCode == http.StatusContinue {
					resp, err = http.ReadResponse(in, nil)
				}
				if err != nil {
					t.Fatalf("request %d: %v", n+1, err)
				}
				if body := text(t, resp); resp.StatusCode != test.status || resp.Close {
					t.Errorf("request %d: want %d on a connection that stays open, got %d, %v: %s", n+1, test.status, resp.StatusCode, resp.Close, body)
				}
			}
		})
	}
}

func TestGzipBody(t *testing.T) {
	t.Parallel()
	resp := exchange{
		request: "POST /library/v1/shelves", header: map[string]string{"Content-Encoding": "gzip"}, body: zipped(t, `{"theme":"a"}`),
	}.do(t, newLibrary(t, &library{}))
	reply{201, nil, `{"theme":"a"}`}.check(t, resp)
}

// TestLimitsAreExact: what is as large as its limit passes, and what is larger by
// one does not, in every profile.
func TestLimitsAreExact(t *testing.T) {
	t.Parallel()
	limits := endpoints.Limits{BodyBytes: 200, Parameters: 3, Depth: 5, PathBytes: 30, QueryBytes: 50}
	const create, list = "POST /library/v1/shelves", "GET /library/v1/shelves?"
	body := func(bytes int) string { return `{"theme":"` + strings.Repeat("a", bytes-12) + `"}` }
	nested := func(levels int) string {
		return `{"theme":"a","other":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	tests := []struct {
		name   string
		at     func(size int) exchange
		limit  int
		status int // of what is too large, in Modern
	}{
		{"body", func(n int) exchange { return exchange{request: create, body: body(n)} }, 200, 413},
		{"body in gzip", func(n int) exchange {
			return exchange{request: create, header: map[string]string{"Content-Encoding": "gzip"}, body: zipped(t, body(n))}
		}, 200, 413},
		{"parameters", func(n int) exchange { return exchange{request: list + strings.Repeat("&p=1", n)[1:]} }, 3, 400},
		{"depth", func(n int) exchange { return exchange{request: create, body: nested(n)} }, 5, 400},
		{"path", func(n int) exchange {
			return exchange{request: "GET /library/v1/shelves/" + strings.Repeat("a", n-len("/library/v1/shelves/"))}
		}, 30, 414},
		{"query", func(n int) exchange { return exchange{request: list + "x=" + strings.Repeat("a", n-2)} }, 50, 414},
	}
	for _, test := range tests {
		for _, name := range []string{"frameworks", "modern", "java", "python"} {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				profile, _ := endpoints.ProfileByName(name)
				api := newLibrary(t, &library{}, endpoints.WithProfile(profile), endpoints.WithPolicy(normalize.Identity()), endpoints.WithLimits(limits))
				if resp := test.at(test.limit).do(t, api); resp.StatusCode > 299 {
					t.Errorf("%d: want a success, got %d: %s", test.limit, resp.StatusCode, text(t, resp))
				}
				if resp := test.at(test.limit+1).do(t, api); resp.StatusCode != test.status {
					t.Errorf("%d: want %d, got %d: %s", test.limit+1, test.status, resp.StatusCode, text(t, resp))
				}
			})
		}
	}
}

// TestLimitsOff: negative limits are none, but for the depth.
func TestLimitsOff(t *testing.T) {
	t.Parallel()
	off := endpoints.Limits{BodyBytes: -1, BodyTime: -1, Parameters: -1, Depth: -1, PathBytes: -1, QueryBytes: -1, CallTime: -1, WriteTime: -1}
	for _, name := range []string{"frameworks", "modern", "java", "python"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			profile, _ := endpoints.ProfileByName(name)
			api := newLibrary(t, &library{}, endpoints.WithProfile(profile), endpoints.WithLimits(off))
			for what, x := range map[string]exchange{
				"body":       {request: "POST /library/v1/shelves", body: `{"theme":"` + strings.Repeat("a", 5<<20) + `"}`},
				"parameters": {request: "GET /library/v1/shelves?" + strings.Repeat("&p=1", 2000)[1:]},
				"depth":      {request: "POST /library/v1/shelves", body: `{"theme":"a","other":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`},
				"path":       {request: "GET /library/v1/shelves/" + strings.Repeat("a", 9000)},
				"query":      {request: "GET /library/v1/shelves?pageToken=" + strings.Repeat("a", 100<<10)},
			} {
				if resp := x.do(t, api); resp.StatusCode > 299 {
					t.Errorf("%s: want a success, got %d: %.200s", what, resp.StatusCode, text(t, resp))
				}
			}
			deep := exchange{request: "POST /library/v1/shelves", body: `{"theme":"a","other":` + strings.Repeat("[", 3<<20)}
			if resp := deep.do(t, api); resp.StatusCode != 400 {
				t.Errorf("a very deep body: want 400, got %d: %.200s", resp.StatusCode, text(t, resp))
			}
		})
	}
}
