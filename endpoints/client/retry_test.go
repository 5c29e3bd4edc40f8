package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
	"google.golang.org/protobuf/proto"
)

// A script answers requests one after the other; the last answer stays. It
// notes when they came.
type script struct {
	answers []*http.Client
	at      []time.Duration
	start   time.Time
}

func (s *script) client() *http.Client {
	s.start = time.Now()
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		s.at = append(s.at, time.Since(s.start))
		next := s.answers[min(len(s.at), len(s.answers))-1]
		return next.Transport.RoundTrip(r)
	})}
}

func get(ctx context.Context, c *libraryv1endpoints.LibraryClient, o ...client.CallOption) error {
	_, err := c.GetShelf(ctx, &libraryv1.GetShelfRequest{Name: "shelves/a"}, o...)
	return err
}

func post(ctx context.Context, c *libraryv1endpoints.LibraryClient, o ...client.CallOption) error {
	_, err := c.LockShelf(ctx, &libraryv1.LockShelfRequest{Name: "shelves/a"}, o...)
	return err
}

const (
	retryInfo = `{"error":{"code":409,"message":"Later.","status":"ABORTED","details":[` +
		`{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"}]}}`
	longRetryInfo = `{"error":{"code":503,"status":"UNAVAILABLE","details":[` +
		`{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"11s"}]}}`
)

func TestRetries(t *testing.T) {
	ok, unavailable := reply(200, `{}`), reply(503, "")
	tests := []struct {
		name     string
		answers  []*http.Client
		call     func(context.Context, *libraryv1endpoints.LibraryClient, ...client.CallOption) error
		options  []client.CallOption
		retry    client.Retry
		attempts int
		least    time.Duration // between the first two
		fails    bool
	}{
		{name: "success", answers: []*http.Client{ok}, call: get, attempts: 1},
		{name: "a retryable class", answers: []*http.Client{unavailable, unavailable, ok}, call: get, attempts: 3},
		{name: "until the attempts are used up", answers: []*http.Client{unavailable}, call: get, attempts: 4, fails: true},
		{name: "attempts by option", answers: []*http.Client{unavailable}, call: get, retry: client.Retry{Attempts: 2}, attempts: 2, fails: true},
		{name: "switched off", answers: []*http.Client{unavailable}, call: get, retry: client.Retry{Attempts: 1}, attempts: 1, fails: true},
		{name: "a class that is final", answers: []*http.Client{reply(404, "")}, call: get, attempts: 1, fails: true},
		{name: "an unknown status", answers: []*http.Client{reply(599, "")}, call: get, attempts: 1, fails: true},
		{name: "RetryInfo", answers: []*http.Client{reply(409, retryInfo), ok}, call: get, attempts: 2, least: 1500 * time.Millisecond},
		{name: "RetryInfo goes before Retry-After", answers: []*http.Client{reply(409, retryInfo, "Retry-After: 9"), ok}, call: get, attempts: 2, least: 1500 * time.Millisecond},
		{name: "Retry-After in seconds", answers: []*http.Client{reply(500, "", "Retry-After: 3"), ok}, call: get, attempts: 2, least: 3 * time.Second},
		{name: "Retry-After as a date", answers: []*http.Client{reply(500, "", "Retry-After: Wed, 21 Oct 2015 07:28:02 GMT", "Date: Wed, 21 Oct 2015 07:28:00 GMT"), ok}, call: get, attempts: 2, least: 2 * time.Second},
		{name: "longer than the longest wait", answers: []*http.Client{reply(503, longRetryInfo)}, call: get, attempts: 1, fails: true},
		{name: "a verb that is not idempotent", answers: []*http.Client{unavailable}, call: post, attempts: 1, fails: true},
		{name: "the same, told to", answers: []*http.Client{unavailable, ok}, call: post, options: []client.CallOption{client.Idempotent()}, attempts: 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers}
				c := newLibrary(t, s.client(), client.WithRetry(tt.retry))
				var answer client.Answer
				err := tt.call(t.Context(), c, append(tt.options, client.ReadAnswer(&answer))...)
				if (err != nil) != tt.fails {
					t.Errorf("error = %v", err)
				}
				if len(s.at) != tt.attempts || answer.Attempts != tt.attempts {
					t.Errorf("%d attempts, %d told, want %d", len(s.at), answer.Attempts, tt.attempts)
				}
				if tt.attempts > 1 && s.at[1] < tt.least {
					t.Errorf("it came back after %v, want at least %v", s.at[1], tt.least)
				}
				if tt.least > 0 && s.at[1] > tt.least+5*time.Second {
					t.Errorf("it came back after %v, long after %v", s.at[1], tt.least)
				}
			})
		})
	}
}

