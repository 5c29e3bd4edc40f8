package rpc

import (
	"net/http"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// checkFramed reads what the header of a request with frames says of their form,
// before package connect does, so that what is wrong goes through the API. What
// both find right, package connect acts on.
func checkFramed(r *http.Request) error {
	compression, timeout, good := "Grpc-Encoding", "Grpc-Timeout", grpcTimeout
	if protocolOf(r) == protocolConnect {
		compression, timeout, good = "Connect-Content-Encoding", headerTimeout, connectTimeout
		if v := first(r.Header, headerVersion); v != "" && v != "1" {
			return errVersion
		}
	}
	if err := supports(first(r.Header, compression)); err != nil {
		return err
	}
	if v := first(r.Header, timeout); v != "" && !good(v) {
		return exceptions.NewBadRequest("The header %s is not a timeout of this protocol.", timeout)
	}
	return nil
}

var errVersion error = exceptions.NewBadRequest("The version of the protocol must be 1.")

// supports refuses a compression that is not known here. The protocols want
// another code for it than that of a status 415.
func supports(compression string) error {
	switch compression {
	case "", "identity", "gzip":
		return nil
	}
	return exceptions.NewNotImplemented("The compression of the request is not supported: send gzip, or none.")
}

// connectTimeout says whether s is a timeout of Connect: up to ten digits.
func connectTimeout(s string) bool { return digits(s, maxTimeoutDigits) }

// grpcTimeout says whether s is a timeout of gRPC: up to eight digits and a unit.
func grpcTimeout(s string) bool {
	last := len(s) - 1
	return strings.IndexByte("HMSmun", s[last]) >= 0 && digits(s[:last], 8)
}

func digits(s string, max int) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != "" && len(s) <= max
}

// first returns the first value of a field, by its canonical name.
func first(h http.Header, name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// refuse answers a request with frames that cannot be read.
func (p *procedure) refuse(w http.ResponseWriter, r *http.Request, err error) {
	call := p.middle.Begin(r.Context(), protocolOf(r), p.method, r.Header)
	defer p.middle.End(call)
	o := p.middle.Run(call, nil, err)
	if !o.Failed {
		// An interceptor has answered, but not in the frames that it takes.
		o = p.middle.Fail(call, err)
	}
	accepted := "Grpc-Accept-Encoding"
	if call.Protocol() == protocolConnect {
		accepted = "Connect-Accept-Encoding"
	}
	w.Header()[accepted] = []string{"gzip"}
	_ = p.errors.Write(w, r, p.connectError(o))
}
