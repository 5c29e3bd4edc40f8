package normalize_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// behind starts a server with the handler behind the policy.
func behind(t *testing.T, p *normalize.Policy, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(normalize.Middleware(p, normalize.Envelope())(h))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// noRedirects sends a request and returns the reply as it is.
func noRedirects(t *testing.T, method, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// reply returns a handler that answers with status, media type and body.
func reply(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func envelope(status int, reason, message string) string {
	return fmt.Sprintf(`{"error":{"errors":[{"domain":"global","reason":%q,"message":%q}],"code":%d,"message":%[2]q}}`, reason, message, status)
}

func TestMiddleware(t *testing.T) {
	named, err := normalize.Compile(normalize.Definition{
		Name:   "named",
		Raised: []normalize.Rule{{From: 200, To: 599, Status: 503, Message: "Not now."}},
		Replied: []normalize.Rule{
			{From: 201, Status: 200},
			{From: 202, Status: 204},
			{From: 203, Status: 500},
			{From: 302, Status: 404},
			{From: 404, Keep: true, DropMessage: true},
			{From: 410, Status: 205},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	frameworks := normalize.Frameworks()
	const html, json = "text/html", "application/json; charset=utf-8"
	tests := []struct {
		name        string
		policy      *normalize.Policy
		handler     http.HandlerFunc
		status      int
		contentType string
		body        string
	}{
		{"success passes", frameworks, reply(200, html, "<p>"), 200, html, "<p>"},
		{"created passes", frameworks, reply(201, html, "<p>"), 201, html, "<p>"},
		{"204 stays", frameworks, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, "", ""},
		{"wrote nothing", frameworks, func(http.ResponseWriter, *http.Request) {}, 200, "", ""},
		{"error that is kept passes", frameworks, reply(404, html, "<p>gone fishing"), 404, html, "<p>gone fishing"},
		{"error becomes another", frameworks, reply(418, html, "<p>teapot"), 404, json,
			envelope(404, "unsupportedProtocol", "Not Found")},
		{"its text is kept: envelope", frameworks, reply(500, json, `{"error":{"code":500,"message":"It broke."}}`), 503, json,
			envelope(503, "backendError", "It broke.")},
		{"its text is kept: error", frameworks, reply(500, json, `{"error":"It broke."}`), 503, json, envelope(503, "backendError", "It broke.")},
		{"its text is kept: detail", frameworks, reply(500, "application/problem+json", `{"detail":"It broke."}`), 503, json,
			envelope(503, "backendError", "It broke.")},
		{"its text is kept: message", frameworks, reply(500, json, `{"message":"It broke.","code":7}`), 503, json,
			envelope(503, "backendError", "It broke.")},
		{"no text in it", frameworks, reply(500, json, `{"detail":[{"msg":"x"}],"error":{"message":7}}`), 503, json,
			envelope(503, "backendError", "Service Unavailable")},
		{"not JSON after all", frameworks, reply(500, json, `{"error":`), 503, json, envelope(503, "backendError", "Service Unavailable")},
		{"an array", frameworks, reply(500, json, `["error"]`), 503, json, envelope(503, "backendError", "Service Unavailable")},
		{"too long to look at", frameworks, reply(500, json, `{"error":"`+strings.Repeat("x", 70_000)+`"}`), 503, json,
			envelope(503, "backendError", "Service Unavailable")},
		{"encoded body", frameworks, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(500)
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, `{"error":"It broke."}`)
			_ = z.Close()
		}, 503, json, envelope(503, "backendError", "Service Unavailable")},
		{"status that cannot be sent", frameworks, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(0) }, 404, json,
			envelope(404, "unsupportedProtocol", "Not Found")},
		{"the first status counts", frameworks, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(500)
			w.WriteHeader(200)
			_, _ = io.WriteString(w, "no")
			w.WriteHeader(201)
		}, 503, json, envelope(503, "backendError", "Service Unavailable")},
		{"the first status counts, success", frameworks, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "yes")
			w.WriteHeader(500)
		}, 200, "text/plain; charset=utf-8", "yes"},
		{"redirect passes", frameworks, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/there")
			w.WriteHeader(302)
		}, 302, "", ""},
		{"304 passes", frameworks, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) }, 304, "", ""},
		{"redirect with a rule of its own", named, reply(302, html, "<p>"), 404, json, envelope(404, "notFound", "Not Found")},
		{"redirect without a rule of its own", named, reply(303, html, "<p>"), 303, html, "<p>"},
		{"success to success", named, reply(201, html, "<p>"), 200, html, "<p>"},
		{"success to no content", named, reply(202, html, "<p>"), 204, "", ""},
		{"success to error", named, reply(203, html, "<p>"), 500, json, envelope(500, "internalError", "Internal Server Error")},
		{"error to a status without a body", named, reply(410, json, `{"error":"x"}`), 205, "", ""},
		{"text is dropped", named, reply(404, json, `{"error":"private"}`), 404, json, envelope(404, "notFound", "Not Found")},
		{"text is replaced", named, reply(403, json, `{"error":"private"}`), 503, json, envelope(503, "backendError", "Not now.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := behind(t, tt.policy, tt.handler)
			res, body := noRedirects(t, "GET", s.URL)
			if res.StatusCode != tt.status || body != tt.body || !strings.EqualFold(res.Header.Get("Content-Type"), tt.contentType) {
				t.Errorf("%d %s\n%s\nwant %d %s\n%s", res.StatusCode, res.Header.Get("Content-Type"), body, tt.status, tt.contentType, tt.body)
			}
			if got := res.Header.Get("Content-Encoding"); got != "" {
				t.Errorf("Content-Encoding is %q", got)
			}
			// The same over HEAD, without the body.
			head, none := noRedirects(t, "HEAD", s.URL)
			if head.StatusCode != tt.status || none != "" {
				t.Errorf("HEAD: %d %q", head.StatusCode, none)
			}
			if strings.HasPrefix(tt.contentType, "application/json") && !strings.EqualFold(head.Header.Get("Content-Type"), tt.contentType) {
				t.Errorf("HEAD: the Content-Type is %q", head.Header.Get("Content-Type"))
			}
		})
	}
}

