package exceptions_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/types/known/durationpb"
)

// wrapper is an error that says itself what it wraps.
type wrapper struct{ err error }

func (w *wrapper) Error() string { return "wrapped" }
func (w *wrapper) Unwrap() error { return w.err }

// branches wraps several errors, by value; nil is a valid one.
type branches []error

func (b branches) Error() string   { return "branches" }
func (b branches) Unwrap() []error { return b }

// protoError is a proto message as an exception.
type protoError struct{ *durationpb.Duration }

func (*protoError) Error() string   { return "proto" }
func (*protoError) HTTPStatus() int { return 409 }

func TestOf(t *testing.T) {
	notFound := exceptions.NewNotFound("no shelf")
	locked := &shelfLocked{holder: "bob"}
	burnt := &shelfBurnt{}
	message := &protoError{}
	raised := exceptions.Raise(locked, exceptions.Cause(notFound))
	received := exceptions.Received(notFound)
	outer := exceptions.Raise(locked, exceptions.Cause(received))
	private := exceptions.Raise(teapot{}, exceptions.Cause(notFound))
	var nilSelf *wrapper
	var nilLocked *shelfLocked
	var nilError *shelfError
	var nilProto *protoError
	var nilPredefined *exceptions.NotFound
	cycle := &wrapper{}
	cycle.err = cycle
	tree := make(branches, 3) // every branch is the tree itself: exponential if it were not bounded
	for i := range tree {
		tree[i] = fmt.Errorf("again: %w", tree)
	}
	deep := error(notFound)
	for range 5000 {
		deep = &wrapper{deep}
	}
	tooDeep := error(notFound)
	for range 20_000 {
		tooDeep = &wrapper{tooDeep}
	}
	tests := []struct {
		name string
		err  error
		want error // nil: none
	}{
		{"nil", nil, nil},
		{"foreign", io.EOF, nil},
		{"predefined", notFound, notFound},
		{"subclass", locked, locked},
		{"third level", burnt, burnt},
		{"value", teapot{}, teapot{}},
		{"proto message", message, message},
		{"raised", raised, raised},
		{"wrapped", fmt.Errorf("x: %w", fmt.Errorf("y: %w", locked)), locked},
		{"wrapped raised", fmt.Errorf("x: %w", raised), raised},
		{"outermost first", &wrapper{outer}, outer},
		{"joined", errors.Join(io.EOF, nil, locked, notFound), locked},
		{"two verbs", fmt.Errorf("%w, %w", notFound, locked), notFound},
		{"branch before sibling", errors.Join(fmt.Errorf("%w", errors.Join(io.EOF, notFound)), locked), notFound},
		{"no branches", branches{}, nil},
		{"nil branches", branches(nil), nil},
		{"branches of nil", branches{nil, nil, notFound}, notFound},
		{"private cause", private, private},
		{"received", received, nil},
		{"received, wrapped", fmt.Errorf("call: %w", received), nil},
		{"received beside own", errors.Join(received, locked), locked},
		{"typed nil subclass", nilLocked, nil},
		{"typed nil, parent not first", nilError, nil},
		{"typed nil proto message", nilProto, nil},
		{"typed nil predefined", nilPredefined, nil},
		{"typed nil foreign", nilSelf, nil},
		{"typed nil wrapped", fmt.Errorf("x: %w", &wrapper{nilLocked}), nil},
		{"typed nil beside own", errors.Join(nilLocked, nilSelf, notFound), notFound},
		{"unwraps to typed nil foreign", &wrapper{nilSelf}, nil},
		{"unwraps to nil", &wrapper{}, nil},
		{"cycle", cycle, nil},
		{"tree of itself", tree, nil},
		{"cycle beside own", errors.Join(notFound, cycle), notFound},
		{"deep", deep, notFound},
		{"deeper than the bound", tooDeep, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := exceptions.Of(test.err)
			if ok != (test.want != nil) || ok && got != test.want {
				t.Errorf("got %v, %v; want %v", got, ok, test.want)
			}
			checkStatusOf(t, test.err, got)
		})
	}
}

// checkStatusOf checks that the status of err is that of the exception that
// speaks for it.
func checkStatusOf(t *testing.T, err error, speaks exceptions.ServiceException) {
	t.Helper()
	status, ok := exceptions.StatusOf(err)
	if ok != (speaks != nil) || ok && status != speaks.HTTPStatus() || !ok && status != 0 {
		t.Errorf("StatusOf(%#v) = %d, %v; %v speaks for it", err, status, ok, speaks)
	}
}

