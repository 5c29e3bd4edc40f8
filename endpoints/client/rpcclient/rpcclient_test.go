package rpcclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client/rpcclient"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store/storeendpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/thrower"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

var protocols = map[string]client.Opener{"connect": rpcclient.Connect, "grpc": rpcclient.GRPC, "grpc-web": rpcclient.GRPCWeb}

// serve serves h over HTTP/2 and HTTP/1.1 until the test ends.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(h)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

var quiet = endpoints.WithLogger(slog.New(slog.DiscardHandler))

// message returns the exception that err is, as the message that was rebuilt.
func message(err error) (proto.Message, bool) {
	for err != nil {
		if m, ok := err.(proto.Message); ok {
			return m, true
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			err = u.Unwrap()
		case interface{ Unwrap() []error }:
			err = u.Unwrap()[0]
		default:
			return nil, false
		}
	}
	return nil, false
}

// TestDeclared raises every declared exception over every protocol.
func TestDeclared(t *testing.T) {
	impl := &thrower.Server{With: []exceptions.Option{exceptions.Header("X-Thrown", "yes"), exceptions.RetryAfter(time.Minute)}}
	server := serve(t, thrower.New(impl, quiet, endpoints.With(rpc.Transport())))
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) {
			c, err := storeendpoints.NewThrowerClient(server.URL, client.WithHTTPClient(server.Client()), client.WithTransport(protocol))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range exceptiontest.All() {
				held, err := anypb.New(e)
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.Throw(t.Context(), store.ThrowRequest_builder{Exception: held}.Build())
				got, ok := message(err)
				if !ok || !proto.Equal(got, e) {
					t.Fatalf("got %v %T %v\nwant %T %v", err, got, got, e, e)
				}
				d, want := exceptions.Describe(err.(exceptions.ServiceException)), exceptions.Describe(e)
				if d.Class != want.Class || d.Header.Get("X-Thrown") != "yes" || d.RetryAfter != time.Minute || len(d.Details) != len(want.Details) {
					t.Errorf("%s: it says %+v", want.Class, d)
				}
				if want.Message != "" && d.Message != want.Message || want.Reason != "" && d.Reason != want.Reason {
					t.Errorf("%s: message and reason = %q, %q", want.Class, d.Message, d.Reason)
				}
				if _, ok := exceptions.Of(err); ok {
					t.Errorf("%s: it speaks for this service", want.Class)
				}
			}
		})
	}
}

// library answers with what its request says.
type library struct {
	libraryv1endpoints.LibraryServer
	err error
}

func (l *library) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	call := endpoints.CallFrom(ctx)
	call.Header().Set("X-Seen", call.RequestHeader().Get("X-Ask")+" "+call.RequestHeader().Get("User-Agent"))
	call.Trailer().Set("X-Last", "bye")
	return &libraryv1.Shelf{Name: r.GetName(), Theme: strings.Repeat("t", 100)}, l.err
}

func newLibrary(t testing.TB, url string, h *http.Client, protocol client.Opener, options ...client.Option) *libraryv1endpoints.LibraryClient {
	t.Helper()
	c, err := libraryv1endpoints.NewLibraryClient(url, append(options, client.WithHTTPClient(h), client.WithTransport(protocol))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newAPI(t testing.TB, impl *library) *endpoints.API {
	t.Helper()
	api := endpoints.New(quiet, endpoints.With(rpc.Transport()))
	if err := libraryv1endpoints.RegisterLibrary(api, impl); err != nil {
		t.Fatal(err)
	}
	return api
}

func TestCalls(t *testing.T) {
	impl := &library{}
	server := serve(t, newAPI(t, impl))
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) {
			impl.err = nil
			c := newLibrary(t, server.URL, server.Client(), protocol, client.WithCallOptions(client.Header("X-Ask", "all")), client.WithUserAgent("shelfctl/1"))
			var answer client.Answer
			request := &libraryv1.GetShelfRequest{Name: "shelves/ä"}
			shelf, err := c.GetShelf(t.Context(), request, client.ReadAnswer(&answer))
			if err != nil || shelf.GetName() != "shelves/ä" {
				t.Fatalf("reply = %v, %v", shelf, err)
			}
			if got := answer.Header.Get("X-Seen"); answer.Status != 200 || got != "all shelfctl/1 endpoints-go" {
				t.Errorf("answer = %d, %q", answer.Status, got)
			}
			if want := (http.Header{"X-Last": {"bye"}}); !maps.EqualFunc(answer.Trailer, want, slices.Equal) {
				t.Errorf("trailer = %v, want %v", answer.Trailer, want)
			}
			impl.err = exceptions.NewFailedPrecondition("Not %s.", "now")
			_, err = c.GetShelf(t.Context(), request, client.ReadAnswer(&answer))
			failed, ok := errors.AsType[*exceptions.FailedPrecondition](err)
			if !ok || failed.Error() != "Not now." || answer.Header == nil || answer.Attempts != 1 || answer.Trailer.Get("X-Last") != "bye" {
				t.Errorf("error = %#v, answer = %+v", err, answer)
			}
		})
	}
}

