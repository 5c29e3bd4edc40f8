package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

// lockedLibrary has one shelf, which is locked.
type lockedLibrary struct {
	libraryv1endpoints.LibraryServer
}

func (lockedLibrary) GetShelf(context.Context, *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	return nil, &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"}
}

// One exception on three protocols: REST says it with a status and an error
// body, Connect and gRPC with a code, and all with the same message and details.
func Example() {
	api := endpoints.New(endpoints.With(rpc.Transport()), endpoints.WithLogger(slog.New(slog.DiscardHandler)))
	if err := libraryv1endpoints.RegisterLibrary(api, lockedLibrary{}); err != nil {
		panic(err)
	}
	server := httptest.NewUnstartedServer(api)
	server.Config.Protocols = endpoints.NewServer("", nil).Protocols
	server.Start()
	defer server.Close()

	resp, err := http.Get(server.URL + "/library/v1/shelves/a")
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	fmt.Println("REST:", resp.StatusCode)

	resp, err = http.Post(server.URL+"/library.v1.Library/GetShelf", "application/json", strings.NewReader(`{"name":"shelves/a"}`))
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	before, _, _ := strings.Cut(string(body), `,"details"`)
	fmt.Println("Connect:", resp.StatusCode, before)

	overHTTP2 := new(http.Protocols)
	overHTTP2.SetUnencryptedHTTP2(true)
	client := connect.NewClient[libraryv1.GetShelfRequest, libraryv1.Shelf](
		&http.Client{Transport: &http.Transport{Protocols: overHTTP2}}, server.URL+"/library.v1.Library/GetShelf", connect.WithGRPC())
	_, err = client.CallUnary(context.Background(), connect.NewRequest(&libraryv1.GetShelfRequest{Name: "shelves/a"}))
	if e, ok := errors.AsType[*connect.Error](err); ok {
		fmt.Println("gRPC:", e.Code(), e.Message())
		for _, d := range e.Details() {
			fmt.Println("  ", d.Type())
		}
	}
	// Output:
	// REST: 409
	// Connect: 409 {"code":"aborted","message":"Shelf \"shelves/a\" is held by kim."
	// gRPC: aborted Shelf "shelves/a" is held by kim.
	//    google.rpc.ErrorInfo
	//    library.v1.ShelfLocked
	//    library.v1.ShelfError
}

// A server that stops tells load balancers first.
func ExampleHealth() {
	health := rpc.NewHealth()
	api := endpoints.New(endpoints.With(rpc.Transport(rpc.WithHealth(health))))
	ask := func() {
		r := httptest.NewRequest(http.MethodPost, "/grpc.health.v1.Health/Check", strings.NewReader("\x00\x00\x00\x00\x00"))
		r.Header.Set("Content-Type", "application/grpc-web+proto")
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		fmt.Printf("%q\n", w.Body.String()[:7])
	}
	ask()
	health.Shutdown()
	ask()
	// Output:
	// "\x00\x00\x00\x00\x02\b\x01"
	// "\x00\x00\x00\x00\x02\b\x02"
}
