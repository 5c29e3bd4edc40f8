package endpoints

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// An Option is a setting of [New].
type Option interface{ apply(*API) }

type option func(*API)

func (o option) apply(a *API) { o(a) }

// WithProfile makes the API follow p. Options for single parts of a profile
// come after it; see also [WithParts].
func WithProfile(p Profile) Option {
	return option(func(a *API) {
		if p.policy == nil {
			a.wrong = append(a.wrong, errors.New("the profile is the zero value: take one by its function, such as Frameworks"))
			return
		}
		a.profile = p
	})
}

// WithPolicy replaces the profile's status policy.
func WithPolicy(p *normalize.Policy) Option {
	return option(func(a *API) {
		if p == nil {
			a.wrong = append(a.wrong, errors.New("the policy is nil"))
			return
		}
		a.profile.policy = p
	})
}

// WithErrorFormat makes every error reply of the REST transport use f, in place
// of what the profile chooses by request.
func WithErrorFormat(f normalize.Format) Option {
	return option(func(a *API) { a.profile.format = always(f) })
}

// WithUnknownFields says what becomes of a field in a body, or a parameter in a
// query, that the request message does not have: true refuses the request with
// a BadRequest exception, false ignores the field. It has no effect on the
// profiles that imitate another system.
func WithUnknownFields(reject bool) Option {
	return option(func(a *API) { a.profile.rejectUnknown = reject })
}

// WithDefaultsEmitted makes replies hold also the fields without presence that
// are zero, empty or unset. It has no effect on the profiles that imitate
// another system.
func WithDefaultsEmitted() Option {
	return option(func(a *API) { a.profile.json.EmitDefaults = true })
}

// WithPrettyPrint says whether the profiles [Java] and [JavaModern] lay their
// JSON out over many lines, as they do by default, or write it compactly. The
// query parameter prettyPrint of a request beats it. It has no effect on other
// profiles.
func WithPrettyPrint(pretty bool) Option {
	return option(func(a *API) { a.profile.compact = !pretty })
}

// WithAccessLog adds a log record at INFO for every call that succeeds.
func WithAccessLog() Option {
	return option(func(a *API) { a.accessLog = true })
}

// WithMethodOverride says when X-HTTP-Method-Override replaces the verb of a
// request.
func WithMethodOverride(o MethodOverride) Option {
	return option(func(a *API) { a.profile.override = o })
}

// WithMethodNotAllowed says what another verb on a known path is: true makes it a
// MethodNotAllowed exception with Allow, and serves HEAD by GET, as [Modern] does;
// false makes it a NotFound, as [Frameworks] does. The policy decides still: that
// of Frameworks sends 405 as 501.
func WithMethodNotAllowed(tell bool) Option {
	return option(func(a *API) {
		a.profile.noRoute = hideVerbs
		if tell {
			a.profile.noRoute = tellVerbs
		}
	})
}

// WithEmptyAsNothing says how a reply of google.protobuf.Empty is answered: true
// without a body, with 204 unless a status is set, as [Frameworks] does; false as
// any message, {}, as [Modern] does.
func WithEmptyAsNothing(nothing bool) Option {
	return option(func(a *API) { a.profile.emptyIsNothing = nothing })
}

// WithLogger makes the API log to l instead of [slog.Default]. One with
// [slog.DiscardHandler] takes no time at all, nor does then what only a record
// would need; see [Call.Start].
func WithLogger(l *slog.Logger) Option {
	return option(func(a *API) { a.logger = cmp.Or(l, slog.Default()) })
}

// WithLimits replaces the default limits.
func WithLimits(l Limits) Option { return option(func(a *API) { a.given = l }) }

// WithInterceptors adds interceptors. The first one added is outermost.
func WithInterceptors(all ...Interceptor) Option {
	return option(func(a *API) { a.interceptors = append(a.interceptors, all...) })
}

// With adds a transport beside REST.
func With(t Transport) Option {
	return option(func(a *API) { a.transports = append(a.transports, t) })
}

// WithBasePath puts prefix, such as "/api", in front of every route.
func WithBasePath(prefix string) Option {
	return option(func(a *API) {
		if prefix = strings.TrimSuffix(prefix, "/"); prefix != "" && (prefix[0] != '/' || strings.ContainsAny(prefix, "{}*?# ")) {
			a.wrong = append(a.wrong, fmt.Errorf("base path %q: want a plain path that begins with a slash", prefix))
			return
		}
		a.basePath = prefix
	})
}

// WithEscapedPaths makes the named methods ("library.v1.Library.GetBook") match
// the path as it came, undecoded, in profiles that decode it before. Then %2F is
// part of a variable. It is the use_request_uri of the Python framework.
func WithEscapedPaths(methods ...string) Option {
	return option(func(a *API) {
		for _, m := range methods {
			a.escaped[m] = true
		}
	})
}
