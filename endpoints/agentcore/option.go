package agentcore

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// An Option is a setting of [New].
type Option interface{ apply(*App) }

type option func(*App)

func (o option) apply(a *App) { o(a) }

// WithLogger makes the application log to l, in place of a logger for
// [NewLogHandler] on standard error. Records carry requestId and, if the caller
// sent one, sessionId.
func WithLogger(l *slog.Logger) Option { return option(func(a *App) { a.logger = l }) }

// WithSocket serves WebSockets on /ws. Without it a handshake is refused with
// 403.
func WithSocket(h SocketHandler) Option {
	return option(func(a *App) { a.socket, a.socketName = h, functionName(h) })
}

// WithUpgradeCheck replaces the rule about which pages may open a WebSocket: a
// handshake that allow refuses is answered with 403. By default a page must
// come from the host that it calls; a handshake without Origin, which no
// browser sends, is allowed. The AllowsUpgrade of a policy of package cors fits
// here.
func WithUpgradeCheck(allow func(*http.Request) bool) Option {
	return option(func(a *App) { a.upgrade = allow })
}

// WithPing makes health the source of the status that /ping tells, unless one
// is forced. If it returns [Automatic], an unknown status or an error, or if it
// panics, the status is [HealthyBusy] while tasks run and [Healthy] otherwise.
// It must be quick: the platform waits for it.
func WithPing(health func(context.Context) (Status, error)) Option {
	return option(func(a *App) { a.health.custom = health })
}

// WithDebug switches the debug actions on: a payload with the key
// _agent_core_app_action is answered by the application itself. Records at
// DEBUG are written then, too. Anybody who can invoke the agent can change what
// /ping says: not for production.
func WithDebug() Option { return option(func(a *App) { a.debug = true }) }

// ShowErrors sends the text of errors that are no exceptions to the caller, as
// the original does. Such texts may hold what callers must not read: names of
// hosts and files, queries, secrets.
func ShowErrors() Option { return option(func(a *App) { a.showErrors = true }) }

// AsRecorded follows the original also where that is worse: [ShowErrors]; a
// stream that fails before its first item is a 200 with an error event, not the
// status of the error; a WebSocket handler that fails closes with 1011 whatever
// failed, and before the upgrade is 403 unless it raised an exception.
func AsRecorded() Option {
	return option(func(a *App) { a.recorded, a.showErrors = true, true })
}

// WithLimits sets the largest payload and the largest message on a WebSocket in
// bytes. A larger payload is 413, a larger message closes with 1009. A limit
// that is not positive keeps its default: 100 MiB, the platform's own limit, and
// 16 MiB.
func WithLimits(payload, message int64) Option {
	return option(func(a *App) {
		if payload > 0 {
			a.maxBody = payload
		}
		if message > 0 {
			a.maxMessage = message
		}
	})
}

// WithWriteTimeout sets how long a caller may take to make room for an item of a
// [Stream] or a piece of a [Response.Stream]: 30 seconds without this option,
// without end if d is not positive. Then it has gone away, for all that the
// handler gets to know.
func WithWriteTimeout(d time.Duration) Option { return option(func(a *App) { a.writeTimeout = d }) }

func itoa(n int) string { return strconv.Itoa(n) }
