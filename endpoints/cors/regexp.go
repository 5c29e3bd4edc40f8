package cors

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// compileOrigins compiles the expression so that it matches whole origins. With
// credentials it must not match what nobody lists: that is found by trying.
func compileOrigins(c Config, found *problems) *regexp.Regexp {
	const field = "OriginRegexp %#q: %s; %s"
	if _, err := regexp.Compile(c.OriginRegexp); err != nil {
		found.addf(field, c.OriginRegexp, err, `write an expression that package regexp accepts, such as https://[a-z0-9-]+\.example\.com`)
		return nil
	}
	expr := regexp.MustCompile(`\A(?:` + c.OriginRegexp + `)\z`)
	if !c.Credentials {
		return expr
	}
	if slices.ContainsFunc(unrelatedOrigins, expr.MatchString) {
		found.addf(field, c.OriginRegexp, "this matches origins of anybody, who could act with the cookies of their visitors",
			`write the domain into the expression, such as https://[a-z0-9-]+\.example\.com`)
	} else if !c.DangerouslyAllowPublicSuffixWithCredentials && matchesPublicSuffix(expr) {
		found.addf(field, c.OriginRegexp, "anybody can register a name that this matches",
			`write a domain of your own into the expression, such as https://[a-z0-9-]+\.example\.com, or set DangerouslyAllowPublicSuffixWithCredentials`)
	}
	return expr
}

// unrelatedOrigins are matched by no expression that names a domain: the top
// level "invalid" is reserved (RFC 6761 section 6.4).
var unrelatedOrigins = []string{
	"https://unrelated.invalid", "https://a.unrelated.invalid", "https://unrelated-9.invalid",
	"https://unrelated.invalid:8443", "https://invalid", "http://unrelated.invalid",
}

func matchesPublicSuffix(expr *regexp.Regexp) bool {
	for _, suffix := range triedSuffixes {
		if expr.MatchString("https://unrelated"+suffix) || expr.MatchString("https://a.unrelated-9"+suffix) {
			return true
		}
	}
	return false
}

// hasBareDot reports whether the expression has a dot that stands for one
// character, which is rarely meant in a host name.
func hasBareDot(expr string) bool {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return false
	}
	return bareDot(tree, false)
}

func bareDot(tree *syntax.Regexp, repeated bool) bool {
	switch tree.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return !repeated
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		repeated = true
	case syntax.OpCapture: // keeps what its parent said
	default:
		repeated = false
	}
	return slices.ContainsFunc(tree.Sub, func(sub *syntax.Regexp) bool { return bareDot(sub, repeated) })
}
