package client_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/proto"
)

// BenchmarkCall is what a call costs beside the network and net/http: nothing
// but the response is made by the round tripper.
func BenchmarkCall(b *testing.B) {
	const body = `{"name":"shelves/a","theme":"poetry"}`
	header := http.Header{"Content-Type": {"application/json"}}
	c := newLibrary(b, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	})})
	b.Run("get", func(b *testing.B) {
		request := &libraryv1.GetShelfRequest{Name: "shelves/a"}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.GetShelf(b.Context(), request); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("query", func(b *testing.B) {
		request := &libraryv1.ListBooksRequest{Parent: "shelves/a", PageSize: proto.Int32(10), PageToken: "abc", Author: "Æ"}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.ListBooks(b.Context(), request); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkReadError(b *testing.B) {
	bodies := map[string]string{
		"envelope": `{"error":{"errors":[{"domain":"global","reason":"notFound","message":"No such shelf."}],"code":404,"message":"No such shelf."}}`,
		"aip193": `{"error":{"code":409,"message":"m","status":"ABORTED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SHELF_LOCKED","domain":"library","metadata":{"shelf":"a","holder":"bob"}},` +
			`{"@type":"type.googleapis.com/library.v1.ShelfLocked","shelf":"a","holder":"bob"},{"@type":"type.googleapis.com/library.v1.ShelfError","shelf":"a"}]}}`,
	}
	for name, body := range bodies {
		b.Run(name, func(b *testing.B) {
			header := http.Header{"Content-Type": {"application/json"}}
			b.ReportAllocs()
			for b.Loop() {
				if client.ReadError(&http.Response{StatusCode: 409, Header: header, Body: io.NopCloser(strings.NewReader(body))}) == nil {
					b.Fatal("no error")
				}
			}
		})
	}
}
