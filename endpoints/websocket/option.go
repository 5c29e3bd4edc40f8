package websocket

import (
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

// An Option is a setting of [Transport].
type Option interface{ apply(*transport) }

type option func(*transport)

func (o option) apply(t *transport) { o(t) }

// WithOrigins admits pages of the origins of p, beside those of the host itself
// and clients that are no browsers. Without this option the policy of
// [endpoints.WithCORS] takes its place, and without that no page of another host
// is admitted. An API that has both admits only what both admit.
func WithOrigins(p *cors.Policy) Option { return option(func(t *transport) { t.origins = p }) }

// WithStatusCodes makes connections close with 4000 + status after an exception,
// which tells a browser's script more than the codes of [CloseCode] do.
func WithStatusCodes() Option { return option(func(t *transport) { t.code = StatusCloseCode }) }

// WithVisibleRefusals accepts the handshake of calls that fail before it, only
// to close the connection in the way of later failures. Browsers do not let
// scripts see how a handshake was refused. A handshake that is wrong itself, or
// comes from the wrong origin, is refused all the same.
func WithVisibleRefusals() Option { return option(func(t *transport) { t.visible = true }) }

// WithPing sets how long nothing may be sent before a ping is, and how long a
// client may take to give a sign of life after that: 30 and 10 seconds without
// this option. No pings are sent if interval is not positive.
func WithPing(interval, timeout time.Duration) Option {
	return option(func(t *transport) { t.pingInterval, t.pingTimeout = interval, timeout })
}

// WithIdleTimeout ends calls without a message in either direction for so long,
// by an exception of the class RequestTimeout. Without this option there is no
// such end.
func WithIdleTimeout(d time.Duration) Option { return option(func(t *transport) { t.idle = d }) }

// WithWriteTimeout sets how long a client may take to make room for a message:
// 30 seconds without this option, without end if d is not positive. Then it has
// left, for all that the handler gets to know.
func WithWriteTimeout(d time.Duration) Option {
	return option(func(t *transport) { t.writeTimeout = d })
}

// WithRestart announces that a server that shuts down comes back: connections
// close with 1012 instead of 1001.
func WithRestart() Option { return option(func(t *transport) { t.restart = true }) }
