package exceptions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
)

// An Option attaches something to one occurrence of an exception, see [Raise].
type Option interface{ attach(r *raised) }

// Cause attaches the private cause: what went wrong inside. It is logged, and
// [errors.Is] and [errors.As] find it; it is never sent, and [Of] never finds
// it. A nil cause, also a nil pointer, is ignored.
func Cause(err error) Option { return causeOption{err} }

type causeOption struct{ err error }

func (o causeOption) attach(r *raised) {
	if !isNil(o.err) {
		r.add(o.err)
	}
}

// Header attaches a value of a response header field. Several values of one
// field in one call of [Raise] are sent in their order; they replace those that
// the exception itself has for the field, or was raised with before.
//
// A value cannot smuggle in another field: each CR, LF, NUL and other control
// character but the tab becomes a space (RFC 9110, section 5.5). A field whose
// name is no token is left out.
func Header(key, value string) Option { return headerOption{key, value} }

type headerOption struct{ key, value string }

func (o headerOption) attach(r *raised) {
	key, ok := fieldName(o.key)
	if !ok {
		return
	}
	if r.own.Header == nil {
		r.own.Header = make(http.Header, 1)
	}
	r.own.Header[key] = append(r.own.Header[key], fieldValue(o.value))
}

// Details attaches typed messages for programs, behind those that the exception
// itself has. A nil message is ignored. The messages are kept, not copied, and
// must not be changed any more.
func Details(messages ...proto.Message) Option { return detailsOption(messages) }

type detailsOption []proto.Message

func (o detailsOption) attach(r *raised) {
	r.own.Details = join(r.own.Details, withoutNil(slices.Clone(o)))
}

// Value attaches a JSON value for the caller, which the error formats
// {"detail": ...} and {"error": ...} send in place of the message. It replaces
// one that was attached before. v is encoded at once, as [json.Marshal] does
// but without escapes for HTML; a value that JSON cannot hold, such as NaN, is
// left out, and the log says why.
func Value(v any) Option { return valueOption{v} }

type valueOption struct{ v any }

func (o valueOption) attach(r *raised) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(o.v); err != nil {
		r.add(fmt.Errorf("exceptions: value: %w", err))
		return
	}
	r.own.Value = bytes.TrimSpace(b.Bytes())
}

// Reason replaces the reason, a constant for programs such as "shelfLocked". An
// empty one is ignored.
func Reason(reason string) Option { return reasonOption(reason) }

type reasonOption string

func (o reasonOption) attach(r *raised) {
	if o != "" {
		r.own.Reason = string(o)
	}
}

// Domain replaces the name space of the reason. An empty one is ignored.
func Domain(domain string) Option { return domainOption(domain) }

type domainOption string

func (o domainOption) attach(r *raised) {
	if o != "" {
		r.own.Domain = string(o)
	}
}

// Level replaces the level of the log record. Nil is ignored.
func Level(level slog.Leveler) Option { return levelOption{level} }

type levelOption struct{ level slog.Leveler }

func (o levelOption) attach(r *raised) {
	if !isNil(o.level) {
		r.own.Level = o.level
	}
}

// RetryAfter says how long a caller should wait before it tries again. What is
// not positive is ignored.
func RetryAfter(wait time.Duration) Option { return retryOption(wait) }

type retryOption time.Duration

func (o retryOption) attach(r *raised) {
	if o > 0 {
		r.own.RetryAfter = time.Duration(o)
	}
}

// Violations names places of the request that are wrong, behind those that the
// exception itself names.
func Violations(violations ...Violation) Option { return violationsOption(violations) }

type violationsOption []Violation

func (o violationsOption) attach(r *raised) {
	r.own.Violations = join(r.own.Violations, slices.Clone(o))
}
