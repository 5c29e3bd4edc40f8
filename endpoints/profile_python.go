package endpoints

import (
	"errors"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// Python is the profile of Cloud Endpoints Frameworks for Python 4.8.0, for
// APIs that move off it with clients that must not notice. What it does is
// proved by recorded exchanges.
//
//   - Policy: [normalize.Python].
//   - Errors and JSON: the bytes of the original.
//   - Nothing is a 503, google.protobuf.Empty is answered with 204.
//   - A body beats the query, which beats the path; a body that is not JSON is
//     read as form data.
//   - Another verb on a known path is a plain 404; any request may override its
//     verb.
//   - Paths are decoded before they are matched; see [WithEscapedPaths].
//
// Warning: as in the original, any origin may call with credentials, and a body
// may overrule the path that an access check has looked at. New APIs use
// [Modern] or [Frameworks].
func Python() Profile {
	return Profile{
		name:           "python",
		policy:         normalize.Python(),
		format:         pythonFormat,
		log:            silently(logFailures),
		layout:         pythonLayout,
		contentType:    []string{python.ContentType},
		emptyIsNothing: true,
		paths: pathRules{
			tree:    route.Options{AllowEmpty: true, Exact: true, Slash: route.SlashOptional, Excluded: python.Excluded},
			prepare: pythonPath,
			escaped: &route.Options{AllowEmpty: true, Slash: route.SlashOptional},
		},
		noRoute:     plainNotFound,
		override:    OverrideAlways,
		cors:        pythonCORS,
		binder:      pythonBinder,
		looseCoding: true,
	}
}

func pythonFormat(rc *restCall, _ *normalize.Verdict) normalize.Format {
	if rc.binding == nil {
		return plainText(python.NotFoundType)
	}
	return python.Format{}
}

func pythonLayout(dst []byte, m proto.Message, _ *restCall) ([]byte, error) {
	return python.Append(dst, m)
}

func pythonPath(_ *rest, escaped string) (string, error) { return python.DecodePath(escaped) }

// pythonCORS answers preflights for any path below a base path, and adds header
// fields to every other answer but the built-in pages; see python.CORS for what
// is wrong with that.
func pythonCORS(t *rest, rc *restCall) *Response {
	if page, ok := pythonPage(t, rc.r); ok {
		return &Response{Status: page.Status, Header: page.Header, Body: []byte(page.Body)}
	}
	if rc.binding == nil && !t.belowBase(rc.r.URL.Path) {
		return nil
	}
	if python.CORS(rc.r.Header, rc.w.Header()) && rc.verb == http.MethodOptions {
		return &Response{Status: http.StatusOK}
	}
	return nil
}

// pythonPage answers for the pages that are built into the original.
func pythonPage(t *rest, r *http.Request) (python.Page, bool) {
	for _, base := range t.bases {
		if page, ok := python.PageOf(base, r.URL.Path, r); ok {
			return page, true
		}
	}
	return python.PageOf(t.middle.api.basePath+frameworksBase, r.URL.Path, r)
}

func pythonBinder(t *rest, b *binding) (bind.Binder, error) {
	_, err := t.plan(b)
	given := t.middle.api.given
	return python.Binder{Depth: t.givenDepth(), Parameters: given.Parameters}, errors.Join(err, b.noHeaderFields("python"))
}
