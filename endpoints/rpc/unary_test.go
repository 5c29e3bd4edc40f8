package rpc_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// post serves one request in memory.
func post(t testing.TB, h http.Handler, method, kind, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/"+method, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

// TestConnectPOST covers what a request of Connect may look like.
func TestConnectPOST(t *testing.T) {
	t.Parallel()
	const method, shelfBody = "library.v1.Library/GetShelf", `{"name":"shelves/a","theme":"fiction"}`
	api := newAPI(t, library{}, desk{}, nil, endpoints.WithLimits(endpoints.Limits{BodyBytes: 1000}))
	tests := []struct {
		name       string
		kind, body string
		method     string
		header     []string
		status     int
		want       string // of the body; for errors, how it begins
		wantHeader [2]string
	}{
		{name: "JSON", kind: "application/json", body: `{"name":"shelves/a"}`, status: 200, want: shelfBody, wantHeader: [2]string{"Content-Type", "application/json"}},
		{name: "JSON with a charset", kind: "Application/JSON; Charset=UTF-8", body: `{"name":"shelves/a"}`, status: 200, want: shelfBody},
		{name: "another charset", kind: "application/json; charset=latin1", body: `{}`, status: 415},
		{name: "binary", kind: "application/proto", body: "\x0a\x09shelves/a", status: 200, want: "\x0a\x09shelves/a\x12\x07fiction", wantHeader: [2]string{"Content-Type", "application/proto"}},
		{name: "version 1", kind: "application/json", body: `{"name":"shelves/a"}`, header: []string{"Connect-Protocol-Version", "1"}, status: 200, want: shelfBody},
		{name: "version 2", kind: "application/json", body: `{}`, header: []string{"Connect-Protocol-Version", "2"}, status: 400, want: `{"code":"invalid_argument","message":"The version of the protocol must be 1."`},
		{name: "gzip", kind: "application/json", body: zipped(`{"name":"shelves/a"}`), header: []string{"Content-Encoding", "gzip"}, status: 200, want: shelfBody},
		{name: "bad gzip", kind: "application/json", body: "no", header: []string{"Content-Encoding", "gzip"}, status: 400, want: `{"code":"invalid_argument","message":"The body is not valid gzip data."`},
		{name: "another compression", kind: "application/json", body: "{}", header: []string{"Content-Encoding", "br"}, status: 501, want: `{"code":"unimplemented","message":"The compression of the request is not supported: send gzip, or none."`, wantHeader: [2]string{"Accept-Encoding", "gzip"}},
		{name: "too large", kind: "application/json", body: strings.Repeat(" ", 1001), status: 429, want: `{"code":"resource_exhausted","message":"The request body is larger than 1000 bytes."`},
		{name: "too large when unpacked", kind: "application/json", body: zipped(strings.Repeat(" ", 1001)), header: []string{"Content-Encoding", "gzip"}, status: 429, want: `{"code":"resource_exhausted"`},
		{name: "no message", kind: "application/json", status: 400, want: `{"code":"invalid_argument","message":"The request has no message: send at least {}."`},
		{name: "not JSON", kind: "application/json", body: `{"name":`, status: 400, want: `{"code":"invalid_argument","message":"Invalid request body: line 1, column`},
		{name: "a wrong value", kind: "application/json", body: `{"name":7}`, status: 400, want: `{"code":"invalid_argument","message":"Invalid request body: line 1, column 9: name: `},
		{name: "an unknown field", kind: "application/json", body: `{"name":"shelves/a","x":1}`, status: 200, want: shelfBody},
		{name: "not a message", kind: "application/proto", body: "\x0a\xff", status: 400, want: `{"code":"invalid_argument","message":"The request is not a valid message of type library.v1.GetShelfRequest."`},
		{name: "a required field", kind: "application/json", body: `{}`, status: 400, want: `{"code":"invalid_argument","message":"The required field \"name\" is missing."`},
		{name: "a required field, binary", kind: "application/proto", status: 400, want: `{"code":"invalid_argument","message":"The required field \"name\" is missing."`},
		{name: "a default", method: "library.v1.Library/ListShelves", kind: "application/proto", status: 200, want: strings.Repeat("\x0a\x00", 50)},
		{name: "no default in its place", method: "library.v1.Library/ListShelves", kind: "application/json", body: `{"pageSize":1}`, status: 200, want: `{"shelves":[{}]}`},
		{name: "a part of a resource", method: "library.v1.Library/UpdateShelf", kind: "application/json", body: `{"shelf":{"name":"shelves/a"}}`, status: 200, want: `{"name":"shelves/a"}`},
		{name: "nothing", method: "library.v1.Library/DeleteShelf", kind: "application/json", body: `{"name":"shelves/a"}`, status: 200, want: `{}`},
		{name: "a wrong type", kind: "text/plain", body: `{}`, status: 415, wantHeader: [2]string{"Accept-Post", "application/grpc, application/grpc+json, application/grpc+proto, application/grpc-web, application/grpc-web+json, application/grpc-web+proto, application/json, application/proto"}},
		{name: "no type", kind: "", body: `{}`, status: 415},
		{name: "frames for a method without", kind: "application/connect+json", body: "\x00\x00\x00\x00\x02{}", status: 415},
		{name: "a timeout that is none", kind: "application/json", body: `{"name":"shelves/a"}`, header: []string{"Connect-Timeout-Ms", "soon"}, status: 400, want: `{"code":"invalid_argument","message":"The header Connect-Timeout-Ms is not a number of at most 10 digits."`},
		{name: "a timeout that is too long", kind: "application/json", body: `{"name":"shelves/a"}`, header: []string{"Connect-Timeout-Ms", "12345678901"}, status: 400, want: `{"code":"invalid_argument"`},
		{name: "a timeout below zero", kind: "application/json", body: `{"name":"shelves/a"}`, header: []string{"Connect-Timeout-Ms", "-1"}, status: 400, want: `{"code":"invalid_argument"`},
		{name: "a method that there is not", method: "library.v1.Library/Burn", kind: "application/json", header: []string{"Connect-Protocol-Version", "1"}, body: `{}`, status: 404, want: `{"code":"unimplemented","message":"There is no such method."`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			name := tt.method
			if name == "" {
				name = method
			}
			got := post(t, api, name, tt.kind, tt.body, tt.header...)
			body := got.Body.String()
			if got.Code != tt.status || tt.status == 200 && body != tt.want || !strings.HasPrefix(body, tt.want) {
				t.Errorf("%d %q, want %d %q", got.Code, body, tt.status, tt.want)
			}
			if name, want := tt.wantHeader[0], tt.wantHeader[1]; got.Header().Get(name) != want {
				t.Errorf("%s = %q, want %q", name, got.Header().Get(name), want)
			}
		})
	}
}

