package normalize_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s differs; run with -update and look at the change.\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

type namedVerdict struct {
	name string
	v    normalize.Verdict
}

// verdicts are what each format is tried on.
func verdicts(t testing.TB) []namedVerdict {
	p := normalize.Identity()
	verdict := func(e exceptions.ServiceException, with ...exceptions.Option) normalize.Verdict {
		return p.Verdict(raise(t, e, with...))
	}
	said := func(message string) normalize.Verdict { return verdict(exceptions.New(404, "%s", message)) }
	invalid := func(location, locationType string) exceptions.Violation {
		return exceptions.Violation{Location: location, LocationType: locationType, Reason: "invalidParameter", Message: "Not a number."}
	}
	return []namedVerdict{
		{"plain", said("No shelf with the id 7 exists.")},
		{"no message", verdict(exceptions.NewStatus(404))},
		{"blank message", verdict(exceptions.NewNotFound(""))},
		{"no message, no phrase", verdict(exceptions.NewStatus(599))},
		{"unknown error", normalize.Frameworks().Verdict(&exceptions.UnknownError{})},
		{"status changed", normalize.Frameworks().Verdict(exceptions.NewStatus(405))},
		{"markup", said("<b>&amp;</b>")},
		{"line separators", said("a\u2028b\u2029c")},
		{"quotes and controls", said("\"a\\b\"\t\r\n\b\f\x00\x1f\x7f")},
		{"invalid UTF-8", said("a\xff\xed\xa0\x80z")},
		{"beyond the basic plane", said("caf\u00e9 \U0001F600")},
		{"own reason and domain", verdict(exceptions.New(409, "Held."), exceptions.Reason("shelfLocked"), exceptions.Domain("library.example.com"))},
		{"hostile reason and domain", verdict(exceptions.New(409, "x"), exceptions.Reason("a\"b\n\xff"), exceptions.Domain("<\"\xff>"))},
		{"violations", verdict(exceptions.NewBadRequest("Two places are wrong."), exceptions.Violations(
			invalid("shelf", "parameter"), invalid("shelf.books[3].pages", "body"), invalid("X-Count", "header")))},
		{"violations without a message", verdict(exceptions.NewStatus(400), exceptions.Violations(
			exceptions.Violation{Location: "labels[\"a/b~c d\"]", LocationType: "body"},
			exceptions.Violation{Message: "\xff", Reason: "bad\"reason", Location: "\"", LocationType: "\""}))},
		{"wait", verdict(exceptions.NewStatus(503), exceptions.RetryAfter(1500*time.Millisecond))},
		{"details", verdict(exceptions.NewConflict("Held."), exceptions.Details(
			&errdetails.ResourceInfo{ResourceType: "shelf", ResourceName: "shelves/7"},
			&errdetails.ResourceInfo{ResourceName: "a second one of the type is left out"},
			&errdetails.Help{},
			durationpb.New(3*time.Second),
			&emptypb.Empty{},
			structpb.NewStringValue("text")))},
		{"details in an Any", verdict(exceptions.NewConflict("Held."), exceptions.Details(
			pack(t, &errdetails.ResourceInfo{ResourceName: "shelves/7"}),
			&errdetails.ResourceInfo{ResourceName: "a second one of the type is left out"},
			&anypb.Any{TypeUrl: "type.googleapis.com/no.such.Type", Value: []byte{1}}))},
		{"details that cannot be written", verdict(exceptions.NewConflict("Held."), exceptions.Details(
			wrapperspb.String("\xff"), &durationpb.Duration{Nanos: -1, Seconds: 1}, wrapperspb.Bool(true)))},
		{"details in place of ours", verdict(exceptions.NewBadRequest("Bad."),
			exceptions.RetryAfter(time.Second), exceptions.Violations(invalid("shelf", "parameter")), exceptions.Details(
				&errdetails.ErrorInfo{Reason: "OWN", Domain: "own", Metadata: map[string]string{"shelf": "7"}},
				&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Minute)},
				&errdetails.BadRequest{}))},
	}
}

func pack(t testing.TB, m proto.Message) *anypb.Any {
	t.Helper()
	a, err := anypb.New(m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestFormats(t *testing.T) {
	for format, f := range normalize.Formats() {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			for _, tt := range verdicts(t) {
				body := f.Append(nil, &tt.v)
				if !json.Valid(body) || !utf8.Valid(body) {
					t.Errorf("%s: %q is no JSON", tt.name, body)
				}
				again := f.Append([]byte("before"), &tt.v)
				if string(again) != "before"+string(body) {
					t.Errorf("%s: appended to a buffer it is %q", tt.name, again)
				}
				fmt.Fprintf(&out, "# %s\n%s\n", tt.name, body)
			}
			golden(t, format+".golden", out.Bytes())
		})
	}
}