func TestStatusOf(t *testing.T) {
	for c := range exceptions.Classes() {
		e := exceptions.NewStatus(c.Status)
		for _, err := range []error{e, exceptions.Raise(e), exceptions.Raise(e, exceptions.Cause(io.EOF)), fmt.Errorf("x: %w", e), errors.Join(io.EOF, e)} {
			if status, ok := exceptions.StatusOf(err); status != c.Status || !ok {
				t.Errorf("%v: %#v: %d, %v", c, err, status, ok)
			}
		}
	}
	tests := []struct {
		name   string
		err    error
		status int
		ok     bool
	}{
		{"no class", exceptions.New(418, "x"), 418, true},
		{"zero", exceptions.New(0, "x"), 0, true},
		{"zero, wrapped", fmt.Errorf("x: %w", exceptions.New(0, "x")), 0, true},
		{"negative", fmt.Errorf("x: %w", exceptions.New(-7, "x")), -7, true},
		{"zero value", new(exceptions.Exception), 500, true},
		{"a subclass changes it", &shelfBurnt{}, 410, true},
		{"value", teapot{}, 418, true},
		{"raised subclass", exceptions.Raise(&shelfBurnt{}), 410, true},
		{"received and raised again", exceptions.Raise(exceptions.Received(&shelfGone{}).(exceptions.ServiceException)), 410, true},
		{"private cause", exceptions.Raise(teapot{}, exceptions.Cause(exceptions.NewNotFound("x"))), 418, true},
		{"received", exceptions.Received(exceptions.NewNotFound("x")), 0, false},
		{"foreign", io.EOF, 0, false},
		{"nil", nil, 0, false},
		{"typed nil without a class", (*exceptions.Exception)(nil), 0, false},
		{"typed nil of a class", (*exceptions.NotFound)(nil), 0, false},
		{"typed nil of a class, wrapped", fmt.Errorf("x: %w", (*exceptions.NotFound)(nil)), 0, false},
		{"broken", broken{}, 0, false},
		{"broken, wrapped", fmt.Errorf("x: %w", broken{}), 0, false},
		// The broken one speaks, and nobody in its place.
		{"broken before another", errors.Join(broken{}, exceptions.NewNotFound("x")), 0, false},
		{"broken behind another", errors.Join(exceptions.NewNotFound("x"), broken{}), 404, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if status, ok := exceptions.StatusOf(test.err); status != test.status || ok != test.ok {
				t.Errorf("got %d, %v; want %d, %v", status, ok, test.status, test.ok)
			}
		})
	}
}

func TestOfAllocatesNothing(t *testing.T) {
	errs := map[string]error{
		"own":     &shelfLocked{},
		"value":   teapot{},
		"wrapped": fmt.Errorf("x: %w", errors.Join(io.EOF, fmt.Errorf("y: %w", &shelfLocked{}))),
		"raised":  fmt.Errorf("x: %w", exceptions.Raise(&shelfLocked{}, exceptions.Cause(io.EOF))),
		"foreign": fmt.Errorf("x: %w", errors.Join(io.EOF, fmt.Errorf("y: %w", io.EOF))),
	}
	for name, err := range errs {
		if n := testing.AllocsPerRun(100, func() { sinkException, _ = exceptions.Of(err) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if n := testing.AllocsPerRun(100, func() { sinkStatus, _ = exceptions.StatusOf(err) }); n != 0 {
			t.Errorf("%s: %v allocations for the status", name, n)
		}
	}
}

// errorTree builds a random tree of errors and says, by the rules that Of
// documents, which exception speaks for it.
type errorTree struct {
	choose func(n int) int
	left   int
}

func (g *errorTree) grow() (speaks exceptions.ServiceException, err error) {
	if g.left--; g.left < 0 {
		return nil, nil
	}
	switch g.choose(13) {
	case 0:
		return nil, nil
	case 1:
		return nil, (*shelfLocked)(nil)
	case 2:
		return nil, (*shelfError)(nil)
	case 3:
		return nil, (*wrapper)(nil)
	case 4:
		e := &shelfLocked{}
		return e, e
	case 5:
		e := exceptions.New(400+g.choose(120), "x")
		return e, e
	case 6:
		return teapot{}, teapot{}
	case 7:
		speaks, err := g.grow()
		return speaks, &wrapper{err}
	case 8:
		b := make(branches, g.choose(4))
		for i := range b {
			s, err := g.grow()
			if b[i] = err; speaks == nil {
				speaks = s
			}
		}
		return speaks, b
	case 9: // a private cause
		_, cause := g.grow()
		err := exceptions.Raise(exceptions.New(400+g.choose(120), "x"), exceptions.Cause(cause))
		return err.(exceptions.ServiceException), err
	case 10:
		_, cause := g.grow()
		return nil, exceptions.Received(&shelfGone{}, exceptions.Cause(cause))
	case 11: // received and raised again
		r := exceptions.Received(&shelfGone{}).(exceptions.ServiceException)
		err := exceptions.Raise(r, exceptions.Reason("again"))
		return err.(exceptions.ServiceException), err
	}
	return nil, io.EOF
}

func TestOfRandomTrees(t *testing.T) {
	for seed := range uint64(5000) {
		r := rand.New(rand.NewPCG(seed, 1))
		checkTree(t, r.IntN)
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{7, 7, 4})
	f.Add([]byte{8, 3, 1, 10, 0, 9, 4, 2})
	f.Add([]byte{8, 2, 8, 3, 3, 2, 0, 11})
	f.Fuzz(func(t *testing.T, data []byte) {
		checkTree(t, func(n int) int {
			if len(data) == 0 {
				return n - 1
			}
			b := int(data[0]) % n
			data = data[1:]
			return b
		})
	})
}

func checkTree(t *testing.T, choose func(int) int) {
	t.Helper()
	g := errorTree{choose: choose, left: 200}
	want, err := g.grow()
	got, ok := exceptions.Of(err)
	if got != want || ok != (want != nil) {
		t.Fatalf("Of(%#v) = %v, %v; want %v", err, got, ok, want)
	}
	checkStatusOf(t, err, want)
	// Whatever it is, it has an answer.
	e := exceptions.Resolve(t.Context(), err)
	if e == nil || e.HTTPStatus() == 0 || e.Error() == "" {
		t.Fatalf("Resolve(%#v) = %#v", err, e)
	}
	if want == nil && exceptions.Describe(e).Class.Name != "UnknownError" {
		t.Fatalf("Resolve(%#v) is a %v", err, exceptions.Describe(e).Class)
	}
}
