package normalize_test

import (
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// raisedStatuses are looked up in turn, so that nothing learns the answer.
var raisedStatuses = [8]int{404, 500, 405, 418, 400, -1, 1000, 302}

// A statuser is what the look-up is measured against: one interface method.
type statuser interface{ HTTPStatus() int }

func BenchmarkRaised(b *testing.B) {
	p := normalize.Frameworks()
	b.ReportAllocs()
	sum, i := 0, 0
	for b.Loop() {
		a := p.Raised(raisedStatuses[i&7])
		sum += a.Status + len(a.Reason)
		i++
	}
	sink = sum
}

func BenchmarkInterfaceCall(b *testing.B) {
	var es [8]statuser
	for i, s := range raisedStatuses {
		es[i] = twoMethods(s)
		if i&1 == 1 {
			es[i] = otherStatus(s)
		}
	}
	b.ReportAllocs()
	sum, i := 0, 0
	for b.Loop() {
		sum += es[i&7].HTTPStatus()
		i++
	}
	sink = sum
}

type otherStatus int

func (s otherStatus) HTTPStatus() int { return int(s) + 1 }

var sink int

func BenchmarkVerdict(b *testing.B) {
	p := normalize.Frameworks()
	e := exceptions.NewNotFound("No entity with the id %q exists.", "42")
	b.ReportAllocs()
	for b.Loop() {
		v := p.Verdict(e)
		sink = v.Status
	}
}

// From the exception to the bytes of the reply.
func BenchmarkErrorReply(b *testing.B) {
	p := normalize.Frameworks()
	e := exceptions.NewNotFound("No entity with the id %q exists.", "42")
	for name, f := range normalize.Formats() {
		b.Run(name, func(b *testing.B) {
			buf := make([]byte, 0, 1024)
			var v normalize.Verdict // part of the state of a call
			b.ReportAllocs()
			for b.Loop() {
				v = p.Verdict(e)
				buf = f.Append(buf[:0], &v)
			}
		})
	}
}

// What an error reply is measured against.
func BenchmarkSmallSuccessReply(b *testing.B) {
	m := &libraryv1.Shelf{Name: "shelves/42", Theme: "history"}
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = jsonpb.Append(buf[:0], m, jsonpb.AppendOptions{})
	}
}
