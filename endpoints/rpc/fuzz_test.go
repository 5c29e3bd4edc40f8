package rpc_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
)

// FuzzRequest sends any method, header and body to the transport: every request
// has an answer, and every error of Connect a body that says the same as its
// status.
func FuzzRequest(f *testing.F) {
	const get, list = "library.v1.Library/GetShelf", "library.v1.Library/ListShelves"
	f.Add("POST", get, "", "application/json", "", "", `{"name":"shelves/a"}`)
	f.Add("POST", get, "", "application/proto", "1000", "gzip", zipped("\x0a\x09shelves/a"))
	f.Add("GET", get, "connect=v1&encoding=json&base64=1&message=e30", "", "", "", "")
	f.Add("GET", list, "encoding=proto&compression=gzip&message=%1f%8b", "", "99999999999", "", "")
	f.Add("POST", get, "", "application/grpc", "", "", "\x00\x00\x00\x00\x0b\x0a\x09shelves/a")
	f.Add("POST", get, "", "application/grpc-web+json", "", "", "\x01\x00\x00\x00\x02{}")
	f.Add("POST", "library.v1.Desk/ReturnBooks", "", "application/connect+json", "", "", "\x00\x00\x00\x00\x0c"+`{"book":"b"}`)
	f.Add("POST", "library.v1.Desk/Ask", "", "application/connect+proto", "", "", "\x02\x00\x00\x00\x00")
	f.Add("POST", "no.Service/Here", "", "application/connect+proto", "", "", "")
	api := newAPI(f, library{}, desk{}, nil, endpoints.WithLimits(endpoints.Limits{BodyBytes: 1 << 10, Depth: 20}))
	f.Fuzz(func(t *testing.T, verb, path, query, kind, timeout, coding, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Method, r.URL = verb, &url.URL{Path: "/" + path, RawQuery: query}
		r.ProtoMajor, r.ProtoMinor = 2, 0
		r.Header = http.Header{"Content-Type": {kind}, "Connect-Timeout-Ms": {timeout}, "Content-Encoding": {coding}, "Connect-Protocol-Version": {"1"}}
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 {
			t.Errorf("status = %d", w.Code)
		}
		if w.Code < 300 || w.Header().Get("Content-Type") != "application/json" {
			return
		}
		var e struct {
			Code    string
			Message string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Code == "" {
			t.Errorf("%d with the body %q", w.Code, w.Body)
		}
	})
}