// The bodies are canonical proto JSON of the messages that document them.
func TestFormatsFollowTheirSchemas(t *testing.T) {
	schemas := map[string]func() proto.Message{
		"envelope": func() proto.Message { return &endpointsv1.ErrorEnvelope{} },
		"aip193":   func() proto.Message { return &endpointsv1.StatusEnvelope{} },
		"problem":  func() proto.Message { return &endpointsv1.Problem{} },
		"detail":   func() proto.Message { return &endpointsv1.DetailReply{} },
		"error":    func() proto.Message { return &endpointsv1.ErrorReply{} },
	}
	for format, f := range normalize.Formats() {
		t.Run(format, func(t *testing.T) {
			for _, tt := range verdicts(t) {
				body := f.Append(nil, &tt.v)
				m := schemas[format]()
				if err := protojson.Unmarshal(body, m); err != nil {
					t.Errorf("%s: %s does not fit %s: %v", tt.name, body, m.ProtoReflect().Descriptor().Name(), err)
					continue
				}
				canonical, err := protojson.MarshalOptions{}.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				// The blank text is written where proto JSON leaves it out.
				if got, want := sorted(t, body), sorted(t, canonical); got != want && !tt.v.Blank {
					t.Errorf("%s:\n%s\nas proto JSON:\n%s", tt.name, got, want)
				}
			}
		})
	}
}

// sorted returns JSON with its keys sorted and without white space.
func sorted(t *testing.T, body []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestStatusesInBodies has statuses of any length, which policies may send.
func TestStatusesInBodies(t *testing.T) {
	names := map[string]string{"envelope": "code", "aip193": "code", "problem": "status"}
	statuses := []int{math.MinInt, -404, -1, 0, 7, 42, 99, 100, 101, 199, 404, 418, 503, 599, 990, 999, 1000, 4040, math.MaxInt}
	for name, format := range normalize.Formats() {
		member, ok := names[name]
		if !ok {
			continue
		}
		for _, status := range statuses {
			for _, violations := range [][]exceptions.Violation{nil, {{Location: "a", Message: "b"}}} {
				body := format.Append(nil, &normalize.Verdict{Status: status, Reason: "r", Domain: "d", Violations: violations})
				if want := fmt.Sprintf(`"%s":%d,`, member, status); !bytes.Contains(body, []byte(want)) {
					t.Errorf("%s: want %s in %s", name, want, body)
				}
			}
		}
	}
}

// TestReasonsOfOneStatus: what an envelope keeps of the first reason of a status is
// for that reason alone.
func TestReasonsOfOneStatus(t *testing.T) {
	for range 2 {
		for _, want := range []struct{ reason, domain string }{
			{"notFound", "global"}, {"gone\"", "global"}, {"notFound", "elsewhere"}, {"gone", "global"}, {"notFound", "global"},
		} {
			v := normalize.Verdict{Status: 440, Reason: want.reason, Domain: want.domain, Message: "m"}
			body := normalize.Envelope().Append([]byte("before"), &v)
			item := fmt.Sprintf(`{"domain":%q,"reason":%q,"message":"m"}`, want.domain, want.reason)
			if want := `before{"error":{"errors":[` + item + `],"code":440,"message":"m"}}`; string(body) != want {
				t.Errorf("got  %s\nwant %s", body, want)
			}
			if n := testing.AllocsPerRun(10, func() { normalize.Envelope().Append(body[:0], &v) }); n > 0 {
				t.Errorf("%s: want no allocation, got %v", want.reason, n)
			}
		}
	}
}

func TestLongMessage(t *testing.T) {
	long := strings.Repeat("<\u2028>é", 1000) // 5,000 characters and more bytes
	v := normalize.Frameworks().Verdict(exceptions.New(404, "%s", long))
	for format, f := range normalize.Formats() {
		if body := f.Append(nil, &v); !bytes.Contains(body, []byte(`"`+long+`"`)) {
			t.Errorf("%s: the message is not whole", format)
		}
	}
}

func TestContentTypes(t *testing.T) {
	want := map[string]string{
		"envelope": "application/json; charset=UTF-8",
		"aip193":   "application/json; charset=UTF-8",
		"problem":  "application/problem+json",
		"detail":   "application/json",
		"error":    "application/json",
	}
	n := 0
	for format, f := range normalize.Formats() {
		n++
		if got := f.ContentType(); got != want[format] {
			t.Errorf("%s: %q, want %q", format, got, want[format])
		}
	}
	if n != len(want) {
		t.Errorf("%d formats, want %d", n, len(want))
	}
}

// Clients of AIP-193 give up on a body with a fifth key.
func TestAIP193HasFourKeys(t *testing.T) {
	for _, tt := range verdicts(t) {
		var body map[string]map[string]any
		if err := json.Unmarshal(normalize.AIP193().Append(nil, &tt.v), &body); err != nil {
			t.Fatal(err)
		}
		keys := body["error"]
		for _, key := range []string{"code", "message", "status", "details"} {
			if _, ok := keys[key]; !ok {
				t.Errorf("%s: no %s", tt.name, key)
			}
		}
		if len(body) != 1 || len(keys) != 4 {
			t.Errorf("%s: the keys are %v", tt.name, keys)
		}
		types := map[any]bool{}
		for _, d := range keys["details"].([]any) {
			name := d.(map[string]any)["@type"]
			if types[name] {
				t.Errorf("%s: two details of the type %v", tt.name, name)
			}
			types[name] = true
		}
		if !types["type.googleapis.com/google.rpc.ErrorInfo"] {
			t.Errorf("%s: no ErrorInfo", tt.name)
		}
	}
}
