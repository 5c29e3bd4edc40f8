package endpoints

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// Java is the profile of Cloud Endpoints Frameworks for Java 2.2.2 with its
// default settings, for APIs that move off it with clients that must not
// notice. What it does is proved by recorded exchanges.
//
//   - Policy: the documented table, [normalize.Frameworks].
//   - Errors and JSON: the bytes of the original, pretty by default; see
//     [WithPrettyPrint].
//   - Nothing and google.protobuf.Empty are answered with 204.
//   - A body beats the query, which beats the path; JSON is read leniently.
//   - Another verb on a known path is a plain 404; any request may override its
//     verb.
//   - Log levels are those of the original: INFO, but ERROR for an error that
//     is no exception.
//
// Warning: as in the original, any origin may call with credentials, and a body
// may overrule the path that an access check has looked at. New APIs use
// [Modern] or [Frameworks].
func Java() Profile {
	return Profile{
		name:           "java",
		policy:         normalize.Frameworks(),
		format:         javaFormat,
		log:            silently(logJava),
		layout:         javaLayout,
		contentType:    []string{java.ContentType},
		emptyIsNothing: true,
		paths: pathRules{
			tree:    route.Options{AllowEmpty: true, Exact: true},
			prepare: javaPath,
		},
		noRoute:     plainNotFound,
		override:    OverrideAlways,
		anyCase:     true,
		cors:        javaCORS,
		binder:      javaBinder,
		looseCoding: true,
	}
}

// JavaModern is [Java] with the switch enableExceptionCompatibility off: raised
// statuses are sent as they are, [normalize.JavaModern].
func JavaModern() Profile {
	p := Java()
	p.name = "java-modern"
	p.policy = normalize.JavaModern()
	return p
}

func (rc *restCall) pretty() bool { return java.PrettyPrint(rc.r.URL.RawQuery, !rc.profile.compact) }

func javaFormat(rc *restCall, _ *normalize.Verdict) normalize.Format {
	if rc.binding == nil {
		return plainText("text/plain; charset=utf-8") // as the container of the original had it, if anything
	}
	return java.Format{Pretty: rc.pretty()}
}

func javaLayout(dst []byte, m proto.Message, rc *restCall) ([]byte, error) {
	return java.Append(dst, m, rc.pretty())
}

func javaPath(t *rest, escaped string) (string, error) {
	for _, base := range t.bases {
		if cleaned := java.CleanPath(escaped, base); cleaned != escaped {
			return cleaned, nil
		}
	}
	return java.CleanPath(escaped, t.middle.api.basePath+frameworksBase), nil
}

// javaCORS answers OPTIONS for any path below a base path, and adds header
// fields to the answers of methods; see java.CORS for what is wrong with that.
func javaCORS(t *rest, rc *restCall) *Response {
	if rc.verb == http.MethodOptions && (rc.binding != nil || t.belowBase(rc.r.URL.Path)) {
		java.CORS(rc.r.Header, rc.w.Header(), true)
		return &Response{Status: http.StatusOK}
	}
	if rc.binding != nil {
		java.CORS(rc.r.Header, rc.w.Header(), false)
	}
	return nil
}

// logJava writes what the original wrote, at its levels.
func logJava(l *slog.Logger, c *Call) {
	if e, ok := errors.AsType[*java.RequestError](c.outcome.Err); ok && e.Unreadable() {
		logCall(l, c, slog.LevelInfo, "request could not be read")
	}
	level, message := javaLevel(c)
	logCall(l, c, level, message)
}

// javaLevel follows the original's rules: an exception that the method raised
// itself is INFO, whatever level it asks for; one that an ordinary error wraps
// has its own level, by default ERROR from 500 up; any other error of the
// method is ERROR, and what fails outside of the method is WARN.
func javaLevel(c *Call) (slog.Level, string) {
	const failed, outside = "the method or its parameters failed", "failure outside the method"
	err, v := c.outcome.Err, &c.outcome.Verdict
	if _, ok := errors.AsType[*encodeError](err); ok {
		return slog.LevelWarn, outside
	}
	if e, ok := errors.AsType[*java.RequestError](err); ok && e.Severe() {
		return slog.LevelError, failed
	}
	if _, ok := err.(exceptions.ServiceException); ok {
		return slog.LevelInfo, failed
	}
	switch _, ok := exceptions.Of(err); {
	case !ok:
		return slog.LevelError, failed
	case v.Level != nil:
		return v.Level.Level(), failed
	case v.Raised >= 500:
		return slog.LevelError, failed
	}
	return slog.LevelInfo, failed
}

func javaBinder(t *rest, b *binding) (bind.Binder, error) {
	_, err := t.plan(b)
	given := t.middle.api.given
	return &java.Binder{Depth: t.givenDepth(), Parameters: given.Parameters}, errors.Join(err, b.noHeaderFields("java"))
}
