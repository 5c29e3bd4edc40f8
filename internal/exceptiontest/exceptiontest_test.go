package exceptiontest_test

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/declared"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/base"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
)

func name(m proto.Message) string { return string(m.ProtoReflect().Descriptor().FullName()) }

func TestTwenty(t *testing.T) {
	seen := make(map[string]bool)
	for _, e := range exceptiontest.All() {
		seen[name(e)] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d different exceptions", len(seen))
	}
	r := declared.NewReader()
	for _, file := range []protoreflect.FileDescriptor{base.File_exceptiontest_base_base_proto, lease.File_exceptiontest_lease_lease_proto, store.File_exceptiontest_store_store_proto} {
		var walk func(protoreflect.MessageDescriptors)
		walk = func(ms protoreflect.MessageDescriptors) {
			for i := range ms.Len() {
				if e := r.Exception(ms.Get(i)); e != nil && !seen[e.Class.Name] {
					t.Errorf("%s is not among them", e.Class)
				}
				walk(ms.Get(i).Messages())
			}
		}
		walk(file.Messages())
	}
}

// TestClasses holds what every class inherits and says itself.
func TestClasses(t *testing.T) {
	want := []string{
		"base.Broken < Conflict: 409 ABORTED broken test.example.com",
		"base.BrokenAgain < base.Broken < Conflict: 409 ABORTED broken test.example.com",
		"base.BrokenForGood < base.BrokenAgain < base.Broken < Conflict: 410 DATA_LOSS brokenForGood good.example.com ERROR https://test.example.com/errors/broken",
		"base.Bare: 418 FAILED_PRECONDITION",
		"base.Ordinary < Forbidden: 403 PERMISSION_DENIED ordinary",
		"base.Every < TooManyRequests: 429 RESOURCE_EXHAUSTED retryable every DEBUG",
		"base.Outer.Inner < AlreadyExists < Conflict: 409 ALREADY_EXISTS inner",
		"base.Outer.Innermost < base.Outer.Inner < AlreadyExists < Conflict: 409 ABORTED inner",
		"base.NotFound < NotFound: 404 NOT_FOUND nothingThere",
		"store.Full < ServiceUnavailable: 503 UNAVAILABLE retryable storeFull",
		"store.FullForNow < store.Full < ServiceUnavailable: 429 RESOURCE_EXHAUSTED retryable storeFull",
		"store.EveryStored < base.Every < TooManyRequests: 429 RESOURCE_EXHAUSTED retryable everyStored DEBUG",
		"store.Odd: 507 RESOURCE_EXHAUSTED odd",
		"lease.Held < Locked: 423 FAILED_PRECONDITION held INFO",
		"lease.HeldUntil < lease.Held < Locked: 423 FAILED_PRECONDITION retryable heldUntil INFO",
		"lease.HeldUntilTold < lease.HeldUntil < lease.Held < Locked: 423 FAILED_PRECONDITION retryable heldUntilTold INFO",
		"lease.EveryLeased < base.Every < TooManyRequests: 429 RESOURCE_EXHAUSTED retryable every DEBUG",
		"lease.Late < OutOfRange < BadRequest: 400 OUT_OF_RANGE late",
		"lease.LateByFar < lease.Late < OutOfRange < BadRequest: 408 OUT_OF_RANGE late",
		"lease.LateForever < lease.LateByFar < lease.Late < OutOfRange < BadRequest: 408 OUT_OF_RANGE lateForever",
	}
	var got []string
	for _, e := range exceptiontest.All() {
		d := exceptions.Describe(e)
		line := d.Class.Name
		for c := d.Class.Parent; c != nil; c = c.Parent {
			line += " < " + c.Name
		}
		line += fmt.Sprintf(": %d %s", e.HTTPStatus(), d.Class.Code)
		if d.Class.Retryable {
			line += " retryable"
		}
		if d.Reason != d.Class.Reason || d.Class.Status != e.HTTPStatus() {
			t.Errorf("%s: the class says something else", d.Class)
		}
		for _, s := range []string{d.Reason, d.Domain} {
			if s != "" {
				line += " " + s
			}
		}
		if d.Level != nil {
			line += " " + d.Level.(slog.Level).String()
		}
		if typ := strings.TrimPrefix(d.Class.Type, "https://type.googleapis.com/"+d.Class.Name); typ != "" {
			line += " " + typ
		}
		got = append(got, strings.ReplaceAll(line, "exceptiontest.", ""))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDeclared proves that what is read from the descriptors is what the
// generated classes say.
func TestDeclared(t *testing.T) {
	r := declared.NewReader()
	for _, e := range exceptiontest.All() {
		want := *exceptions.Describe(e).Class
		got := *r.Exception(e.ProtoReflect().Descriptor()).Class
		if got.Parent.String() != want.Parent.String() {
			t.Errorf("%s: parent %s, want %s", want.Name, got.Parent, want.Parent)
		}
		got.Parent, want.Parent = nil, nil
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if problems := r.Problems(); problems != nil {
		t.Error(problems)
	}
}

func TestText(t *testing.T) {
	want := map[string]string{
		"base.Broken":         `b {KIND_DISK}: -1 of 9223372036854775808 in 0.25 and 1e-09, a "b" & ü 1152921504606846976, true.`,
		"base.BrokenAgain":    `b {KIND_PAPER}: 7 of 8 in 0.5 and 2, a "b" & ü 1152921504606846976, false.`,
		"base.BrokenForGood":  "Gone after 3.",
		"base.Bare":           "",
		"base.Ordinary":       "m",
		"base.Every":          " and ",
		"base.Outer.Inner":    "There is a n.",
		"base.NotFound":       "There is no line\nbreak.",
		"store.Full":          "No room for e in a.",
		"store.EveryStored":   " and m",
		"lease.HeldUntil":     "l is held by .",
		"lease.HeldUntilTold": "l is held by h until w says so.",
		"lease.LateForever":   "0 s too late.",
	}
	for _, e := range exceptiontest.All() {
		short := strings.TrimPrefix(name(e), "exceptiontest.")
		text, ok := want[short]
		if !ok {
			continue
		}
		if got := exceptions.Describe(e).Message; got != text {
			t.Errorf("%s: message %q, want %q", short, got, text)
		}
		if text == "" {
			text = name(e)
		}
		if got := e.Error(); got != text {
			t.Errorf("%s: error %q, want %q", short, got, text)
		}
	}
	empty := &base.Ordinary{}
	if d := exceptions.Describe(empty); d.Message != "" || !d.Blank || empty.Error() != "exceptiontest.base.Ordinary" {
		t.Errorf("a text of placeholders alone: %q %v %q", d.Message, d.Blank, empty.Error())
	}
}

// TestDetails proves that the details are the message itself and its projections,
// and that each of those is what reading the message as the parent gives: an
// older caller sees the same, but for fields that it does not know.
func TestDetails(t *testing.T) {
	for _, e := range exceptiontest.All() {
		d := exceptions.Describe(e)
		if len(d.Details) == 0 || d.Details[0] != proto.Message(e) {
			t.Fatalf("%s is not its first detail", name(e))
		}
		wire, err := proto.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		class := d.Class
		for _, parent := range d.Details[1:] {
			class = class.Parent
			if name(parent) != class.Name {
				t.Fatalf("%s: detail %s, want %s", name(e), name(parent), class)
			}
			want := parent.ProtoReflect().New().Interface()
			if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(wire, want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, parent, protocmp.Transform()); diff != "" {
				t.Errorf("%s as %s (-want +got):\n%s", name(e), class, diff)
			}
			if got, ok := caught(e, parent); !ok || !proto.Equal(got, parent) {
				t.Errorf("%s is not caught as %s: %v", name(e), class, got)
			}
		}
		if class.Parent != nil && strings.Contains(class.Parent.Name, ".") {
			t.Errorf("%s: no detail for %s", name(e), class.Parent)
		}
	}
}

// caught returns err as the type of m, as errors.AsType does.
func caught(err error, m proto.Message) (proto.Message, bool) {
	target := reflect.New(reflect.TypeOf(m))
	ok := errors.As(fmt.Errorf("x: %w", err), target.Interface())
	got, _ := target.Elem().Interface().(proto.Message)
	return got, ok
}

func TestCatch(t *testing.T) {
	told := &lease.HeldUntilTold{Lease: new("l"), Holder: new("h"), Who: new("w")}
	err := exceptions.Raise(told, exceptions.Cause(errors.New("private")))

	self, ok := errors.AsType[*lease.HeldUntilTold](err)
	if !ok || self != told {
		t.Error("not caught as itself")
	}
	locked, ok := errors.AsType[*exceptions.Locked](err)
	if !ok {
		t.Fatal("not caught as *exceptions.Locked")
	}
	d := exceptions.Describe(locked)
	if d.Class.Name != "Locked" || d.Reason != "heldUntilTold" || d.Message != "l is held by h until w says so." || len(d.Details) != 3 {
		t.Errorf("the projection says %+v", d)
	}
	if _, ok := errors.AsType[*exceptions.Conflict](err); ok {
		t.Error("caught as *exceptions.Conflict")
	}
	if _, ok := errors.AsType[*lease.EveryLeased](err); ok {
		t.Error("caught as *lease.EveryLeased")
	}
	if _, ok := errors.AsType[*exceptions.BadRequest](error(&lease.LateByFar{})); !ok {
		t.Error("not caught as the parent of a predefined class")
	}
}

// TestNil proves that a nil pointer does no harm, wherever it comes from.
func TestNil(t *testing.T) {
	for _, e := range exceptiontest.All() {
		class := exceptions.Describe(e).Class
		none := reflect.Zero(reflect.TypeOf(e)).Interface().(exceptiontest.Exception)
		if none.Error() != class.Name || none.HTTPStatus() != class.Status || none.DescribeException().Class != class {
			t.Errorf("%s: a nil pointer says %q %d", class, none.Error(), none.HTTPStatus())
		}
		for target := range exceptions.Classes() {
			instance := reflect.New(reflect.TypeOf(exceptions.NewStatus(target.Status))).Interface()
			if none.(interface{ As(any) bool }).As(instance) {
				t.Errorf("%s: a nil pointer was caught as %s", class, target)
			}
		}
		if _, ok := exceptions.Of(none); ok {
			t.Errorf("%s: a nil pointer speaks", class)
		}
	}
}
