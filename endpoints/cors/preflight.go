package cors

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

// maxRequestedHeaders limits the text of Access-Control-Request-Headers, in
// bytes. Browsers send some hundred.
const maxRequestedHeaders = 8 << 10

// A Refusal is the error of a preflight that asked for more than is allowed. It
// names every part that is refused, and nothing that the request held.
type Refusal struct {
	Origin, Method, Headers bool
}

// Error is a text that callers may read.
func (f *Refusal) Error() string {
	var parts []string
	if f.Origin {
		parts = append(parts, "origin")
	}
	if f.Method {
		parts = append(parts, "method")
	}
	if f.Headers {
		parts = append(parts, "request headers")
	}
	return "CORS preflight refused: " + strings.Join(parts, ", ") + " not allowed"
}

// HTTPStatus is 403: the refusal is deliberate (Fetch, section 3.3.3).
func (f *Refusal) HTTPStatus() int { return http.StatusForbidden }

// IsPreflight reports whether r asks for permission and is no call of its own:
// OPTIONS with Origin and Access-Control-Request-Method.
func IsPreflight(r *http.Request) bool {
	if r.Method != http.MethodOptions {
		return false
	}
	origin, method := r.Header[headerOrigin], r.Header[headerRequestMethod]
	return len(origin) > 0 && origin[0] != "" && len(method) > 0 && method[0] != ""
}

// Preflight decides on r, for which [IsPreflight] must hold, and sets the
// headers of its answer: what was asked for, no more. The answer is 204 without
// a body if the error is nil, and otherwise 403; the error is a *[Refusal] then.
//
// The methods are those of the route that the request would reach. They count
// if the configuration names none or says "*"; without any, "*" allows every
// method.
func (p *Policy) Preflight(h http.Header, r *http.Request, methods ...string) error {
	origin, ok := p.allowed(r)
	refusal := Refusal{Origin: !ok}
	method, listed := p.allowsMethod(r.Header[headerRequestMethod], methods)
	refusal.Method = method == nil
	headers, ok := p.allowsHeaders(r.Header[headerRequestHeaders])
	refusal.Headers = !ok
	if refusal != (Refusal{}) {
		p.applyOrigin(h, nil)
		return p.refuse(r, refusal)
	}
	p.applyOrigin(h, origin)
	if listed {
		h[headerAllowMethods] = method
	}
	if headers != nil {
		h[headerAllowHeaders] = headers
	}
	if p.maxAge != nil {
		h[headerMaxAge] = p.maxAge
	}
	if asked := r.Header[headerRequestPrivate]; p.config.PrivateNetwork && len(asked) == 1 && asked[0] == "true" {
		h[headerAllowPrivate] = valueTrue
	}
	return nil
}

// ServePreflight answers a preflight as [Policy.Preflight] decides, a refused
// one with a short text that says what is not allowed.
func (p *Policy) ServePreflight(w http.ResponseWriter, r *http.Request, methods ...string) {
	err := p.Preflight(w.Header(), r, methods...)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// allowsMethod returns the asked method as a header value, nil if it is
// refused. It is listed unless it only passes because it needs no permission.
func (p *Policy) allowsMethod(asked, route []string) (value []string, listed bool) {
	if len(asked) != 1 {
		return nil, false
	}
	method := asked[0]
	switch {
	case len(p.methods) > 0 && !p.anyMethod:
		listed = slices.Contains(p.methods, method)
	case len(route) > 0:
		listed = slices.Contains(route, method)
	case p.anyMethod:
		listed = isToken(method)
	default:
		listed = slices.Contains(p.offered, method)
	}
	if !listed && !needsNoPermission(method) {
		return nil, false
	}
	return asked[:1:1], listed
}

// allowsHeaders returns the asked header names as a header value, nil if none
// were asked for, and false if one is refused. Browsers write them in lower
// case, sorted and without blanks; other cases, blanks, empty items and a list
// in several lines come from proxies and are tolerated.
func (p *Policy) allowsHeaders(asked []string) (value []string, ok bool) {
	size, names := 0, 0
	for _, line := range asked {
		if size += len(line) + 1; size > maxRequestedHeaders {
			return nil, false
		}
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.Trim(name, " \t"); name == "" {
				continue
			}
			if names++; !p.allowsHeader(name) {
				return nil, false
			}
		}
	}
	switch {
	case names == 0:
		return nil, true
	case len(asked) == 1:
		return asked[:1:1], true
	}
	return []string{strings.Join(asked, ",")}, true
}

func (p *Policy) allowsHeader(name string) bool {
	if p.anyHeader {
		return isToken(name)
	}
	var buf [64]byte
	lower := buf[:0]
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower = append(lower, c)
	}
	_, ok := p.requestHeaders[string(lower)]
	return ok
}

// refuse logs a refusal and makes an error of it.
func (p *Policy) refuse(r *http.Request, refusal Refusal) error {
	if p.logger != nil {
		p.logger.LogAttrs(r.Context(), slog.LevelWarn, refusal.Error(),
			slog.String("origin", excerpt(r.Header[headerOrigin])),
			slog.String("method", excerpt(r.Header[headerRequestMethod])),
			slog.String("headers", excerpt(r.Header[headerRequestHeaders])))
	}
	return &refusal
}

// excerpt keeps log records short, whatever was sent.
func excerpt(values []string) string {
	s := ""
	if len(values) > 0 {
		s = values[0]
	}
	if len(s) > 256 {
		return s[:256] + "..."
	}
	return s
}
