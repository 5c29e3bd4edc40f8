package websocket_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/streamtest"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/google/go-cmp/cmp"
)

// teapot is an exception that is only a status, and whose text is private.
type teapot struct{}

func (teapot) Error() string   { return "private: the kettle is at 10.0.0.7" }
func (teapot) HTTPStatus() int { return 418 }

// odd is an exception whose class has a code that no protocol knows.
type odd struct{}

func (odd) Error() string   { return "x" }
func (odd) HTTPStatus() int { return 500 }
func (odd) DescribeException() exceptions.Description {
	return exceptions.Description{Class: &exceptions.Class{Name: "Odd", Status: 500, Code: 17}, Message: "Odd."}
}

var thrown = []struct {
	name string
	err  error
}{
	{"a predefined class", exceptions.NewNotFound("No shelf has the name %q.", "shelves/x")},
	{"a code that the status does not tell", exceptions.NewFailedPrecondition("The shelf is not empty.")},
	{"a status that the policy changes, and a header", exceptions.Raise(exceptions.NewMethodNotAllowed("Not now."), exceptions.Header("Allow", "GET"))},
	{"when to come back", exceptions.Raise(exceptions.NewTooManyRequests("Slow down."), exceptions.RetryAfter(1500*time.Millisecond))},
	{"a challenge", exceptions.Raise(exceptions.NewUnauthorized("Who are you?"), exceptions.Header("WWW-Authenticate", "Bearer"))},
	{"an exception that is a message", &libraryv1.ShelfLocked{Shelf: "shelves/a", Holder: "kim"}},
	{"violations, and a reason of its own", exceptions.Raise(exceptions.NewBadRequest("Two fields are wrong."), exceptions.Reason("badShelf"), exceptions.Domain("library"),
		exceptions.Violations(exceptions.Violation{Location: "theme", LocationType: "body", Message: "Too long."}))},
	{"wrapped by private text", fmt.Errorf("reading %s: %w", "/etc/secret", exceptions.NewForbidden("Not yours."))},
	{"an error that nobody authored", errors.New("dial tcp 10.0.0.7:5432: refused")},
	{"only a status", teapot{}},
	{"without a message", &exceptions.Gone{}},
	{"an unknown code", odd{}},
	{"of another service", exceptions.Received(exceptions.NewNotFound("It is not there."))},
	{"characters of all kinds", exceptions.NewConflict("Grüße, 日本\n100 %% \"done\" \u2028<>&")},
	{"the end of somebody else's time", context.DeadlineExceeded},
}

// TestExceptions shows one exception after the other on plain HTTP, before and
// after the first message, and on a WebSocket, in testdata/exceptions.txt.
func TestExceptions(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, tt := range thrown {
		fmt.Fprintf(&got, "## %s\n", tt.name)
		fmt.Fprintf(&got, "before: %s\n", before(t, tt.err))
		fmt.Fprintf(&got, "after:  %s\n", strings.ReplaceAll(after(t, tt.err), "\n", " ⏎ "))
		for _, frame := range frames(t, tt.err) {
			fmt.Fprintf(&got, "socket: %s\n", frame)
		}
		got.WriteString("\n")
	}
	if strings.Contains(got.String(), "10.0.0.7") || strings.Contains(got.String(), "secret") {
		t.Error("private text has got out")
	}
	const file = "testdata/exceptions.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// throwing sends so many loans and fails.
func throwing(n int, err error) *streamtest.Desk {
	return &streamtest.Desk{Watch: func(_ context.Context, _ *libraryv1.WatchLoansRequest, s watchStream) error {
		for range n {
			if err := s.Send(&libraryv1.Loan{}); err != nil {
				return err
			}
		}
		return err
	}}
}

var asEvents = map[string]string{"Accept": "text/event-stream"}

// before is the reply to an exception before the first event: status, the fields
// that exceptions bring, and body.
func before(t *testing.T, err error) string {
	w := streamtest.Record(streamtest.NewAPI(t, throwing(0, err), endpoints.With(sse.Transport())), "GET", restPath, asEvents)
	text := fmt.Sprint(w.Code)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		if name != "Content-Type" && name != "Content-Length" {
			text += fmt.Sprintf(" %s: %s", name, strings.Join(w.Header()[name], ", "))
		}
	}
	return text + " " + w.Body.String()
}

// after is what comes after the first event.
func after(t *testing.T, err error) string {
	w := streamtest.Record(streamtest.NewAPI(t, throwing(1, err), endpoints.With(sse.Transport())), "GET", restPath, asEvents)
	rest, ok := strings.CutPrefix(w.Body.String(), "data: {}\n\n")
	if !ok || w.Code != 200 {
		t.Errorf("want an event, got %d %q", w.Code, w.Body)
	}
	return strings.TrimSuffix(rest, "\n\n")
}

// frames is what comes after the first message.
func frames(t *testing.T, err error) (list []string) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, throwing(1, err), nil)
		c := connect(t, l.Server, restPath, nil)
		c.expect(t, "text {}")
		for frame := range c.frames {
			list = append(list, frame)
		}
	})
	return list
}

// TestAbort shows that a handler that aborts leaves nothing behind.
func TestAbort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, &streamtest.Desk{Watch: func(context.Context, *libraryv1.WatchLoansRequest, watchStream) error {
			panic(http.ErrAbortHandler)
		}}, nil)
		c := connect(t, l.Server, watchPath, nil)
		c.send(text(`{"shelf":"a"}`))
		c.expectEnd(t)
	})
}
