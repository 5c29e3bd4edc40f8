package exceptions

// A Code is a canonical code of google.rpc.Code, as gRPC and Connect send it.
type Code uint32

// The canonical codes, numbered as in google/rpc/code.proto.
const (
	OK Code = iota
	Cancelled
	Unknown
	InvalidArgument
	DeadlineExceeded
)
