// Package exceptiontest holds exceptions that are declared in proto in every
// form, for tests of whatever raises, sends and reads them: 20 in three files,
// three levels deep, in the open, the hybrid and the opaque API of Go.
package exceptiontest

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/base"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
)

// An Exception is one that is declared in proto.
type Exception interface {
	exceptions.ServiceException
	exceptions.Described
	proto.Message
}

// All returns one instance of every class, with all fields set.
func All() []Exception {
	item := &base.Item{Name: "a \"b\" & ü", Copies: 1 << 60}
	items := map[string]*base.Item{"one": {Name: "x"}}
	when := &timestamppb.Timestamp{Seconds: 1893456000, Nanos: 123000000}
	return []Exception{
		&base.Broken{Name: "b", Kind: base.Kind_KIND_DISK, Count: -1, Size: 1 << 63, Ratio: 0.25, Share: 1e-9, Fixable: true, Item: item},
		&base.BrokenAgain{Name: "b", Kind: base.Kind_KIND_PAPER, Count: 7, Size: 8, Ratio: 0.5, Share: 2, Item: item, Times: 3},
		&base.BrokenForGood{Name: "b", Kind: 77, Count: 7, Size: 8, Ratio: 0.5, Share: 2, Item: item, Times: 3, Remains: []byte{0, 255}},
		&base.Bare{},
		&base.Ordinary{
			Message: "m", Reason: "r", Domain: "d", Status: 1, Code: 2, Details: []string{"x", "y"}, Type: "t",
			Title: "T", Instance: "i", Detail: "D", Errors: []*base.Item{item}, HttpStatus: "h",
		},
		&base.Every{
			Choice: &base.Every_Text{Text: ""}, Maybe: new(""), Big: new(int64(-1 << 63)), Data: []byte{}, Kind: base.Kind_KIND_PAPER.Enum(),
			Numbers: []int32{0, 1}, Items: items, When: when,
		},
		&base.Outer_Inner{Name: "n"},
		&base.Outer_Innermost{Name: "n", Where: "w"},
		&base.NotFound{What: "line\nbreak"},
		store.Full_builder{Error: "e", As: "a", Is: 1, Unwrap: 2}.Build(),
		store.FullForNow_builder{Error: "e", As: "a", Is: 1, Unwrap: 2, Seconds: 3}.Build(),
		store.EveryStored_builder{
			Thing: item, Maybe: new("m"), Big: new(int64(0)), Data: []byte("d"), Kind: base.Kind_KIND_UNSPECIFIED.Enum(),
			Numbers: []int32{3}, Items: items, When: when, Store: "s",
		}.Build(),
		store.Odd_builder{Names: []string{"", "x"}}.Build(),
		&lease.Held{Lease: new("l"), Holder: new("h")},
		&lease.HeldUntil{Lease: new("l"), Holder: new(""), Until: when},
		&lease.HeldUntilTold{Lease: new("l"), Holder: new("h"), Until: when, Who: new("w")},
		&lease.EveryLeased{
			Choice: &lease.EveryLeased_Raw{Raw: []byte{}}, Maybe: new("m"), Big: new(int64(5)), Kind: base.Kind_KIND_DISK.Enum(),
			Numbers: []int32{3}, Items: items, When: when,
		},
		&lease.Late{Seconds: new(int64(-4))},
		&lease.LateByFar{Seconds: new(int64(4)), Missed: []*base.Item{item, {}}},
		lease.LateForever_builder{Seconds: new(int64(0)), Missed: []*base.Item{item}, Excuse: new("none")}.Build(),
	}
}