// TestConnectGET covers requests whose message is in the query.
func TestConnectGET(t *testing.T) {
	t.Parallel()
	const shelfBody = `{"name":"shelves/a","theme":"fiction"}`
	api := newAPI(t, library{}, desk{}, nil, endpoints.WithLimits(endpoints.Limits{BodyBytes: 100, QueryBytes: 400}))
	binary := "\x0a\x09shelves/a"
	tests := []struct {
		name   string
		method string
		query  url.Values
		status int
		want   string
	}{
		{name: "JSON", query: url.Values{"encoding": {"json"}, "message": {`{"name":"shelves/a"}`}}, status: 200, want: shelfBody},
		{name: "version 1", query: url.Values{"connect": {"v1"}, "encoding": {"json"}, "message": {`{"name":"shelves/a"}`}}, status: 200, want: shelfBody},
		{name: "version 2", query: url.Values{"connect": {"v2"}, "encoding": {"json"}, "message": {`{}`}}, status: 400, want: `{"code":"invalid_argument","message":"The parameter connect must be v1."`},
		{name: "binary", query: url.Values{"encoding": {"proto"}, "message": {binary}}, status: 200, want: "\x0a\x09shelves/a\x12\x07fiction"},
		{name: "base64", query: url.Values{"encoding": {"json"}, "base64": {"1"}, "message": {base64.RawURLEncoding.EncodeToString([]byte(`{"name":"shelves/a"}`))}}, status: 200, want: shelfBody},
		{name: "base64 with padding", query: url.Values{"encoding": {"proto"}, "base64": {"1"}, "message": {base64.URLEncoding.EncodeToString([]byte(binary))}}, status: 200, want: "\x0a\x09shelves/a\x12\x07fiction"},
		{name: "bad base64", query: url.Values{"encoding": {"json"}, "base64": {"1"}, "message": {"?"}}, status: 400, want: `{"code":"invalid_argument","message":"The parameter message is not valid base64."`},
		{name: "gzip", query: url.Values{"encoding": {"json"}, "base64": {"1"}, "compression": {"gzip"}, "message": {base64.RawURLEncoding.EncodeToString([]byte(zipped(`{"name":"shelves/a"}`)))}}, status: 200, want: shelfBody},
		{name: "bad gzip", query: url.Values{"encoding": {"json"}, "compression": {"gzip"}, "message": {"no"}}, status: 400, want: `{"code":"invalid_argument","message":"The parameter message is not valid gzip data."`},
		{name: "too large when unpacked", query: url.Values{"encoding": {"json"}, "base64": {"1"}, "compression": {"gzip"}, "message": {base64.RawURLEncoding.EncodeToString([]byte(zipped(strings.Repeat(" ", 101))))}}, status: 429, want: `{"code":"resource_exhausted","message":"The message is larger than 100 bytes."`},
		{name: "another compression", query: url.Values{"encoding": {"json"}, "compression": {"br"}, "message": {"{}"}}, status: 501, want: `{"code":"unimplemented"`},
		{name: "no encoding", query: url.Values{"message": {"{}"}}, status: 415},
		{name: "another encoding", query: url.Values{"encoding": {"xml"}, "message": {"{}"}}, status: 415},
		{name: "no message", query: url.Values{"encoding": {"json"}}, status: 400, want: `{"code":"invalid_argument","message":"The parameter message is missing."`},
		{name: "a long query", query: url.Values{"encoding": {"json"}, "message": {strings.Repeat(" ", 400)}}, status: 429, want: `{"code":"resource_exhausted","message":"The query is longer than 400 bytes."`},
		{name: "a method with side effects", method: "library.v1.Library/CreateShelf", query: url.Values{"encoding": {"json"}, "message": {`{}`}}, status: 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			method := tt.method
			if method == "" {
				method = "library.v1.Library/GetShelf"
			}
			w := httptest.NewRecorder()
			api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+method+"?"+tt.query.Encode(), nil))
			if body := w.Body.String(); w.Code != tt.status || tt.status == 200 && body != tt.want || !strings.HasPrefix(body, tt.want) {
				t.Errorf("%d %q, want %d %q", w.Code, body, tt.status, tt.want)
			}
			if tt.status == 200 && w.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("Vary = %q", w.Header().Get("Vary"))
			}
			if tt.status == 405 && w.Header().Get("Allow") != "POST" {
				t.Errorf("Allow = %q", w.Header().Get("Allow"))
			}
		})
	}
}