func TestMiddlewareHeader(t *testing.T) {
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for _, name := range []string{"Etag", "Last-Modified", "Content-Language", "Content-Disposition", "Allow", "Retry-After",
			"Content-Security-Policy", "X-Foo", "Cache-Control", "Content-Length"} {
			h.Set(name, "7")
		}
		w.WriteHeader(405)
		h.Set("X-Late", "1")
	})
	res, body := noRedirects(t, "GET", s.URL)
	res.Header.Del("Date")
	got := slices.Sorted(maps.Keys(res.Header))
	want := []string{"Cache-Control", "Content-Length", "Content-Security-Policy", "Content-Type", "X-Foo"}
	if res.StatusCode != 501 || !slices.Equal(got, want) || res.ContentLength != int64(len(body)) {
		t.Errorf("%d %v, want %v", res.StatusCode, got, want)
	}
}

func TestMiddlewareServeMux(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /shelves", func(http.ResponseWriter, *http.Request) {})
	s := httptest.NewServer(normalize.Middleware(normalize.Frameworks(), normalize.AIP193())(mux))
	defer s.Close()
	res, body := noRedirects(t, "GET", s.URL+"/shelves")
	if res.StatusCode != 501 || res.Header.Get("Allow") != "" || !strings.Contains(body, `"reason":"UNSUPPORTED_METHOD"`) {
		t.Errorf("%d %v %s", res.StatusCode, res.Header, body)
	}
}

// The caller reads the first part of a reply while the handler still runs.
func TestMiddlewareStreams(t *testing.T) {
	read := make(chan struct{})
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-read
		_, _ = io.WriteString(w, "second\n")
	})
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	in := bufio.NewReader(res.Body)
	if line, err := in.ReadString('\n'); line != "first\n" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	close(read)
	if rest, err := io.ReadAll(in); string(rest) != "second\n" || err != nil {
		t.Fatalf("%q, %v", rest, err)
	}
}

// An error that is flushed is replaced all the same, and its text found.
func TestMiddlewareFlushedError(t *testing.T) {
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(500)
		for _, part := range []string{`{"err`, `or":"It`, ` broke."}`} {
			_, _ = io.Copy(w, strings.NewReader(part))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		}
	})
	res, body := noRedirects(t, "GET", s.URL)
	if res.StatusCode != 503 || body != envelope(503, "backendError", "It broke.") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestMiddlewareTrailers(t *testing.T) {
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "body")
		w.Header().Set("X-Sum", "4")
		w.Header().Set(http.TrailerPrefix+"X-More", "5")
	})
	res, body := noRedirects(t, "GET", s.URL)
	if body != "body" || res.Trailer.Get("X-Sum") != "4" || res.Trailer.Get("X-More") != "5" {
		t.Errorf("%q, trailers %v", body, res.Trailer)
	}
}

func TestMiddlewareInformational(t *testing.T) {
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		body, err := io.ReadAll(r.Body) // asks for the body with 100
		if err != nil || string(body) != "hello" {
			t.Errorf("read %q, %v", body, err)
		}
		w.WriteHeader(418)
	})
	var hints []string
	continued := false
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
			hints = append(hints, fmt.Sprint(code, " ", h.Get("Link")))
			return nil
		},
		Got100Continue: func() { continued = true },
	})
	req, err := http.NewRequestWithContext(ctx, "POST", s.URL, strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Expect", "100-continue")
	client := http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 404 || len(hints) == 0 || hints[0] != "103 </style.css>" || !continued {
		t.Errorf("%d, %q, continued: %v", res.StatusCode, hints, continued)
	}
}

