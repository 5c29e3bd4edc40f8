package cors

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
)

// maxAgeLimit is the longest time, in seconds, that any browser keeps the
// answer to a preflight.
const maxAgeLimit = 86400

// A Config says which pages may do what. It is read by [New] only and may be
// changed afterwards. Its zero value is no configuration: at least one origin
// is needed.
type Config struct {
	// Origins are the pages' origins, as browsers send them: scheme, host, and
	// a port that is not the scheme's own, in lower case, with nothing after.
	// They are compared byte by byte.
	//
	// "https://*.example.com" stands for one or more whole labels:
	// https://a.example.com and https://a.b.example.com, but neither
	// https://example.com nor https://notexample.com. "*" alone stands for
	// every origin, "null" included, and excludes Credentials.
	Origins []string
	// OriginRegexp admits the origins that it matches as a whole (syntax of
	// package regexp), beside Origins. Text that is no well-formed origin is
	// refused before it is looked at, so nothing can hide behind a slash.
	// Empty: none.
	OriginRegexp string
	// Credentials lets pages send cookies, TLS client certificates and HTTP
	// authentication, and read the replies.
	Credentials bool
	// Methods are those that pages may use beside GET, HEAD and POST, which need
	// no permission. They are compared byte by byte. "*": every method that the
	// route has, or any at all where no route is known. Empty: those of the
	// route, else those of the API (see [Policy.With]), none beyond the three
	// where neither is known.
	Methods []string
	// RequestHeaders are the request header fields that scripts may set, in any
	// case. Content-Type is always among them. "*": any, Authorization too.
	RequestHeaders []string
	// ExposedHeaders are the response header fields that scripts may read
	// beside the seven that are always readable (Cache-Control,
	// Content-Language, Content-Length, Content-Type, Expires, Last-Modified,
	// Pragma). Any name will do, with or without "X-". "*": all but
	// Authorization, which excludes Credentials.
	ExposedHeaders []string
	// MaxAge is how long browsers may keep the answer to a preflight, in
	// seconds, up to 86400; browsers have lower limits of their own (7200 in
	// Chromium). 0: not said, which is 5 seconds by the standard. -1: not at
	// all.
	MaxAge int
	// PrivateNetwork answers browsers that ask before a public page calls an
	// address inside a private network.
	PrivateNetwork bool

	// DangerouslyAllowHTTPWithCredentials admits http origins other than
	// localhost together with Credentials. Whoever can change the traffic of
	// such a page then acts with the cookies of its visitors.
	DangerouslyAllowHTTPWithCredentials bool
	// DangerouslyAllowPublicSuffixWithCredentials admits patterns such as
	// "https://*.com" or "https://*.github.io" together with Credentials.
	// Anybody can register a name that they match. What is known of such
	// suffixes is those of one label, the usual ones of countries ("co.uk"), and
	// some hosts that rent out subdomains; the public suffix list has many more,
	// which are not caught.
	DangerouslyAllowPublicSuffixWithCredentials bool

	// Logger gets a WARN record for each refused preflight, with what was asked
	// for, and at construction one for each of [Policy.Warnings]. Nil: nothing is
	// logged.
	Logger *slog.Logger
}

// An Offer is what an API itself has to say about its calls: the methods of its
// routes, the request header fields that it declares, and the response header
// fields that its replies and exceptions send.
type Offer struct {
	Methods, RequestHeaders, ExposedHeaders []string
}

// New makes the policy that c describes. Its error joins one error per mistake
// and says for each what to write instead.
func New(c Config) (*Policy, error) {
	p, err := build(c, nil)
	if err != nil {
		return nil, err
	}
	if p.logger != nil {
		for _, w := range p.warnings {
			p.logger.Warn("cors: " + w)
		}
	}
	return p, nil
}

func build(c Config, offered []string) (*Policy, error) {
	var found problems
	p := &Policy{config: c.clone(), logger: c.Logger}
	p.origins = newOriginSet(c, &found)
	p.methods, p.anyMethod = checkMethods("Methods", c.Methods, &found)
	p.offered, _ = checkMethods("Offer.Methods", offered, &found)
	p.requestHeaders, p.anyHeader = checkRequestHeaders(c.RequestHeaders, &found)
	p.exposed = checkExposed(c, &found)
	p.maxAge = checkMaxAge(c.MaxAge, &found)
	if len(found) > 0 {
		return nil, errors.Join(found...)
	}
	p.warnings = warn(c)
	return p, nil
}

