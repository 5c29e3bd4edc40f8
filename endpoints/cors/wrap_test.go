package cors_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/google/go-cmp/cmp"
)

// serve asks a real server, which is where the abilities of a ResponseWriter
// matter.
func serve(t *testing.T, h http.Handler, configure func(*httptest.Server)) (reply *http.Response, body string) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	if configure != nil {
		configure(server)
	}
	if server.EnableHTTP2 {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	r, err := http.NewRequest("GET", server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://a.example")
	reply, err = server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	data, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply, string(data)
}

// TestWritePaths starts the reply in every way that a handler can.
func TestWritePaths(t *testing.T) {
	for _, tt := range []struct {
		name  string
		inner http.HandlerFunc
		body  string
	}{
		{"nothing", func(http.ResponseWriter, *http.Request) {}, ""},
		{"Write", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")) }, "x"},
		{"WriteString", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, "x"},
		{"WriteHeader", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }, ""},
		{"Flush", func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, ""},
		{"ResponseController.Flush", func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, ""},
		{"ReadFrom", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader("x"))
		}, "x"},
		{"ServeContent", func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "x.txt", time.Time{}, strings.NewReader("x"))
		}, "x"},
		{"after 103", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", "</x.css>")
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Vary", "Accept")
			_, _ = w.Write([]byte("x"))
		}, "x"},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(map[bool]string{false: "http1/", true: "http2/"}[http2]+tt.name, func(t *testing.T) {
				clobbering := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Vary", "Accept")
					w.Header().Set("Access-Control-Allow-Origin", "*")
					tt.inner(w, r)
				})
				reply, body := serve(t, mustNew(t, listed()).Wrap(clobbering), func(s *httptest.Server) { s.EnableHTTP2 = http2 })
				want := fields{"Allow-Origin": "https://a.example", "Expose-Headers": "X-Req-Id, X-B", "Vary": "Accept, Origin"}
				if diff := cmp.Diff(want, corsHeaders(reply.Header)); diff != "" {
					t.Errorf("headers (-want +got):\n%s", diff)
				}
				if body != tt.body {
					t.Errorf("body %q, want %q", body, tt.body)
				}
			})
		}
	}
}

func TestInformationalReplyIsNotTheReply(t *testing.T) {
	handler := mustNew(t, listed()).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusTeapot)
	}))
	server := httptest.NewServer(handler)
	defer server.Close()
	var early []textproto.MIMEHeader
	r, _ := http.NewRequest("GET", server.URL, nil)
	r.Header.Set("Origin", "https://a.example")
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(_ int, h textproto.MIMEHeader) error { early = append(early, h); return nil },
	}))
	reply, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	reply.Body.Close()
	if len(early) != 1 || early[0].Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("informational replies %v", early)
	}
	if reply.StatusCode != http.StatusTeapot || reply.Header.Get("Access-Control-Allow-Origin") != "https://a.example" {
		t.Errorf("reply %d %v", reply.StatusCode, reply.Header)
	}
}

// TestPanic has the recovery inside, where it belongs, and outside.
func TestPanic(t *testing.T) {
	recovery := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if recover() != nil {
					http.Error(w, "panic", http.StatusInternalServerError)
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
	p := mustNew(t, listed())
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })
	for name, h := range map[string]http.Handler{"inside": p.Wrap(recovery(panics)), "outside": recovery(p.Wrap(panics))} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, request("GET", "Origin: https://a.example"))
			if diff := cmp.Diff(granted, corsHeaders(w.Result().Header)); w.Code != 500 || diff != "" {
				t.Errorf("status %d, headers (-want +got):\n%s", w.Code, diff)
			}
		})
	}
	t.Run("nobody recovers", func(t *testing.T) {
		defer func() {
			if got := recover(); got != "boom" {
				t.Errorf("recovered %v, want the handler's own panic", got)
			}
		}()
		p.Wrap(panics).ServeHTTP(httptest.NewRecorder(), request("GET"))
	})
}

func TestHijack(t *testing.T) {
	for name, hijack := range map[string]func(http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error){
		"Hijacker": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) { return w.(http.Hijacker).Hijack() },
		"ResponseController": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
			return http.NewResponseController(w).Hijack()
		},
	} {
		t.Run(name, func(t *testing.T) {
			reply, body := serve(t, mustNew(t, listed()).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := hijack(w)
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nraw")
			})), nil)
			if body != "raw" || len(corsHeaders(reply.Header)) != 0 {
				t.Errorf("got %q %v", body, reply.Header)
			}
		})
	}
}

// A plainWriter has the three methods and nothing else.
type plainWriter struct{ http.ResponseWriter }

// TestAbilities checks that the writer claims what the one outside can do, and
// no more.
func TestAbilities(t *testing.T) {
	type ability struct{ flush, hijack bool }
	abilities := func(w http.ResponseWriter) ability {
		_, flush := w.(http.Flusher)
		_, hijack := w.(http.Hijacker)
		return ability{flush, hijack}
	}
	var got ability
	h := mustNew(t, listed()).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		got = abilities(w)
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("no ReadFrom")
		}
		if err := w.(http.Pusher).Push("/", nil); err == nil {
			t.Error("pushed without a push connection")
		}
	}))
	recorder := httptest.NewRecorder()
	for _, tt := range []struct {
		name string
		w    http.ResponseWriter
		want ability
	}{
		{"plain", struct{ plainWriter }{plainWriter{recorder}}, ability{}},
		{"flusher", recorder, ability{flush: true}},
		{"flusher below", wrapping{plainWriter{recorder}, recorder}, ability{flush: true}},
		{"hijacker", struct {
			plainWriter
			http.Hijacker
		}{plainWriter{recorder}, nil}, ability{hijack: true}},
		{"both", struct {
			plainWriter
			http.Flusher
			http.Hijacker
		}{plainWriter{recorder}, recorder, nil}, ability{flush: true, hijack: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.ServeHTTP(tt.w, request("GET"))
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	t.Run("deadlines", func(t *testing.T) {
		serve(t, mustNew(t, listed()).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour)); err != nil {
				t.Error(err)
			}
		})), nil)
	})
}

type wrapping struct {
	plainWriter
	inner http.ResponseWriter
}

func (w wrapping) Unwrap() http.ResponseWriter { return w.inner }

// TestConcurrentRequests is for the race detector: replies share the values of
// the policy and reuse writers.
func TestConcurrentRequests(t *testing.T) {
	p := mustNew(t, with(listed(), func(c *cors.Config) { c.Origins = []string{"https://a.example", "https://*.example.com"} }))
	h := p.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		_, _ = io.WriteString(w, r.Header.Get("Origin"))
	}))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			origin := []string{"https://a.example", "https://b.example.com", "https://c.example.com", "https://evil.example"}[i%4]
			for range 200 {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, request("GET", "Origin: "+origin))
				want := origin
				if i%4 == 3 {
					want = ""
				}
				if got := w.Header().Get("Access-Control-Allow-Origin"); got != want || w.Body.String() != origin {
					t.Errorf("got %q for %q", got, w.Body)
					return
				}
			}
		})
	}
	wg.Wait()
}