// TestConnectVerbs answers other verbs with those that there are.
func TestConnectVerbs(t *testing.T) {
	t.Parallel()
	api := newAPI(t, library{}, desk{}, nil)
	for method, want := range map[string]string{
		"library.v1.Library/GetShelf":    "GET, POST",
		"library.v1.Library/CreateShelf": "POST",
		"library.v1.Desk/WatchLoans":     "POST",
	} {
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/"+method, strings.NewReader("{}")))
		if w.Code != 405 || w.Header().Get("Allow") != want {
			t.Errorf("%s: %d, Allow %q, want 405, %q", method, w.Code, w.Header().Get("Allow"), want)
		}
	}
}

// TestConnectCompression compresses what is worth it, for those who take it.
func TestConnectCompression(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 1000)
	api := newAPI(t, library{}, desk{}, nil)
	tests := []struct {
		name, accept, theme string
		zipped              bool
	}{
		{"long", "gzip", long, true},
		{"long, in a list", "br, gzip;q=0.8", long, true},
		{"long, refused", "gzip;q=0, br", long, false},
		{"long, not asked for", "", long, false},
		{"short", "gzip", "short", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := post(t, api, "library.v1.Library/CreateShelf", "application/json", `{"shelf":{"theme":"`+tt.theme+`"}}`, "Accept-Encoding", tt.accept)
			want := `{"theme":"` + tt.theme + `"}`
			if got := w.Header().Get("Content-Encoding"); (got == "gzip") != tt.zipped {
				t.Errorf("Content-Encoding = %q", got)
			}
			body := w.Body.String()
			if tt.zipped {
				z, err := gzip.NewReader(w.Body)
				if err != nil {
					t.Fatal(err)
				}
				var b bytes.Buffer
				if _, err := b.ReadFrom(z); err != nil {
					t.Fatal(err)
				}
				body = b.String()
			}
			if body != want {
				t.Errorf("body = %.40q, want %.40q", body, want)
			}
		})
	}
}

