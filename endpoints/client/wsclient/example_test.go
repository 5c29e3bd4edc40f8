package wsclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/wsclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// oracle answers all questions but one.
type oracle struct{ libraryv1endpoints.DeskServer }

func (oracle) Ask(_ context.Context, s libraryv1endpoints.DeskAskStream) error {
	for {
		m, err := s.Receive()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case m.GetQuestion() == "Who holds the poems?":
			return &libraryv1.ShelfLocked{Shelf: "shelves/poems", Holder: "bob"}
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: "Yes."}); err != nil {
			return err
		}
	}
}

// Questions and answers over one WebSocket, until there is an exception.
func Example() {
	api := endpoints.New(endpoints.With(websocket.Transport()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := libraryv1endpoints.RegisterDesk(api, oracle{}); err != nil {
		panic(err)
	}
	server := httptest.NewServer(api)
	defer server.Close()
	desk, err := libraryv1endpoints.NewDeskClient(server.URL, client.WithTransport(wsclient.WebSocket))
	if err != nil {
		panic(err)
	}

	stream, err := desk.Ask(context.Background())
	if err != nil {
		panic(err)
	}
	defer stream.Close()
	for _, question := range []string{"Is there a book?", "Who holds the poems?"} {
		if err := stream.Send(&libraryv1.AskRequest{Question: question}); err != nil {
			panic(err)
		}
		answer, err := stream.Receive()
		if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); ok {
			fmt.Println(locked.GetHolder(), "does:", locked)
		} else {
			fmt.Println(answer.GetAnswer(), err)
		}
		if closed, ok := errors.AsType[*wsclient.CloseError](err); ok {
			fmt.Println(closed.Code, closed.Reason)
		}
	}
	// Output:
	// Yes. <nil>
	// bob does: Shelf "shelves/poems" is held by bob.
	// 1008 shelfLocked
}
