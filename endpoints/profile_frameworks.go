package endpoints

import (
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// Frameworks is the default profile: the public contract of Cloud Endpoints
// Frameworks, without the quirks of its two implementations.
//
//   - Policy: the documented table, [normalize.Frameworks].
//   - Errors: the Google envelope, or RFC 9457 for a caller that names
//     application/problem+json in Accept: the envelope cannot carry the fields
//     of an exception. Clients of the old frameworks do not name it.
//   - JSON: canonical proto JSON, read strictly; unknown fields are ignored.
//   - Nothing and google.protobuf.Empty are answered with 204.
//   - A field that comes from two places: the path wins, then the body, then
//     the query. Who may touch an item is decided by its path.
//   - Another verb on a known path is 404.
//   - X-HTTP-Method-Override counts on POST.
//   - Content-Type of a request is not looked at.
func Frameworks() Profile {
	return Profile{
		name:           "frameworks",
		policy:         normalize.Frameworks(),
		format:         envelopeOrProblem,
		log:            logFailures,
		layout:         canonical,
		contentType:    []string{jsonUTF8},
		emptyIsNothing: true,
		paths:          pathRules{prepare: asItCame},
		noRoute:        hideVerbs,
		override:       OverridePost,
		binder:         standardBinder,
	}
}

// standardBinder makes the binder of [Frameworks] and [Modern].
func standardBinder(t *rest, b *binding) (bind.Binder, error) {
	if t.compiler == nil {
		reject := t.profile.rejectUnknown
		t.compiler = bind.NewCompiler(bind.Options{
			MaxParameters: t.limits.Parameters, MaxDepth: t.limits.Depth,
			RejectUnknownFields: reject, RejectUnknownParameters: reject, OtherParameters: standardParameters,
		})
	}
	rule := bind.Rule{Method: b.verb, Template: b.template, Body: b.bodyField}
	for _, h := range b.method.inHeaders {
		if h.field != nil {
			rule.Headers = append(rule.Headers, bind.Header{Name: h.name, Field: string(h.field.Name())})
		}
	}
	return t.compiler.Compile(b.method.descriptor.Input(), rule)
}

// standardParameters are the query parameters that Google's clients add to any
// call. They are never unknown.
var standardParameters = []string{"alt", "fields", "key", "oauth_token", "access_token", "prettyPrint", "quotaUser", "userIp"}