// TestConnectHeaders: the fields of a success, and trailers in both cases.
func TestConnectHeaders(t *testing.T) {
	t.Parallel()
	for _, fails := range []bool{false, true} {
		api := newAPI(t, library{getShelf: func(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
			call := endpoints.CallFrom(ctx)
			call.SetStatus(http.StatusAccepted)
			call.Header().Set("X-Shelf", "1")
			call.Header().Set("Content-Type", "text/html")
			call.Trailer().Set("X-End", "2")
			call.Trailer().Set("Content-Length", "7")
			if fails {
				return nil, exceptions.NewConflict("No.")
			}
			return &libraryv1.Shelf{}, nil
		}}, desk{}, nil)
		w := post(t, api, "library.v1.Library/GetShelf", "application/json", `{"name":"shelves/a"}`)
		h := w.Header()
		want := http.Header{"Content-Type": {"application/json"}, "X-Shelf": {"1"}, "Trailer-X-End": {"2"}}
		status := 200
		if fails {
			status = 409
			want.Del("X-Shelf")
		}
		h.Del("Content-Length")
		if w.Code != status || len(h) != len(want) {
			t.Errorf("%d %v, want %d %v", w.Code, h, status, want)
		}
		for name := range want {
			if h.Get(name) != want.Get(name) {
				t.Errorf("%s = %q, want %q", name, h.Get(name), want.Get(name))
			}
		}
	}
}

// TestResponseOnRPC: a handler's HTTP response has no place here, and the reply
// beside it counts.
func TestResponseOnRPC(t *testing.T) {
	t.Parallel()
	for _, replies := range []bool{false, true} {
		api := newAPI(t, library{getShelf: func(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
			endpoints.CallFrom(ctx).Respond(&endpoints.Response{Status: 302, Header: http.Header{"Location": {"/"}}})
			if replies {
				return &libraryv1.Shelf{Name: "shelves/a"}, nil
			}
			return nil, nil
		}}, desk{}, nil)
		w := post(t, api, "library.v1.Library/GetShelf", "application/json", `{"name":"shelves/a"}`)
		if want := map[bool]int{false: 500, true: 200}[replies]; w.Code != want || w.Header().Get("Location") != "" {
			t.Errorf("%d %s, want %d", w.Code, w.Body, want)
		}
	}
}

// TestDeadline: the context of a call ends with the client's timeout, or with
// the API's limit, whichever is shorter.
func TestDeadline(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		limit   time.Duration
		timeout string
		want    time.Duration // 0: none
	}{
		{name: "none"},
		{name: "of the client", timeout: "60000", want: time.Minute},
		{name: "of the API", limit: time.Minute, want: time.Minute},
		{name: "the client's is shorter", timeout: "60000", limit: time.Hour, want: time.Minute},
		{name: "the API's is shorter", timeout: "3600000", limit: time.Minute, want: time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var left time.Duration
			api := newAPI(t, library{getShelf: func(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
				if deadline, ok := ctx.Deadline(); ok {
					left = deadline.Sub(endpoints.CallFrom(ctx).Start()).Round(time.Second)
				}
				return nil, nil
			}}, desk{}, nil, endpoints.WithLimits(endpoints.Limits{CallTime: tt.limit}))
			post(t, api, "library.v1.Library/GetShelf", "application/json", `{"name":"shelves/a"}`, "Connect-Timeout-Ms", tt.timeout)
			if left != tt.want {
				t.Errorf("%v are left, want %v", left, tt.want)
			}
		})
	}
	t.Run("over", func(t *testing.T) {
		t.Parallel()
		api := newAPI(t, library{getShelf: func(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}, desk{}, nil)
		w := post(t, api, "library.v1.Library/GetShelf", "application/json", `{"name":"shelves/a"}`, "Connect-Timeout-Ms", "0")
		if w.Code != 504 || !strings.HasPrefix(w.Body.String(), `{"code":"deadline_exceeded"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
