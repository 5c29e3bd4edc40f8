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
		noRoute:        hideVerbs,
		override:       OverridePost,
		binder:         standardBinder,
	}
}

// standardBinder makes the binder of [Frameworks] and [Modern].
func standardBinder(t *rest, b *binding) (bind.Binder, error) { return t.plan(b) }

// standardParameters are the query parameters that Google's clients add to any
// call. They are never unknown.
var standardParameters = []string{
	"alt", "fields", "key", "oauth_token", "access_token", "prettyPrint", "quotaUser", "userIp",
	"callback", "uploadType", "upload_protocol", "$.xgafv",
}
