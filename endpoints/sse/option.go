package sse

import "time"

// An Option is a setting of [Transport].
type Option interface{ apply(*transport) }

type option func(*transport)

func (o option) apply(t *transport) { o(t) }

// A Format is how messages are laid out one after the other.
type Format int

const (
	// Lines is one JSON text per line, as application/x-ndjson or
	// application/jsonl. An error is the last line, and an object with the single
	// key "error".
	Lines Format = iota
	// Events is text/event-stream, in the HTML standard the format of server-sent
	// events. An error is an event with the name "error".
	Events
)

// WithDefaultFormat says what a client gets whose Accept does not decide it.
// Without this option that is [Lines].
func WithDefaultFormat(f Format) Option { return option(func(t *transport) { t.otherwise = f }) }

// WithKeepAlive sets how long an event stream may be silent before a comment is
// sent, so that nobody on the way takes it for dead: 15 seconds without this
// option, never if d is not positive. There are none before the first event,
// which decides the status; see [Stream.Open]. [Lines] have no comments.
func WithKeepAlive(d time.Duration) Option { return option(func(t *transport) { t.keepAlive = d }) }

// WithWriteTimeout sets how long a client may take to make room for a message:
// 30 seconds without this option, without end if d is not positive. Then it has
// left, for all that the handler gets to know. The option has no effect if the
// server's connection has no deadlines.
func WithWriteTimeout(d time.Duration) Option {
	return option(func(t *transport) { t.writeTimeout = d })
}

// WithRetry sets how long a client is asked to wait before it connects again
// after an error that may pass, unless the exception says so: 5 seconds without
// this option.
func WithRetry(d time.Duration) Option { return option(func(t *transport) { t.retry = d }) }
