package rpcclient

import (
	"errors"
	"net/http"

	"connectrpc.com/connect"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/types/known/anypb"
)

// failure tells the exception of the service, or of what stands before it, from
// an answer that did not come or makes no sense.
func failure(err error, answer *http.Response) error {
	e, ok := errors.AsType[*connect.Error](err)
	switch {
	case ok && connect.IsWireError(e):
		details := make([]*anypb.Any, 0, len(e.Details()))
		for _, d := range e.Details() {
			details = append(details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
		}
		return client.ReadStatus(exceptions.Code(e.Code()), e.Message(), details, e.Meta())
	case answer != nil && answer.StatusCode != http.StatusOK:
		// The page of a proxy, say. Package connect has read it; the status is
		// what is left.
		page := client.ReadError(&http.Response{StatusCode: answer.StatusCode, Header: answer.Header})
		if e, ok := page.(exceptions.ServiceException); ok {
			return exceptions.Received(e, exceptions.Cause(coded(err)))
		}
	}
	return coded(err)
}

// coded makes an error of package connect one with the code that gRPC and
// Connect have for it; see [client.CodeOf].
func coded(err error) error {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return &codedError{err, exceptions.Code(e.Code())}
	}
	return err
}

type codedError struct {
	err  error
	code exceptions.Code
}

func (e *codedError) Error() string             { return e.err.Error() }
func (e *codedError) Unwrap() error             { return e.err }
func (e *codedError) GRPCCode() exceptions.Code { return e.code }
