package exceptions

import (
	"net/http"
	"strconv"
)

// A Code is a canonical code of google.rpc.Code, as gRPC and Connect send it.
// Any number is a Code; those above [CodeUnauthenticated] have no name.
type Code uint32

// The canonical codes, numbered as in google/rpc/code.proto. The constants
// carry the prefix because the bare names belong to the classes.
const (
	CodeOK                 Code = 0
	CodeCancelled          Code = 1
	CodeUnknown            Code = 2
	CodeInvalidArgument    Code = 3
	CodeDeadlineExceeded   Code = 4
	CodeNotFound           Code = 5
	CodeAlreadyExists      Code = 6
	CodePermissionDenied   Code = 7
	CodeResourceExhausted  Code = 8
	CodeFailedPrecondition Code = 9
	CodeAborted            Code = 10
	CodeOutOfRange         Code = 11
	CodeUnimplemented      Code = 12
	CodeInternal           Code = 13
	CodeUnavailable        Code = 14
	CodeDataLoss           Code = 15
	CodeUnauthenticated    Code = 16
)

// codes holds what google/rpc/code.proto says about each code: its name and
// the "HTTP Mapping" of its comment.
var codes = [...]struct {
	name   string
	status int
}{
	CodeOK:                 {"OK", http.StatusOK},
	CodeCancelled:          {"CANCELLED", 499}, // client closed request: net/http has no name for it
	CodeUnknown:            {"UNKNOWN", http.StatusInternalServerError},
	CodeInvalidArgument:    {"INVALID_ARGUMENT", http.StatusBadRequest},
	CodeDeadlineExceeded:   {"DEADLINE_EXCEEDED", http.StatusGatewayTimeout},
	CodeNotFound:           {"NOT_FOUND", http.StatusNotFound},
	CodeAlreadyExists:      {"ALREADY_EXISTS", http.StatusConflict},
	CodePermissionDenied:   {"PERMISSION_DENIED", http.StatusForbidden},
	CodeResourceExhausted:  {"RESOURCE_EXHAUSTED", http.StatusTooManyRequests},
	CodeFailedPrecondition: {"FAILED_PRECONDITION", http.StatusBadRequest},
	CodeAborted:            {"ABORTED", http.StatusConflict},
	CodeOutOfRange:         {"OUT_OF_RANGE", http.StatusBadRequest},
	CodeUnimplemented:      {"UNIMPLEMENTED", http.StatusNotImplemented},
	CodeInternal:           {"INTERNAL", http.StatusInternalServerError},
	CodeUnavailable:        {"UNAVAILABLE", http.StatusServiceUnavailable},
	CodeDataLoss:           {"DATA_LOSS", http.StatusInternalServerError},
	CodeUnauthenticated:    {"UNAUTHENTICATED", http.StatusUnauthorized},
}

// String returns the name as it is written in google/rpc/code.proto, such as
// "NOT_FOUND", and "CODE(17)" for a number that has none.
func (c Code) String() string {
	if int64(c) < int64(len(codes)) {
		return codes[c].name
	}
	return "CODE(" + strconv.FormatUint(uint64(c), 10) + ")"
}

// HTTPStatus returns the status that google/rpc/code.proto maps the code to;
// 500 for a number that has no name. Several codes share a status, so
// [CodeOfStatus] does not undo it.
func (c Code) HTTPStatus() int {
	if int64(c) < int64(len(codes)) {
		return codes[c].status
	}
	return http.StatusInternalServerError
}

// CodeOfStatus returns the code for a bare status: one that no [Class] came
// with. It is total:
//
//   - a status that a predefined class has: the code of that class
//   - any other 2xx: OK
//   - any other 4xx: FAILED_PRECONDITION, as Google's HTTP clients do; it
//     tells the caller not to repeat the request as it is
//   - any other 5xx: INTERNAL
//   - everything else: UNKNOWN
func CodeOfStatus(status int) Code {
	if c := classOfStatus(status); c != nil {
		return c.Code
	}
	switch {
	case 200 <= status && status <= 299:
		return CodeOK
	case 400 <= status && status <= 499:
		return CodeFailedPrecondition
	case 500 <= status && status <= 599:
		return CodeInternal
	}
	return CodeUnknown
}
