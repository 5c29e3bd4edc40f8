package endpoints

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// WithCORS lets the pages that p admits call the API from browsers:
//
//   - Preflights are answered before any routing, with the verbs of the route
//     that the path has, unless p names verbs itself.
//   - Every other reply gets the headers that its origin deserves, error replies
//     and those after a panic included.
//   - The request headers that methods declare are allowed and the response
//     headers that they declare are exposed, beside those of p. So are the
//     headers that exceptions of the framework send: Allow, Retry-After and
//     WWW-Authenticate.
//   - A handshake of a WebSocket from another origin is a Forbidden exception.
//
// It takes the place of the CORS headers that the profiles of the old frameworks
// send to any origin.
func WithCORS(p *cors.Policy) Option {
	return option(func(a *API) {
		if p == nil {
			a.wrong = append(a.wrong, errors.New("WithCORS: the policy is nil"))
			return
		}
		a.guard = &originGuard{api: a, given: p}
	})
}

// exceptionHeaders are what exceptions of the framework send.
var exceptionHeaders = []string{"Allow", "Retry-After", "Www-Authenticate"}

// An originGuard stands in front of the transports of an API with a policy.
type originGuard struct {
	api    *API
	given  *cors.Policy
	policy *cors.Policy // the same with what the API offers
	served http.Handler // the API behind policy
}

// offer tells the policy what the registered methods declare.
func (g *originGuard) offer() error {
	o := cors.Offer{Methods: g.api.rest.verbs(), ExposedHeaders: slices.Clone(exceptionHeaders)}
	for _, m := range g.api.methods {
		o.RequestHeaders = append(o.RequestHeaders, m.RequestHeaders()...)
		o.ExposedHeaders = append(o.ExposedHeaders, m.ResponseHeaders()...)
	}
	policy, err := g.given.With(o)
	if err != nil {
		return err
	}
	g.use(policy)
	return nil
}

func (g *originGuard) use(p *cors.Policy) {
	g.policy, g.served = p, p.Wrap(http.HandlerFunc(g.api.dispatch))
}

// ServeHTTP answers preflights and what must not reach the API.
func (g *originGuard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case cors.IsPreflight(r):
		g.policy.ServePreflight(w, r, g.api.rest.verbsOf(r)...)
	case isUpgrade(r) && !g.policy.AllowsUpgrade(r):
		g.api.rest.refuse(w, r, exceptions.NewForbidden("Pages of this origin may not open a WebSocket here."))
	default:
		g.served.ServeHTTP(w, r)
	}
}

// AllowsUpgrade says whether a handshake of a WebSocket may come from where it
// comes from: by the policy of [WithCORS] if there is one, else from a page of
// the host that it calls. A handshake without Origin, which no browser sends,
// is allowed. Transports that serve WebSockets ask it.
func (m *Middle) AllowsUpgrade(r *http.Request) bool {
	if g := m.api.guard; g != nil {
		return g.policy.AllowsUpgrade(r)
	}
	origin := r.Header["Origin"]
	if len(origin) == 0 {
		return true
	}
	u, err := url.Parse(origin[0])
	return err == nil && len(origin) == 1 && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// isUpgrade says whether r asks for a WebSocket (RFC 6455, section 4.2.1).
func isUpgrade(r *http.Request) bool {
	for _, v := range r.Header["Upgrade"] {
		for protocol := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}

// verbs are those of all routes.
func (t *rest) verbs() []string {
	seen := map[string]bool{}
	for _, verb := range t.routed {
		seen[verb] = true
	}
	all := make([]string, 0, len(seen))
	for verb := range seen {
		all = append(all, verb)
	}
	slices.Sort(all)
	return all
}

// verbsOf are those of the routes for the path of r; none if there is no route.
func (t *rest) verbsOf(r *http.Request) []string {
	escaped := r.URL.EscapedPath()
	if len(escaped) > t.limits.PathBytes {
		return nil
	}
	var all []string
	if t.escaped != nil {
		all = t.escaped.Allowed(escaped)
	}
	if path, err := t.profile.paths.path(t, escaped); err == nil {
		all = append(all, t.tree.Allowed(path)...)
	}
	return all
}

// refuse answers a request that reaches no method.
func (t *rest) refuse(w http.ResponseWriter, r *http.Request, err error) {
	rc := &restCall{profile: t.profile, w: w, r: r, verb: r.Method}
	rc.call = t.middle.Begin(r.Context(), protocolREST, nil, r.Header)
	t.writeOnce(rc, t.middle.Run(rc.call, nil, err))
	t.middle.End(rc.call)
}
