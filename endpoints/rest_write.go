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

// write sends the outcome. The body is complete before the header is sent, so
// that a reply that cannot be encoded is an error reply and no broken success.
func (t *rest) write(rc *restCall, o *Outcome) {
	buf := takeBuffer()
	defer buf.release()
	if o.Reply != nil {
		var err error
		if buf.b, err = t.encode(buf.b, rc, o.Reply); err != nil {
			o = t.middle.Fail(rc.call, &encodeError{err})
			buf.b = buf.b[:0]
		}
	}
	h := rc.w.Header()
	switch {
	case o.Response != nil:
		if !t.profile.responseAlone {
			addHeader(h, o.Header)
		}
		addHeader(h, o.Response.Header)
		if _, typed := h["Content-Type"]; !typed {
			h["Content-Type"] = nil // keeps net/http from guessing one
		}
		t.send(rc, h, o.Status, o.Response.Body)
	case o.Failed:
		rc.written = o
		addHeader(h, o.Verdict.Header)
		f := t.profile.format(rc)
		h["Content-Type"] = t.contentType(f.ContentType())
		if f == problem {
			// A cache must not give it to those who did not ask for it (RFC 9110,
			// section 12.5.5). The other way round does no harm.
			h.Add("Vary", "Accept")
		}
		buf.b = f.Append(buf.b, &o.Verdict)
		t.send(rc, h, o.Status, buf.b)
	default:
		addHeader(h, o.Header)
		if o.Reply != nil && len(o.Header["Content-Type"]) == 0 {
			h["Content-Type"] = t.profile.contentType
		}
		t.send(rc, h, o.Status, buf.b)
	}
}

// addHeader is maps.Copy for fields that there seldom are.
func addHeader(dst, src http.Header) {
	if len(src) > 0 {
		maps.Copy(dst, src)
	}
}

// contentType returns the value of the header field Content-Type. Its memory
// is shared where it is that of replies.
func (t *rest) contentType(kind string) []string {
	if kind == "" {
		return nil // keeps net/http from guessing one
	}
	if shared := t.profile.contentType; len(shared) == 1 && shared[0] == kind {
		return shared
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
	if !normalize.BodyAllowed(status) {
		delete(h, "Content-Length")
		delete(h, "Content-Type")
		rc.w.WriteHeader(status)
		return
	}
	head := rc.r.Method == http.MethodHead
	if head || len(body) > maxUncounted {
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	} else if len(h) > 1 { // not only Content-Type
		delete(h, "Content-Length") // a handler's
	}
	rc.w.WriteHeader(status)
	if !head {
		// A client that went away is not the handler's failure, and there is
		// nobody left to tell.
		_ = patience.Write(rc.w, rc.r, body, t.limits.WriteTime)
	}
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
