package endpoints

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
)

// pathRules say how a profile looks up paths.
type pathRules struct {
	tree route.Options
	// prepare turns the escaped path of a request into what is looked up; nil: the
	// path is looked up as it came, and literals are compared decoded.
	prepare func(t *rest, escaped string) (string, error)
	// escaped are the rules for [WithEscapedPaths]; nil: the profile looks up
	// undecoded paths anyway.
	escaped *route.Options
}

// path returns what is looked up of an escaped path.
func (p *pathRules) path(t *rest, escaped string) (string, error) {
	if p.prepare == nil {
		return escaped, nil
	}
	return p.prepare(t, escaped)
}

// frameworksBase is the base path of the old frameworks unless a service
// declares another.
const frameworksBase = "/_ah/api/"

// escapedPath is u.EscapedPath, but faster for a path that needs no escapes.
func escapedPath(u *url.URL) string {
	if u.RawPath != "" {
		return u.EscapedPath()
	}
	for i := range len(u.Path) {
		if !unescaped[u.Path[i]] {
			return u.EscapedPath()
		}
	}
	return u.Path
}

// unescaped has the characters of a path that are never escaped: the unreserved
// ones of RFC 3986, section 2.3, and the slash.
var unescaped = func() (t [256]bool) {
	for _, c := range []byte("/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		t[c] = true
	}
	return t
}()

// belowBase says whether path is below the base path of an API.
func (t *rest) belowBase(path string) bool {
	return strings.HasPrefix(path, t.middle.api.basePath+frameworksBase) ||
		slices.ContainsFunc(t.bases, func(base string) bool { return strings.HasPrefix(path, base) })
}

// A noRouteRule answers a request that reached no route for its verb. It may
// find a binding after all, answer by itself, or return what the caller is
// told.
type noRouteRule func(t *rest, rc *restCall, path string, match *route.Match) (*Response, error)

// hideVerbs answers another verb on a known path as an unknown path, as the old
// frameworks did, but tells a client that asks by OPTIONS.
func hideVerbs(t *rest, rc *restCall, path string, _ *route.Match) (*Response, error) {
	if rc.verb == http.MethodOptions {
		if verbs := t.tree.Allowed(path); len(verbs) > 0 {
			return allowed(allowList(verbs, false)), nil
		}
	}
	return nil, exceptions.NewNotFound("Nothing is served at this path with the verb %s.", shownVerb(rc.verb))
}

// tellVerbs answers another verb on a known path with 405 and Allow (RFC 9110,
// section 15.5.6), HEAD by GET without its body (section 9.3.2), and OPTIONS
// with Allow (section 9.3.7).
func tellVerbs(t *rest, rc *restCall, path string, match *route.Match) (*Response, error) {
	if rc.verb == http.MethodHead {
		var ok bool
		if rc.binding, ok = t.tree.Lookup(http.MethodGet, path, match); ok {
			return nil, nil
		}
	}
	verbs := t.tree.Allowed(path)
	if len(verbs) == 0 {
		return nil, exceptions.NewNotFound("Nothing is served at this path.")
	}
	if rc.verb == http.MethodOptions {
		return allowed(allowList(verbs, true)), nil
	}
	return nil, exceptions.Raise(exceptions.NewMethodNotAllowed("The verb %s is not allowed here.", shownVerb(rc.verb)),
		exceptions.Header("Allow", allowList(verbs, true)))
}

// allowed is the answer to OPTIONS on a known path.
func allowed(list string) *Response {
	return &Response{Status: http.StatusNoContent, Header: http.Header{"Allow": {list}}}
}

// allowList is the value of Allow. OPTIONS is always answered; HEAD is where GET
// serves it too.
func allowList(verbs []string, head bool) string {
	list := make([]string, 0, len(verbs)+2)
	for _, v := range verbs {
		list = append(list, v)
		if head && v == http.MethodGet {
			list = append(list, http.MethodHead)
		}
	}
	return strings.Join(append(list, http.MethodOptions), ", ")
}

// shownVerb is the verb as an error may repeat it. The server has checked that
// it is a token, but not what an override names; its length is the client's
// choice.
func shownVerb(verb string) string {
	for i := range len(verb) {
		if verb[i] <= ' ' || verb[i] >= 0x7f {
			return "of its " + overrideHeader
		}
	}
	switch {
	case verb == "":
		return `""`
	case len(verb) > 20:
		return verb[:20] + "..."
	}
	return verb
}

// A MethodOverride says which requests may name another verb in the header
// X-HTTP-Method-Override.
type MethodOverride int

const (
	// OverrideNever ignores the header.
	OverrideNever MethodOverride = iota
	// OverridePost lets a POST request become another one. A GET request, which
	// browsers and proxies take for safe, stays what it is.
	OverridePost
	// OverrideAlways lets any request become any other, as the old frameworks
	// did.
	OverrideAlways
)

const overrideHeader = "X-Http-Method-Override"

// verb returns the verb that r is served as.
func (p *Profile) verb(r *http.Request) string {
	verb := p.override.verb(r)
	if p.anyCase {
		verb = strings.ToUpper(verb)
	}
	return verb
}

// verb returns the verb that r is to be served as. An empty header names no verb,
// which reaches nothing.
func (o MethodOverride) verb(r *http.Request) string {
	if o == OverrideNever || o == OverridePost && r.Method != http.MethodPost {
		return r.Method
	}
	values := r.Header[overrideHeader]
	if len(values) == 0 {
		return r.Method
	}
	return strings.ToUpper(values[0])
}
