package sse

import (
	"net/http"
	"strconv"
	"strings"
)

// The media types of streams.
const (
	typeEvents = "text/event-stream"
	typeNDJSON = "application/x-ndjson"
	typeJSONL  = "application/jsonl"
)

// offers are what a client may choose from, in the order that decides between
// equals.
var offers = [...]struct {
	mediaType string
	format    Format
}{{typeEvents, Events}, {typeNDJSON, Lines}, {typeJSONL, Lines}}

// An accepted says how much a client wants an offer.
type accepted struct {
	weight float64 // of the most specific range that matches
	exact  int     // how specific that is: 0 no match, 1 "*/*", 2 "text/*", 3 the type
}

// negotiate chooses by Accept (RFC 9110, section 12.5.1): the largest weight
// wins, then the more specific range, then the default format. A client that
// accepts none of them gets the default too, as REST does not refuse by Accept
// either. asked says that the client named the type.
func negotiate(h http.Header, otherwise Format) (format Format, mediaType string, asked bool) {
	var wanted [len(offers)]accepted
	for _, value := range h["Accept"] {
		for part := range strings.SplitSeq(value, ",") {
			name, parameters, _ := strings.Cut(part, ";")
			name = strings.TrimSpace(name)
			for i := range offers {
				if exact := matches(name, offers[i].mediaType); exact > wanted[i].exact {
					wanted[i] = accepted{weight(parameters), exact}
				}
			}
		}
	}
	best := -1
	for i, a := range wanted {
		if a.weight > 0 && (best < 0 || better(a, wanted[best], offers[i].format, offers[best].format, otherwise)) {
			best = i
		}
	}
	if best < 0 {
		best = int(Events) // the first of the default format
		for i := range offers {
			if offers[i].format == otherwise {
				best = i
				break
			}
		}
	}
	return offers[best].format, offers[best].mediaType, wanted[best].exact == 3 && wanted[best].weight > 0
}

func better(a, b accepted, of, than, otherwise Format) bool {
	switch {
	case a.weight != b.weight:
		return a.weight > b.weight
	case a.exact != b.exact:
		return a.exact > b.exact
	}
	return of == otherwise && than != otherwise
}

// matches says how specifically the range names the type.
func matches(name, mediaType string) int {
	switch {
	case strings.EqualFold(name, mediaType):
		return 3
	case name == "*/*":
		return 1
	}
	if kind, ok := strings.CutSuffix(name, "/*"); ok {
		if i := strings.IndexByte(mediaType, '/'); strings.EqualFold(kind, mediaType[:i]) {
			return 2
		}
	}
	return 0
}

// weight is the q of the parameters; one that cannot be read is 1.
func weight(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			if q, err := strconv.ParseFloat(value, 64); err == nil && q >= 0 && q <= 1 {
				return q
			}
		}
	}
	return 1
}
