package bench_test

import (
	"fmt"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// What is measured: from an error to the status that is sent. The search for the
// exception is that of exceptions.Resolve, with which the answer to a call begins;
// its verdict, which also has text, header and details, takes more: see
// BenchmarkReply. The yardstick is the call of a method through an interface, with
// eight receivers of two types in turn, so that nothing learns the answer.

type statuser interface{ HTTPStatus() int }

type (
	evenStatus int
	oddStatus  int
)

func (s evenStatus) HTTPStatus() int { return int(s) }
func (s oddStatus) HTTPStatus() int  { return int(s) + 1 }

// shelfLocked is a class of one's own.
type shelfLocked struct{ exceptions.Conflict }

var policyStatuses = [8]int{404, 500, 405, 418, 400, -1, 1000, 302}

// ownErrors are exceptions as handlers return them, wrappedErrors the same
// wrapped twice.
func ownErrors() (own, wrapped [8]error) {
	for i, s := range policyStatuses {
		own[i] = exceptions.New(s, "No.")
	}
	own[5], own[6] = &shelfLocked{}, exceptions.NewNotFound("No entity with the id %q exists.", "42")
	for i, e := range own {
		wrapped[i] = fmt.Errorf("load: %w", fmt.Errorf("row 7: %w", e))
	}
	return own, wrapped
}

func status(p *normalize.Policy, err error) int {
	status, ok := exceptions.StatusOf(err)
	if !ok {
		status = 500
	}
	return p.Raised(status).Status
}

// BenchmarkPolicy/to-status/<what>.
func BenchmarkPolicy(b *testing.B) {
	p := normalize.Frameworks()
	own, wrapped := ownErrors()
	var callees [8]statuser
	for i, s := range policyStatuses {
		if callees[i] = evenStatus(s); i&1 == 1 {
			callees[i] = oddStatus(s)
		}
	}
	// Eight in one operation, so that the call of the operation hardly counts.
	b.Run("to-status", func(b *testing.B) {
		run(b, "(loop)", func() {
			sum := 0
			for i := range policyStatuses {
				sum += policyStatuses[i]
			}
			sinkInt = sum
		})
		run(b, "interface-call", func() {
			sum := 0
			for i := range policyStatuses {
				sum += callees[i].HTTPStatus()
			}
			sinkInt = sum
		})
		run(b, "look-up", func() {
			sum := 0
			for i := range policyStatuses {
				sum += p.Raised(policyStatuses[i]).Status
			}
			sinkInt = sum
		})
		run(b, "own", func() {
			sum := 0
			for i := range own {
				if status, ok := exceptions.StatusOf(own[i]); ok {
					sum += p.Raised(status).Status
				}
			}
			sinkInt = sum
		})
		run(b, "wrapped", func() {
			sum := 0
			for i := range wrapped {
				if status, ok := exceptions.StatusOf(wrapped[i]); ok {
					sum += p.Raised(status).Status
				}
			}
			sinkInt = sum
		})
	})
}

func TestPolicyAllocatesNothing(t *testing.T) {
	p := normalize.Frameworks()
	own, wrapped := ownErrors()
	if n := testing.AllocsPerRun(100, func() {
		for i := range own {
			sinkInt += status(p, own[i]) + status(p, wrapped[i])
		}
	}); n != 0 {
		t.Errorf("from exception to status: %v allocations", n)
	}
}