// TestBackoff proves that waits grow to their bounds and differ.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		retry := client.Retry{Attempts: 40, FirstWait: time.Second, LongestWait: 5 * time.Second}
		bounds := []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second}
		seen := map[time.Duration]bool{}
		var longest time.Duration
		for range 20 {
			s := &script{answers: []*http.Client{reply(503, "")}}
			if err := get(t.Context(), newLibrary(t, s.client(), client.WithRetry(retry))); err == nil {
				t.Fatal("no error")
			}
			for i := 1; i < len(s.at); i++ {
				wait, bound := s.at[i]-s.at[i-1], retry.LongestWait
				if i <= len(bounds) {
					bound = bounds[i-1]
				}
				if wait > bound {
					t.Errorf("wait %d = %v, want at most %v", i, wait, bound)
				}
				seen[wait] = true
				longest = max(longest, wait)
			}
		}
		if len(seen) < 500 || longest < retry.LongestWait/2 {
			t.Errorf("%d different waits, the longest %v", len(seen), longest)
		}
	})
}

func TestRetriesAndContexts(t *testing.T) {
	after := []*http.Client{reply(503, "", "Retry-After: 8")}
	t.Run("a deadline before the next attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{answers: after}
			ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
			defer cancel()
			err := get(ctx, newLibrary(t, s.client()))
			if _, ok := errors.AsType[*exceptions.ServiceUnavailable](err); !ok || ctx.Err() != nil || time.Since(s.start) != 0 {
				t.Errorf("error = %v after %v, want the exception at once", err, time.Since(s.start))
			}
		})
	})
	t.Run("canceled while waiting", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{answers: after}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(3*time.Second, cancel)
			err := get(ctx, newLibrary(t, s.client()))
			_, unavailable := errors.AsType[*exceptions.ServiceUnavailable](err)
			if !errors.Is(err, context.Canceled) || !unavailable {
				t.Errorf("error = %v, want both in it", err)
			}
			if time.Since(s.start) != 3*time.Second || len(s.at) != 1 {
				t.Errorf("%d attempts in %v", len(s.at), time.Since(s.start))
			}
			if _, ok := exceptions.Of(err); ok {
				t.Error("the received exception speaks for this service")
			}
		})
	})
}

// TestRetriesSendTheSame proves that the body is sent again as a whole.
func TestRetriesSendTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		impl := &library{err: exceptions.NewServiceUnavailable("Not now.")}
		n := 0
		api := newAPI(t, impl)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			impl.got = nil
			api.ServeHTTP(w, r)
			if n++; n == 2 {
				impl.err = nil
			}
		})
		request := &libraryv1.LockShelfRequest{Name: "shelves/a", Holder: "bob"}
		if _, err := newLibrary(t, serve(h)).LockShelf(t.Context(), request, client.Idempotent()); err != nil {
			t.Fatal(err)
		}
		if n != 3 || !proto.Equal(impl.got, request) {
			t.Errorf("%d attempts, at last with %v", n, impl.got)
		}
	})
}

func ExampleWithRetry() {
	_, err := libraryv1endpoints.NewLibraryClient("https://library.example.com",
		client.WithRetry(client.Retry{Attempts: 3, LongestWait: 2 * time.Second}))
	fmt.Println(err)
	// Output: <nil>
}
