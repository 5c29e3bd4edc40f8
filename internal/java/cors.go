package java

import (
	"net/http"
	"slices"
)

// corsVerbs are the verbs that a preflight may ask for, as the original lists
// them.
var corsVerbs = []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}

// CORS sets in reply the header fields that the original answers to the request
// header, and must be called for requests that reach a method of an API and for
// those whose verb, after an override, is OPTIONS; the plain 404 has none of
// them.
//
// With preflight, for OPTIONS, the answer is an empty 200 whatever the path below
// the base, and fields are set only if the request asks for one of the verbs
// DELETE, GET, HEAD, PATCH, POST and PUT, spelled like that. Otherwise they are
// set if the request has an Origin, also an empty one.
//
// Warning: any origin is echoed together with permission to send credentials,
// so every page on the web may call the API in the name of its visitor. This
// exists for clients in the field that rely on it. New APIs use an allow-list.
func CORS(request, reply http.Header, preflight bool) {
	origin, ok := request["Origin"]
	if preflight {
		if !slices.Contains(corsVerbs, request.Get("Access-Control-Request-Method")) {
			return
		}
	} else if !ok {
		return
	}
	if ok && len(origin) > 0 {
		if origin[0] == "null" {
			reply.Set("Access-Control-Allow-Origin", "*")
		} else {
			reply.Set("Access-Control-Allow-Origin", origin[0])
		}
	}
	if preflight {
		reply.Set("Access-Control-Allow-Methods", "DELETE,GET,HEAD,PATCH,POST,PUT")
		if asked := request["Access-Control-Request-Headers"]; len(asked) > 0 {
			reply.Set("Access-Control-Allow-Headers", asked[0])
		}
		reply.Set("Access-Control-Max-Age", "3600")
	}
	reply.Set("Access-Control-Allow-Credentials", "true")
}
