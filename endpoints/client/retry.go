package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// Retry says how a client repeats calls. A field that is zero takes its
// default.
//
// A call is repeated if the service answered with an exception that says so: its
// class is retryable ([exceptions.Class]), or it says when to come back
// (google.rpc.RetryInfo, or Retry-After). And it must be one that may be
// repeated: its verb is GET, HEAD, PUT, DELETE, OPTIONS or TRACE (RFC 9110,
// section 9.2.2), or its idempotency_level in proto is NO_SIDE_EFFECTS or
// IDEMPOTENT, or the caller says so by [Idempotent]. A call that got no answer is
// not repeated, and no stream is.
//
// Before the n-th repetition the client waits for a random time up to FirstWait
// times 2 to the power of n-1, but never above LongestWait: the full jitter that
// keeps clients from coming back all at once. To a time that the service named
// it adds up to half of that. It does not wait if the context would end before:
// then the exception is returned at once.
type Retry struct {
	// Attempts is how often a call is sent at most, the first time included: 4.
	// 1 switches repetition off.
	Attempts int
	// FirstWait bounds the wait before the first repetition: 100 milliseconds.
	FirstWait time.Duration
	// LongestWait bounds every wait: 10 seconds. A call whose exception asks
	// for more is not repeated.
	LongestWait time.Duration
}

const (
	defaultAttempts    = 4
	defaultFirstWait   = 100 * time.Millisecond
	defaultLongestWait = 10 * time.Second
)

func (r Retry) withDefaults() Retry {
	if r.Attempts <= 0 {
		r.Attempts = defaultAttempts
	}
	if r.FirstWait <= 0 {
		r.FirstWait = defaultFirstWait
	}
	if r.LongestWait <= 0 {
		r.LongestWait = defaultLongestWait
	}
	return r
}

// run calls attempt until it succeeds or there is no sense in another one.
func (r Retry) run(ctx context.Context, idempotent bool, attempt func() error) error {
	err := attempt()
	for n := 1; err != nil && idempotent && n < r.Attempts; n++ {
		after, ok := retryable(err)
		if !ok || after > r.LongestWait {
			return err
		}
		wait := r.wait(n, after)
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return err
		}
		if ended := sleep(ctx, wait); ended != nil {
			return fmt.Errorf("%w, while waiting to try again after: %w", ended, err)
		}
		err = attempt()
	}
	return err
}

// wait returns how long to wait before the n-th repetition. after is what the
// service asked for; 0: nothing.
func (r Retry) wait(n int, after time.Duration) time.Duration {
	most := r.LongestWait
	if shift := n - 1; shift < 62 && r.FirstWait < most>>shift {
		most = r.FirstWait << shift
	}
	if after > 0 {
		return min(after+rand.N(most/2+1), r.LongestWait)
	}
	return rand.N(most + 1)
}

// sleep waits, and returns the error of the context if that ends before.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryable says whether err is an exception after which the call may succeed,
// and how long to wait for that; 0: the service did not say.
func retryable(err error) (time.Duration, bool) {
	e, ok := err.(exceptions.ServiceException)
	if !ok {
		return 0, false
	}
	d := exceptions.Describe(e)
	return d.RetryAfter, d.RetryAfter > 0 || d.Class != nil && d.Class.Retryable
}

// isReceived says whether err is an exception as [exceptions.Received] returns
// it, and not one that is wrapped in something else.
func isReceived(err error) bool {
	_, ok := err.(exceptions.ServiceException)
	return ok
}
