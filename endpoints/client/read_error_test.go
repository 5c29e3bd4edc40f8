package client_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
)

// read returns what an error body says.
func read(t testing.TB, status int, body string, header ...string) (exceptions.ServiceException, exceptions.Description) {
	t.Helper()
	err := client.ReadError(response(status, body, header...))
	e, ok := err.(exceptions.ServiceException)
	if !ok {
		t.Fatalf("error = %#v, want an exception", err)
	}
	return e, exceptions.Describe(e)
}

const (
	jsonType    = "Content-Type: application/json; charset=UTF-8"
	problemType = "Content-Type: application/problem+json"
)

func TestReadError(t *testing.T) {
	struct1 := func(fields map[string]any) proto.Message {
		s, err := structpb.NewStruct(fields)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	none := exceptions.Description{}
	tests := []struct {
		name   string
		status int
		header []string
		body   string
		want   exceptions.Description // without the class
		text   string                 // a part of what is logged; empty: not looked at
	}{
		{"nothing", 503, nil, "", none, "service unavailable"},
		{"a proxy's page", 502, []string{"Content-Type: text/html"}, "<html><h1>Bad Gateway</h1>", none, `bad gateway: no known error format: text/html: "<html><h1>Bad Gateway</h1>"`},
		{"a page that says it is JSON", 502, []string{jsonType}, "<html>", none, `bad gateway: no known error format: application/json: "<html>"`},
		{"a text", 503, []string{"Content-Type: text/plain; charset=utf-8"}, "no healthy upstream\n", exceptions.Description{Message: "no healthy upstream"}, ""},
		{"a long text", 503, []string{"Content-Type: text/plain"}, strings.Repeat("x", 2000), none, ""},
		{"bytes that say they are text", 503, []string{"Content-Type: text/plain"}, "a\x00b", none, ""},
		{"JSON of another kind", 400, []string{jsonType}, `{"a":1}`, none, `bad request: no known error format: application/json: "{\"a\":1}"`},
		{"a JSON list", 400, []string{jsonType}, `[1]`, none, ""},
		{"JSON without a type", 404, nil, `{"error":"gone"}`, exceptions.Description{Message: "gone"}, ""},

		{"error", 400, []string{jsonType}, `{"error":"x"}`, exceptions.Description{Message: "x"}, ""},
		{"an empty error", 400, []string{jsonType}, `{"error":""}`, exceptions.Description{Blank: true}, ""},
		{"error null", 400, []string{jsonType}, `{"error":null}`, none, ""},
		{"error of another type", 400, []string{jsonType}, `{"error": {"a": [1, null]}}`, exceptions.Description{Message: `{"a":[1,null]}`, Value: []byte(`{"a":[1,null]}`)}, ""},
		{"detail", 400, []string{jsonType}, `{"detail":"x"}`, exceptions.Description{Message: "x"}, ""},
		{"detail with a place", 422, []string{jsonType}, `{"detail":[{"type":"missing","loc":["query","a","b",3,"c"],"msg":"Field required"}]}`,
			exceptions.Description{Message: "Field required", Violations: []exceptions.Violation{{Location: "a.b[3].c", LocationType: "parameter", Reason: "missing", Message: "Field required"}}}, ""},
		{"a list that is no detail", 422, []string{jsonType}, `{"detail":[{"msg":"a"},{"x":1}]}`, exceptions.Description{Message: `[{"msg":"a"},{"x":1}]`, Value: []byte(`[{"msg":"a"},{"x":1}]`)}, ""},

		{"envelope", 404, []string{jsonType}, `{"error":{"errors":[{"domain":"global","reason":"notFound","message":"a"}],"code":404,"message":"b"}}`,
			exceptions.Description{Message: "b", Reason: "notFound", Domain: "global"}, ""},
		{"envelope without a message", 404, []string{jsonType}, `{"error":{"errors":[{"domain":"global","reason":"notFound","message":null}],"code":404,"message":null}}`,
			exceptions.Description{Reason: "notFound", Domain: "global"}, ""},
		{"envelope with places", 400, []string{jsonType}, `{"error":{"errors":[{"domain":"d","reason":"r","message":"a","location":"x.y","locationType":"parameter"},{"reason":"s"}],"code":"400","message":"b"}}`,
			exceptions.Description{Message: "b", Reason: "r", Domain: "d", Violations: []exceptions.Violation{{Location: "x.y", LocationType: "parameter", Reason: "r", Message: "a"}, {Reason: "s"}}}, ""},
		{"envelope of another shape", 400, []string{jsonType}, `{"error":{"errors":[1,null,"x"],"message":3}}`, none, ""},

		{"AIP-193", 404, []string{jsonType}, `{"error":{"code":404,"message":"m","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SHELF_GONE","domain":"d"}]}}`,
			exceptions.Description{Message: "m", Reason: "shelfGone", Domain: "d"}, ""},
		{"AIP-193 with all details", 429, []string{jsonType, "Retry-After: 7"}, `{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[
			{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA","domain":"d","metadata":{"k":"v"}},
			{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"a.b","description":"x","reason":"TOO_LONG"}]},
			{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"},
			{"@type":"type.googleapis.com/google.rpc.Help","links":[{"url":"https://example.com"}],"new":1},
			{"@type":"type.googleapis.com/example.Unknown","x":[1]},
			{"@type":"type.googleapis.com/google.protobuf.Duration","value":"no duration"},
			5]}}`,
			exceptions.Description{
				Message: "m", Reason: "quota", Domain: "d", RetryAfter: 1500 * time.Millisecond,
				Header:     http.Header{"Retry-After": {"7"}},
				Violations: []exceptions.Violation{{Location: "a.b", Reason: "tooLong", Message: "x"}},
				Details: []proto.Message{
					&errdetails.Help{Links: []*errdetails.Help_Link{{Url: "https://example.com"}}},
					struct1(map[string]any{"@type": "type.googleapis.com/example.Unknown", "x": []any{1}}),
					struct1(map[string]any{"@type": "type.googleapis.com/google.protobuf.Duration", "value": "no duration"}),
					&errdetails.ErrorInfo{Reason: "QUOTA", Domain: "d", Metadata: map[string]string{"k": "v"}},
				},
			}, ""},

		{"problem", 404, []string{problemType}, `{"type":"about:blank","title":"Not Found","status":404,"detail":"d","reason":"r","domain":"x","instance":"/1"}`,
			exceptions.Description{Message: "d", Reason: "r", Domain: "x"}, ""},
		{"a problem without a text", 404, []string{problemType}, `{"type":"about:blank","title":"Not Found","status":404}`, none, ""},
		{"a foreign problem", 403, []string{"Content-Type: application/problem+json; charset=utf-8"}, `{"type":"https://example.com/credit","title":"You do not have enough credit.","balance":30}`,
			exceptions.Description{Message: "You do not have enough credit."}, ""},
		{"a problem that says it is JSON", 403, []string{jsonType}, `{"title":"Forbidden","status":403,"detail":"d"}`, exceptions.Description{Message: "d"}, ""},
		{"a problem with places", 400, []string{problemType}, `{"detail":"d","errors":[{"detail":"a","reason":"r","pointer":"#/a/b~1c/3/%C3%A9"},{"detail":"b","parameter":"q"},{"header":"X-H"},{"pointer":"/x~01/0"}]}`,
			exceptions.Description{Message: "d", Violations: []exceptions.Violation{
				{Location: "a.b/c[3].é", LocationType: "body", Reason: "r", Message: "a"},
				{Location: "q", LocationType: "parameter", Message: "b"},
				{Location: "X-H", LocationType: "header"},
				{Location: "x~1[0]", LocationType: "body"},
			}}, ""},

		{"header fields", 401, []string{"WWW-Authenticate: Bearer", "WWW-Authenticate: Basic", "X-Shelf: a", "Date: x", "Set-Cookie: a=b", "Content-Length: 0", "Access-Control-Allow-Origin: *"}, "",
			exceptions.Description{Header: http.Header{"Www-Authenticate": {"Bearer", "Basic"}, "X-Shelf": {"a"}}}, ""},
		{"a date to come back", 503, []string{"Retry-After: Wed, 21 Oct 2015 07:28:30 GMT", "Date: Wed, 21 Oct 2015 07:28:00 GMT"}, "",
			exceptions.Description{RetryAfter: 30 * time.Second, Header: http.Header{"Retry-After": {"Wed, 21 Oct 2015 07:28:30 GMT"}}}, ""},
		{"no time to come back", 503, []string{"Retry-After: soon"}, "", exceptions.Description{Header: http.Header{"Retry-After": {"soon"}}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, got := read(t, tt.status, tt.body, tt.header...)
			class, _ := exceptions.ClassByStatus(tt.status)
			if got.Class != class || e.HTTPStatus() != tt.status {
				t.Errorf("class and status = %v, %d", got.Class, e.HTTPStatus())
			}
			got.Class = nil
			if diff := cmp.Diff(tt.want, got, protocmp.Transform()); diff != "" {
				t.Errorf("it says (-want +got):\n%s", diff)
			}
			if !strings.Contains(e.Error(), tt.text) {
				t.Errorf("text = %s\nwant   %s", e, tt.text)
			}
		})
	}
}

// TestEveryFormat writes an exception in every format of the project, and reads
// it again.
func TestEveryFormat(t *testing.T) {
	violations := []exceptions.Violation{
		{Location: "shelf.books[3].pages", LocationType: "body", Reason: "tooMany", Message: "Too many pages."},
		{Location: "force", LocationType: "parameter", Reason: "tooMany", Message: "No."},
	}
	raised := []exceptions.ServiceException{
		exceptions.NewConflict("He said \"hi\" \\ 100%% é 😀\u2028</script>"),
		exceptions.NewServiceUnavailable(""),
		exceptions.New(418, "teapot"),
		exceptions.Raise(exceptions.NewBadRequest("Two things."), exceptions.Violations(violations...)).(exceptions.ServiceException),
	}
	formats := map[string]normalize.Format{"python": python.Format{}, "java": java.Format{}, "java, pretty": java.Format{Pretty: true}}
	for name, f := range normalize.Formats() {
		formats[name] = f
	}
	for name, format := range formats {
		for _, e := range raised {
			verdict := normalize.Identity().Verdict(e)
			body := format.Append(nil, &verdict)
			got, d := read(t, verdict.Status, string(body), "Content-Type: "+format.ContentType())
			want := exceptions.Describe(e)
			if d.Class != want.Class || got.HTTPStatus() != e.HTTPStatus() {
				t.Errorf("%s: %s: class %v, want %v", name, body, d.Class, want.Class)
			}
			if message, _, _ := strings.Cut(d.Message, "Too many pages."); d.Message != want.Message && message != "" {
				t.Errorf("%s: %s: message %q, want %q", name, body, d.Message, want.Message)
			}
			if d.Reason != "" && len(want.Violations) == 0 && d.Reason != verdict.Reason {
				t.Errorf("%s: %s: reason %q, want %q", name, body, d.Reason, verdict.Reason)
			}
			if strings.HasPrefix(name, "java") || name == "error" {
				continue // they have no places
			}
			if len(d.Violations) != len(want.Violations) {
				t.Fatalf("%s: %s: violations %+v", name, body, d.Violations)
			}
			for i, v := range want.Violations {
				g := d.Violations[i]
				if g.Location != v.Location || g.Reason != v.Reason || g.Message != v.Message || g.LocationType != v.LocationType && name != "aip193" {
					t.Errorf("%s: %s: violation %+v, want %+v", name, body, g, v)
				}
			}
		}
	}
}

// TestEveryClass sends an instance of every predefined class in AIP-193, and gets
// one of the same class.
func TestEveryClass(t *testing.T) {
	for class := range exceptions.Classes() {
		for _, message := range []string{"", `,"message":""`, `,"message":"50% off"`} {
			body := `{"error":{"status":"` + class.Code.String() + `"` + message + `}}`
			e, d := read(t, class.Status, body, jsonType)
			if d.Class != class || e.HTTPStatus() != class.Status {
				t.Errorf("%v became %v", class, d.Class)
			}
			if d.Message != strings.Trim(strings.TrimPrefix(message, `,"message":`), `"`) || d.Blank != strings.HasSuffix(message, `""`) {
				t.Errorf("%v: message %q became %q, %v", class, message, d.Message, d.Blank)
			}
		}
	}
}

// TestEveryStatus proves that the reader is total.
func TestEveryStatus(t *testing.T) {
	for status := -1; status <= 1000; status++ {
		err := client.ReadError(response(status, ""))
		if status >= 200 && status <= 299 {
			if err != nil {
				t.Errorf("%d: %v", status, err)
			}
			continue
		}
		e, ok := err.(exceptions.ServiceException)
		if !ok || e.HTTPStatus() != status {
			t.Fatalf("%d: %#v", status, err)
		}
		if class, _ := exceptions.ClassByStatus(status); exceptions.Describe(e).Class != class {
			t.Errorf("%d: class %v, want %v", status, exceptions.Describe(e).Class, class)
		}
	}
}

func TestReadErrorBodies(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, `{"error":"zipped"}`)
	_ = w.Close()
	broken := errors.New("the cable is cut")
	endless := io.MultiReader(strings.NewReader(`{"error":"`), neverEnding('a'))
	tests := []struct {
		name     string
		body     io.Reader
		encoding string
		message  string
		text     string
	}{
		{"gzip", &zipped, "gzip", "zipped", "zipped"},
		{"gzip that is none", strings.NewReader("x"), "gzip", "", "not found: read error body: unexpected EOF"},
		{"a body that breaks off", io.MultiReader(strings.NewReader(`{"error":`), failing{broken}), "", "", "not found: read error body: the cable is cut"},
		{"a body without an end", endless, "", "", "not found: read error body: it is larger than 1048576 bytes"},
		{"a bomb", zip(t, neverEnding('a')), "gzip", "", "not found: read error body: it is larger than 1048576 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp := &http.Response{StatusCode: 404, Header: http.Header{"Content-Encoding": {tt.encoding}}, Body: io.NopCloser(tt.body)}
			err := client.ReadError(resp)
			missing, ok := errors.AsType[*exceptions.NotFound](err)
			if !ok || exceptions.Describe(missing).Message != tt.message || err.Error() != tt.text {
				t.Errorf("error = %v", err)
			}
		})
	}
	if err := client.ReadError(&http.Response{StatusCode: 500}); err == nil || err.Error() != "internal server error" {
		t.Errorf("without a body: %v", err)
	}
}