// TestRetries proves that reading methods are repeated.
func TestRetries(t *testing.T) {
	impl := &library{err: exceptions.NewServiceUnavailable("Not now.")}
	server := serve(t, newAPI(t, impl))
	for name, protocol := range protocols {
		c := newLibrary(t, server.URL, server.Client(), protocol, client.WithRetry(client.Retry{Attempts: 3, FirstWait: 1}))
		var answer client.Answer
		_, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"}, client.ReadAnswer(&answer))
		if _, ok := errors.AsType[*exceptions.ServiceUnavailable](err); !ok || answer.Attempts != 3 {
			t.Errorf("%s: %d attempts, %v", name, answer.Attempts, err)
		}
	}
}

// TestProxies covers answers of something that stands before the service.
func TestProxies(t *testing.T) {
	for _, status := range []int{307, 401, 404, 413, 429, 502, 503, 599} {
		server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Retry-After", "3")
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>")
		}))
		for name, protocol := range protocols {
			c := newLibrary(t, server.URL, server.Client(), protocol, client.WithRetry(client.Retry{Attempts: 1}))
			_, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"})
			e, ok := err.(exceptions.ServiceException)
			if !ok || e.HTTPStatus() != status {
				t.Errorf("%s, %d: error = %#v", name, status, err)
				continue
			}
			d := exceptions.Describe(e)
			if class, _ := exceptions.ClassByStatus(status); d.Class != class || d.RetryAfter != 3*time.Second {
				t.Errorf("%s, %d: it says %+v", name, status, d)
			}
		}
	}
}

// TestNoExceptions covers errors that are no exceptions of the service.
func TestNoExceptions(t *testing.T) {
	server := serve(t, newAPI(t, &library{}))
	page := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }))
	gone := serve(t, http.NotFoundHandler())
	gone.Close()
	request := &libraryv1.GetShelfRequest{Name: "shelves/a"}
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) {
			_, err := newLibrary(t, gone.URL, gone.Client(), protocol).GetShelf(t.Context(), request)
			plain(t, "no answer", err)
			if _, ok := errors.AsType[*net.OpError](err); !ok {
				t.Errorf("no answer: error = %v, want that of the network", err)
			}
			_, err = newLibrary(t, page.URL, page.Client(), protocol).GetShelf(t.Context(), request)
			plain(t, "a page", err)
			_, err = newLibrary(t, server.URL, server.Client(), protocol, client.WithReplyBytes(64)).GetShelf(t.Context(), request)
			plain(t, "a large reply", err)

			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = newLibrary(t, server.URL, server.Client(), protocol).GetShelf(ctx, request)
			plain(t, "canceled", err)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("canceled: error = %v", err)
			}
		})
	}
}

func plain(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "library.v1.Library.GetShelf: ") {
		t.Errorf("%s: error = %v, want one that names the method", what, err)
	}
	if e, ok := errors.AsType[exceptions.ServiceException](err); ok {
		t.Errorf("%s: %v is an exception", what, e)
	}
}

// The same client, over gRPC: HTTP/2 without encryption has to be allowed.
func Example() {
	api := endpoints.New(quiet, endpoints.With(rpc.Transport()))
	if err := libraryv1endpoints.RegisterLibrary(api, &library{err: &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "bob"}}); err != nil {
		panic(err)
	}
	server := httptest.NewUnstartedServer(api)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	defer server.Close()

	h2c := &http.Transport{Protocols: new(http.Protocols)}
	h2c.Protocols.SetUnencryptedHTTP2(true)
	library, err := libraryv1endpoints.NewLibraryClient(server.URL,
		client.WithTransport(rpcclient.GRPC), client.WithHTTPClient(&http.Client{Transport: h2c}))
	if err != nil {
		panic(err)
	}
	_, err = library.GetShelf(context.Background(), &libraryv1.GetShelfRequest{Name: "shelves/a"})
	if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); ok {
		fmt.Println("held by", locked.GetHolder())
	}
	// Output: held by bob
}
