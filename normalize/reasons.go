package normalize

// DefaultDomain is the domain of a reason that belongs to no service: the one
// of all reasons that a policy supplies unless its rules name another.
const DefaultDomain = "global"

// statusClientClosedRequest is what is raised when the caller went away. It is
// not registered; reverse proxies made it usual.
const statusClientClosedRequest = 499

// usualReasons are the reasons of statuses that a rule sends without naming
// one. Up to 417 and for 503 they are those of the Endpoints Frameworks, so
// that the same exception keeps its reason when the policy changes; the others
// follow the registered phrase.
var usualReasons = map[int]string{
	400: "badRequest",
	401: "required",
	402: "paymentRequired",
	403: "forbidden",
	404: "notFound",
	405: "unsupportedMethod",
	406: "notAcceptable",
	407: "proxyAuthentication",
	408: "requestTimeout",
	409: "conflict",
	410: "deleted",
	411: "lengthRequired",
	412: "conditionNotMet",
	413: "uploadTooLarge",
	414: "uriTooLong",
	415: "unsupportedMediaType",
	416: "rangeNotSatisfiable",
	417: "expectationFailed",
	418: "teapot",
	421: "misdirectedRequest",
	422: "unprocessableContent",
	423: "locked",
	424: "failedDependency",
	425: "tooEarly",
	426: "upgradeRequired",
	428: "preconditionRequired",
	429: "rateLimitExceeded",
	431: "requestHeaderFieldsTooLarge",
	451: "unavailableForLegalReasons",
	499: "clientClosedRequest",
	500: "internalError",
	501: "notImplemented",
	502: "badGateway",
	503: "backendError",
	504: "gatewayTimeout",
	505: "httpVersionNotSupported",
	506: "variantAlsoNegotiates",
	507: "insufficientStorage",
	508: "loopDetected",
	510: "notExtended",
	511: "networkAuthenticationRequired",
}

// usualReason returns the reason of a status that is sent for an exception; it
// is total and never empty.
func usualReason(status int) string {
	if s, ok := usualReasons[status]; ok {
		return s
	}
	switch {
	case status < 300:
		return "success"
	case status < 400:
		return "redirect"
	case status < 500:
		return "clientError"
	}
	return "serverError"
}
