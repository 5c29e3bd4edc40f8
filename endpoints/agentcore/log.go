package agentcore

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
)

// loggerName is what records say about where they come from, as in the
// original, so that queries on logs keep working.
const loggerName = "bedrock_agentcore.app"

// NewLogHandler returns a handler that writes records from level up to w, nil
// standing for standard error, one JSON object a line with the keys of the
// original: timestamp (UTC, milliseconds), level (DEBUG, INFO, WARNING, ERROR),
// message and logger.
func NewLogHandler(w io.Writer, level slog.Leveler) slog.Handler {
	if w == nil {
		w = os.Stderr
	}
	return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: recordedKeys}).
		WithAttrs([]slog.Attr{slog.String("logger", loggerName)})
}

// recordedKeys names the standard attributes as the original does.
func recordedKeys(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	switch a.Key {
	case slog.TimeKey:
		return slog.String("timestamp", a.Value.Time().UTC().Format("2006-01-02T15:04:05.000Z"))
	case slog.MessageKey:
		a.Key = "message"
	case slog.LevelKey:
		if level, ok := a.Value.Any().(slog.Level); ok && level == slog.LevelWarn {
			return slog.String(slog.LevelKey, "WARNING")
		}
	}
	return a
}

// failure describes an error that is no exception: its type, text and stack.
// The stack of a panic is where it happened; any other error has none in Go, so
// that of its arrival stands in for it, together with the handler's name.
func failure(err error, handler string) []slog.Attr {
	var stack []string
	if p, ok := err.(*panicError); ok {
		stack = strings.Split(strings.TrimSpace(string(p.stack)), "\n")
	} else {
		stack = callers()
	}
	return []slog.Attr{
		slog.String("errorType", errorType(err)),
		slog.String("errorMessage", err.Error()),
		slog.Any("stackTrace", stack),
		slog.String("location", handler),
	}
}

// errorType is the type of the error that the others wrap.
func errorType(err error) string {
	for {
		wraps, ok := err.(interface{ Unwrap() error })
		if !ok || wraps.Unwrap() == nil {
			return strings.TrimPrefix(fmt.Sprintf("%T", err), "*")
		}
		err = wraps.Unwrap()
	}
}

// callers are the functions that are running, innermost first, as
// "function file:line".
func callers() []string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var all []string
	for {
		f, more := frames.Next()
		if f.Function != "" {
			all = append(all, fmt.Sprintf("%s %s:%d", f.Function, f.File, f.Line))
		}
		if !more {
			return all
		}
	}
}
