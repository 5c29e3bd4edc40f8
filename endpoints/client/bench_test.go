package client_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// byHand is GetShelf as one would write it without a generated client.
func byHand(ctx context.Context, h *http.Client, name string) error {
	request, err := http.NewRequestWithContext(ctx, "GET", "http://library.example.com/library/v1/"+name, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := h.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	return protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, &libraryv1.Shelf{})
}

// BenchmarkCall is what a call costs without the network: the round tripper does
// nothing but make a response.
func BenchmarkCall(b *testing.B) {
	const body = `{"name":"shelves/a","theme":"poetry"}`
	header := http.Header{"Content-Type": {"application/json"}}
	h := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	})}
	c := newLibrary(b, h)
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := byHand(b.Context(), h, "shelves/a"); err != nil {
				b.Fatal(err)
			}
		}
	})
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
