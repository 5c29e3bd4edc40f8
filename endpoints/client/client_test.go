package client_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// A roundTripper answers requests without a network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// serve answers requests by a handler in this process.
func serve(h http.Handler) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		served := r.Clone(r.Context())
		if served.Body == nil {
			served.Body = http.NoBody
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, served)
		reply := w.Result()
		reply.Request = r
		return reply, nil
	})}
}

// reply answers every request with a status, a header in the form "Name: value"
// and a body.
func reply(status int, body string, header ...string) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return response(status, body, header...), nil
	})}
}

func response(status int, body string, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
	for _, field := range header {
		name, value, _ := strings.Cut(field, ": ")
		resp.Header.Add(name, value)
	}
	return resp
}

// newLibrary returns a client that sends its requests with h.
func newLibrary(t testing.TB, h *http.Client, options ...client.Option) *libraryv1endpoints.LibraryClient {
	t.Helper()
	c, err := libraryv1endpoints.NewLibraryClient("http://library.example.com", append(options, client.WithHTTPClient(h))...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// library is a Library that records requests; methods that it does not have
// panic.
type library struct {
	libraryv1endpoints.LibraryServer
	got proto.Message
	err error
}

func (l *library) GetShelf(_ context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	l.got = r
	return &libraryv1.Shelf{Name: r.GetName(), Theme: "fiction"}, l.err
}

func (l *library) UpdateShelf(ctx context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	l.got = r
	call := endpoints.CallFrom(ctx)
	call.Header().Set("X-Seen", call.RequestHeader().Get("X-Ask"))
	return r.GetShelf(), l.err
}

func (l *library) ListBooks(_ context.Context, r *libraryv1.ListBooksRequest) (*libraryv1.ListBooksResponse, error) {
	l.got = r
	return &libraryv1.ListBooksResponse{NextPageToken: "next"}, l.err
}

func (l *library) DeleteShelf(_ context.Context, r *libraryv1.DeleteShelfRequest) (*emptypb.Empty, error) {
	l.got = r
	return nil, l.err
}

func (l *library) MoveBook(_ context.Context, r *libraryv1.MoveBookRequest) (*libraryv1.Book, error) {
	l.got = r
	return &libraryv1.Book{Name: r.GetName()}, l.err
}

func (l *library) LockShelf(_ context.Context, r *libraryv1.LockShelfRequest) (*emptypb.Empty, error) {
	l.got = r
	return &emptypb.Empty{}, l.err
}

// newAPI serves impl without logs.
func newAPI(t testing.TB, impl libraryv1endpoints.LibraryServer, options ...endpoints.Option) *endpoints.API {
	t.Helper()
	quiet := endpoints.WithLogger(slog.New(slog.DiscardHandler))
	api := endpoints.New(append([]endpoints.Option{quiet}, options...)...)
	if err := libraryv1endpoints.RegisterLibrary(api, impl); err != nil {
		t.Fatal(err)
	}
	return api
}

func TestCalls(t *testing.T) {
	tests := []struct {
		name string
		call func(context.Context, *libraryv1endpoints.LibraryClient) (proto.Message, error)
		got  proto.Message // by the server
		want proto.Message
	}{
		{
			name: "a variable of several segments",
			call: func(ctx context.Context, c *libraryv1endpoints.LibraryClient) (proto.Message, error) {
				return c.GetShelf(ctx, &libraryv1.GetShelfRequest{Name: "shelves/ä b%2Fc"})
			},
			got:  &libraryv1.GetShelfRequest{Name: "shelves/ä b%2Fc"},
			want: &libraryv1.Shelf{Name: "shelves/ä b%2Fc", Theme: "fiction"},
		},
		{
			name: "a field as the body, others in path and query",
			call: func(ctx context.Context, c *libraryv1endpoints.LibraryClient) (proto.Message, error) {
				return c.UpdateShelf(ctx, &libraryv1.UpdateShelfRequest{
					Shelf:      &libraryv1.Shelf{Name: "shelves/a", Theme: "poetry"},
					UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"theme", "create_time"}},
				})
			},
			got: &libraryv1.UpdateShelfRequest{
				Shelf:      &libraryv1.Shelf{Name: "shelves/a", Theme: "poetry"},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"theme", "create_time"}},
			},
			want: &libraryv1.Shelf{Name: "shelves/a", Theme: "poetry"},
		},
		{
			name: "the first binding",
			call: func(ctx context.Context, c *libraryv1endpoints.LibraryClient) (proto.Message, error) {
				return c.ListBooks(ctx, &libraryv1.ListBooksRequest{Parent: "shelves/a", PageSize: proto.Int32(0), Author: "Æ&=+", Format: libraryv1.Book_FORMAT_EBOOK})
			},
			got:  &libraryv1.ListBooksRequest{Parent: "shelves/a", PageSize: proto.Int32(0), Author: "Æ&=+", Format: libraryv1.Book_FORMAT_EBOOK},
			want: &libraryv1.ListBooksResponse{NextPageToken: "next"},
		},
		{
			name: "another binding",
			call: func(ctx context.Context, c *libraryv1endpoints.LibraryClient) (proto.Message, error) {
				return c.ListBooks(ctx, &libraryv1.ListBooksRequest{PageToken: "t"})
			},
			got:  &libraryv1.ListBooksRequest{PageSize: proto.Int32(50), PageToken: "t"},
			want: &libraryv1.ListBooksResponse{NextPageToken: "next"},
		},
		{
			name: "nothing",
			call: func(ctx context.Context, c *libraryv1endpoints.LibraryClient) (proto.Message, error) {
				return c.DeleteShelf(ctx, &libraryv1.DeleteShelfRequest{Name: "shelves/a", Force: true})
			},
			got:  &libraryv1.DeleteShelfRequest{Name: "shelves/a", Force: true},
			want: &emptypb.Empty{},
		},
		{
			name: "the whole body and a verb of its own",
			call: func(ctx context.Context, c *libraryv1endpoints.LibraryClient) (proto.Message, error) {
				return c.LockShelf(ctx, &libraryv1.LockShelfRequest{Name: "shelves/a:b", Holder: "bob"})
			},
			got:  &libraryv1.LockShelfRequest{Name: "shelves/a:b", Holder: "bob"},
			want: &emptypb.Empty{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Modern(), endpoints.Java()} {
				impl := &library{}
				c := newLibrary(t, serve(newAPI(t, impl, endpoints.WithProfile(profile))))
				got, err := tt.call(t.Context(), c)
				if err != nil {
					t.Fatalf("%s: %v", profile.Name(), err)
				}
				if diff := cmp.Diff(tt.got, impl.got, protocmp.Transform()); diff != "" {
					t.Errorf("%s: the server got (-want +got):\n%s", profile.Name(), diff)
				}
				if diff := cmp.Diff(tt.want, got, protocmp.Transform()); diff != "" {
					t.Errorf("%s: the client got (-want +got):\n%s", profile.Name(), diff)
				}
			}
		})
	}
}

