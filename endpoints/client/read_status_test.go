package client_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/client"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
)

// TestReadStatusCodes is total over the codes and beyond.
func TestReadStatusCodes(t *testing.T) {
	want := []string{
		"", "ClientClosedRequest", "UnknownError", "BadRequest", "GatewayTimeout", "NotFound", "AlreadyExists", "Forbidden",
		"TooManyRequests", "FailedPrecondition", "Conflict", "OutOfRange", "NotImplemented", "InternalServerError",
		"ServiceUnavailable", "DataLoss", "Unauthorized", "InternalServerError", "InternalServerError",
	}
	for code, name := range want {
		err := client.ReadStatus(exceptions.Code(code), "m", nil, nil)
		if name == "" {
			if err != nil {
				t.Errorf("%d: %v", code, err)
			}
			continue
		}
		e, ok := err.(exceptions.ServiceException)
		if d := exceptions.Describe(e); !ok || d.Class.String() != name || d.Message != "m" {
			t.Errorf("%d: %v %+v, want %s", code, err, d, name)
		}
		if got := client.CodeOf(err); code <= 16 && got != exceptions.Code(code) {
			t.Errorf("%d has become %v", code, got)
		}
	}
}

// TestDataLoss covers the one code that has no predefined class.
func TestDataLoss(t *testing.T) {
	for name, err := range map[string]error{
		"gRPC":    client.ReadStatus(exceptions.CodeDataLoss, "Gone.", nil, nil),
		"AIP-193": client.ReadError(response(500, `{"error":{"code":500,"message":"Gone.","status":"DATA_LOSS"}}`, "Content-Type: application/json")),
	} {
		e, ok := errors.AsType[*exceptions.InternalServerError](err)
		if !ok || e.Error() != "Gone." || client.CodeOf(err) != exceptions.CodeDataLoss {
			t.Errorf("%s: %#v, code %v", name, err, client.CodeOf(err))
		}
	}
}

func TestReadStatusDetails(t *testing.T) {
	for _, want := range exceptiontest.All() {
		d := exceptions.Describe(want)
		details := []proto.Message{&errdetails.ErrorInfo{Reason: "R"}, &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)}}
		var held []*anypb.Any
		for _, m := range append(details, d.Details...) {
			a, err := anypb.New(m)
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, a)
		}
		unknown := &anypb.Any{TypeUrl: "type.googleapis.com/example.Unknown", Value: []byte{8, 1}}
		err := client.ReadStatus(d.Class.Code, d.Message, append(held, unknown), http.Header{"X-Shelf": {"a"}, "Grpc-Encoding": nil})
		got, ok := message(err)
		if !ok || !proto.Equal(got, want) {
			t.Fatalf("got %T %v\nwant %T %v", got, got, want, want)
		}
		e := err.(exceptions.ServiceException)
		received := exceptions.Describe(e)
		if received.RetryAfter != time.Second || received.Header.Get("X-Shelf") != "a" {
			t.Errorf("%s: it says %+v", d.Class, received)
		}
		if diff := cmp.Diff(append(d.Details, unknown), received.Details, protocmp.Transform()); diff != "" {
			t.Errorf("%s: details (-want +got):\n%s", d.Class, diff)
		}
	}
}
