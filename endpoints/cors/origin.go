package cors

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// maxOrigin is the length in bytes above which text is no origin: a host name
// has at most 253 bytes, scheme and port fit into the rest.
const maxOrigin = 512

// An origin is a web origin in the form in which browsers send it (Fetch,
// section 3.1; RFC 6454 section 6.2).
type origin struct {
	scheme, host, port string
	// wildcard: host was written with a leading star and is what follows it,
	// such as ".example.com".
	wildcard bool
}

// parseOrigin takes an origin apart. A problem is a text that names the first
// thing that browsers would never send, and instead says in general what to
// write; both are empty if there is none. Nothing is allocated.
func parseOrigin(s string, patterns bool) (o origin, problem, instead string) {
	if problem, instead = checkOriginText(s); problem != "" {
		return o, problem, instead
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return o, "the scheme is missing", `write scheme, host and port, such as "https://app.example.com"`
	}
	if problem, instead = checkScheme(scheme); problem != "" {
		return o, problem, instead
	}
	if strings.ContainsAny(rest, "/?#@\\") {
		return o, "an origin has no user, path, query or fragment, not even a final slash", "write scheme, host and port only"
	}
	host, port, problem := splitPort(rest)
	switch {
	case port == "*":
		return o, "the star stands for labels of the host, not for a port", "list the ports, or use OriginRegexp"
	case problem != "":
		return o, problem, "write a port from 1 to 65535, or none"
	}
	if scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return o, "browsers leave out the default port", "leave it out"
	}
	o = origin{scheme: scheme, host: host, port: port}
	if patterns && strings.Contains(host, "*") {
		o.host, problem, instead = splitStar(host)
		o.wildcard = true
	} else {
		problem, instead = checkHost(host)
	}
	return o, problem, instead
}

func checkOriginText(s string) (problem, instead string) {
	switch {
	case s == "":
		return "an origin is not empty", `write scheme, host and port, such as "https://app.example.com"`
	case s == "null":
		return "every sandboxed frame and local file has this origin, whoever wrote it", "name the origin of the page"
	case len(s) > maxOrigin:
		return "an origin is not that long", "write scheme, host and port only"
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80:
			return "an origin is ASCII", `write the host as browsers send it, with labels such as "xn--bcher-kva"`
		case c <= ' ' || c == 0x7f:
			return "an origin has no blanks", "write one origin per entry"
		case 'A' <= c && c <= 'Z':
			return "browsers send origins in lower case", "write it in lower case"
		}
	}
	return "", ""
}

func checkScheme(scheme string) (problem, instead string) {
	switch scheme {
	case "file", "data", "blob", "about", "javascript":
		return `pages of this scheme have the origin "null"`, "serve the page over http or https and name that origin"
	case "ws", "wss":
		return "WebSockets are opened by pages of http or https", `write the origin of the page, with "http" or "https"`
	}
	for i := range len(scheme) {
		c := scheme[i]
		if letter := 'a' <= c && c <= 'z'; !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return "this is no scheme", `write a scheme, such as "https"`
		}
	}
	if scheme == "" {
		return "the scheme is missing", `write a scheme, such as "https"`
	}
	return "", ""
}

// splitPort separates host and port; the port has no colon, and is empty if
// there is none.
func splitPort(s string) (host, port, problem string) {
	colon := strings.LastIndexByte(s, ':')
	if colon < strings.LastIndexByte(s, ']') || colon < 0 {
		return s, "", ""
	}
	host, port = s[:colon], s[colon+1:]
	n := 0
	for i := range len(port) {
		if port[i] < '0' || port[i] > '9' || n > 65535 {
			return host, port, "this is no port"
		}
		n = 10*n + int(port[i]-'0')
	}
	switch {
	case n > 65535, port == "":
		return host, port, "this is no port"
	case port == "0":
		return host, port, "nothing can be reached at port 0"
	case port[0] == '0':
		return host, port, "a port has no leading zeros"
	}
	return host, port, ""
}