// With returns a policy that also offers what the API declares: its header
// fields are added to those of the configuration, its methods are used where
// neither the configuration nor the route names any. The receiver is not
// changed. Errors are those of [New].
func (p *Policy) With(o Offer) (*Policy, error) {
	c := p.config.clone()
	c.RequestHeaders = extend(c.RequestHeaders, o.RequestHeaders)
	c.ExposedHeaders = extend(c.ExposedHeaders, o.ExposedHeaders)
	methods := append(slices.Clone(p.offered), o.Methods...)
	return build(c, methods)
}

// extend appends what a list lacks. A wildcard lacks nothing.
func extend(list, more []string) []string {
	if slices.Contains(list, "*") {
		return list
	}
	for _, name := range more {
		if !slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) }) {
			list = append(list, name)
		}
	}
	return list
}

func (c Config) clone() Config {
	c.Origins = slices.Clone(c.Origins)
	c.Methods = slices.Clone(c.Methods)
	c.RequestHeaders = slices.Clone(c.RequestHeaders)
	c.ExposedHeaders = slices.Clone(c.ExposedHeaders)
	return c
}

// problems are the mistakes of one configuration, in the order of its fields.
type problems []error

// add notes that a field (of a list: with index i) has a value that is wrong.
func (p *problems) add(field string, i int, value, problem, instead string) {
	*p = append(*p, fmt.Errorf("cors: %s[%d] %q: %s; %s", field, i, value, problem, instead))
}

func (p *problems) addf(format string, args ...any) {
	*p = append(*p, fmt.Errorf("cors: "+format, args...))
}

func checkMethods(field string, methods []string, found *problems) (list []string, wildcard bool) {
	for i, m := range methods {
		if m == "*" {
			wildcard = true
			continue
		}
		if problem, instead := checkMethod(m); problem != "" {
			found.add(field, i, m, problem, instead)
			continue
		}
		list = append(list, m)
	}
	return list, wildcard
}

func checkRequestHeaders(names []string, found *problems) (set map[string]struct{}, wildcard bool) {
	set = map[string]struct{}{"content-type": {}}
	for i, name := range names {
		if name == "*" {
			wildcard = true
			continue
		}
		if problem, instead := checkRequestHeader(name); problem != "" {
			found.add("RequestHeaders", i, name, problem, instead)
			continue
		}
		set[strings.ToLower(name)] = struct{}{}
	}
	return set, wildcard
}

// checkExposed returns the value of Access-Control-Expose-Headers, nil for none.
func checkExposed(c Config, found *problems) []string {
	for i, name := range c.ExposedHeaders {
		if name == "*" {
			if c.Credentials {
				found.add("ExposedHeaders", i, name, "browsers take the star literally once credentials are allowed",
					"list the header fields that scripts read")
			}
			continue
		}
		if problem, instead := checkExposedHeader(name); problem != "" {
			found.add("ExposedHeaders", i, name, problem, instead)
		}
	}
	list := extend(nil, c.ExposedHeaders) // without duplicates
	if slices.Contains(list, "*") {
		list = []string{"*"}
	}
	if len(list) == 0 {
		return nil
	}
	return []string{strings.Join(list, ", ")}
}

// checkMaxAge returns the value of Access-Control-Max-Age, nil for none.
func checkMaxAge(seconds int, found *problems) []string {
	switch {
	case seconds < -1:
		found.addf("MaxAge %d: a time is not negative; write -1 for answers that are not kept, 0 to say nothing", seconds)
		return nil
	case seconds > maxAgeLimit:
		found.addf("MaxAge %d: no browser keeps an answer for more than a day; write seconds, at most %d", seconds, maxAgeLimit)
		return nil
	case seconds == 0:
		return nil
	}
	return []string{strconv.Itoa(max(seconds, 0))}
}

// warn lists what is allowed but probably not meant.
func warn(c Config) (list []string) {
	if c.Credentials && slices.Contains(c.Methods, "*") {
		list = append(list, `Methods "*" with Credentials: pages may use every method with the cookies of their visitors; better list the methods`)
	}
	if c.Credentials && slices.Contains(c.RequestHeaders, "*") {
		list = append(list, `RequestHeaders "*" with Credentials: pages may set every header field; better list them`)
	}
	if len(c.Origins) > 1 && slices.Contains(c.Origins, "*") {
		list = append(list, `Origins: "*" makes the other origins superfluous; leave them out, or leave out "*"`)
	}
	if c.OriginRegexp != "" && hasBareDot(c.OriginRegexp) {
		list = append(list, `OriginRegexp: "." matches any character; write "\." for a dot`)
	}
	return list
}
