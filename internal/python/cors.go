package python

import (
	"net/http"
	"slices"
	"strings"
)

// corsVerbs are the verbs that the original allows to other origins, in the
// order in which it lists them.
var corsVerbs = []string{"PATCH", "PUT", "POST", "GET", "DELETE"}

// CORS sets in reply the header fields that the original answers to the request
// header, and reports whether it did: the request has an Origin that is not
// empty, and if it has an Access-Control-Request-Method, that is one of DELETE,
// GET, PATCH, POST and PUT in any case.
//
// It is for all answers below the base path, errors and the plain 404 among
// them, but not for the discovery documents, the explorer and the static page.
// A request whose verb, after an override, is OPTIONS and for which it returns
// true is a preflight, whatever its path: it is answered with an empty 200 at
// once.
//
// Warning: any origin is echoed together with permission to send credentials,
// so every page on the web may call the API in the name of its visitor, and
// without a Vary field a cache may mix the origins up. This exists for clients
// in the field that rely on it. New APIs use an allow-list.
func CORS(request, reply http.Header) bool {
	origin := request.Get("Origin")
	if origin == "" {
		return false
	}
	if verb, ok := request["Access-Control-Request-Method"]; ok && len(verb) > 0 {
		if !slices.Contains(corsVerbs, strings.ToUpper(verb[0])) {
			return false
		}
	}
	reply.Set("Access-Control-Allow-Credentials", "true")
	reply.Set("Access-Control-Allow-Origin", origin)
	reply.Set("Access-Control-Allow-Methods", "PATCH,PUT,POST,GET,DELETE")
	reply.Set("Access-Control-Expose-Headers", "Date,Content-Length,ETag,Server,Content-Encoding")
	if asked, ok := request["Access-Control-Request-Headers"]; ok && len(asked) > 0 {
		reply.Set("Access-Control-Allow-Headers", asked[0])
	}
	return true
}
