package endpoints

import (
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// Modern is the profile for new APIs.
//
//   - Policy: statuses are sent as they are raised, [normalize.Identity].
//   - Errors: AIP-193, or RFC 9457 for a caller that names
//     application/problem+json in Accept, and not application/json with a
//     greater weight.
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