// TestNilRequest proves that no request is an empty one.
func TestNilRequest(t *testing.T) {
	c := newLibrary(t, reply(200, `{"nextPageToken":"x"}`))
	if r, err := c.ListShelves(t.Context(), nil); err != nil || r.GetNextPageToken() != "x" {
		t.Errorf("reply = %v, %v", r, err)
	}
	if _, err := c.CreateShelf(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if _, err := c.MoveBook(t.Context(), nil); err == nil {
		t.Error("a path without a name is no error")
	}
}

// TestProtoNames calls services of which one knows fields by their names in the
// proto file alone.
func TestProtoNames(t *testing.T) {
	for _, profile := range []endpoints.Profile{endpoints.Python(), endpoints.Frameworks(), endpoints.Modern()} {
		t.Run(profile.Name(), func(t *testing.T) {
			impl := &library{}
			c := newLibrary(t, serve(newAPI(t, impl, endpoints.WithProfile(profile))), client.WithProtoNames())
			books := &libraryv1.ListBooksRequest{Parent: "shelves/a", PageSize: proto.Int32(7), PageToken: "t", Format: libraryv1.Book_FORMAT_EBOOK}
			reply, err := c.ListBooks(t.Context(), books)
			if err != nil || reply.GetNextPageToken() != "next" {
				t.Fatalf("reply = %v, %v", reply, err)
			}
			if diff := cmp.Diff(books, impl.got, protocmp.Transform()); diff != "" {
				t.Errorf("the query (-want +got):\n%s", diff)
			}
			move := &libraryv1.MoveBookRequest{Name: "shelves/a/books/b", OtherShelfName: "shelves/c"}
			if _, err := c.MoveBook(t.Context(), move); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(move, impl.got, protocmp.Transform()); diff != "" {
				t.Errorf("the body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaderAndAnswer(t *testing.T) {
	c := newLibrary(t, serve(newAPI(t, &library{})),
		client.WithUserAgent("shelfctl/1.2"),
		client.WithCallOptions(client.Header("x-ask", "default"), client.Header("X-Other", "o")))
	for _, tt := range []struct {
		name    string
		options []client.CallOption
		want    string
	}{
		{"that of every call", nil, "default"},
		{"that of the call", []client.CallOption{client.Header("X-Ask", "mine")}, "mine"},
		{"the first of several", []client.CallOption{client.Header("X-Ask", "one"), client.Header("X-Ask", "two")}, "one"},
		{"again that of every call", nil, "default"},
	} {
		var answer client.Answer
		request := &libraryv1.UpdateShelfRequest{Shelf: &libraryv1.Shelf{Name: "shelves/a", Theme: "t"}}
		if _, err := c.UpdateShelf(t.Context(), request, append(tt.options, client.ReadAnswer(&answer))...); err != nil {
			t.Fatal(err)
		}
		if got := answer.Header.Get("X-Seen"); got != tt.want || answer.Status != 200 || answer.Attempts != 1 {
			t.Errorf("%s: answer = %+v, want the header %q", tt.name, answer, tt.want)
		}
	}
}

// TestConcurrentCalls is for the race detector.
func TestConcurrentCalls(t *testing.T) {
	c := newLibrary(t, serve(newAPI(t, &echo{})), client.WithCallOptions(client.Header("X-Ask", "all")))
	var calls sync.WaitGroup
	for i := range 16 {
		calls.Go(func() {
			ask := strconv.Itoa(i)
			var answer client.Answer
			request := &libraryv1.UpdateShelfRequest{Shelf: &libraryv1.Shelf{Name: "shelves/" + ask, Theme: "t"}}
			shelf, err := c.UpdateShelf(t.Context(), request, client.Header("X-Ask", ask), client.ReadAnswer(&answer))
			if err != nil || shelf.GetName() != "shelves/"+ask || answer.Header.Get("X-Seen") != ask {
				t.Errorf("call %d: %v, %v, %v", i, shelf, err, answer.Header)
			}
		})
	}
	calls.Wait()
}

// An echo is a library that records nothing.
type echo struct{ library }

func (*echo) UpdateShelf(ctx context.Context, r *libraryv1.UpdateShelfRequest) (*libraryv1.Shelf, error) {
	call := endpoints.CallFrom(ctx)
	call.Header().Set("X-Seen", call.RequestHeader().Get("X-Ask"))
	return r.GetShelf(), nil
}

func TestSentHeader(t *testing.T) {
	var got http.Header
	h := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r.Header
		return response(200, "{}"), nil
	})}
	c := newLibrary(t, h, client.WithUserAgent("shelfctl/1.2"))
	if _, err := c.LockShelf(t.Context(), &libraryv1.LockShelfRequest{Name: "shelves/a"}); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"Accept":       {"application/json, application/problem+json;q=0.9"},
		"Content-Type": {"application/json"},
		"User-Agent":   {"shelfctl/1.2 endpoints-go"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestBaseURL(t *testing.T) {
	tests := []struct {
		base string
		want string // the URL of a call, or an error
	}{
		{"http://example.com", "http://example.com/library/v1/shelves/a"},
		{"https://example.com:8443/", "https://example.com:8443/library/v1/shelves/a"},
		{"https://example.com/api//", "https://example.com/api/library/v1/shelves/a"},
		{"https://example.com/a%2Fb", "https://example.com/a%2Fb/library/v1/shelves/a"},
		{"http://[::1]:80", "http://[::1]:80/library/v1/shelves/a"},
		{"example.com", `client: base URL "example.com": the scheme must be http or https`},
		{"ftp://example.com", `client: base URL "ftp://example.com": the scheme must be http or https`},
		{"https://", `client: base URL "https:": there is no host`},
		{"https://:80", `client: base URL "https://:80": there is no host`},
		{"https://bob:secret@example.com", `client: base URL "https://bob:xxxxx@example.com": it holds credentials; send them with client.Header or by the http.Client`},
		{"https://example.com?x=1", `client: base URL "https://example.com?x=1": it must end with the path`},
		{"https://example.com/#f", `client: base URL "https://example.com/#f": it must end with the path`},
		{"http://exa mple.com", `client: base URL: parse "http://exa mple.com": invalid character " " in host name`},
	}
	for _, tt := range tests {
		t.Run(tt.base, func(t *testing.T) {
			var got string
			h := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				got = r.URL.String()
				return response(200, "{}"), nil
			})}
			c, err := libraryv1endpoints.NewLibraryClient(tt.base, client.WithHTTPClient(h))
			if err == nil {
				_, err = c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"})
			}
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestNotSent covers requests that no URL can carry.
func TestNotSent(t *testing.T) {
	c := newLibrary(t, &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("it was sent: %s", r.URL)
		return nil, errors.New("sent")
	})})
	tests := []struct {
		name string
		want string
	}{
		{"", `field name: its value does not have the form "shelves/*", which the path needs`},
		{"shelves", `field name: its value does not have the form "shelves/*", which the path needs`},
		{"shelves/", `field name: its value does not have the form "shelves/*", which the path needs`},
		{"shelves/a/b", `field name: its value does not have the form "shelves/*", which the path needs`},
		{"books/a", `field name: its value does not have the form "shelves/*", which the path needs`},
		{"shelves/..", `field name: a path cannot hold the segment ".."`},
		{"shelves/.", `field name: a path cannot hold the segment "."`},
		{"shelves/\xff", `field name: it is not valid UTF-8`},
	}
	for _, tt := range tests {
		_, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: tt.name})
		if want := "library.v1.Library.GetShelf: " + tt.want; err == nil || err.Error() != want {
			t.Errorf("%q: error = %v, want %s", tt.name, err, want)
		}
		if _, ok := exceptions.Of(err); ok {
			t.Errorf("%q: the error is an exception", tt.name)
		}
	}
}

func TestExceptions(t *testing.T) {
	raised := exceptions.Raise(exceptions.NewAlreadyExists("It is 100%% there."),
		exceptions.Reason("shelfExists"), exceptions.Domain("library.example.com"),
		exceptions.Header("X-Shelf", "a"), exceptions.Cause(errors.New("private")),
		exceptions.Violations(exceptions.Violation{Location: "shelf.books[3].name", LocationType: "body", Reason: "taken", Message: "Taken."}))
	tests := []struct {
		profile  endpoints.Profile
		reason   string
		exists   bool // also the subclass is known
		violated bool
	}{
		{endpoints.Frameworks(), "shelfExists", false, true},
		{endpoints.Modern(), "shelfExists", true, true},
		{endpoints.Python(), "taken", false, true},
		{endpoints.Java(), "shelfExists", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.profile.Name(), func(t *testing.T) {
			c := newLibrary(t, serve(newAPI(t, &library{err: raised}, endpoints.WithProfile(tt.profile))))
			var answer client.Answer
			shelf, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"}, client.ReadAnswer(&answer))
			if shelf != nil {
				t.Errorf("there is a reply: %v", shelf)
			}
			conflict, ok := errors.AsType[*exceptions.Conflict](err)
			if !ok {
				t.Fatalf("error = %#v, want a Conflict", err)
			}
			if _, ok := errors.AsType[*exceptions.AlreadyExists](err); ok != tt.exists {
				t.Errorf("it is an AlreadyExists: %v, want %v", ok, tt.exists)
			}
			if answer.Status != 409 {
				t.Errorf("status = %d", answer.Status)
			}
			if got := conflict.Error(); got != "It is 100% there." {
				t.Errorf("message = %q", got)
			}
			e, _ := errors.AsType[exceptions.ServiceException](err)
			d := exceptions.Describe(e)
			if d.Reason != tt.reason || d.Domain != "library.example.com" {
				t.Errorf("reason and domain = %s, %s", d.Reason, d.Domain)
			}
			if got := d.Header; len(got) != 1 || got.Get("X-Shelf") != "a" {
				t.Errorf("header = %v", got)
			}
			if got := len(d.Violations) == 1 && d.Violations[0].Location == "shelf.books[3].name"; got != tt.violated {
				t.Errorf("violations = %v", d.Violations)
			}
			if strings.Contains(err.Error(), "private") {
				t.Errorf("the cause was sent: %v", err)
			}
			// A server that merely returns the error says nothing of it.
			if e, ok := exceptions.Of(err); ok {
				t.Errorf("it speaks for this service: %v", e)
			}
		})
	}
}

// TestNotResent lets one service call another and return what it received: its
// own callers learn nothing of it, unless it is raised again.
func TestNotResent(t *testing.T) {
	behind := newLibrary(t, serve(newAPI(t, &library{err: exceptions.Raise(
		&libraryv1.ShelfLocked{Shelf: "shelves/secret", Holder: "bob"}, exceptions.Header("X-Behind", "1"))})))
	front := &front{behind: behind}
	c := newLibrary(t, serve(newAPI(t, front, endpoints.WithProfile(endpoints.Modern()))))

	var answer client.Answer
	err := get(t.Context(), c, client.ReadAnswer(&answer))
	_, unknown := errors.AsType[*exceptions.UnknownError](err)
	if !unknown || strings.Contains(err.Error(), "secret") || answer.Header.Get("X-Behind") != "" {
		t.Errorf("returned: error = %v, header %v", err, answer.Header)
	}

	front.again = true
	err = get(t.Context(), c)
	if locked, ok := errors.AsType[*libraryv1.ShelfLocked](err); !ok || locked.GetHolder() != "bob" {
		t.Errorf("raised again: error = %v", err)
	}
}

// A front is a library that asks another one.
type front struct {
	libraryv1endpoints.LibraryServer
	behind *libraryv1endpoints.LibraryClient
	again  bool
}

func (f *front) GetShelf(ctx context.Context, r *libraryv1.GetShelfRequest) (*libraryv1.Shelf, error) {
	shelf, err := f.behind.GetShelf(ctx, r)
	if e, ok := errors.AsType[exceptions.ServiceException](err); ok && f.again {
		return nil, exceptions.Raise(e)
	}
	return shelf, err
}

func TestNoAnswer(t *testing.T) {
	broken := errors.New("the cable is cut")
	c := newLibrary(t, &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, broken })})
	var answer client.Answer
	_, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"}, client.ReadAnswer(&answer))
	if !errors.Is(err, broken) {
		t.Errorf("error = %v, want one that wraps %v", err, broken)
	}
	if _, ok := errors.AsType[*url.Error](err); !ok {
		t.Errorf("error = %v, want a url.Error", err)
	}
	if _, ok := errors.AsType[exceptions.ServiceException](err); ok {
		t.Errorf("%v is an exception of the service, which said nothing", err)
	}
	if answer.Status != 0 || answer.Attempts != 1 {
		t.Errorf("answer = %+v", answer)
	}
}

