package exceptions_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

var (
	sinkException   exceptions.ServiceException
	sinkError       error
	sinkDescription exceptions.Description
	sinkStatus      int
)

// BenchmarkOf measures the walk, with a call of an interface method in a
// function of its own as the yardstick.
func BenchmarkOf(b *testing.B) {
	own := error(&shelfLocked{holder: "bob"})
	deep := own
	for range 20 {
		deep = fmt.Errorf("deeper: %w", deep)
	}
	benchmarks := []struct {
		name string
		err  error
	}{
		{"predefined", exceptions.NewNotFound("x")},
		{"own", own},
		{"value", teapot{}},
		{"raised", exceptions.Raise(&shelfLocked{}, exceptions.Cause(io.EOF))},
		{"wrapped once", fmt.Errorf("x: %w", own)},
		{"wrapped twice", fmt.Errorf("x: %w", fmt.Errorf("y: %w", own))},
		{"wrapped 20 times", deep},
		{"joined", errors.Join(io.EOF, own)},
		{"foreign", io.EOF},
		{"foreign wrapped twice", fmt.Errorf("x: %w", fmt.Errorf("y: %w", io.EOF))},
	}
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkException, _ = exceptions.Of(bench.err)
			}
		})
		b.Run(bench.name+", status", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkStatus, _ = exceptions.StatusOf(bench.err)
			}
		})
	}
	b.Run("yardstick", func(b *testing.B) {
		b.ReportAllocs()
		e := exceptions.ServiceException(&shelfLocked{})
		for b.Loop() {
			sinkStatus = status(e)
		}
	})
	b.Run("errors.AsType wrapped twice", func(b *testing.B) {
		b.ReportAllocs()
		err := fmt.Errorf("x: %w", fmt.Errorf("y: %w", own))
		for b.Loop() {
			sinkException, _ = errors.AsType[exceptions.ServiceException](err)
		}
	})
}

//go:noinline
func status(e exceptions.ServiceException) int { return e.HTTPStatus() }

func BenchmarkResolve(b *testing.B) {
	ctx := context.Background()
	over, cancel := context.WithCancel(ctx)
	cancel()
	own := error(&shelfLocked{})
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkException = exceptions.Resolve(ctx, own)
		}
	})
	b.Run("foreign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkException = exceptions.Resolve(ctx, io.EOF)
		}
	})
	b.Run("context", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkException = exceptions.Resolve(over, context.Canceled)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	b.Run("NotFound", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkError = exceptions.NewNotFound("No such shelf.")
		}
	})
	b.Run("NotFound formatted", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkError = exceptions.NewNotFound("No shelf %q.", "a")
		}
	})
	b.Run("status", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkException = exceptions.New(404, "No such shelf.")
		}
	})
}

func BenchmarkRaise(b *testing.B) {
	e := &shelfLocked{}
	b.Run("cause", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkError = exceptions.Raise(e, exceptions.Cause(io.EOF))
		}
	})
	b.Run("cause and header", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sinkError = exceptions.Raise(e, exceptions.Cause(io.EOF), exceptions.Header("Retry-After", "3"))
		}
	})
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		err := exceptions.Raise(e, exceptions.Cause(io.EOF))
		for b.Loop() {
			_ = err.Error()
		}
	})
}

func BenchmarkDescribe(b *testing.B) {
	raised, _ := exceptions.Of(exceptions.Raise(&shelfLocked{}, exceptions.Cause(io.EOF), exceptions.Header("Retry-After", "3")))
	for name, e := range map[string]exceptions.ServiceException{
		"predefined":  exceptions.NewNotFound("x"),
		"subclass":    &shelfLocked{},
		"undescribed": teapot{},
		"raised":      raised,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sinkDescription = exceptions.Describe(e)
			}
		})
	}
}

func BenchmarkCatch(b *testing.B) {
	b.ReportAllocs()
	err := error(&shelfLocked{})
	for b.Loop() {
		_, _ = errors.AsType[*exceptions.Conflict](err)
	}
}
