package python

import (
	"net"
	"net/http"
	"strings"
)

// A Page is the answer of a built-in page. It has no CORS header fields.
type Page struct {
	Status int
	Header http.Header
	Body   string
}

// proxyPage stands for the script page through which old JavaScript clients
// sent their requests. Nothing loads it any more; it only has to be there.
const proxyPage = "<!DOCTYPE html>\n<html><head><title>Proxy</title></head><body></body></html>\n"

// PageOf returns the answer of the built-in pages below base, a base path with a
// slash at both ends, to a request with any verb: the redirect from explorer to
// the API explorer, the page static/proxy.html, and the plain 404 of all else
// below static. They go before methods and preflights. Ok is false for all other
// paths; path is what [DecodePath] returned.
func PageOf(base, path string, r *http.Request) (page Page, ok bool) {
	below, ok := strings.CutPrefix(path, base)
	switch {
	case !ok:
		return Page{}, false
	case strings.TrimSuffix(below, "/") == "explorer" && r.URL.RawQuery == "":
		return Page{Status: http.StatusFound, Header: http.Header{"Location": {explorer(base, r)}}}, true
	case below == "static/proxy.html":
		return Page{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html"}}, Body: proxyPage}, true
	case strings.HasPrefix(below, "static/"):
		return Page{Status: http.StatusNotFound, Header: http.Header{"Content-Type": {NotFoundType}}, Body: NotFound}, true
	}
	return Page{}, false
}

// explorer returns where the explorer is. The original claims https for all
// hosts but localhost, and always names the port.
func explorer(base string, r *http.Request) string {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = r.Host, "80"
		if r.TLS != nil {
			port = "443"
		}
	}
	scheme := "https"
	if strings.Contains(host, "localhost") {
		scheme = "http"
	}
	if strings.Contains(host, ":") {
		host = "[" + strings.Trim(host, "[]") + "]"
	}
	return "https://apis-explorer.appspot.com/apis-explorer/?base=" +
		strings.TrimRight(scheme+"://"+host+":"+port+base, "/")
}
