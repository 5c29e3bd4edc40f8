package sse_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// desk implements the example service.
type desk struct{ libraryv1endpoints.DeskServer }

// WatchLoans sends two loans and fails. A client that has been here before goes
// on after the last loan that it got.
func (desk) WatchLoans(ctx context.Context, r *libraryv1.WatchLoansRequest, s libraryv1endpoints.DeskWatchLoansStream) error {
	if r.GetShelf() != "shelves/fiction" {
		return exceptions.NewNotFound("There is no %s.", r.GetShelf())
	}
	events := sse.StreamFrom(ctx) // nil on other protocols, and then it does nothing
	last, _ := strconv.ParseInt(events.LastEventID(), 10, 64)
	for n := last + 1; n <= last+2; n++ {
		events.SetID(strconv.FormatInt(n, 10))
		if err := s.Send(&libraryv1.Loan{Number: n, Book: "dune"}); err != nil {
			return err
		}
	}
	return exceptions.NewGone("The library has closed.")
}

func Example() {
	api := endpoints.New(endpoints.With(sse.Transport()), endpoints.WithProfile(endpoints.Modern()))
	if err := libraryv1endpoints.RegisterDesk(api, desk{}); err != nil {
		fmt.Println(err)
		return
	}
	get := func(shelf, accept string) {
		r := httptest.NewRequest("GET", "/library/v1/shelves/"+shelf+"/loans:watch", nil)
		r.Header.Set("Accept", accept)
		r.Header.Set("Last-Event-ID", "41")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		fmt.Printf("%d %s\n%s\n\n", w.Code, w.Header().Get("Content-Type"), strings.TrimSpace(w.Body.String()))
	}
	get("fiction", "text/event-stream")
	get("fiction", "application/jsonl")
	get("poetry", "text/event-stream")
	// Output:
	// 200 text/event-stream; charset=utf-8
	// data: {"number":"42","book":"dune"}
	// id: 42
	//
	// data: {"number":"43","book":"dune"}
	// id: 43
	//
	// event: error
	// data: {"error":{"code":410,"message":"The library has closed.","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"DELETED","domain":"global"}]}}
	//
	// 200 application/jsonl
	// {"number":"42","book":"dune"}
	// {"number":"43","book":"dune"}
	// {"error":{"code":410,"message":"The library has closed.","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"DELETED","domain":"global"}]}}
	//
	// 404 application/json; charset=UTF-8
	// {"error":{"code":404,"message":"There is no shelves/poetry.","status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_FOUND","domain":"global"}]}}
}
