package websocket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"

	ws "github.com/coder/websocket"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// librarian implements the example service.
type librarian struct{ libraryv1endpoints.DeskServer }

// Ask answers questions, but not all of them.
func (librarian) Ask(_ context.Context, s libraryv1endpoints.DeskAskStream) error {
	for {
		q, err := s.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if q.GetQuestion() != "where?" {
			return exceptions.NewNotFound("Nobody knows.")
		}
		if err := s.Send(&libraryv1.AskResponse{Answer: "third shelf"}); err != nil {
			return err
		}
	}
}

func Example() {
	api := endpoints.New(endpoints.With(websocket.Transport()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := libraryv1endpoints.RegisterDesk(api, librarian{}); err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(api)
	defer server.Close()

	ctx := context.Background()
	conn, _, err := ws.Dial(ctx, server.URL+"/library.v1.Desk/Ask", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, question := range []string{`{"question":"where?"}`, `{"question":"why?"}`} {
		if err := conn.Write(ctx, ws.MessageText, []byte(question)); err != nil {
			fmt.Println(err)
			return
		}
	}
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			var closed ws.CloseError
			errors.As(err, &closed)
			fmt.Println(int(closed.Code), closed.Reason)
			return
		}
		fmt.Printf("%s\n", message)
	}
	// Output:
	// {"answer":"third shelf"}
	// {"error":{"errors":[{"domain":"global","reason":"notFound","message":"Nobody knows."}],"code":404,"message":"Nobody knows."}}
	// 1008 notFound
}
