package agentcore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A run is one invocation on its way to a reply.
type run struct {
	app   *App
	in    *Invocation
	log   *slog.Logger
	w     http.ResponseWriter
	r     *http.Request
	start time.Time

	patience *patience.Patience // with a caller that reads a stream; nil before it is begun
}

func (a *App) begin(w http.ResponseWriter, r *http.Request) *run {
	in := a.newInvocation(r.Header)
	return &run{app: a, in: in, log: in.Logger, w: w, r: r, start: time.Now()}
}

func (a *App) serveInvocation(w http.ResponseWriter, r *http.Request) {
	x := a.begin(w, r)
	if !hasBundle(x.in.Baggage) {
		x.debugf("No config bundle ref found in request baggage")
	}
	if !x.readPayload() {
		return
	}
	x.debugf("Processing invocation request")
	switch {
	case a.debug && x.debugAction():
	case a.handler == nil:
		x.logf(slog.LevelError, "No entrypoint defined")
		x.sendError(http.StatusInternalServerError, "No entrypoint defined")
	default:
		x.debugf("Invoking handler: %s", a.name)
		result, err := x.invoke()
		x.finish(result, err)
	}
}

// seconds is how long the run has taken, as records show it.
func (x *run) seconds() float64 { return time.Since(x.start).Seconds() }

func (x *run) logf(level slog.Level, format string, args ...any) {
	x.logWith(level, nil, format, args...)
}

func (x *run) debugf(format string, args ...any) { x.logWith(slog.LevelDebug, nil, format, args...) }

// logWith writes a record, also when the request's context is over.
func (x *run) logWith(level slog.Level, attrs []slog.Attr, format string, args ...any) {
	ctx := context.WithoutCancel(x.r.Context())
	if x.log.Enabled(ctx, level) {
		x.log.LogAttrs(ctx, level, fmt.Sprintf(format, args...), attrs...)
	}
}

// readPayload reads the body, whatever its Content-Type, and answers one that
// is no JSON.
func (x *run) readPayload() bool {
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, x.app.maxBody))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			x.fail(exceptions.NewRequestEntityTooLarge("The payload is larger than %d bytes.", x.app.maxBody))
		} else {
			x.fail(exceptions.Raise(exceptions.NewBadRequest("The payload could not be read."), exceptions.Cause(err)))
		}
		return false
	}
	payload, wrong := parsePayload(body)
	if wrong != nil {
		x.logf(slog.LevelWarn, "%s in request (%.3fs): %s", wrong.kind, x.seconds(), wrong.text)
		reply := append([]byte(`{"error":`), '"')
		reply = append(append(reply, wrong.kind...), `","details":`...)
		writeJSON(x.w, x.r, http.StatusBadRequest, append(appendText(reply, wrong.text), '}'))
		return false
	}
	x.in.Payload = payload
	return true
}

// invoke calls the handler and turns a panic into an error.
func (x *run) invoke() (result any, err error) {
	defer func() {
		if v := recover(); v != nil {
			result, err = nil, panicked(v)
		}
		if err != nil {
			x.debugf("Handler '%s' execution failed", x.app.name)
		}
	}()
	return x.app.handler(x.r.Context(), x.in)
}

// A panicError is a panic of a handler. It unwraps to nothing: a panic is a
// bug, whatever it carries, and never what the caller is told.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// panicked makes an error of what recover returned. [http.ErrAbortHandler]
// is left to the server.
func panicked(v any) error {
	if v == http.ErrAbortHandler { // compared as net/http does
		panic(v)
	}
	return &panicError{value: v, stack: debug.Stack()}
}

// finish makes the reply of what the handler returned.
func (x *run) finish(result any, err error) {
	if err == nil {
		err, _ = result.(error) // an error is an error, however it is returned
	}
	if err != nil {
		x.fail(err)
		return
	}
	switch v := result.(type) {
	case *Response:
		if v != nil {
			x.pass(v)
			return
		}
		result = nil
	case Stream:
		x.stream(v)
		return
	case iter.Seq2[any, error]:
		x.stream(Stream(v))
		return
	case func(func(any, error) bool):
		x.stream(v)
		return
	}
	body, err := encode(result)
	if err != nil {
		x.fail(fmt.Errorf("encode result: %w", err))
		return
	}
	x.completed()
	writeJSON(x.w, x.r, http.StatusOK, body)
}

func (x *run) completed() {
	x.logf(slog.LevelInfo, "Invocation completed successfully (%.3fs)", x.seconds())
}

// fail answers err: an exception as it was raised, any other error as a 500.
func (x *run) fail(err error) {
	v, known := x.app.verdict(x.r.Context(), err)
	x.logFailure(err, v, known)
	x.sendVerdict(v)
}

// sendVerdict answers with {"error": ...} and the header of the exception.
func (x *run) sendVerdict(v *normalize.Verdict) {
	for name, values := range v.Header {
		x.w.Header()[name] = values
	}
	writeJSON(x.w, x.r, v.Status, normalize.Error().Append(nil, v))
}

// unknownClass is the class of errors that are no exceptions.
var unknownClass = exceptions.Describe(&exceptions.UnknownError{}).Class

// verdict says what the caller is told of err, and whether err is an exception.
func (a *App) verdict(ctx context.Context, err error) (*normalize.Verdict, bool) {
	v := a.policy.Verdict(exceptions.Resolve(ctx, err))
	known := v.Class != unknownClass
	if _, bug := err.(*panicError); !known && a.showErrors && !bug {
		v.Message = err.Error()
		v.Blank = v.Message == ""
	}
	return &v, known
}

// logFailure writes the record of err: below 500 WARN, else ERROR, unless the
// exception asks for a level of its own; with a stack if it is no exception.
func (x *run) logFailure(err error, v *normalize.Verdict, known bool) {
	if !known {
		x.logWith(slog.LevelError, failure(err, x.app.name), "Invocation failed (%.3fs)", x.seconds())
		return
	}
	level := slog.LevelWarn
	switch {
	case v.Level != nil:
		level = v.Level.Level()
	case v.Raised >= http.StatusInternalServerError:
		level = slog.LevelError
	}
	var attrs []slog.Attr
	if v.Status != v.Raised {
		attrs = append(attrs, slog.Int("sent", v.Status))
	}
	if text := err.Error(); text != v.Message && text != textOf(v) { // what is private
		attrs = append(attrs, slog.String("errorMessage", text))
	}
	x.logWith(level, attrs, "HTTP %d (%.3fs): %s", v.Raised, x.seconds(), textOf(v))
}

// textOf is the public text of an exception.
func textOf(v *normalize.Verdict) string {
	switch {
	case v.Value != nil:
		return string(v.Value)
	case v.Message != "" || v.Blank:
		return v.Message
	}
	return cmp.Or(http.StatusText(v.Status), "status "+itoa(v.Status))
}

// sendError answers with an error text of the application itself.
func (x *run) sendError(status int, text string) {
	body := appendText([]byte(`{"error":`), text)
	writeJSON(x.w, x.r, status, append(body, '}'))
}
