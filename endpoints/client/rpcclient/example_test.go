package rpcclient_test

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/rpcclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// startDesk serves a desk over HTTP/2 and returns a client for it.
func startDesk(d desk) (*libraryv1endpoints.DeskClient, func()) {
	api := endpoints.New(quiet, endpoints.With(rpc.Transport()), endpoints.With(sse.Transport()))
	if err := libraryv1endpoints.RegisterDesk(api, d); err != nil {
		panic(err)
	}
	server := httptest.NewUnstartedServer(api)
	server.EnableHTTP2 = true
	server.StartTLS()
	desk, err := libraryv1endpoints.NewDeskClient(server.URL,
		client.WithTransport(rpcclient.Connect), client.WithHTTPClient(server.Client()))
	if err != nil {
		panic(err)
	}
	return desk, server.Close
}

// A server stream, read in a loop. Its last error is an exception of the
// service, with the type that was raised.
func Example_serverStream() {
	desk, stop := startDesk(desk{watch: func(_ context.Context, r *libraryv1.WatchLoansRequest, s watching) error {
		for n := range int64(2) {
			if err := s.Send(&libraryv1.Loan{Number: n + 1, Book: r.GetShelf() + "/books/b"}); err != nil {
				return err
			}
		}
		return exceptions.NewServiceUnavailable("The desk closes at six.")
	}})
	defer stop()

	stream, err := desk.WatchLoans(context.Background(), &libraryv1.WatchLoansRequest{Shelf: "shelves/a"})
	if err != nil {
		panic(err)
	}
	defer stream.Close() // also when the loop is left early
	for loan, err := range stream.Messages() {
		if err != nil {
			fmt.Printf("%T: %v\n", exceptions.Bare(err.(exceptions.ServiceException)), err)
			break
		}
		fmt.Println(loan.GetNumber(), loan.GetBook())
	}
	// Output:
	// 1 shelves/a/books/b
	// 2 shelves/a/books/b
	// *exceptions.ServiceUnavailable: The desk closes at six.
}

// A stream in both directions: one goroutine sends while another receives, or
// they take turns as here.
func Example_bidiStream() {
	desk, stop := startDesk(desk{})
	defer stop()

	stream, err := desk.Ask(context.Background())
	if err != nil {
		panic(err)
	}
	defer stream.Close()
	for _, question := range []string{"Is it open?", "Until when?"} {
		if err := stream.Send(&libraryv1.AskRequest{Question: question}); err != nil {
			panic(err)
		}
		reply, err := stream.Receive()
		if err != nil {
			panic(err)
		}
		fmt.Println(reply.GetAnswer())
	}
	if err := stream.CloseSend(); err != nil {
		panic(err)
	}
	_, err = stream.Receive()
	fmt.Println(err == io.EOF)
	// Output:
	// Is it open?
	// Until when?
	// true
}
