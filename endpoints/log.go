package endpoints

import (
	"context"
	"errors"
	"log/slog"
)

// A logRule writes the log records of one call that has failed.
type logRule func(l *slog.Logger, c *Call)

// logFailures writes one record for every exception: below 500 at WARN, from
// 500 up at ERROR, by the status that was raised, unless the exception asks
// for a level of its own.
func logFailures(l *slog.Logger, c *Call) {
	v, level := &c.outcome.Verdict, slog.LevelWarn
	switch {
	case v.Level != nil:
		level = v.Level.Level()
	case v.Raised >= 500:
		level = slog.LevelError
	}
	logCall(l, c, level, "call failed")
}

// logCall writes a record with what is known of the call.
func logCall(l *slog.Logger, c *Call, level slog.Level, message string) {
	if !l.Enabled(c, level) {
		return
	}
	// The request's context may be over; the record must be written still.
	ctx := context.WithoutCancel(c.context())
	o := c.outcome
	attrs := make([]slog.Attr, 0, 9)
	attrs = append(attrs, slog.String("method", methodName(c.method)), slog.String("protocol", c.protocol))
	if o.Failed || o.Err != nil {
		attrs = append(attrs, slog.Int("raised", o.Verdict.Raised), slog.Int("sent", o.Status), slog.String("reason", o.Verdict.Reason))
	} else {
		attrs = append(attrs, slog.Int("sent", o.Status))
	}
	attrs = append(attrs, slog.Duration("duration", c.age()), slog.String("request_id", c.RequestID()))
	if o.Err != nil {
		attrs = append(attrs, slog.String("error", o.Err.Error()))
	}
	if p, ok := errors.AsType[*panicError](o.Err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	l.LogAttrs(ctx, level, message, attrs...)
}

func methodName(m *Method) string {
	if m == nil {
		return "-"
	}
	return m.FullName()
}
