package rpc

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
)

// Connect without streams has no frames: body in, body out. It is served here
// and not by package connect, so that errors of reading go through the API, and
// because it is the protocol of most calls. The sections named are those of the
// Connect protocol reference, https://connectrpc.com/docs/protocol.

// The header fields and query parameters of Connect.
const (
	headerVersion = "Connect-Protocol-Version"
	headerTimeout = "Connect-Timeout-Ms"

	parameterVersion     = "connect"
	parameterEncoding    = "encoding"
	parameterMessage     = "message"
	parameterBase64      = "base64"
	parameterCompression = "compression"
)

// servePOST serves a request with a body (section "Unary-Request").
func (p *procedure) servePOST(w http.ResponseWriter, r *http.Request, k kind) {
	p.serveUnary(w, r, k, func(message proto.Message) error {
		if v := first(r.Header, headerVersion); v != "" && v != "1" {
			return errVersion
		}
		if err := supports(first(r.Header, "Content-Encoding")); err != nil {
			w.Header()["Accept-Encoding"] = []string{"gzip"}
			return err
		}
		return p.middle.ReadBody(w, r, func(body []byte) error { return p.decode(body, k, message) })
	})
}

// serveGET serves a request whose message is in the query (section
// "Unary-Get-Request").
func (p *procedure) serveGET(w http.ResponseWriter, r *http.Request) {
	if len(r.URL.RawQuery) > p.limits.QueryBytes {
		p.serveUnary(w, r, kindJSON, func(proto.Message) error {
			return exceptions.NewURITooLong("The query is longer than %d bytes.", p.limits.QueryBytes)
		})
		return
	}
	query := r.URL.Query()
	k := kindNone
	switch query.Get(parameterEncoding) {
	case "json":
		k = kindJSON
	case "proto":
		k = kindBinary
	}
	if k == kindNone {
		w.WriteHeader(http.StatusUnsupportedMediaType)
		return
	}
	w.Header()["Vary"] = append(w.Header()["Vary"], "Accept-Encoding")
	p.serveUnary(w, r, k, func(message proto.Message) error {
		body, err := p.queryMessage(query)
		if err != nil {
			return err
		}
		return p.decode(body, k, message)
	})
}

// queryMessage returns the bytes of the message in a query.
func (p *procedure) queryMessage(query url.Values) ([]byte, error) {
	if v := query.Get(parameterVersion); v != "" && v != "v1" {
		return nil, exceptions.NewBadRequest("The parameter connect must be v1.")
	}
	if !query.Has(parameterMessage) {
		return nil, exceptions.NewBadRequest("The parameter message is missing.")
	}
	if err := supports(query.Get(parameterCompression)); err != nil {
		return nil, err
	}
	body := []byte(query.Get(parameterMessage))
	if query.Get(parameterBase64) == "1" {
		// The alphabet is that for URLs, and padding is optional.
		plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(string(body), "="))
		if err != nil {
			return nil, exceptions.NewBadRequest("The parameter message is not valid base64.")
		}
		body = plain
	}
	if query.Get(parameterCompression) == "gzip" {
		return p.gunzip(body)
	}
	return body, nil
}

// gunzip decompresses what came in a query.
func (p *procedure) gunzip(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		var plain []byte
		if plain, err = io.ReadAll(io.LimitReader(z, p.limits.BodyBytes+1)); err == nil {
			if int64(len(plain)) > p.limits.BodyBytes {
				return nil, exceptions.NewRequestEntityTooLarge("The message is larger than %d bytes.", p.limits.BodyBytes)
			}
			return plain, nil
		}
	}
	return nil, exceptions.NewBadRequest("The parameter message is not valid gzip data.")
}

func (p *procedure) decode(body []byte, k kind, message proto.Message) error {
	if k == kindJSON {
		return p.reader.ReadJSON(body, message)
	}
	return p.reader.ReadBinary(body, message)
}

// serveUnary takes a call through the API; read fills the request message.
func (p *procedure) serveUnary(w http.ResponseWriter, r *http.Request, k kind, read func(proto.Message) error) {
	ctx, cancel, err := p.deadline(r)
	if cancel != nil {
		defer cancel()
	}
	call := p.middle.Begin(ctx, protocolConnect, p.method, r.Header)
	var request proto.Message
	if err == nil {
		request = p.method.NewRequest()
		if err = read(request); err != nil {
			request = nil
		}
	}
	out := reply{procedure: p, w: w, r: r, call: call, kind: k}
	out.write(p.middle.Run(call, request, err))
	p.middle.End(call)
}

// maxTimeoutDigits is the length of the longest timeout (section
// "Timeout-Milliseconds"): 115 days.
const maxTimeoutDigits = 10

// deadline gives the call the deadline of the client and that of the API's
// limits. The context is good also if there is an error.
func (p *procedure) deadline(r *http.Request) (context.Context, context.CancelFunc, error) {
	timeout := p.limits.CallTime
	if v := first(r.Header, headerTimeout); v != "" {
		millis, err := strconv.ParseUint(v, 10, 63)
		if err != nil || !connectTimeout(v) {
			return r.Context(), nil, exceptions.NewBadRequest("The header Connect-Timeout-Ms is not a number of at most %d digits.", maxTimeoutDigits)
		}
		wanted := time.Duration(millis) * time.Millisecond
		if timeout <= 0 || wanted < timeout {
			ctx, cancel := context.WithTimeout(r.Context(), wanted)
			return ctx, cancel, nil
		}
	}
	if timeout <= 0 {
		return r.Context(), nil, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	return ctx, cancel, nil
}
