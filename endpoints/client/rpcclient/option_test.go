package rpcclient_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/rpcclient"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/types/known/emptypb"
)

func (l *library) ListShelves(_ context.Context, r *libraryv1.ListShelvesRequest) (*libraryv1.ListShelvesResponse, error) {
	return &libraryv1.ListShelvesResponse{NextPageToken: fmt.Sprint(r.GetPageSize())}, l.err
}

func (l *library) DeleteShelf(context.Context, *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, l.err
}

// TestOptions holds what is sent with each option.
func TestOptions(t *testing.T) {
	var sent string
	api := newAPI(t, &library{})
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		sent = r.Method
		for _, name := range []string{"Content-Type", "Content-Encoding", "Grpc-Encoding"} {
			if v := r.Header.Get(name); v != "" {
				sent += " " + v
			}
		}
		if !strings.HasSuffix(sent, "gzip") {
			sent += fmt.Sprintf(" %q", body)
		}
		if r.URL.RawQuery != "" {
			sent += " " + r.URL.RawQuery
		}
		api.ServeHTTP(w, r)
	}))
	get := func(name string) func(*libraryv1endpoints.LibraryClient) error {
		return func(c *libraryv1endpoints.LibraryClient) error {
			shelf, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: name})
			if err == nil && shelf.GetName() != name {
				err = fmt.Errorf("the reply is %v", shelf)
			}
			return err
		}
	}
	list := func(c *libraryv1endpoints.LibraryClient) error {
		reply, err := c.ListShelves(t.Context(), &libraryv1.ListShelvesRequest{PageSize: new(int32(7))})
		if err == nil && reply.GetNextPageToken() != "7" {
			err = fmt.Errorf("the reply is %v", reply)
		}
		return err
	}
	long := strings.Repeat("a", 8000)
	tests := []struct {
		name     string
		protocol client.Opener
		options  []client.Option
		call     func(*libraryv1endpoints.LibraryClient) error
		want     string
	}{
		{"none", rpcclient.With(rpcclient.Connect), nil, get("ab"), `POST application/proto "\n\x02ab"`},
		{"JSON", rpcclient.With(rpcclient.Connect, rpcclient.JSON()), nil, list, `POST application/json "{\"pageSize\":7}"`},
		{"JSON, names of the proto file", rpcclient.With(rpcclient.Connect, rpcclient.JSON()), []client.Option{client.WithProtoNames()}, list, `POST application/json "{\"page_size\":7}"`},
		{"JSON over gRPC", rpcclient.With(rpcclient.GRPC, rpcclient.JSON()), nil, list, `POST application/grpc+json "\x00\x00\x00\x00\x0e{\"pageSize\":7}"`},
		{"JSON over gRPC-Web", rpcclient.With(rpcclient.GRPCWeb, rpcclient.JSON()), nil, list, `POST application/grpc-web+json "\x00\x00\x00\x00\x0e{\"pageSize\":7}"`},
		{"gzip", rpcclient.With(rpcclient.Connect, rpcclient.Gzip(0)), nil, get("ab"), `POST application/proto gzip`},
		{"gzip, a small message", rpcclient.With(rpcclient.Connect, rpcclient.Gzip(5)), nil, get("ab"), `POST application/proto "\n\x02ab"`},
		{"gzip over gRPC", rpcclient.With(rpcclient.GRPC, rpcclient.Gzip(-1)), nil, get("ab"), `POST application/grpc gzip`},
		{"GET", rpcclient.With(rpcclient.Connect, rpcclient.GET()), nil, get("ab"), `GET "" connect=v1&base64=1&encoding=proto&message=CgJhYg`},
		{"GET with JSON", rpcclient.With(rpcclient.Connect, rpcclient.JSON(), rpcclient.GET()), nil, list, `GET "" connect=v1&encoding=json&message=%7B%22pageSize%22%3A7%7D`},
		{"GET with gzip, where it makes no sense", rpcclient.With(rpcclient.Connect, rpcclient.GET(), rpcclient.Gzip(0)), nil, get("ab"), `GET "" connect=v1&base64=1&encoding=proto&message=CgJhYg`},
		{"GET, a long request", rpcclient.With(rpcclient.Connect, rpcclient.GET()), nil, get(long), fmt.Sprintf("POST application/proto %q", "\n\xc0>"+long)},
		{"GET over gRPC", rpcclient.With(rpcclient.GRPC, rpcclient.GET()), nil, get("ab"), `POST application/grpc "\x00\x00\x00\x00\x04\n\x02ab"`},
		{"GET, a method with effects", rpcclient.With(rpcclient.Connect, rpcclient.GET()), nil, func(c *libraryv1endpoints.LibraryClient) error {
			_, err := c.DeleteShelf(t.Context(), &libraryv1.DeleteShelfRequest{Name: "ab"})
			return err
		}, `POST application/proto "\n\x02ab"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.call(newLibrary(t, server.URL, server.Client(), tt.protocol, tt.options...)); err != nil {
				t.Fatal(err)
			}
			if sent != tt.want {
				t.Errorf("sent %.200s\nwant %.200s", sent, tt.want)
			}
		})
	}
}

// TestWithOther proves that options need a protocol that knows them.
func TestWithOther(t *testing.T) {
	_, err := libraryv1endpoints.NewLibraryClient("http://library.example.com", client.WithTransport(rpcclient.With(client.REST, rpcclient.JSON())))
	if err == nil || !strings.HasSuffix(err.Error(), "rpcclient.With takes one of the protocols of rpcclient") {
		t.Errorf("error = %v", err)
	}
}
