package main

// A row is one predefined class. Everything that the package, its tests and its
// documentation know about the class comes from here.
type row struct {
	name   string
	status int
	// parent is the name of an earlier row, or empty.
	parent string
	// code is the gRPC code by its name in google/rpc/code.proto. Where more
	// than one would do, why tells the choice.
	code string
	why  string
	// phrase is what logs show for an instance without a message. Empty: the
	// phrase that net/http has for the status.
	phrase string
	// says completes "A NotFound says that ...".
	says string
	// source is where the status is defined.
	source string
	// retryable: the same request may succeed later. 408 (RFC 9110 lets a
	// client repeat the request), 429, and the three statuses of a server that
	// cannot be reached or did not answer in time. A 500 is not: what failed
	// may have been done.
	retryable bool
}

// rows is ordered by status; a parent stands before the classes that extend it,
// and the first class of a status is the one that New makes.
var rows = []row{
	{name: "BadRequest", status: 400, code: "INVALID_ARGUMENT",
		says: "the request is wrong, whatever the state of the service", source: "RFC 9110, section 15.5.1"},
	{name: "FailedPrecondition", status: 400, parent: "BadRequest", code: "FAILED_PRECONDITION", phrase: "failed precondition",
		says:   "the service is not in the state that the request needs, such as a directory that is not empty; for a condition in a request header see [PreconditionFailed]",
		source: "google/rpc/code.proto"},
	{name: "OutOfRange", status: 400, parent: "BadRequest", code: "OUT_OF_RANGE", phrase: "out of range",
		says:   "the request reaches past an end that may move, such as that of a file",
		source: "google/rpc/code.proto"},
	{name: "Unauthorized", status: 401, code: "UNAUTHENTICATED",
		says: "the request has no valid credentials; attach the challenge with Header(\"WWW-Authenticate\", ...)", source: "RFC 9110, section 15.5.2"},
	{name: "PaymentRequired", status: 402, code: "FAILED_PRECONDITION",
		why:  "the account has to change before the request can succeed",
		says: "the caller has to pay first", source: "RFC 9110, section 15.5.3"},
	{name: "Forbidden", status: 403, code: "PERMISSION_DENIED",
		says: "the caller is known and may not do this", source: "RFC 9110, section 15.5.4"},
	{name: "NotFound", status: 404, code: "NOT_FOUND",
		says: "there is no such thing, or the caller must not learn that there is", source: "RFC 9110, section 15.5.5"},
	{name: "MethodNotAllowed", status: 405, code: "UNIMPLEMENTED",
		why:  "for an RPC the verb is part of the method's name",
		says: "the thing exists and does not take this verb; name those that it takes with Header(\"Allow\", ...)", source: "RFC 9110, section 15.5.6"},
	{name: "NotAcceptable", status: 406, code: "INVALID_ARGUMENT",
		why:  "the wish is wrong whatever the state of the service",
		says: "the service cannot answer in a form that the caller accepts", source: "RFC 9110, section 15.5.7"},
	{name: "RequestTimeout", status: 408, code: "DEADLINE_EXCEEDED", retryable: true,
		why:  "a time ran out; that it was the caller's turn does not change the kind",
		says: "the request did not arrive in the time that the service waits", source: "RFC 9110, section 15.5.9"},
	{name: "Conflict", status: 409, code: "ABORTED",
		why:  "it is the general one of the two codes that map to 409: read again and repeat the whole; the other is [AlreadyExists]",
		says: "the request clashes with the state of the thing, such as with a change that another caller made", source: "RFC 9110, section 15.5.10"},
	{name: "AlreadyExists", status: 409, parent: "Conflict", code: "ALREADY_EXISTS", phrase: "already exists",
		says: "what the request wants to create is there already", source: "google/rpc/code.proto"},
	{name: "Gone", status: 410, code: "NOT_FOUND",
		why:  "no code tells that there was something",
		says: "the thing was there and will not come back", source: "RFC 9110, section 15.5.11"},
	{name: "LengthRequired", status: 411, code: "INVALID_ARGUMENT",
		why:  "the request is wrong as it was sent",
		says: "the request has to declare the length of its body", source: "RFC 9110, section 15.5.12"},
	{name: "PreconditionFailed", status: 412, code: "FAILED_PRECONDITION",
		says: "a condition in the request's header, such as If-Match, does not hold; for other conditions see [FailedPrecondition]", source: "RFC 9110, section 15.5.13"},
	{name: "RequestEntityTooLarge", status: 413, code: "RESOURCE_EXHAUSTED",
		why:  "as gRPC and Connect say it of a message that is too large",
		says: "the body is larger than the service takes", source: "RFC 9110, section 15.5.14"},
	{name: "URITooLong", status: 414, code: "RESOURCE_EXHAUSTED",
		why:  "a limit of size, as with [RequestEntityTooLarge]",
		says: "the request's target is longer than the service takes", source: "RFC 9110, section 15.5.15"},
	{name: "UnsupportedMediaType", status: 415, code: "INVALID_ARGUMENT",
		why:  "the request is wrong as it was sent",
		says: "the service does not read bodies of this type or coding", source: "RFC 9110, section 15.5.16"},
	{name: "RangeNotSatisfiable", status: 416, code: "OUT_OF_RANGE",
		says: "no part of the range in the request's header exists", source: "RFC 9110, section 15.5.17"},
	{name: "ExpectationFailed", status: 417, code: "FAILED_PRECONDITION",
		why:  "the request made itself depend on something that does not hold",
		says: "the service does not meet the request's Expect field", source: "RFC 9110, section 15.5.18"},
	{name: "UnprocessableEntity", status: 422, code: "INVALID_ARGUMENT",
		says: "the body can be read and its content is wrong; name the places with [Violations]", source: "RFC 9110, section 15.5.21"},
	{name: "Locked", status: 423, code: "FAILED_PRECONDITION",
		why:  "to repeat the request does not help until the lock is released",
		says: "somebody holds a lock on the thing", source: "RFC 4918, section 11.3"},
	{name: "FailedDependency", status: 424, code: "FAILED_PRECONDITION",
		why:  "what it depends on has to be put right first",
		says: "the request depends on another one, which failed", source: "RFC 4918, section 11.4"},
	{name: "UpgradeRequired", status: 426, code: "FAILED_PRECONDITION",
		why:  "the caller has to change the protocol first",
		says: "the service takes this request by another protocol only; name it with Header(\"Upgrade\", ...)", source: "RFC 9110, section 15.5.22"},
	{name: "PreconditionRequired", status: 428, code: "FAILED_PRECONDITION",
		why:  "the caller has to learn the state of the thing first",
		says: "the request has to be conditional, such as with If-Match", source: "RFC 6585, section 3"},
	{name: "TooManyRequests", status: 429, code: "RESOURCE_EXHAUSTED", retryable: true,
		says: "the caller has used up its share for now; say for how long with [RetryAfter]", source: "RFC 6585, section 4"},
	{name: "RequestHeaderFieldsTooLarge", status: 431, code: "RESOURCE_EXHAUSTED",
		why:  "a limit of size, as with [RequestEntityTooLarge]",
		says: "the request's header is larger than the service takes", source: "RFC 6585, section 5"},
	{name: "UnavailableForLegalReasons", status: 451, code: "PERMISSION_DENIED",
		why:  "a rule forbids it to this caller",
		says: "a law or a court forbids the answer", source: "RFC 7725, section 3"},
	{name: "ClientClosedRequest", status: 499, code: "CANCELLED", phrase: "client closed request",
		says: "the caller cancelled the request or went away; nobody reads the reply", source: "nginx, and google/rpc/code.proto for CANCELLED"},
	{name: "InternalServerError", status: 500, code: "INTERNAL",
		says: "the service failed", source: "RFC 9110, section 15.6.1"},
	{name: "UnknownError", status: 500, parent: "InternalServerError", code: "UNKNOWN", phrase: "unknown error",
		why:  "it is the code for an error that comes without one",
		says: "a handler returned an error that is no exception. [Resolve] makes it, without a message: each profile supplies the fixed text that its callers expect", source: "google/rpc/code.proto"},
	{name: "NotImplemented", status: 501, code: "UNIMPLEMENTED",
		says: "the service does not offer this", source: "RFC 9110, section 15.6.2"},
	{name: "BadGateway", status: 502, code: "UNAVAILABLE", retryable: true,
		why:  "as gRPC reads it from a proxy",
		says: "a service behind this one gave an answer that makes no sense", source: "RFC 9110, section 15.6.3"},
	{name: "ServiceUnavailable", status: 503, code: "UNAVAILABLE", retryable: true,
		says: "the service cannot answer now; say for how long with [RetryAfter]", source: "RFC 9110, section 15.6.4"},
	{name: "GatewayTimeout", status: 504, code: "DEADLINE_EXCEEDED", retryable: true,
		says: "the answer was not ready in time", source: "RFC 9110, section 15.6.5"},
}
