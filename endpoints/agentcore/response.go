package agentcore

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A Response is a reply that a handler wrote itself. It is sent as it is.
type Response struct {
	// Status is 200 to 599; 0 means 200. One that HTTP cannot send as a final
	// status makes the invocation fail with 500.
	Status int
	// Header fields are sent, but for those that frame the body.
	Header http.Header
	// Body is sent unless Status allows none.
	Body []byte
	// Stream is sent in place of Body, piece by piece as it is read, and closed
	// if it is an [io.Closer]. If reading fails the reply is cut off, so that the
	// caller notices.
	Stream io.Reader
}

// JSON returns a response with the JSON of v, as [Handler] describes it for
// results. The error says why v has no JSON.
func JSON(status int, v any) (*Response, error) {
	body, err := encode(v)
	if err != nil {
		return nil, err
	}
	return &Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
}

// pass sends a response that the handler made.
func (x *run) pass(p *Response) {
	if c, ok := p.Stream.(io.Closer); ok {
		defer c.Close()
	}
	status := p.Status
	switch {
	case status == 0:
		status = http.StatusOK
	case status < 200 || status > 599:
		x.fail(fmt.Errorf("the handler returned a response with status %d, which cannot be sent", status))
		return
	}
	h := x.w.Header()
	for name, values := range p.Header {
		if name = http.CanonicalHeaderKey(name); !framing(name) {
			h[name] = append(h[name], slices.Clone(values)...)
		}
	}
	if status >= http.StatusBadRequest {
		x.logf(slog.LevelWarn, "Invocation returned HTTP %d (%.3fs)", status, x.seconds())
	} else {
		x.completed()
	}
	if p.Stream == nil || !normalize.BodyAllowed(status) {
		writeBody(x.w, x.r, status, p.Body)
		return
	}
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = nil // keeps net/http from guessing one
	}
	x.w.WriteHeader(status)
	if err := x.copy(p.Stream); err != nil {
		x.logWith(slog.LevelError, failure(err, x.app.name), "Response stream failed (%.3fs)", x.seconds())
		panic(http.ErrAbortHandler)
	}
}

// framing says whether the field is the server's to set.
func framing(name string) bool {
	switch name {
	case "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Upgrade":
		return true
	}
	return false
}

// copy sends what from gives, each piece at once. The error is that of from, or
// a panic of it; a client that went away is none.
func (x *run) copy(from io.Reader) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if gone := x.push(buf[:n]); gone != nil {
				return nil
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}
