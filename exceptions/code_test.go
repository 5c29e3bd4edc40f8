package exceptions_test

import (
	"math"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/genproto/googleapis/rpc/code"
)

func TestCode(t *testing.T) {
	tests := []struct {
		code   exceptions.Code
		name   string
		status int
	}{
		{exceptions.CodeOK, "OK", 200},
		{exceptions.CodeCancelled, "CANCELLED", 499},
		{exceptions.CodeUnknown, "UNKNOWN", 500},
		{exceptions.CodeInvalidArgument, "INVALID_ARGUMENT", 400},
		{exceptions.CodeDeadlineExceeded, "DEADLINE_EXCEEDED", 504},
		{exceptions.CodeNotFound, "NOT_FOUND", 404},
		{exceptions.CodeAlreadyExists, "ALREADY_EXISTS", 409},
		{exceptions.CodePermissionDenied, "PERMISSION_DENIED", 403},
		{exceptions.CodeResourceExhausted, "RESOURCE_EXHAUSTED", 429},
		{exceptions.CodeFailedPrecondition, "FAILED_PRECONDITION", 400},
		{exceptions.CodeAborted, "ABORTED", 409},
		{exceptions.CodeOutOfRange, "OUT_OF_RANGE", 400},
		{exceptions.CodeUnimplemented, "UNIMPLEMENTED", 501},
		{exceptions.CodeInternal, "INTERNAL", 500},
		{exceptions.CodeUnavailable, "UNAVAILABLE", 503},
		{exceptions.CodeDataLoss, "DATA_LOSS", 500},
		{exceptions.CodeUnauthenticated, "UNAUTHENTICATED", 401},
		{17, "CODE(17)", 500},
		{math.MaxUint32, "CODE(4294967295)", 500},
	}
	for i, test := range tests {
		if i < 17 && (int(test.code) != i || code.Code_name[int32(test.code)] != test.name) {
			t.Errorf("%v is number %d", test.code, i)
		}
		if got := test.code.String(); got != test.name {
			t.Errorf("%d: name %q, want %q", test.code, got, test.name)
		}
		if got := test.code.HTTPStatus(); got != test.status {
			t.Errorf("%v: status %d, want %d", test.code, got, test.status)
		}
	}
}

func TestCodeOfStatus(t *testing.T) {
	check := func(status int) {
		want := exceptions.CodeUnknown
		c, ok := exceptions.ClassByStatus(status)
		switch {
		case ok:
			want = c.Code
		case status >= 200 && status < 300:
			want = exceptions.CodeOK
		case status >= 400 && status < 500:
			want = exceptions.CodeFailedPrecondition
		case status >= 500 && status < 600:
			want = exceptions.CodeInternal
		}
		if got := exceptions.CodeOfStatus(status); got != want {
			t.Errorf("%d: %v, want %v", status, got, want)
		}
	}
	for status := -1; status <= 1000; status++ {
		check(status)
	}
	for _, status := range []int{math.MinInt, math.MaxInt32, math.MaxInt} {
		check(status)
	}
	for status, want := range map[int]exceptions.Code{
		0: exceptions.CodeUnknown, 199: exceptions.CodeUnknown, 200: exceptions.CodeOK, 304: exceptions.CodeUnknown,
		400: exceptions.CodeInvalidArgument, 404: exceptions.CodeNotFound, 405: exceptions.CodeUnimplemented,
		409: exceptions.CodeAborted, 418: exceptions.CodeFailedPrecondition, 429: exceptions.CodeResourceExhausted,
		499: exceptions.CodeCancelled, 500: exceptions.CodeInternal, 504: exceptions.CodeDeadlineExceeded,
		599: exceptions.CodeInternal, 600: exceptions.CodeUnknown,
	} {
		if got := exceptions.CodeOfStatus(status); got != want {
			t.Errorf("%d: %v, want %v", status, got, want)
		}
	}
}
