package cors

import (
	"regexp"
	"slices"
	"strings"
)

// An originSet holds the origins of a policy in the form in which they are
// looked up. The time of a look-up does not depend on their number.
type originSet struct {
	any bool
	// exact maps an origin to itself as a header value.
	exact map[string][]string
	// suffixes holds the patterns by scheme: what follows the star, with the
	// port, such as ".example.com:8443".
	suffixes map[string]map[string]struct{}
	// expr is nil if there is no regular expression. httpsOnly: of the http
	// origins that it matches, only those of this machine are admitted.
	expr      *regexp.Regexp
	httpsOnly bool
}

func newOriginSet(c Config, found *problems) *originSet {
	s := &originSet{
		any:       slices.Contains(c.Origins, "*"),
		exact:     map[string][]string{},
		suffixes:  map[string]map[string]struct{}{},
		httpsOnly: c.Credentials && !c.DangerouslyAllowHTTPWithCredentials,
	}
	if len(c.Origins) == 0 && c.OriginRegexp == "" {
		found.addf(`Origins: there are none; write the origins of the pages, or "*" if every page may call`)
	}
	for i, text := range c.Origins {
		if problem, instead := s.add(c, text); problem != "" {
			found.add("Origins", i, text, problem, instead)
		}
	}
	if c.OriginRegexp != "" {
		s.expr = compileOrigins(c, found)
	}
	return s
}

// add admits one configured origin or says why it must not be.
func (s *originSet) add(c Config, text string) (problem, instead string) {
	if text == "*" {
		if c.Credentials {
			return "every page in the world could act with the cookies of its visitors", "list the origins, or leave out Credentials"
		}
		return "", ""
	}
	o, problem, instead := parseOrigin(text, true)
	if problem != "" {
		if better, ok := suggestOrigin(text); ok {
			instead = `write "` + better + `"`
		}
		return problem, instead
	}
	if c.Credentials {
		if problem, instead = checkWithCredentials(c, o, text); problem != "" {
			return problem, instead
		}
	}
	if !o.wildcard {
		s.exact[text] = []string{text}
		return "", ""
	}
	if s.suffixes[o.scheme] == nil {
		s.suffixes[o.scheme] = map[string]struct{}{}
	}
	_, suffix, _ := strings.Cut(text, "*")
	s.suffixes[o.scheme][suffix] = struct{}{}
	return "", ""
}

// checkWithCredentials applies the two rules that only matter where cookies
// travel. Both can be overridden.
func checkWithCredentials(c Config, o origin, text string) (problem, instead string) {
	if o.scheme == "http" && !o.isLoopback() && !c.DangerouslyAllowHTTPWithCredentials {
		return "credentials and http do not go together: anybody on the way can change the page",
			`write "https` + strings.TrimPrefix(text, "http") + `", or set DangerouslyAllowHTTPWithCredentials`
	}
	if o.wildcard && !o.isLoopback() && isPublicSuffix(o.host) && !c.DangerouslyAllowPublicSuffixWithCredentials {
		return "anybody can register a name under this suffix and act with the cookies of its visitors",
			`write a pattern under a domain of your own, such as "https://*.example.com", or set DangerouslyAllowPublicSuffixWithCredentials`
	}
	return "", ""
}

// match reports whether text is one of the origins. For a listed one it also
// returns the header value, which is shared.
func (s *originSet) match(text string) (value []string, ok bool) {
	if len(text) > maxOrigin {
		return nil, false
	}
	if value, ok = s.exact[text]; ok {
		return value, true
	}
	if len(s.suffixes) > 0 && s.matchSuffix(text) {
		return nil, true
	}
	return nil, s.expr != nil && s.matchExpr(text)
}

// matchSuffix walks over the labels of text and looks after each whether a
// pattern ends the same way. What the star stands for is checked here, byte by
// byte; the rest was checked at construction.
func (s *originSet) matchSuffix(text string) bool {
	scheme, rest, ok := strings.Cut(text, "://")
	suffixes := s.suffixes[scheme]
	if !ok || suffixes == nil || len(rest) > 253+len(":65535") {
		return false
	}
	start := 0
	for i := range len(rest) {
		switch {
		case isHostByte(rest[i]):
			continue
		case rest[i] != '.', i == start, i-start > 63:
			return false
		}
		if _, ok := suffixes[rest[i:]]; ok {
			return true
		}
		start = i + 1
	}
	return false
}

func (s *originSet) matchExpr(text string) bool {
	o, problem, _ := parseOrigin(text, false)
	if problem != "" || s.httpsOnly && o.scheme == "http" && !o.isLoopback() {
		return false
	}
	return s.expr.MatchString(text)
}
