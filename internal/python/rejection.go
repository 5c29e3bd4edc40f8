package python

import (
	"fmt"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// unreadable is the exception for a request whose values do not fit into the
// message. The original names no place.
func unreadable(format string, args ...any) error {
	return exceptions.NewBadRequest("Error parsing ProtoRPC request (Unable to parse request content: %s)", fmt.Sprintf(format, args...))
}

// invalid is the exception for one parameter of the path or query. The text,
// which clients read, shows the rejected value.
func invalid(location, format string, args ...any) error {
	const reason = "invalidParameter"
	return exceptions.Raise(exceptions.NewBadRequest(format, args...),
		exceptions.Reason(reason),
		exceptions.Violations(exceptions.Violation{
			Location: location, LocationType: "parameter", Reason: reason, Message: "The value does not fit the type of the parameter.",
		}))
}