type neverEnding byte

func (c neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// zip compresses what r yields for as long as it is read.
func zip(t *testing.T, r io.Reader) io.Reader {
	in, out := io.Pipe()
	t.Cleanup(func() { _ = in.Close() })
	go func() {
		w := gzip.NewWriter(out)
		_, _ = io.Copy(w, r)
	}()
	return in
}

func FuzzReadError(f *testing.F) {
	for _, body := range []string{
		"", "{}", "null", `{"error":`, `{"error":{"errors":[{"reason":"r"}],"message":null}}`,
		`{"error":{"status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"A_B"},{"@type":"x"},[]]}}`,
		`{"detail":[{"type":"t","loc":["body",3,"a"],"msg":"m"}]}`, `{"type":"t","title":"T","status":1,"errors":[{"pointer":"#/%zz/~2"}]}`,
		`{"error":{"details":[{"@type":"type.googleapis.com/google.protobuf.Any","value":{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"9e9s"}}]}}`,
	} {
		f.Add(404, "application/json", "1", []byte(body))
		f.Add(503, "application/problem+json", "Wed, 21 Oct 2015 07:28:30 GMT", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, kind, after string, body []byte) {
		resp := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}, "Retry-After": {after}}, Body: io.NopCloser(bytes.NewReader(body))}
		err := client.ReadError(resp)
		if err == nil {
			if status < 200 || status > 299 {
				t.Fatal("no error")
			}
			return
		}
		e, ok := err.(exceptions.ServiceException)
		if !ok {
			t.Fatalf("error = %#v", err)
		}
		_ = e.Error()
		d := exceptions.Describe(e)
		if d.RetryAfter < 0 {
			t.Errorf("RetryAfter = %v", d.RetryAfter)
		}
		// It can be raised again and sent in every format.
		again := exceptions.Raise(e).(exceptions.ServiceException)
		verdict := normalize.Frameworks().Verdict(again)
		for _, format := range normalize.Formats() {
			format.Append(nil, &verdict)
		}
		if _, ok := exceptions.Of(err); ok {
			t.Error("it speaks for this service")
		}
	})
}