func TestMiddlewareHijack(t *testing.T) {
	take := map[string]func(http.ResponseWriter) (*bufio.ReadWriter, io.Closer, error){
		"by assertion": func(w http.ResponseWriter) (*bufio.ReadWriter, io.Closer, error) {
			conn, rw, err := w.(http.Hijacker).Hijack()
			return rw, conn, err
		},
		"by controller": func(w http.ResponseWriter) (*bufio.ReadWriter, io.Closer, error) {
			conn, rw, err := http.NewResponseController(w).Hijack()
			return rw, conn, err
		},
	}
	for name, hijack := range take {
		t.Run(name, func(t *testing.T) {
			s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
				rw, conn, err := hijack(w)
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_, _ = rw.WriteString("HTTP/1.1 418 Mine\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
				_ = rw.Flush()
			})
			res, body := noRedirects(t, "GET", s.URL)
			if res.Status != "418 Mine" || body != "ok" {
				t.Errorf("%s %q", res.Status, body)
			}
		})
	}
}

// HTTP/2 has no connection to take, and handlers find that out by assertion.
func TestMiddlewareHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(normalize.Middleware(normalize.Frameworks(), normalize.Envelope())(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if _, ok := w.(http.Hijacker); ok {
				t.Error("the writer claims that it can be hijacked")
			}
			if _, ok := w.(http.Flusher); !ok {
				t.Error("the writer cannot flush")
			}
			w.WriteHeader(418)
		})))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ProtoMajor != 2 || res.StatusCode != 404 {
		t.Errorf("%s %s", res.Proto, res.Status)
	}
}

func TestMiddlewareController(t *testing.T) {
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Time{}), c.EnableFullDuplex(), c.Flush()); err != nil {
			t.Error(err)
		}
	})
	if res, _ := noRedirects(t, "GET", s.URL); res.StatusCode != 200 {
		t.Error(res.Status)
	}
}

func TestMiddlewareFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.txt")
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) })
	tests := []struct {
		name, header, value string
		status              int
		body                string
	}{
		{"whole", "X", "", 200, "0123456789"},
		{"part", "Range", "bytes=2-4", 206, "234"},
		{"not modified", "If-Modified-Since", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 304, ""},
		{"no such part", "Range", "bytes=20-", 404, envelope(404, "unsupportedProtocol", "Not Found")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(tt.header, tt.value)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if res.StatusCode != tt.status || string(body) != tt.body || err != nil {
				t.Errorf("%s %q %v", res.Status, body, err)
			}
		})
	}
}

// readerFrom records that the server copied from the source itself.
type readerFrom struct {
	*httptest.ResponseRecorder
	copied bytes.Buffer
}

func (w *readerFrom) ReadFrom(src io.Reader) (int64, error) { return w.copied.ReadFrom(src) }

func TestMiddlewareReadFrom(t *testing.T) {
	w := &readerFrom{ResponseRecorder: httptest.NewRecorder()}
	h := normalize.Middleware(normalize.Frameworks(), normalize.Envelope())(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(strings.NewReader("from a file"), 6))
	}))
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if got := w.copied.String(); got != "from a" {
		t.Errorf("the server copied %q", got)
	}
}

func TestMiddlewarePanics(t *testing.T) {
	for name, status := range map[string]int{"error": 500, "success": 200} {
		t.Run(name, func(t *testing.T) {
			s := behind(t, normalize.Frameworks(), func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				panic(http.ErrAbortHandler)
			})
			res, err := http.Get(s.URL)
			if err == nil {
				defer res.Body.Close()
				t.Errorf("the reply is %s", res.Status)
			}
		})
	}
}

func TestMiddlewareRefusesNil(t *testing.T) {
	for name, f := range map[string]func(){
		"policy": func() { normalize.Middleware(nil, normalize.Envelope()) },
		"format": func() { normalize.Middleware(normalize.Frameworks(), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "normalize: ") {
					t.Errorf("recovered %q", text)
				}
			}()
			f()
		})
	}
}

// A reply that passes costs the writer alone.
func TestMiddlewareAllocations(t *testing.T) {
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })
	h := normalize.Middleware(normalize.Frameworks(), normalize.Envelope())(next)
	w, r := &nowhere{header: http.Header{}}, httptest.NewRequest("GET", "/", nil)
	if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

type nowhere struct{ header http.Header }

func (w *nowhere) Header() http.Header             { return w.header }
func (*nowhere) Write(b []byte) (int, error)       { return len(b), nil }
func (*nowhere) WriteHeader(int)                   {}
func (*nowhere) ReadFrom(io.Reader) (int64, error) { return 0, nil }

// Whatever a foreign handler writes: what replaces it is JSON.
func FuzzMiddlewareBody(f *testing.F) {
	for _, body := range []string{`{"error":{"message":"x"}}`, `{"error":"x"}`, `{"detail":"\ud800"}`, `{"message":"\u0000"}`, `{`, `"error"`, `null`, "\xff",
		`{"error":{"message":{}},"detail":[],"message":0}`} {
		f.Add(500, []byte(body))
	}
	p, format := normalize.Frameworks(), normalize.Envelope()
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status >= 100 && status <= 399 || status < 0 {
			return
		}
		w := httptest.NewRecorder()
		normalize.Middleware(p, format)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write(body)
		})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		want := p.Replied(status).Status
		if w.Code != want {
			t.Fatalf("%d became %d, want %d", status, w.Code, want)
		}
		if want != status && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%q became %q", body, w.Body)
		}
	})
}
