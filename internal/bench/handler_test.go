package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"reflect"
	"regexp"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/contestants"
	benchv1 "github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bench/gen/bench/v1/benchv1endpoints"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// TestContestants checks that every contestant really serves every scenario: with
// the right status, and a body that is the expected message in canonical JSON.
func TestContestants(t *testing.T) {
	for _, c := range arena.Contestants() {
		t.Run(c.Name, func(t *testing.T) {
			h := c.New()
			for _, s := range arena.Scenarios {
				if c.Skips(s.Name) {
					continue
				}
				cl := arena.NewClient(h, c.RequestFor(s), c.MutatesRequest)
				cl.W.Keep = true
				var first *http.Request
				for i := range 3 { // to serve one must not change the next
					cl.Do()
					checkReply(t, c, s, &cl.W)
					if i == 0 {
						first = cl.Request().Clone(t.Context())
					}
				}
				checkRequest(t, s, first, cl.Request())
			}
		})
	}
}

func checkReply(t *testing.T, c arena.Contestant, s arena.Scenario, w *arena.Writer) {
	t.Helper()
	if w.Status != c.StatusFor(s) {
		t.Errorf("%s: status %d, want %d: %.300s", s.Name, w.Status, c.StatusFor(s), w.Body)
	}
	if !json.Valid(w.Body) {
		t.Errorf("%s: body is not JSON: %.300s", s.Name, w.Body)
	}
	if s.Want == nil || c.OpaqueBody {
		return
	}
	got := s.Want.ProtoReflect().New().Interface()
	if err := protojson.Unmarshal(w.Body, got); err != nil || !proto.Equal(got, s.Want) {
		t.Errorf("%s: wrong body (%v): %.300s", s.Name, err, w.Body)
	}
	var have bytes.Buffer
	if err := json.Compact(&have, w.Body); err != nil || !bytes.Equal(arena.JSON(s.Want), bytes.TrimSpace(have.Bytes())) {
		t.Logf("%s: not canonical to the byte: %.200s", s.Name, have.Bytes())
	}
}

// checkRequest looks that a handler leaves nothing in the request that grows or is
// found there the next time, but for what the client takes out and what ServeMux
// replaces. connect-go leaves a Host in the header, the same each time.
func checkRequest(t *testing.T, s arena.Scenario, before, after *http.Request) {
	t.Helper()
	for field, was := range reflect.ValueOf(before).Elem().Fields() {
		switch field.Name {
		case "Body", "Form", "PostForm", "MultipartForm", "Pattern":
			continue
		}
		is := reflect.ValueOf(after).Elem().FieldByIndex(field.Index)
		if field.IsExported() && !reflect.DeepEqual(was.Interface(), is.Interface()) {
			t.Errorf("%s: %s of the request was %v and is %v", s.Name, field.Name, was, is)
		}
	}
}

var only = flag.String("contestants", "", "regexp of contestants to measure")

// BenchmarkHandler/<scenario>/<contestant>.
func BenchmarkHandler(b *testing.B) {
	named := regexp.MustCompile(*only)
	for _, s := range arena.Scenarios {
		b.Run(s.Name, func(b *testing.B) {
			for _, c := range arena.Contestants() {
				if c.Skips(s.Name) || !named.MatchString(c.Name) {
					continue
				}
				b.Run(c.Name, func(b *testing.B) {
					cl := arena.NewClient(c.New(), c.RequestFor(s), c.MutatesRequest)
					if cl.Do(); cl.W.Status != c.StatusFor(s) {
						b.Fatalf("status %d", cl.W.Status)
					}
					arena.Loop(b, cl.Do)
				})
			}
		})
	}
}

// BenchmarkHarness is what the measurement itself has of every BenchmarkHandler.
func BenchmarkHarness(b *testing.B) {
	floor := arena.FindContestant("floor")
	run(b, "get", arena.NewClient(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), floor.RequestFor(arena.Scenarios[0]), false).Do)
}

// A fixed server replies what it holds.
type fixed struct {
	benchv1endpoints.LibraryServiceServer
	book *benchv1.Book
	err  error
}

func (f fixed) GetBook(context.Context, *benchv1.GetBookRequest) (*benchv1.Book, error) {
	return f.book, f.err
}

// newFixed returns a client of an API whose GetBook costs nothing.
func newFixed(tb testing.TB, book *benchv1.Book, err error, options ...endpoints.Option) *arena.Client {
	tb.Helper()
	api := endpoints.New(append(options, endpoints.WithLogger(contestants.Silent))...)
	if err := benchv1endpoints.RegisterLibraryService(api, fixed{book: book, err: err}); err != nil {
		tb.Fatal(err)
	}
	return arena.NewClient(api, arena.FindContestant("endpoints").RequestFor(arena.Scenarios[0]), false)
}

var noBook = exceptions.NewNotFound("No entity with the id %q exists.", "42")

// BenchmarkReply/get/<outcome> compares what the framework does with an exception,
// up to the bytes, to what it does with a small reply. The handler has both ready.
func BenchmarkReply(b *testing.B) {
	b.Run("get", func(b *testing.B) {
		run(b, "success", newFixed(b, arena.SmallProto, nil).Do)
		run(b, "error", newFixed(b, nil, noBook).Do)
		run(b, "error-modern", newFixed(b, nil, noBook, endpoints.WithProfile(endpoints.Modern())).Do)
	})
}

// TestAllocations holds the framework to one allocation for a call, beside the
// request message and what the handler makes.
func TestAllocations(t *testing.T) {
	const call, message = 1, 1
	for _, profile := range []endpoints.Profile{endpoints.Frameworks(), endpoints.Modern()} {
		for name, c := range map[string]*arena.Client{
			"success": newFixed(t, arena.SmallProto, nil, endpoints.WithProfile(profile)),
			"error":   newFixed(t, nil, noBook, endpoints.WithProfile(profile)),
		} {
			if n := testing.AllocsPerRun(200, c.Do); n > call+message {
				t.Errorf("%s, %s: %v allocations, want %d", profile.Name(), name, n, call+message)
			}
		}
	}
}
