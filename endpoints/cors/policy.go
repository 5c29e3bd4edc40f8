package cors

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

// A Policy answers which pages may do what. It is made by [New], never changes
// and is safe for concurrent use. It keeps nothing about requests.
type Policy struct {
	config   Config
	logger   *slog.Logger
	warnings []string

	origins        *originSet
	methods        []string
	anyMethod      bool
	offered        []string            // methods of the API
	requestHeaders map[string]struct{} // in lower case
	anyHeader      bool
	// exposed and maxAge are header values, nil if there is none.
	exposed, maxAge []string
}

// Values of header fields that are the same in all replies. They are shared
// and, like every value that a reply holds, must not be written to; appending
// copies them, for their capacity is used up.
var (
	valueAny    = []string{"*"}
	valueTrue   = []string{"true"}
	valueOrigin = []string{"Origin"}
)

// The names in the form in which [http.Header] keeps them, so that it can be
// indexed without converting them each time.
const (
	headerOrigin           = "Origin"
	headerVary             = "Vary"
	headerRequestMethod    = "Access-Control-Request-Method"
	headerRequestHeaders   = "Access-Control-Request-Headers"
	headerRequestPrivate   = "Access-Control-Request-Private-Network"
	headerAllowOrigin      = "Access-Control-Allow-Origin"
	headerAllowCredentials = "Access-Control-Allow-Credentials"
	headerAllowMethods     = "Access-Control-Allow-Methods"
	headerAllowHeaders     = "Access-Control-Allow-Headers"
	headerAllowPrivate     = "Access-Control-Allow-Private-Network"
	headerExpose           = "Access-Control-Expose-Headers"
	headerMaxAge           = "Access-Control-Max-Age"
)

// Warnings say what the configuration allows but probably does not mean, such
// as any method together with credentials.
func (p *Policy) Warnings() []string { return slices.Clone(p.warnings) }

// AllowsOrigin reports whether pages of this origin may call. It takes the
// value of the Origin header as it came.
//
// Browsers do not apply CORS to WebSockets: a server has to refuse the upgrade
// itself, with this method or with [Policy.AllowsUpgrade]. They send cookies
// with every handshake, whatever Credentials says, so an endpoint that trusts
// cookies must not be behind a policy that admits any origin.
func (p *Policy) AllowsOrigin(origin string) bool {
	if p.origins.any {
		return origin != ""
	}
	_, ok := p.origins.match(origin)
	return ok
}

// AllowsUpgrade reports whether a WebSocket handshake may go on: its origin is
// allowed, or is the host that it was sent to, or it has none because no
// browser sent it. It does not look at whether that host is one of the
// server's, so a server that DNS rebinding could reach has to check Host too.
func (p *Policy) AllowsUpgrade(r *http.Request) bool {
	switch values := r.Header[headerOrigin]; {
	case len(values) == 0:
		return true
	case len(values) > 1:
		return false
	case p.AllowsOrigin(values[0]):
		return true
	default:
		_, host, ok := strings.Cut(values[0], "://")
		return ok && host != "" && strings.EqualFold(host, r.Host)
	}
}

// Apply sets the headers that the reply to an actual request needs, and must be
// called before they are written; [Policy.Wrap] does so by itself. Vary is
// merged with what is there, Access-Control-Expose-Headers is added to, the other
// fields are replaced, and removed where the origin is refused. Apply may be
// called again. The values that it sets may be shared with other replies: add to
// them or replace them, but do not write into them.
func (p *Policy) Apply(h http.Header, r *http.Request) {
	if value, ok := p.allowed(r); ok || !p.origins.any {
		p.apply(h, value)
	}
}

// allowed returns the value of Access-Control-Allow-Origin for a request, and
// whether there is one. It allocates nothing: an origin that is matched but not
// listed stays in the header of the request.
func (p *Policy) allowed(r *http.Request) (value []string, ok bool) {
	origin := r.Header[headerOrigin]
	switch {
	case len(origin) == 0, origin[0] == "":
		return nil, false
	case p.origins.any:
		return valueAny, true
	case len(origin) > 1:
		return nil, false // no browser sends two
	}
	value, ok = p.origins.match(origin[0])
	if ok && value == nil {
		value = origin[:1:1]
	}
	return value, ok
}

// apply sets the headers of an actual reply; value is that of
// Access-Control-Allow-Origin, nil for a refused origin.
func (p *Policy) apply(h http.Header, value []string) {
	p.applyOrigin(h, value)
	if value == nil {
		delete(h, headerExpose)
		return
	}
	if p.exposed == nil {
		return
	}
	switch own := h[headerExpose]; {
	case len(own) == 0:
		h[headerExpose] = p.exposed
	case !slices.Contains(own, p.exposed[0]):
		h[headerExpose] = append(own[:len(own):len(own)], p.exposed[0])
	}
}

// applyOrigin sets the headers that actual replies and answers to preflights
// have in common.
func (p *Policy) applyOrigin(h http.Header, value []string) {
	if !p.origins.any {
		mergeVary(h)
	}
	if value == nil {
		delete(h, headerAllowOrigin)
		delete(h, headerAllowCredentials)
		return
	}
	h[headerAllowOrigin] = value
	if p.config.Credentials {
		h[headerAllowCredentials] = valueTrue
	} else {
		delete(h, headerAllowCredentials)
	}
}

// mergeVary adds Origin to the list of Vary unless it is there (RFC 9110
// section 12.5.5).
func mergeVary(h http.Header) {
	values := h[headerVary]
	if len(values) == 0 {
		h[headerVary] = valueOrigin
		return
	}
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.Trim(item, " \t"); item == "*" || strings.EqualFold(item, headerOrigin) {
				return
			}
		}
	}
	h[headerVary] = append(values[:len(values):len(values)], headerOrigin)
}
