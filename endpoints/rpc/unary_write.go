package rpc

import (
	"compress/gzip"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/internal/patience"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// A reply is the answer to one unary call of Connect.
type reply struct {
	*procedure
	w    http.ResponseWriter
	r    *http.Request
	call *endpoints.Call
	kind kind // of the message; kindNone if the request is an error anyway
}

// trailerPrefix marks the header fields that are trailers elsewhere (section
// "Unary-Response").
const trailerPrefix = "Trailer-"

// write sends the outcome. The body is complete before the header is sent.
func (y *reply) write(o *endpoints.Outcome) {
	buf := bodies.Get().(*body)
	defer buf.release()
	if !o.Failed {
		var err error
		if buf.b, err = y.encode(buf.b, o.Reply); err != nil {
			trailer := o.Trailer
			o = y.middle.Fail(y.call, err)
			o.Trailer = trailer
		}
	}
	if o.Failed {
		y.fail(o, statuses[codeOf(o.Verdict.Code)])
		return
	}
	h := y.w.Header()
	addFields(h, o.Header)
	h["Content-Type"] = contentTypes[y.kind]
	y.send(http.StatusOK, o, buf)
}

// fail sends a failed outcome (section "Error").
func (y *reply) fail(o *endpoints.Outcome, status int) {
	buf := bodies.Get().(*body)
	defer buf.release()
	h := y.w.Header()
	addFields(h, o.Verdict.Header)
	h["Content-Type"] = contentTypes[kindJSON]
	buf.b = y.appendError(buf.b, o)
	y.send(status, o, buf)
}

func (y *reply) encode(dst []byte, m proto.Message) ([]byte, error) {
	if m == nil {
		m = y.empty
	}
	if y.kind == kindJSON {
		return y.middle.AppendJSON(dst, m)
	}
	return y.middle.AppendBinary(dst, m)
}

// send writes status and body, compressed if that is worth it and the client
// takes it.
func (y *reply) send(status int, o *endpoints.Outcome, buf *body) {
	h := y.w.Header()
	for name, values := range o.Trailer {
		if !reserved(name) {
			h[trailerPrefix+name] = values
		}
	}
	if len(buf.b) >= minCompressed && acceptsGzip(y.r.Header) {
		z := writers.Get().(*gzipBody)
		defer z.release()
		z.compress(buf.b)
		h["Content-Encoding"] = []string{"gzip"}
		buf = &z.body
	}
	h["Content-Length"] = []string{strconv.Itoa(len(buf.b))}
	y.w.WriteHeader(status)
	// A client that went away is not the handler's failure.
	_ = patience.Write(y.w, y.r, buf.b, y.limits.WriteTime)
}

// acceptsGzip reads Accept-Encoding as Connect defines it: names in the order of
// preference, without weights. A weight that HTTP would know is not looked at,
// but for zero.
func acceptsGzip(h http.Header) bool {
	for _, value := range h["Accept-Encoding"] {
		for name := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(name), ";")
			if strings.TrimSpace(name) == "gzip" && strings.TrimSpace(weight) != "q=0" {
				return true
			}
		}
	}
	return false
}

// appendError writes the error body.
func (y *reply) appendError(dst []byte, o *endpoints.Outcome) []byte {
	dst = append(dst, `{"code":"`...)
	dst = append(dst, codeOf(o.Verdict.Code).String()...)
	dst = append(dst, '"')
	if text := o.Verdict.Text(); text != "" {
		dst = append(dst, `,"message":`...)
		dst = appendText(dst, text)
	}
	details := o.Verdict.RPCDetails(y.info)
	first := true
	for _, m := range details {
		packed, ok := m.(*anypb.Any)
		if !ok {
			var err error
			if packed, err = anypb.New(m); err != nil {
				continue // a message that cannot be written, as in every format
			}
		}
		if first {
			dst = append(dst, `,"details":[`...)
		} else {
			dst = append(dst, ',')
		}
		first = false
		dst = appendDetail(dst, packed, m)
	}
	if !first {
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// appendText writes a text, with what is no UTF-8 in it replaced.
func appendText(dst []byte, s string) []byte {
	if out, err := jsonpb.AppendString(dst, s); err == nil {
		return out
	}
	dst, _ = jsonpb.AppendString(dst, strings.ToValidUTF8(s, "\uFFFD"))
	return dst
}

// appendDetail writes one detail: its type, its bytes, and for human readers its
// JSON, if its type is known here.
func appendDetail(dst []byte, packed *anypb.Any, m proto.Message) []byte {
	dst = append(dst, `{"type":`...)
	dst = appendText(dst, string(packed.MessageName()))
	dst = append(dst, `,"value":"`...)
	dst = base64.RawStdEncoding.AppendEncode(dst, packed.GetValue())
	dst = append(dst, '"')
	if m == packed {
		var err error
		if m, err = packed.UnmarshalNew(); err != nil {
			return append(dst, '}')
		}
	}
	before := len(dst)
	dst = append(dst, `,"debug":`...)
	dst, err := jsonpb.Append(dst, m, jsonpb.AppendOptions{})
	if err != nil {
		dst = dst[:before]
	}
	return append(dst, '}')
}

// A body is memory for one reply, which is used again.
type body struct{ b []byte }

// maxKept is the largest body whose memory is kept.
const maxKept = 1 << 20

var bodies = sync.Pool{New: func() any { return &body{b: make([]byte, 0, 1<<10)} }}

func (b *body) release() {
	if cap(b.b) <= maxKept {
		b.b = b.b[:0]
		bodies.Put(b)
	}
}

// Write implements [io.Writer].
func (b *body) Write(p []byte) (int, error) {
	b.b = append(b.b, p...)
	return len(p), nil
}

// A gzipBody compresses bodies.
type gzipBody struct {
	body body
	z    *gzip.Writer
}

var writers = sync.Pool{New: func() any { return &gzipBody{z: gzip.NewWriter(nil)} }}

func (g *gzipBody) compress(data []byte) {
	g.z.Reset(&g.body)
	// A body never fails to be written.
	_, _ = g.z.Write(data)
	_ = g.z.Close()
}

func (g *gzipBody) release() {
	if cap(g.body.b) <= maxKept {
		g.body.b = g.body.b[:0]
		writers.Put(g)
	}
}
