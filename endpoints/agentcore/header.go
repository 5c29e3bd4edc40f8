package agentcore

import (
	"net/http"
	"strings"
)

// restricted are the header fields that are never forwarded to the handler:
// those that belong to the connection, to the platform, or to a browser.
var restricted = func() map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq(`
		Proxy-Authorization WWW-Authenticate
		Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges Accept-CH Accept-CH-Lifetime
		Content-Type Content-Length Content-Encoding Content-Language Content-Location Content-Range
		Content-Security-Policy Content-Security-Policy-Report-Only
		Cache-Control ETag Expires If-Match If-Modified-Since If-None-Match If-Range If-Unmodified-Since
		Last-Modified Pragma Vary
		Connection Keep-Alive Proxy-Connection Upgrade Transfer-Encoding TE Trailer Range
		Host User-Agent Referer From Origin Server Date Location Retry-After Link
		Cookie Set-Cookie
		Strict-Transport-Security X-Content-Type-Options X-Frame-Options X-XSS-Protection Referrer-Policy
		Permissions-Policy Feature-Policy Expect-CT Public-Key-Pins Public-Key-Pins-Report-Only Clear-Site-Data
		Cross-Origin-Embedder-Policy Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy
		Access-Control-Allow-Origin Access-Control-Allow-Methods Access-Control-Allow-Headers
		Access-Control-Allow-Credentials Access-Control-Expose-Headers Access-Control-Max-Age
		Access-Control-Request-Method Access-Control-Request-Headers
		DPR Width Viewport-Width Downlink ECT RTT Save-Data
		Via Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Real-IP X-Requested-With X-CSRF-Token
		True-Client-IP X-Client-IP X-Cluster-Client-IP X-Originating-IP X-Source-IP
		X-Original-URL X-Original-Host X-Rewrite-URL
		CF-Ray CF-Connecting-IP X-Amz-Cf-Id X-Cache X-Served-By
		Sec-WebSocket-Key Sec-WebSocket-Accept Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions
	`) {
		all[http.CanonicalHeaderKey(name)] = true
	}
	return all
}()

// forwarded returns the fields of h that the handler may see, nil if there are
// none. The platform's own fields are not among them, but for its identity
// token and those with the prefix for custom fields.
func forwarded(h http.Header) http.Header {
	var all http.Header
	for name, values := range h {
		switch {
		case restricted[name]:
			continue
		case strings.HasPrefix(name, "X-Amz-") && name != tokenHeader:
			continue
		case strings.HasPrefix(name, "X-Amzn-") && !strings.HasPrefix(name, customPrefix):
			continue
		}
		if all == nil {
			all = http.Header{}
		}
		all[name] = values
	}
	return all
}