// splitStar returns what follows the star of a pattern.
func splitStar(host string) (suffix, problem, instead string) {
	const form = `write a pattern such as "https://*.example.com"`
	switch suffix, ok := strings.CutPrefix(host, "*"); {
	case strings.Count(host, "*") > 1:
		return "", "a pattern has one star, which stands for any number of labels", form
	case host == "*":
		return "", "this matches every host", `write "*" alone if every page may call, or ` + `a pattern such as "https://*.example.com"`
	case !ok, suffix[0] != '.':
		return "", "the star stands for whole labels at the beginning of the host", form
	default:
		problem, instead = checkHost(suffix[1:])
		if problem == "" && isIP(suffix[1:]) {
			problem, instead = "an IP address has no labels", "list the addresses"
		}
		return suffix, problem, instead
	}
}

// checkHost says what keeps host from being a host name or an IP address in
// the form in which browsers write it (URL standard, section 3.5).
func checkHost(host string) (problem, instead string) {
	if strings.HasPrefix(host, "[") {
		if addr, ok := parseIPv6(host); !ok || !isIPv6(host, addr) {
			return "browsers write IPv6 addresses in their shortest form, in brackets", "write the address in that form"
		}
		return "", ""
	}
	if host == "" {
		return "the host is missing", `write a host, such as "https://app.example.com"`
	}
	if len(host) > 253 {
		return "a host name has at most 253 bytes", "check the name"
	}
	start := 0
	for i := 0; i <= len(host); i++ {
		if i < len(host) && host[i] != '.' {
			if !isHostByte(host[i]) {
				return "this is no host name", "write letters, digits, hyphens and dots"
			}
			continue
		}
		if i == start || i-start > 63 {
			return "a label of the host has 1 to 63 bytes", "check the dots of the host name"
		}
		if i < len(host) {
			start = i + 1
		}
	}
	if isNumeric(host[start:]) && !isIP(host) {
		return "browsers write IPv4 addresses with four decimal numbers", `write the address in that form, such as "127.0.0.1"`
	}
	return "", ""
}

func isHostByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// isNumeric reports whether browsers read a host with this last label as an
// IPv4 address.
func isNumeric(label string) bool {
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// isIP reports whether host is an IPv4 address in its one proper form.
func isIP(host string) bool {
	if host == "" || host[len(host)-1] < '0' || host[len(host)-1] > '9' {
		return false // spares the error value of ParseAddr
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4() // leading zeros are errors
}

func parseIPv6(host string) (netip.Addr, bool) {
	inner, open := strings.CutPrefix(host, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !open || !closed {
		return netip.Addr{}, false
	}
	addr, err := netip.ParseAddr(inner)
	return addr, err == nil && addr.Is6() && addr.Zone() == ""
}

// isIPv6 reports whether host is how browsers write addr.
func isIPv6(host string, addr netip.Addr) bool {
	var buf [64]byte
	if addr.Is4In6() {
		return host == formatIPv6(addr)
	}
	b := append(buf[:0], '[')
	b = append(addr.AppendTo(b), ']')
	return string(b) == host
}

// formatIPv6 writes addr as browsers do, which is RFC 5952 without its mixed
// notation.
func formatIPv6(addr netip.Addr) string {
	if addr.Is4In6() {
		b := addr.As16()
		return fmt.Sprintf("[::ffff:%x:%x]", int(b[12])<<8|int(b[13]), int(b[14])<<8|int(b[15]))
	}
	return "[" + addr.String() + "]"
}

// suggestOrigin makes a well-formed origin of one that is not, if it is plain
// what was meant.
func suggestOrigin(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case !ok && strings.Contains(s, "."):
		scheme, rest = "https", strings.TrimPrefix(s, "//")
	case scheme == "ws":
		scheme = "http"
	case scheme == "wss":
		scheme = "https"
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	host, port, _ := splitPort(rest)
	if n, err := strconv.Atoi(port); err == nil {
		port = strconv.Itoa(n)
	}
	host = strings.TrimSuffix(host, ".")
	if addr, ok := parseIPv6(host); ok {
		host = formatIPv6(addr)
	}
	fixed := scheme + "://" + host
	if port != "" && !(scheme == "https" && port == "443") && !(scheme == "http" && port == "80") {
		fixed += ":" + port
	}
	_, problem, _ := parseOrigin(fixed, true)
	return fixed, problem == ""
}

// isLoopback reports whether the origin's traffic never leaves the machine.
func (o origin) isLoopback() bool {
	host := "." + strings.TrimPrefix(o.host, ".")
	return strings.HasSuffix(host, ".localhost") || o.host == "[::1]" || isIP(o.host) && strings.HasPrefix(o.host, "127.")
}
