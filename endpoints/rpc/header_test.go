package rpc_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"google.golang.org/protobuf/proto"
)

// TestFramedHeader: what is wrong with the header of a request with frames is
// told in the terms of its protocol, and interceptors see it.
func TestFramedHeader(t *testing.T) {
	t.Parallel()
	const (
		one         = "\x00\x00\x00\x00\x0b\x0a\x09shelves/a"
		compression = "The compression of the request is not supported: send gzip, or none."
	)
	tests := []struct {
		name, kind, method string
		header             [2]string
		code, text         string // empty: nothing is wrong
		accepted           string // the field that names what is supported
	}{
		{name: "gRPC, gzip", kind: "application/grpc", header: [2]string{"Grpc-Encoding", "gzip"}},
		{name: "gRPC, another compression", kind: "application/grpc", header: [2]string{"Grpc-Encoding", "br"}, code: "12", text: compression, accepted: "Grpc-Accept-Encoding"},
		{name: "gRPC-Web, another compression", kind: "application/grpc-web+proto", header: [2]string{"Grpc-Encoding", "br"}, code: "12", text: compression, accepted: "Grpc-Accept-Encoding"},
		{name: "Connect, another compression", kind: "application/connect+proto", method: "Desk/WatchLoans", header: [2]string{"Connect-Content-Encoding", "br"}, code: "unimplemented", text: compression, accepted: "Connect-Accept-Encoding"},
		{name: "Connect, version 1", kind: "application/connect+proto", method: "Desk/WatchLoans", header: [2]string{"Connect-Protocol-Version", "1"}},
		{name: "Connect, version 2", kind: "application/connect+proto", method: "Desk/WatchLoans", header: [2]string{"Connect-Protocol-Version", "2"}, code: "invalid_argument", text: "The version of the protocol must be 1."},
		{name: "gRPC, a timeout", kind: "application/grpc", header: [2]string{"Grpc-Timeout", "99999999H"}},
		{name: "gRPC, a timeout without unit", kind: "application/grpc", header: [2]string{"Grpc-Timeout", "100"}, code: "3", text: "The header Grpc-Timeout is not a timeout of this protocol."},
		{name: "gRPC, a unit alone", kind: "application/grpc", header: [2]string{"Grpc-Timeout", "S"}, code: "3", text: "The header Grpc-Timeout is not a timeout of this protocol."},
		{name: "gRPC, a long timeout", kind: "application/grpc", header: [2]string{"Grpc-Timeout", "123456789S"}, code: "3", text: "The header Grpc-Timeout is not a timeout of this protocol."},
		{name: "gRPC, a timeout below zero", kind: "application/grpc", header: [2]string{"Grpc-Timeout", "-1S"}, code: "3", text: "The header Grpc-Timeout is not a timeout of this protocol."},
		{name: "Connect, a timeout", kind: "application/connect+proto", method: "Desk/WatchLoans", header: [2]string{"Connect-Timeout-Ms", "9999999999"}},
		{name: "Connect, a long timeout", kind: "application/connect+proto", method: "Desk/WatchLoans", header: [2]string{"Connect-Timeout-Ms", "12345678901"}, code: "invalid_argument", text: "The header Connect-Timeout-Ms is not a timeout of this protocol."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			count := func(next endpoints.HandlerFunc) endpoints.HandlerFunc {
				return func(ctx context.Context, c *endpoints.Call) (proto.Message, error) {
					calls++
					return next(ctx, c)
				}
			}
			api := newAPI(t, library{}, desk{}, nil, endpoints.WithInterceptors(count))
			method := tt.method
			if method == "" {
				method = "Library/GetShelf"
			}
			r := httptest.NewRequest("POST", "/library.v1."+method, strings.NewReader(one))
			r.ProtoMajor, r.ProtoMinor = 2, 0
			r.Header.Set("Content-Type", tt.kind)
			r.Header.Set(tt.header[0], tt.header[1])
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			if calls != 1 {
				t.Errorf("the interceptor saw %d calls", calls)
			}
			resp := w.Result()
			got := w.Body.String() + resp.Header.Get("Grpc-Message") + resp.Trailer.Get("Grpc-Message")
			if tt.code == "" {
				if strings.Contains(got, "error") || resp.Header.Get("Grpc-Status") != "" && resp.Header.Get("Grpc-Status") != "0" {
					t.Errorf("answer = %v %q", resp.Header, got)
				}
				return
			}
			code := resp.Header.Get("Grpc-Status") + resp.Trailer.Get("Grpc-Status")
			status := 200
			if tt.header[0] == "Connect-Protocol-Version" {
				status = 400 // nobody knows whether version 2 has frames
			}
			if resp.StatusCode != status || !strings.Contains(got, tt.text) || !strings.HasPrefix(code, tt.code) && !strings.Contains(got, `"code":"`+tt.code+`"`) {
				t.Errorf("answer = %d %v %q, want %s %q", resp.StatusCode, resp.Header, got, tt.code, tt.text)
			}
			if tt.accepted != "" && resp.Header.Get(tt.accepted) != "gzip" {
				t.Errorf("%s = %q", tt.accepted, resp.Header.Get(tt.accepted))
			}
		})
	}
}
