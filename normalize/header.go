package normalize

import (
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// BodyAllowed says whether a final reply with the given status may have a body,
// a Content-Type and a Content-Length: not 1xx, 204, 205 and 304 (RFC 9110,
// sections 6.4.1 and 15.3.6). Replies to HEAD are the transport's to cut.
func BodyAllowed(status int) bool {
	return status >= 200 && status != 204 && status != 205 && status != 304
}

// FitHeader returns the fields of an exception that fit the status that is
// sent. raised is the status before the policy, retryAfter how long the caller
// should wait (0: unknown).
//
//   - A field that describes one status goes when that status is not sent:
//     WWW-Authenticate belongs to 401 (and to a 403 that was raised as one, RFC
//     6750 section 3.1), Proxy-Authenticate to 407, Allow to 405, Upgrade to 426,
//     Content-Range to 416, Retry-After to 413, 429, 503 and 3xx.
//   - Where Retry-After fits and the exception has none, it is made from
//     retryAfter in whole seconds, rounded up.
//   - Fields that frame the message or describe its body (Content-Length,
//     Content-Type, Content-Encoding, Transfer-Encoding, Connection, Trailer and
//     their like) are the transport's and never the exception's.
//   - A name or a value that HTTP does not allow, such as one with a line break,
//     is left out.
//   - All others stay, Location too, whatever the status.
//
// FitHeader never changes header. It returns header itself if all of it fits,
// and nil if nothing is left.
func FitHeader(header http.Header, raised, sent int, retryAfter time.Duration) http.Header {
	if len(header) == 0 && retryAfter <= 0 {
		return nil
	}
	fit := header
	if !allFit(header, raised, sent) {
		fit = make(http.Header, len(header))
		for name, values := range header {
			name = textproto.CanonicalMIMEHeaderKey(name)
			if fits(name, raised, sent) {
				for _, v := range values {
					if validValue(v) {
						fit[name] = append(fit[name], v)
					}
				}
			}
		}
	}
	if retryAfter > 0 && takesRetryAfter(sent) && len(fit["Retry-After"]) == 0 {
		fit = fit.Clone()
		if fit == nil {
			fit = make(http.Header, 1)
		}
		fit["Retry-After"] = []string{wholeSeconds(retryAfter)}
	}
	if len(fit) == 0 {
		return nil
	}
	return fit
}

// allFit says that header needs no change.
func allFit(header http.Header, raised, sent int) bool {
	for name, values := range header {
		if textproto.CanonicalMIMEHeaderKey(name) != name || len(values) == 0 || !fits(name, raised, sent) {
			return false
		}
		for _, v := range values {
			if !validValue(v) {
				return false
			}
		}
	}
	return true
}

// fits says whether the field may go with the status that is sent. The name is
// canonical.
func fits(name string, raised, sent int) bool {
	switch name {
	case "Www-Authenticate":
		return sent == 401 || sent == 403 && raised == 403
	case "Proxy-Authenticate":
		return sent == 407
	case "Allow":
		return sent == 405
	case "Upgrade":
		return sent == 426
	case "Content-Range":
		return sent == 416
	case "Retry-After":
		return takesRetryAfter(sent)
	}
	return !framing(name) && validName(name)
}

func takesRetryAfter(sent int) bool {
	return sent == 413 || sent == 429 || sent == 503 || sent >= 300 && sent <= 399
}

// framing says whether the field describes the message on the wire or the form
// of its body.
func framing(name string) bool {
	switch name {
	case "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding",
		"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer":
		return true
	}
	return strings.HasPrefix(name, http.TrailerPrefix)
}

// wholeSeconds writes d as Retry-After wants it (RFC 9110 section 10.2.3),
// rounded up so that nobody comes too early.
func wholeSeconds(d time.Duration) string {
	s := int64(d / time.Second)
	if d%time.Second != 0 {
		s++
	}
	return strconv.FormatInt(s, 10)
}

// validName says whether s is a token (RFC 9110 section 5.6.2).
func validName(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// validValue says whether s may be a field value (RFC 9110 section 5.5): no
// control characters except the tab.
func validValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