func TestContexts(t *testing.T) {
	hang := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, context.Cause(r.Context())
	})}
	c := newLibrary(t, hang)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	reason := errors.New("the user left")
	caused, cancelCause := context.WithCancelCause(t.Context())
	cancelCause(reason)
	tests := []struct {
		name string
		ctx  context.Context
		want []error
	}{
		{"canceled", canceled, []error{context.Canceled}},
		{"expired", expired, []error{context.DeadlineExceeded}},
		{"canceled with a cause", caused, []error{context.Canceled, reason}},
	}
	for _, tt := range tests {
		_, err := c.GetShelf(tt.ctx, &libraryv1.GetShelfRequest{Name: "shelves/a"})
		for _, want := range tt.want {
			if !errors.Is(err, want) {
				t.Errorf("%s: error = %v, want %v in it", tt.name, err, want)
			}
		}
	}
}

func TestRedirects(t *testing.T) {
	var seen []string
	h := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		seen = append(seen, r.Method+" "+r.URL.Path)
		if r.URL.Path == "/moved" {
			return response(200, `{"name":"shelves/moved"}`), nil
		}
		return response(307, "", "Location: /moved"), nil
	})}
	c := newLibrary(t, h)
	shelf, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"})
	if err != nil || shelf.GetName() != "shelves/moved" {
		t.Errorf("GET: %v, %v", shelf, err)
	}
	_, err = c.LockShelf(t.Context(), &libraryv1.LockShelfRequest{Name: "shelves/a"})
	e, ok := errors.AsType[exceptions.ServiceException](err)
	if !ok || e.HTTPStatus() != 307 || exceptions.Describe(e).Header.Get("Location") != "/moved" {
		t.Errorf("POST: error = %v, want the status 307 with the new place", err)
	}
	want := []string{"GET /library/v1/shelves/a", "GET /moved", "POST /library/v1/shelves/a:lock"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestReplies(t *testing.T) {
	const gzipped = "\x1f\x8b\b\x00\x00\x00\x00\x00\x02\xff"
	tests := []struct {
		name   string
		http   *http.Client
		want   string // the name of the shelf
		wanted string // the error
	}{
		{"unknown fields", reply(200, `{"name":"shelves/a","later":{"x":[1]}}`), "shelves/a", ""},
		{"white space", reply(200, " {\"name\":\"shelves/a\"}\r\n"), "shelves/a", ""},
		{"no content", reply(204, ""), "", ""},
		{"null", reply(200, "null\n", "Content-Type: application/json"), "", ""},
		{"a page", reply(200, "<html>", "Content-Type: text/html"), "", "library.v1.Library.GetShelf: reply with status 200 (text/html): line 1, column 1: unexpected \"<\""},
		{"too large", reply(200, `{"name":"`+strings.Repeat("a", 100)+`"}`, "Content-Type: application/json"), "", "library.v1.Library.GetShelf: reply with status 200 (application/json): it is larger than 64 bytes"},
		{"no gzip", reply(200, `{}`, "Content-Encoding: gzip"), "", "library.v1.Library.GetShelf: reply with status 200 (no type): unexpected EOF"},
		{"cut gzip", reply(200, gzipped+"rest", "Content-Encoding: gzip"), "", "library.v1.Library.GetShelf: reply with status 200 (no type): unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newLibrary(t, tt.http, client.WithReplyBytes(64))
			shelf, err := c.GetShelf(t.Context(), &libraryv1.GetShelfRequest{Name: "shelves/a"})
			if err != nil {
				if err.Error() != tt.wanted {
					t.Errorf("error = %v\nwant    %s", err, tt.wanted)
				}
				return
			}
			if tt.wanted != "" || shelf == nil || shelf.GetName() != tt.want {
				t.Errorf("shelf = %v, want %q and the error %q", shelf, tt.want, tt.wanted)
			}
		})
	}
}
