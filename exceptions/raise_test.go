package exceptions_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// same compares descriptions; classes are compared by pointer.
func same(t *testing.T, got, want exceptions.Description) {
	t.Helper()
	byPointer := cmp.Comparer(func(a, b *exceptions.Class) bool { return a == b })
	if diff := cmp.Diff(want, got, protocmp.Transform(), byPointer); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
}

// full is an exception that says everything itself.
type full struct{ exceptions.Forbidden }

var ownDetail, ownViolation = wrapperspb.String("own"), exceptions.Violation{Location: "own"}

func (e *full) DescribeException() exceptions.Description {
	d := e.Forbidden.DescribeException()
	d.Reason, d.Domain, d.Level, d.RetryAfter = "full", "full.example.com", slog.LevelError, time.Minute
	d.Details = []proto.Message{ownDetail}
	d.Violations = []exceptions.Violation{ownViolation}
	d.Header = http.Header{"Allow": {"GET"}, "Link": {"own"}}
	return d
}

func TestRaiseMerges(t *testing.T) {
	forbidden, _ := exceptions.ClassByName("Forbidden")
	said := func(e exceptions.ServiceException, with ...exceptions.Option) exceptions.ServiceException {
		return exceptions.Raise(e, with...).(exceptions.ServiceException)
	}
	detail, violation := durationpb.New(time.Second), exceptions.Violation{Location: "a"}
	tests := []struct {
		name string
		e    exceptions.ServiceException
		want exceptions.Description
	}{
		{"nothing", said(exceptions.NewForbidden("no")), exceptions.Description{Class: forbidden, Message: "no"}},
		{"blank stays", said(exceptions.NewForbidden(""), exceptions.Reason("r")), exceptions.Description{Class: forbidden, Blank: true, Reason: "r"}},
		{"everything", said(&exceptions.Forbidden{}, exceptions.Reason("r"), exceptions.Domain("d"), exceptions.Level(slog.LevelInfo),
			exceptions.RetryAfter(time.Second), exceptions.Details(detail), exceptions.Violations(violation), exceptions.Header("allow", "PUT")),
			exceptions.Description{Class: forbidden, Reason: "r", Domain: "d", Level: slog.LevelInfo, RetryAfter: time.Second,
				Details: []proto.Message{detail}, Violations: []exceptions.Violation{violation}, Header: http.Header{"Allow": {"PUT"}}}},
		{"over everything", said(&full{}, exceptions.Reason("r"), exceptions.Domain("d"), exceptions.Level(slog.LevelInfo),
			exceptions.RetryAfter(time.Second), exceptions.Details(detail), exceptions.Violations(violation), exceptions.Header("Allow", "PUT")),
			exceptions.Description{Class: forbidden, Reason: "r", Domain: "d", Level: slog.LevelInfo, RetryAfter: time.Second,
				Details: []proto.Message{ownDetail, detail}, Violations: []exceptions.Violation{ownViolation, violation},
				Header: http.Header{"Allow": {"PUT"}, "Link": {"own"}}}},
		{"nothing is ignored", said(&full{}, exceptions.Reason(""), exceptions.Domain(""), exceptions.Level(nil), exceptions.Level((*slog.LevelVar)(nil)),
			exceptions.RetryAfter(0), exceptions.RetryAfter(-1), exceptions.Details(nil, (*durationpb.Duration)(nil)), exceptions.Violations(), nil,
			exceptions.Cause(nil), exceptions.Cause((*shelfLocked)(nil))),
			exceptions.Describe(&full{})},
		{"last one wins", said(&full{}, exceptions.Reason("a"), exceptions.Reason("b"), exceptions.RetryAfter(1), exceptions.RetryAfter(2)),
			func() exceptions.Description {
				d := exceptions.Describe(&full{})
				d.Reason, d.RetryAfter = "b", 2
				return d
			}()},
		{"again", said(said(&exceptions.Forbidden{}, exceptions.Reason("a"), exceptions.Domain("d"), exceptions.Details(ownDetail), exceptions.Header("Link", "1"), exceptions.Header("Allow", "GET")),
			exceptions.Reason("b"), exceptions.Details(detail), exceptions.Header("Link", "2"), exceptions.Header("Link", "3")),
			exceptions.Description{Class: forbidden, Reason: "b", Domain: "d", Details: []proto.Message{ownDetail, detail},
				Header: http.Header{"Link": {"2", "3"}, "Allow": {"GET"}}}},
		{"received", exceptions.Received(exceptions.NewForbidden("x"), exceptions.Reason("r")).(exceptions.ServiceException),
			exceptions.Description{Class: forbidden, Message: "x", Reason: "r"}},
		{"two methods", said(teapot{}, exceptions.Reason("teapot")), exceptions.Description{Reason: "teapot"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { same(t, exceptions.Describe(test.e), test.want) })
	}
}

func TestRaiseChangesNothing(t *testing.T) {
	details := make([]proto.Message, 1, 8)
	details[0] = wrapperspb.String("a")
	violations := make([]exceptions.Violation, 1, 8)
	violations[0].Location = "a"
	first := exceptions.Raise(&full{}, exceptions.Details(details...), exceptions.Violations(violations...), exceptions.Header("Link", "1")).(exceptions.ServiceException)
	before := exceptions.Describe(first)
	// What the caller does with its own slices, and what others raise, stays
	// with them.
	details[0], violations[0].Location = wrapperspb.String("changed"), "changed"
	b := exceptions.Raise(first, exceptions.Details(wrapperspb.String("b")), exceptions.Violations(exceptions.Violation{Location: "b"}), exceptions.Header("Link", "b")).(exceptions.ServiceException)
	c := exceptions.Raise(first, exceptions.Details(wrapperspb.String("c")), exceptions.Violations(exceptions.Violation{Location: "c"}), exceptions.Header("Allow", "c")).(exceptions.ServiceException)
	same(t, exceptions.Describe(first), before)
	for e, want := range map[exceptions.ServiceException]string{b: "b", c: "c"} {
		d := exceptions.Describe(e)
		if got := d.Details[2].(*wrapperspb.StringValue).Value + d.Violations[2].Location; got != want+want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	same(t, exceptions.Describe(&full{}), (&full{}).DescribeException())
}

func TestRaiseText(t *testing.T) {
	locked := &shelfLocked{Conflict: *exceptions.NewConflict("held")}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"without cause", exceptions.Raise(locked), "held"},
		{"cause", exceptions.Raise(locked, exceptions.Cause(io.EOF)), "held: EOF"},
		{"two causes", exceptions.Raise(locked, exceptions.Cause(io.EOF), exceptions.Cause(sql.ErrNoRows)), "held: EOF; sql: no rows in result set"},
		{"cause added", exceptions.Raise(exceptions.Raise(locked, exceptions.Cause(io.EOF)).(exceptions.ServiceException), exceptions.Cause(sql.ErrNoRows)),
			"held: EOF; sql: no rows in result set"},
		{"broken", exceptions.Raise(broken{}, exceptions.Cause(errors.Join((*shelfLocked)(nil)))),
			"exceptions_test.broken, whose Error method panicked: *errors.joinError, whose Error method panicked"},
		{"nil", exceptions.Raise(nil), "unknown error: exceptions: a nil <nil> was raised"},
		{"typed nil", exceptions.Raise((*shelfLocked)(nil), exceptions.Cause(io.EOF)), "unknown error: exceptions: a nil *exceptions_test.shelfLocked was raised; EOF"},
		{"nil received", exceptions.Received((*shelfError)(nil)), "unknown error: exceptions: a nil *exceptions_test.shelfError was raised"},
		{"typed nil proto message", exceptions.Raise((*protoError)(nil)), "unknown error: exceptions: a nil *exceptions_test.protoError was raised"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.err.Error(); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestRaiseKeepsCauses(t *testing.T) {
	err := exceptions.Raise(&shelfLocked{}, exceptions.Cause(io.EOF), exceptions.Cause(fmt.Errorf("x: %w", sql.ErrNoRows)))
	err = exceptions.Raise(err.(exceptions.ServiceException), exceptions.Cause(exceptions.NewGone("x")))
	for _, target := range []error{io.EOF, sql.ErrNoRows} {
		if !errors.Is(err, target) {
			t.Errorf("%v is lost", target)
		}
	}
	if !has[*exceptions.Gone](err) || !has[*shelfLocked](err) {
		t.Error("a type is lost")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("found what is not there")
	}
}

func TestRaisedAgainIsOwn(t *testing.T) {
	received := exceptions.Received(&shelfLocked{}).(exceptions.ServiceException)
	own := exceptions.Raise(received)
	if _, ok := exceptions.Of(own); !ok {
		t.Error("raised again, it is still another's")
	}
	if _, ok := exceptions.Of(exceptions.Received(own.(exceptions.ServiceException))); ok {
		t.Error("received, it is still ours")
	}
	if _, ok := exceptions.Of(received); ok {
		t.Error("the received one was changed")
	}
	locked, _ := errors.AsType[*shelfLocked](received)
	if e, ok := exceptions.Of(locked); !ok || e != exceptions.ServiceException(locked) {
		t.Error("what was caught in it and returned is not ours")
	}
}

func TestHeader(t *testing.T) {
	type field struct{ key, value string }
	tests := []struct {
		name   string
		fields []field
		want   http.Header
	}{
		{"canonical", []field{{"www-authenticate", "Bearer"}}, http.Header{"Www-Authenticate": {"Bearer"}}},
		{"two values", []field{{"Link", "a"}, {"link", "b"}}, http.Header{"Link": {"a", "b"}}},
		{"injected", []field{{"Link", "a\r\nSet-Cookie: b=c"}}, http.Header{"Link": {"a  Set-Cookie: b=c"}}},
		{"bare line feed", []field{{"Link", "a\nb"}}, http.Header{"Link": {"a b"}}},
		{"nul and others", []field{{"Link", "a\x00b\x1bc\x7fd\te"}}, http.Header{"Link": {"a b c d\te"}}},
		{"trimmed", []field{{"Link", " \t a \r\n"}}, http.Header{"Link": {"a"}}},
		{"not ASCII", []field{{"Link", "caf\xc3\xa9 \xff"}}, http.Header{"Link": {"caf\xc3\xa9 \xff"}}},
		{"empty value", []field{{"Link", ""}}, http.Header{"Link": {""}}},
		{"empty name", []field{{"", "a"}}, nil},
		{"space in name", []field{{"Li nk", "a"}}, nil},
		{"colon in name", []field{{"Link:", "a"}}, nil},
		{"line break in name", []field{{"Link\r\nX", "a"}}, nil},
		{"name not ASCII", []field{{"Lïnk", "a"}}, nil},
		{"all of a token", []field{{"a!#$%&'*+-.^_`|~9Z", "a"}}, http.Header{"A!#$%&'*+-.^_`|~9z": {"a"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var with []exceptions.Option
			own := http.Header{}
			for _, f := range test.fields {
				with = append(with, exceptions.Header(f.key, f.value))
				own[f.key] = append(own[f.key], f.value)
			}
			d := exceptions.Describe(exceptions.Raise(&exceptions.Gone{}, with...).(exceptions.ServiceException))
			if diff := cmp.Diff(test.want, d.Header); diff != "" {
				t.Errorf("attached (-want +got):\n%s", diff)
			}
			if len(own) > 1 {
				return // two spellings of a name in one map have no order
			}
			before := own.Clone()
			d = exceptions.Describe(headed{header: own})
			if diff := cmp.Diff(test.want, d.Header); diff != "" && len(test.want)+len(d.Header) > 0 {
				t.Errorf("its own (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, own); diff != "" {
				t.Errorf("the exception was changed:\n%s", diff)
			}
		})
	}
}

// headed is an exception with header fields that nobody checked.
type headed struct {
	teapot
	header http.Header
}

func (e headed) DescribeException() exceptions.Description {
	return exceptions.Description{Header: e.header, Details: []proto.Message{nil, ownDetail, (*durationpb.Duration)(nil)}}
}

func TestDescribeIsTotal(t *testing.T) {
	gone, _ := exceptions.ClassByName("Gone")
	tests := []struct {
		name string
		e    exceptions.ServiceException
		want exceptions.Description
	}{
		{"nil", nil, exceptions.Description{}},
		{"typed nil", (*shelfError)(nil), exceptions.Description{}},
		{"typed nil predefined", (*exceptions.Gone)(nil), exceptions.Description{}},
		{"predefined", &exceptions.Gone{}, exceptions.Description{Class: gone}},
		{"panics", broken{}, exceptions.Description{}},
		{"panics, raised", exceptions.Raise(broken{}, exceptions.Reason("r")).(exceptions.ServiceException), exceptions.Description{Reason: "r"}},
		{"nil details", headed{}, exceptions.Description{Details: []proto.Message{ownDetail}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { same(t, exceptions.Describe(test.e), test.want) })
	}
}

func TestLogValue(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"all", exceptions.Raise(exceptions.NewConflict("held"), exceptions.Reason("r"), exceptions.Cause(io.EOF)),
			"err.class=Conflict err.status=409 err.reason=r err.text=held err.cause=EOF\n"},
		{"little", exceptions.Raise(teapot{}), "err.status=418 err.text=\"internal text\"\n"},
		{"received", exceptions.Received(exceptions.NewGone("x")), "err.class=Gone err.status=410 err.text=x err.received=true\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			bare := func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey {
					return slog.Attr{}
				}
				return a
			}
			slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: bare})).Error("x", "err", test.err)
			if b.String() != test.want {
				t.Errorf("got  %swant %s", b.String(), test.want)
			}
		})
	}
}

