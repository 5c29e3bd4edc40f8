package endpoints

import (
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// Modern is the profile for new APIs.
//
//   - Policy: statuses are sent as they are raised, [normalize.Identity].
//   - Errors: AIP-193, or RFC 9457 for a caller that accepts
//     application/problem+json.
//   - JSON: canonical proto JSON, read strictly; unknown fields are ignored,
//     and refused by [WithUnknownFields].
//   - Nothing is answered with 204, google.protobuf.Empty with {}.
//   - A field that comes from two places: the path wins, then the body, then
//     the query.
//   - Another verb on a known path is 405 with Allow; HEAD is served by GET.
//   - A body that does not claim to be JSON is 415.
//   - There is no method override.
func Modern() Profile {
	p := Frameworks()
	p.name = "modern"
	p.policy = normalize.Identity()
	p.format = byAccept
	p.emptyIsNothing = false
	p.noRoute = tellVerbs
	p.override = OverrideNever
	p.mediaTypes = true
	return p
}

const problemJSON = "application/problem+json"

var (
	aip193  = normalize.AIP193()
	problem = normalize.Problem()
)

// byAccept chooses the format by the request's Accept (RFC 9110, section
// 12.5.1): problem details for those who ask for them by name, and not with a
// weight of zero.
func byAccept(rc *restCall) normalize.Format {
	for _, value := range rc.r.Header["Accept"] {
		for kind := range strings.SplitSeq(value, ",") {
			name, parameters, _ := strings.Cut(kind, ";")
			if strings.EqualFold(strings.TrimSpace(name), problemJSON) && !refused(parameters) {
				return problem
			}
		}
	}
	return aip193
}

// refused says whether parameters hold the weight zero.
func refused(parameters string) bool {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			return strings.Trim(value, "0.") == ""
		}
	}
	return false
}
