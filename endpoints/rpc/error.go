package rpc

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// connectError says a failed outcome in the terms of package connect.
func (t *transport) connectError(o *endpoints.Outcome) *connect.Error {
	v := &o.Verdict
	e := connect.NewError(codeOf(v.Code), errors.New(strings.ToValidUTF8(v.Text(), "\uFFFD")))
	for _, m := range v.RPCDetails(t.info) {
		// A message that cannot be written, such as one with invalid text, is left
		// out, as in every error format.
		if d, err := connect.NewErrorDetail(m); err == nil {
			e.AddDetail(d)
		}
	}
	addFields(e.Meta(), v.Header)
	return e
}

// codeOf is the code of an error. One that is none, OK or a number of the
// future, would be taken for a success or for rubbish.
func codeOf(c exceptions.Code) connect.Code {
	if c < exceptions.CodeCancelled || c > exceptions.CodeUnauthenticated {
		return connect.CodeUnknown
	}
	return connect.Code(c)
}

// statuses are the HTTP statuses of Connect by code (Connect protocol, section
// "Error codes"). No policy touches them: a client takes the code from the status
// when a proxy has lost the body.
var statuses = [...]int{
	connect.CodeCanceled:           499,
	connect.CodeUnknown:            500,
	connect.CodeInvalidArgument:    400,
	connect.CodeDeadlineExceeded:   504,
	connect.CodeNotFound:           404,
	connect.CodeAlreadyExists:      409,
	connect.CodePermissionDenied:   403,
	connect.CodeResourceExhausted:  429,
	connect.CodeFailedPrecondition: 400,
	connect.CodeAborted:            409,
	connect.CodeOutOfRange:         400,
	connect.CodeUnimplemented:      501,
	connect.CodeInternal:           500,
	connect.CodeUnavailable:        503,
	connect.CodeDataLoss:           500,
	connect.CodeUnauthenticated:    401,
}

// received says what an error of receiving means to handler and client. The
// texts of package connect may hold those of the network, which are private.
func (s *stream) received(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	cause := exceptions.Cause(err)
	// The deadline of the connection, which ends the call too on HTTP/1.1.
	if errors.Is(err, os.ErrDeadlineExceeded) && context.Cause(s.call) != errStopping {
		return exceptions.Raise(exceptions.NewRequestTimeout("The request did not arrive in time."), cause)
	}
	if ended := s.call.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	switch connect.CodeOf(err) {
	case connect.CodeResourceExhausted:
		return exceptions.Raise(exceptions.NewRequestEntityTooLarge("A message of the request is larger than %d bytes.", s.p.limits.BodyBytes), cause)
	case connect.CodeUnimplemented:
		return exceptions.Raise(exceptions.NewNotImplemented("The compression of the request is not supported: send gzip, or none."), cause)
	case connect.CodeInternal:
		// The codes that gRPC demands for frames that are wrong. It is the client's
		// mistake all the same, and no more than a warning.
		return exceptions.Raise(exceptions.NewInternalServerError("The frames of the request are not well-formed."), cause, exceptions.Level(slog.LevelWarn))
	case connect.CodeCanceled, connect.CodeDeadlineExceeded, connect.CodeUnavailable:
		return exceptions.Raise(&exceptions.ClientClosedRequest{}, cause)
	}
	return exceptions.Raise(exceptions.NewBadRequest("The request could not be read."), cause)
}

// failed says what an error of sending means: the client is gone, unless the
// message could not be written, which is the handler's mistake.
func (s *stream) failed(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return exceptions.Raise(exceptions.NewClientClosedRequest("The client does not read."), exceptions.Cause(err))
	}
	if ended := s.call.Err(); ended != nil {
		return errors.Join(ended, err)
	}
	if connect.CodeOf(err) == connect.CodeInternal {
		return err
	}
	return exceptions.Raise(&exceptions.ClientClosedRequest{}, exceptions.Cause(err))
}

// trails says whether a field may stand in a trailer of HTTP (RFC 9110, section
// 6.5.1, as net/http reads it). The name is canonical.
func trails(name string) bool {
	switch name {
	case "Authorization", "Cache-Control", "Content-Range", "Expect", "Max-Forwards", "Pragma",
		"Proxy-Authenticate", "Proxy-Authorization", "Range", "Realm", "Www-Authenticate":
		return false
	}
	return !strings.HasPrefix(name, "If-")
}

// reserved says whether a header field belongs to the protocols and not to the
// reply of a handler. The name is canonical.
func reserved(name string) bool {
	switch name {
	case "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Accept-Encoding",
		"Host", "Date", "Trailer", "Te", "Connection", "Keep-Alive", "Upgrade",
		"Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin", "Grpc-Encoding", "Grpc-Accept-Encoding", "Grpc-Timeout":
		return true
	}
	return strings.HasPrefix(name, "Connect-") || strings.HasPrefix(name, "Trailer:")
}
