package normalize

import (
	"net/http"
	"strconv"
	"strings"
)

// Middleware puts a handler that knows nothing of policies behind one: what it
// replies with becomes what [Policy.Replied] says.
//
//   - A reply whose status and text the policy keeps passes as it is, byte by
//     byte, nothing buffered: 2xx in all policies of this package.
//   - A success that becomes another success changes its status alone.
//   - Any other reply is replaced by an error in the given format. Its text is
//     that of the rule, or what the replaced body says for people if it is JSON
//     of a known form (the formats of this package and {"message": ...}) and of
//     at most 64 KiB, or the phrase of the status. Headers that fit the new status stay
//     (see [FitHeader]), those that describe the old body go.
//   - Redirects and 304 are replaced only by a rule that names them: whose range
//     lies within 300 to 399.
//   - Informational replies (100 to 199) and switched protocols pass.
//
// The writer that the handler gets can flush, hijack, read from a file and send
// trailers as the server's own, also through [http.ResponseController]. Panics
// pass, [http.ErrAbortHandler] among them; a reply that was to be replaced is
// not sent then.
//
// Middleware panics if policy or format is nil.
func Middleware(policy *Policy, format Format) func(http.Handler) http.Handler {
	if policy == nil || format == nil {
		panic("normalize: Middleware without a policy or without a format")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reply := &replyWriter{to: w, policy: policy, format: format, head: r.Method == http.MethodHead}
			if canHijack(w) {
				next.ServeHTTP(hijackWriter{reply}, r)
			} else {
				next.ServeHTTP(reply, r)
			}
			reply.finish()
		})
	}
}

// passes says whether a reply with the given status stays as it is.
func (p *Policy) passes(status int, a Answer) bool {
	if status >= 300 && status <= 399 && (a.rule == nil || a.rule.From < 300 || a.rule.To > 399) {
		return true
	}
	return status == http.StatusSwitchingProtocols || a.Status == status && a.MessageKept()
}

// send replaces the reply of the handler, which the policy has answered with a.
func (w *replyWriter) send(raised int, a Answer, header http.Header, message string) {
	v := a.Verdict(raised, message)
	h := w.to.Header()
	clear(h)
	for name, values := range FitHeader(header, raised, a.Status, 0) {
		if !describesBody(name) {
			h[name] = values
		}
	}
	if strings.EqualFold(header.Get("Connection"), "close") {
		h.Set("Connection", "close") // speaks of the connection alone
	}
	if !BodyAllowed(a.Status) {
		w.to.WriteHeader(a.Status)
		return
	}
	h.Set("Content-Type", w.format.ContentType())
	if w.head {
		// The text of the reply to GET is not known, and so its length.
		w.to.WriteHeader(a.Status)
		return
	}
	body := w.format.Append(nil, &v)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.to.WriteHeader(a.Status)
	_, _ = w.to.Write(body) // a caller that is gone needs no reply
}

// describesBody says whether the field speaks of the body that is replaced
// (RFC 9110 section 8, RFC 9530). The name is canonical.
func describesBody(name string) bool {
	switch name {
	case "Etag", "Last-Modified", "Accept-Ranges", "Digest", "Repr-Digest":
		return true
	case "Content-Security-Policy", "Content-Security-Policy-Report-Only":
		return false
	}
	return strings.HasPrefix(name, "Content-")
}