func TestValue(t *testing.T) {
	type object struct {
		B string `json:"b"`
		A *int   `json:"a"`
	}
	tests := []struct {
		name string
		with []exceptions.Option
		want string
		text string
	}{
		{"text", []exceptions.Option{exceptions.Value("<a>")}, `"<a>"`, "held"},
		{"order of fields", []exceptions.Option{exceptions.Value(object{B: "x"})}, `{"b":"x","a":null}`, "held"},
		{"order of keys", []exceptions.Option{exceptions.Value(json.RawMessage(`{"z": 1.0, "a": [ ]}`))}, `{"z":1.0,"a":[]}`, "held"},
		{"null", []exceptions.Option{exceptions.Value(nil)}, `null`, "held"},
		{"last one wins", []exceptions.Option{exceptions.Value(1), exceptions.Value(2)}, `2`, "held"},
		{"no JSON", []exceptions.Option{exceptions.Value(math.NaN())}, ``, "held: exceptions: value: json: unsupported value: NaN"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := exceptions.Raise(exceptions.NewConflict("held"), test.with...)
			d := exceptions.Describe(err.(exceptions.ServiceException))
			if string(d.Value) != test.want || err.Error() != test.text {
				t.Errorf("got %s and %q, want %s and %q", d.Value, err, test.want, test.text)
			}
			again := exceptions.Raise(err.(exceptions.ServiceException), exceptions.Reason("r"))
			if got := exceptions.Describe(again.(exceptions.ServiceException)).Value; string(got) != test.want {
				t.Errorf("raised again: got %s, want %s", got, test.want)
			}
		})
	}
}
