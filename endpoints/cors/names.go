package cors

import "strings"

// isToken reports whether s is a token (RFC 9110 section 5.6.2), which methods
// and field names are.
func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// needsNoPermission reports whether m is a CORS-safelisted method (Fetch,
// section 2.2.1).
func needsNoPermission(m string) bool {
	return m == "GET" || m == "POST" || m == "HEAD"
}

// checkMethod says what is wrong with a configured method, and what to write.
func checkMethod(m string) (problem, instead string) {
	switch upper := strings.ToUpper(m); {
	case !isToken(m):
		return "a method is a token", `write one method per entry, such as "PUT"`
	case upper == "CONNECT" || upper == "TRACE" || upper == "TRACK":
		return "browsers never send this method for a page", "leave it out"
	case m != upper && isStandardMethod(upper):
		return "methods are case-sensitive", `write "` + upper + `"`
	}
	return "", ""
}

func isStandardMethod(m string) bool {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return true
	}
	return false
}

// forbiddenRequestHeaders are the names that no script may set (Fetch, section
// 2.2.2), in lower case, beside those that begin with "proxy-" and "sec-".
var forbiddenRequestHeaders = map[string]bool{
	"accept-charset": true, "accept-encoding": true, "connection": true, "content-length": true,
	"cookie": true, "cookie2": true, "date": true, "dnt": true, "expect": true, "host": true,
	"keep-alive": true, "origin": true, "referer": true, "set-cookie": true, "te": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true, "via": true,
	"access-control-request-headers": true, "access-control-request-method": true,
	"access-control-request-private-network": true,
}

// corsResponseHeader reports whether a name, in lower case, belongs to replies
// of the CORS protocol.
func corsResponseHeader(lower string) bool {
	return strings.HasPrefix(lower, "access-control-") && !strings.HasPrefix(lower, "access-control-request-")
}

func checkRequestHeader(name string) (problem, instead string) {
	lower := strings.ToLower(name)
	switch {
	case !isToken(name):
		return "a header name is a token", `write one name per entry, such as "X-Request-Id"`
	case lower == "cookie" || lower == "cookie2":
		return "scripts cannot set this header", "leave it out and set Credentials"
	case forbiddenRequestHeaders[lower], strings.HasPrefix(lower, "proxy-"), strings.HasPrefix(lower, "sec-"):
		return "scripts cannot set this header", "leave it out"
	case corsResponseHeader(lower):
		return "this header belongs to replies", "leave it out; the policy sends it"
	}
	return "", ""
}

func checkExposedHeader(name string) (problem, instead string) {
	lower := strings.ToLower(name)
	switch {
	case !isToken(name):
		return "a header name is a token", `write one name per entry, such as "X-Request-Id"`
	case lower == "set-cookie" || lower == "set-cookie2":
		return "browsers show this header to no script", "leave it out; send what scripts need in another header"
	case corsResponseHeader(lower):
		return "this header is for the browser, not for scripts", "leave it out"
	}
	return "", ""
}
