package java_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		name   string
		f      java.Format
		v      normalize.Verdict
		prefix string
		want   string
	}{
		{
			name: "pretty", f: java.Format{Pretty: true},
			v:    normalize.Verdict{Status: 404, Reason: "notFound", Domain: "global", Message: "M"},
			want: "{\n \"error\": {\n  \"errors\": [\n   {\n    \"domain\": \"global\",\n    \"reason\": \"notFound\",\n    \"message\": \"M\"\n   }\n  ],\n  \"code\": 404,\n  \"message\": \"M\"\n }\n}",
		},
		{
			name: "compact", prefix: "x",
			v:    normalize.Verdict{Raised: 405, Status: 501, Reason: "unsupportedMethod", Domain: "d", Message: "a\"é𝄞"},
			want: `x{"error":{"errors":[{"domain":"d","reason":"unsupportedMethod","message":"a\"é\uD834\uDD1E"}],"code":501,"message":"a\"é\uD834\uDD1E"}}`,
		},
		{
			name: "no message",
			v:    normalize.Verdict{Status: 400, Reason: "badRequest", Domain: "global"},
			want: `{"error":{"errors":[{"domain":"global","reason":"badRequest","message":null}],"code":400,"message":null}}`,
		},
		{
			name: "an error that is no exception",
			v:    normalize.Identity().Verdict(&exceptions.UnknownError{}),
			want: `{"error":{"errors":[{"domain":"global","reason":"internalError","message":"backend error"}],"code":500,"message":"backend error"}}`,
		},
		{
			name: "blank message",
			v:    normalize.Verdict{Status: 400, Reason: "badRequest", Domain: "global", Blank: true},
			want: `{"error":{"errors":[{"domain":"global","reason":"badRequest","message":""}],"code":400,"message":""}}`,
		},
		{
			name: "not UTF-8",
			v:    normalize.Verdict{Status: 400, Reason: "r", Domain: "d", Message: "\xff\xfe"},
			want: `{"error":{"errors":[{"domain":"d","reason":"r","message":"��"}],"code":400,"message":"��"}}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.f.Append([]byte(tt.prefix), &tt.v)
			if string(got) != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if !json.Valid(got[len(tt.prefix):]) {
				t.Error("not JSON")
			}
		})
	}
	if got := (java.Format{}).ContentType(); got != "application/json; charset=UTF-8" {
		t.Errorf("content type %q", got)
	}
}

func ExampleFormat() {
	v := normalize.Verdict{Status: 409, Reason: "conflict", Domain: "global", Message: "taken"}
	fmt.Printf("%s\n", java.Format{Pretty: true}.Append(nil, &v))
	// Output:
	// {
	//  "error": {
	//   "errors": [
	//    {
	//     "domain": "global",
	//     "reason": "conflict",
	//     "message": "taken"
	//    }
	//   ],
	//   "code": 409,
	//   "message": "taken"
	//  }
	// }
}

func BenchmarkFormat(b *testing.B) {
	v := normalize.Verdict{Status: 404, Reason: "notFound", Domain: "global", Message: `No entity with the id "7" exists.`}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = java.Format{Pretty: true}.Append(dst[:0], &v)
	}
}
