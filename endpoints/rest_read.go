package endpoints

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/protobuf/proto"
)

// read makes the request message.
func (t *rest) read(rc *restCall) (proto.Message, error) {
	if rc.hasBody() {
		return t.readWithBody(rc)
	}
	b := rc.binding
	if b.straight == nil {
		return t.bind(rc, nil, nil)
	}
	request := b.method.NewRequest()
	if b.straight.Fill(request, nil, &b.setters, rc.match.Values(len(b.fields)), rc.r.URL.RawQuery, nil, nil) {
		return request, nil
	}
	return t.bind(rc, request, nil)
}

// hasBody says whether there is a body to read.
func (rc *restCall) hasBody() bool {
	return rc.r.Body != http.NoBody && rc.binding.method.takesBody && rc.r.Body != nil
}

// readWithBody makes the request message of a request that has a body.
func (t *rest) readWithBody(rc *restCall) (request proto.Message, err error) {
	defer t.endRead(rc, &err)
	buf := rc.buffer()
	if err := t.readBody(rc, buf); err != nil {
		return nil, err
	}
	b := rc.binding
	if b.straight != nil {
		var into proto.Message
		request, into = b.newRequest(buf.b)
		if !b.straight.Fill(request, into, &b.setters, rc.match.Values(len(b.fields)), rc.r.URL.RawQuery, buf.b, &rc.decoder) {
			request, err = t.bind(rc, request, buf.b)
		}
	} else {
		request, err = t.bind(rc, nil, buf.b)
	}
	rc.shrink() // the handler may take its time
	return request, err
}

// newRequest makes the request message and, if it can, the message for its body.
func (b *binding) newRequest(body []byte) (request, into proto.Message) {
	if b.newWithBody != nil && !bind.IsBlank(body) {
		return b.newWithBody()
	}
	return b.method.NewRequest(), nil
}

// endRead, deferred, makes a panic the error, and ends a read that it has broken
// off.
func (t *rest) endRead(rc *restCall, err *error) {
	if v := recover(); v != nil {
		t.watch.end(&rc.reading)
		*err = panicked(v)
	}
}

// bind makes the request message of a request whose body has been read. It may
// use request, what [bind.Plan.Fill] has left.
func (t *rest) bind(rc *restCall, request proto.Message, body []byte) (_ proto.Message, err error) {
	defer recovered(&err)
	b, in := rc.binding, &rc.input
	in.RawQuery, in.Header, in.BodyField, in.Body = rc.r.URL.RawQuery, rc.r.Header, b.bodyField, body
	for i, field := range b.fields {
		rc.variables[i] = bind.Variable{FieldPath: field, Raw: rc.match.Value(i)}
	}
	in.Variables = rc.variables[:len(b.fields)]
	if request == nil {
		request = b.method.NewRequest()
	}
	if err := b.binder.Bind(in, request); err != nil {
		return nil, err
	}
	return request, nil
}

// readBody reads the body into buf, with its content coding undone.
func (t *rest) readBody(rc *restCall, buf *buffer) error {
	if t.profile.mediaTypes && !isJSON(rc.r.Header) {
		return exceptions.Raise(exceptions.NewUnsupportedMediaType("The body must be JSON: send Content-Type: application/json."),
			exceptions.Header("Accept", "application/json"))
	}
	if err := t.readAll(buf, &rc.reading, rc.w, rc.r); err != nil {
		return err
	}
	return t.undoCoding(rc.r.Header, buf)
}

// readAll reads the body as it came into buf. After a panic the caller ends the
// watch of it.
func (t *rest) readAll(buf *buffer, reading *watchedRead, w http.ResponseWriter, r *http.Request) error {
	max := t.limits.BodyBytes
	if r.ContentLength > max {
		return bodyTooLarge(max)
	}
	t.watch.begin(reading, w)
	err := buf.readFrom(r.Body, max, r.ContentLength)
	t.watch.end(reading)
	if err != nil {
		return bodyError(err, max)
	}
	// Of a body that is closed net/http knows that there is nothing left of it. Else
	// it tries to read on before it answers, which takes longer than to close it.
	_ = r.Body.Close()
	return nil
}

// ReadBody reads the body of r within the limits of the API, undoes its content
// coding, which must be gzip or none, and calls use. The body is only valid until
// use returns. The error is an exception, or that of use.
func (m *Middle) ReadBody(w http.ResponseWriter, r *http.Request, use func(body []byte) error) error {
	buf := takeBuffer()
	defer buf.release()
	t := m.api.rest
	reading := t.watch.take()
	defer t.watch.give(reading)
	if err := t.readAll(buf, reading, w, r); err != nil {
		return err
	}
	if err := t.undoCoding(r.Header, buf); err != nil {
		return err
	}
	return use(buf.b)
}

// undoCoding decompresses the body in place.
func (t *rest) undoCoding(header http.Header, buf *buffer) error {
	codings := header["Content-Encoding"]
	if len(codings) == 0 {
		return nil
	}
	coding := strings.ToLower(strings.TrimSpace(strings.Join(codings, ",")))
	switch coding {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
	default:
		if t.profile.looseCoding {
			return nil
		}
		return exceptions.Raise(exceptions.NewUnsupportedMediaType("The content coding of the body is not supported: send gzip, or none."),
			exceptions.Header("Accept-Encoding", "gzip"))
	}
	plain := takeBuffer()
	err := gunzip(plain, buf.b, t.limits.BodyBytes)
	switch {
	case err == nil:
		buf.b, plain.b = plain.b, buf.b
		plain.release()
		return nil
	case errors.Is(err, errTooLarge):
		plain.release()
		return bodyTooLarge(t.limits.BodyBytes)
	case t.profile.looseCoding:
		plain.release()
		return nil // the bytes as they came, as the old frameworks did
	}
	plain.release()
	return exceptions.NewBadRequest("The body is not valid gzip data.")
}

var gzipReaders = sync.Pool{New: func() any { return new(gzip.Reader) }}

func gunzip(dst *buffer, data []byte, max int64) error {
	z := gzipReaders.Get().(*gzip.Reader)
	defer gzipReaders.Put(z)
	if err := z.Reset(bytes.NewReader(data)); err != nil {
		return err
	}
	return dst.readFrom(z, max, -1)
}

// bodyError says what a failure to read the body means to the caller.
func bodyError(err error, max int64) error {
	tooLarge := new(http.MaxBytesError)
	switch {
	case errors.Is(err, errTooLarge):
		return bodyTooLarge(max)
	case errors.As(err, &tooLarge):
		return bodyTooLarge(tooLarge.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return exceptions.Raise(exceptions.NewRequestTimeout("The body did not arrive in time."), exceptions.Cause(err))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return exceptions.Raise(exceptions.NewBadRequest("The body ended before its announced length."), exceptions.Cause(err))
	}
	return exceptions.Raise(exceptions.NewBadRequest("The body could not be read."), exceptions.Cause(err))
}

// isJSON says whether the body claims to be JSON (RFC 8259, RFC 6839 section
// 3.1). A body that claims nothing is taken for JSON.
func isJSON(h http.Header) bool {
	values := h["Content-Type"]
	if len(values) == 0 {
		return true
	}
	if values[0] == "application/json" { // nearly always
		return true
	}
	kind, _, _ := strings.Cut(values[0], ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")
}
