package endpoints

import (
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

const problemJSON = "application/problem+json"

var (
	envelope = normalize.Envelope()
	aip193   = normalize.AIP193()
	problem  = normalize.Problem()
)

// envelopeOrProblem chooses the format of errors for [Frameworks]: problem
// details for those who accept them by name, since the envelope cannot carry
// the fields of an exception. Clients of the old frameworks do not name them.
func envelopeOrProblem(rc *restCall, _ *normalize.Verdict) normalize.Format {
	if namedWeight(rc.r.Header["Accept"], problemJSON) > 0 {
		return problem
	}
	return envelope
}

// byAccept chooses the format of errors for [Modern]: problem details for those
// who accept them by name, unless they name application/json as what they like
// better.
func byAccept(rc *restCall, _ *normalize.Verdict) normalize.Format {
	accept := rc.r.Header["Accept"]
	if w := namedWeight(accept, problemJSON); w > 0 && w >= namedWeight(accept, "application/json") {
		return problem
	}
	return aip193
}

// namedWeight returns the weight that Accept gives to a media type by its name
// (RFC 9110, section 12.5.1), and 0 if it does not name it.
func namedWeight(accept []string, mediaType string) float64 {
	for _, value := range accept {
		if len(value) < len(mediaType) { // as that of most clients, which is */*
			continue
		}
		for kind := range strings.SplitSeq(value, ",") {
			name, parameters, _ := strings.Cut(kind, ";")
			if strings.EqualFold(strings.TrimSpace(name), mediaType) {
				return weight(parameters)
			}
		}
	}
	return 0
}

// weight returns the weight among the parameters of a media range: 1 if there is
// none that makes sense.
func weight(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(name, "q") {
			continue
		}
		if w, err := strconv.ParseFloat(value, 64); err == nil && w >= 0 && w <= 1 {
			return w
		}
	}
	return 1
}
