package bind_test

import (
	"testing"

	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/proto"
)

func BenchmarkBind(b *testing.B) {
	tests := []struct {
		name, rule, target, body string
		msg                      proto.Message
	}{
		{"path", "GET /v1/{name=shelves/*}", "/v1/shelves/7", "", &libraryv1.GetShelfRequest{}},
		{"query", "GET /v1/shelves", "/v1/shelves?pageSize=10&pageToken=abc", "", &libraryv1.ListShelvesRequest{}},
		{"query nested", "GET /x", "/x?m.name=a&m.leaf.i=5", "", &conformancev1.AllTypes{}},
		{"query escaped", "GET /x", "/x?s=a%20b+c", "", &conformancev1.AllTypes{}},
		{"body", "POST /v1/{parent=shelves/*}/books book", "/v1/shelves/7/books", `{"title":"A title","author":"An author","tags":["a","b"]}`, &libraryv1.CreateBookRequest{}},
		{"error", "GET /x", "/x?i32=x", "", &conformancev1.AllTypes{}},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			r := rule(b, tt.rule)
			plan := compile(b, tt.msg.ProtoReflect().Descriptor(), tt.rule, bind.Options{})
			in := target(b, r.Template.String(), tt.target, tt.body)
			b.ReportAllocs()
			for b.Loop() {
				msg := tt.msg.ProtoReflect().New().Interface()
				if err := plan.Bind(in, msg); (err != nil) != (tt.name == "error") {
					b.Fatal(err)
				}
			}
		})
	}
}
