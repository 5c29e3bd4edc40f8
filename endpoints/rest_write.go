package endpoints

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// write sends the outcome.
func (t *rest) write(rc *restCall, o *Outcome) {
	switch {
	case o.Failed:
		t.writeFailure(rc, o)
	case o.Response != nil:
		t.writeResponse(rc, o)
	default:
		t.writeReply(rc, o)
	}
}

// writeOnce is write for a request that has no memory of the API's.
func (t *rest) writeOnce(rc *restCall, o *Outcome) {
	t.write(rc, o)
	rc.drop()
}

// writeReply sends a reply. The body is complete before the header is sent, so
// that a reply that cannot be encoded is an error reply and no broken success.
func (t *rest) writeReply(rc *restCall, o *Outcome) {
	buf := rc.buffer()
	h := rc.w.Header()
	body := buf.b[:0]
	if o.Reply != nil {
		var err error
		if body, err = t.encode(body, rc, o.Reply); err != nil {
			t.writeFailure(rc, t.middle.Fail(rc.call, &encodeError{err}))
			return
		}
	}
	if o.Header != nil {
		addHeader(h, o.Header)
	}
	if o.Reply != nil && (o.Header == nil || len(o.Header["Content-Type"]) == 0) {
		h["Content-Type"] = t.profile.contentType
	}
	buf.b = body
	t.send(rc, h, o.Status, body)
}

// writeFailure sends an error reply.
func (t *rest) writeFailure(rc *restCall, o *Outcome) {
	h := rc.w.Header()
	if o.Verdict.Header != nil {
		addHeader(h, o.Verdict.Header)
	}
	f := t.profile.format(rc, &o.Verdict)
	kind := t.profile.contentType
	if k := f.ContentType(); len(kind) != 1 || kind[0] != k {
		kind = otherType(h, f, k)
	}
	h["Content-Type"] = kind
	buf := rc.buffer()
	buf.b = f.Append(buf.b[:0], &o.Verdict)
	t.send(rc, h, o.Status, buf.b)
}

// writeResponse sends what a handler wrote itself.
func (t *rest) writeResponse(rc *restCall, o *Outcome) {
	h := rc.w.Header()
	if !t.profile.responseAlone {
		addHeader(h, o.Header)
	}
	addHeader(h, o.Response.Header)
	if _, typed := h["Content-Type"]; !typed {
		h["Content-Type"] = nil // keeps net/http from guessing one
	}
	t.send(rc, h, o.Status, o.Response.Body)
}

// addHeader is maps.Copy for fields that there seldom are.
//
//go:noinline
func addHeader(dst, src http.Header) { maps.Copy(dst, src) }

// otherType returns the value of the header field Content-Type for a format
// whose kind is not that of replies.
func otherType(h http.Header, f normalize.Format, kind string) []string {
	if f == problem {
		// A cache must not give it to those who did not ask for it (RFC 9110,
		// section 12.5.5). The other way round does no harm.
		h.Add("Vary", "Accept")
	}
	if kind == "" {
		return nil // keeps net/http from guessing one
	}
	return []string{kind}
}

// maxUncounted is how long a body may be for net/http to add Content-Length by
// itself. Two fields in a header, which net/http copies, cost a tenth of a small
// call more than one.
const maxUncounted = 2 << 10

// send writes status and body under h, the header of the writer, but no body
// where there is none to a status or a verb (RFC 9110, sections 6.4.1 and 9.3.2).
// A status without a body has no Content-Type either.
func (t *rest) send(rc *restCall, h http.Header, status int, body []byte) {
	switch {
	case !normalize.BodyAllowed(status) || rc.r.Method == http.MethodHead:
		sendHeader(rc.w, h, status, len(body))
		return
	case len(body) > maxUncounted:
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	case len(h) > 1: // not only Content-Type
		delete(h, "Content-Length") // a handler's
	}
	rc.w.WriteHeader(status)
	// A client that went away is not the handler's failure, and there is nobody
	// left to tell.
	_ = patience.Write(rc.w, rc.r, body, t.limits.WriteTime)
}

// sendHeader writes the header of a reply without a body, of which there would be
// length bytes.
func sendHeader(w http.ResponseWriter, h http.Header, status, length int) {
	if normalize.BodyAllowed(status) {
		h["Content-Length"] = []string{strconv.Itoa(length)}
	} else {
		delete(h, "Content-Length")
		delete(h, "Content-Type")
	}
	w.WriteHeader(status)
}

// An encodeError is a reply that the layout cannot write.
type encodeError struct{ cause error }

func (e *encodeError) Error() string { return fmt.Sprintf("encode reply: %v", e.cause) }

// Unwrap returns the panic that it was, if it was one, for the log. What else the
// layout says is nobody's exception.
func (e *encodeError) Unwrap() error {
	if p, ok := e.cause.(*panicError); ok {
		return p
	}
	return nil
}

// encode appends the reply, or the field of it that the http rule names.
func (t *rest) encode(dst []byte, rc *restCall, reply proto.Message) (written []byte, err error) {
	defer recovered(&err)
	if rc.binding != nil && rc.binding.reply != nil {
		return t.encodeField(dst, rc, reply.ProtoReflect())
	}
	return t.profile.layout(dst, reply, rc)
}

// encodeField appends the value of the field that response_body names.
func (t *rest) encodeField(dst []byte, rc *restCall, reply protoreflect.Message) ([]byte, error) {
	field := rc.binding.reply
	if field.Message() != nil && !field.IsList() && !field.IsMap() {
		return t.profile.layout(dst, reply.Get(field).Message().Interface(), rc)
	}
	// A list, a map or a scalar has no encoding of its own: write a message that
	// has only this field, and take its value out.
	only := reply.New()
	if reply.Has(field) {
		only.Set(field, reply.Get(field))
	}
	framed, err := jsonpb.Append(nil, only.Interface(), jsonpb.AppendOptions{EmitDefaults: true})
	if err != nil {
		return dst, err
	}
	values := map[string]json.RawMessage{}
	if err := json.Unmarshal(framed, &values); err != nil {
		return dst, err
	}
	value, ok := values[field.JSONName()]
	if !ok {
		value = json.RawMessage("null")
	}
	return append(dst, value...), nil
}
