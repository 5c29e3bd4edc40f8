package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// maxErrorBytes is how much of the body of an error is read. What is larger is
// no error body that a program should read.
const maxErrorBytes = 1 << 20

// ReadError returns the exception that a reply is, marked as received; nil for a
// status from 200 to 299. It reads the body of an error, up to 1 MiB, and leaves
// the closing to the caller.
//
// It reads every error format of package normalize, and those of the old
// Endpoints Frameworks, of AgentCore and of FastAPI. From them come message,
// reason (lowerCamel, whatever the format), domain, violations and details. The
// Go type is, in this order:
//
//   - that of the first detail which is an exception that this program knows:
//     services send the exception first, and after it what it is as one of those
//     that it extends;
//   - the predefined class of the status and gRPC code, if the body names one;
//   - the predefined class of the status, whatever the body is: so the HTML of a
//     proxy with the status 502 is a [*exceptions.BadGateway];
//   - an [*exceptions.Exception] with the status.
//
// A detail of a type that is not linked into this program is kept as a
// google.protobuf.Struct of its JSON. The fields of the header that belong to
// the exception are kept ([exceptions.Describe]), those that describe the reply
// or the connection are not. What a body says that is none of these formats is
// part of the text for logs.
func ReadError(reply *http.Response) error { return ReadReply(reply, nil) }

// ReadReply is [ReadError] for the reply of a method. Its declaration tells what
// exceptions the reasons stand for in formats that have no details. It is what
// transports use.
func ReadReply(reply *http.Response, method protoreflect.MethodDescriptor) error {
	if reply.StatusCode >= 200 && reply.StatusCode <= 299 {
		return nil
	}
	body, err := readBody(reply, maxErrorBytes)
	t := told{status: reply.StatusCode}
	switch {
	case err != nil:
		err = fmt.Errorf("read error body: %w", err)
	case !t.read(mediaType(reply.Header), body):
		err = fmt.Errorf("no known error format: %s: %.200q", mediaType(reply.Header), body)
	}
	if t.retryAfter <= 0 {
		t.retryAfter = retryAfter(reply.Header)
	}
	if t.declared == nil && method != nil {
		t.declaredBy(method)
	}
	return exceptions.Received(t.exception(), t.options(reply.Header, err)...)
}

// ReadStatus returns the exception that a gRPC status is, marked as received;
// nil for OK. It is [ReadError] for the protocols that have no error body:
// message and details are those of the status, header is what came with it. The
// class is that of the first detail which is a known exception, else the
// predefined class of the code. A detail of an unknown type is kept as it is.
func ReadStatus(code exceptions.Code, message string, details []*anypb.Any, header http.Header) error {
	if code == exceptions.CodeOK {
		return nil
	}
	t := told{status: code.HTTPStatus(), code: code.String(), retryAfter: retryAfter(header)}
	if message != "" {
		t.say(message) // there is no difference between an empty text and none
	}
	known := make([]proto.Message, 0, len(details))
	for _, held := range details {
		if m, err := held.UnmarshalNew(); err == nil {
			known = append(known, m)
		} else {
			known = append(known, held)
		}
	}
	t.takeDetails(known)
	return exceptions.Received(t.exception(), t.options(header, nil)...)
}

// told is what the body of an error says.
type told struct {
	status     int
	code       string // the name of the gRPC code; empty: none
	reason     string
	domain     string
	message    *string         // nil: none
	value      json.RawMessage // stands for the message; nil: none does
	violations []exceptions.Violation
	details    []proto.Message
	retryAfter time.Duration
	// declared is the detail that is an exception.
	declared exceptions.ServiceException
}

func (t *told) say(text string) { t.message = &text }

// exception returns the exception itself, as its type has it.
func (t *told) exception() exceptions.ServiceException {
	if t.declared != nil {
		if t.message == nil || *t.message == exceptions.Describe(t.declared).Message {
			return t.declared
		}
		return &reworded{ServiceException: t.declared, message: t.message}
	}
	class, ok := classOf(t.status, t.code)
	switch {
	case ok && t.message == nil:
		return class.bare()
	case ok:
		return class.say("%s", *t.message)
	case t.message == nil:
		return exceptions.NewStatus(t.status)
	}
	return exceptions.New(t.status, "%s", *t.message)
}

// subclass is a predefined class that shares its status with another one, so
// that it is known by its code alone.
type subclass struct {
	status int
	code   exceptions.Code
	bare   func() exceptions.ServiceException
	say    func(format string, args ...any) exceptions.ServiceException
}

var subclasses = []subclass{
	newSubclass(&exceptions.FailedPrecondition{}, exceptions.NewFailedPrecondition),
	newSubclass(&exceptions.OutOfRange{}, exceptions.NewOutOfRange),
	newSubclass(&exceptions.AlreadyExists{}, exceptions.NewAlreadyExists),
	newSubclass(&exceptions.UnknownError{}, exceptions.NewUnknownError),
	{
		status: dataLossClass.Status,
		code:   dataLossClass.Code,
		bare:   func() exceptions.ServiceException { return &dataLoss{&exceptions.InternalServerError{}} },
		say: func(format string, args ...any) exceptions.ServiceException {
			return &dataLoss{exceptions.NewInternalServerError(format, args...)}
		},
	},
}

func newSubclass[E exceptions.ServiceException](bare E, say func(string, ...any) E) subclass {
	class := exceptions.Describe(bare).Class
	return subclass{
		status: class.Status,
		code:   class.Code,
		bare:   func() exceptions.ServiceException { return bare },
		say:    func(format string, args ...any) exceptions.ServiceException { return say(format, args...) },
	}
}

// dataLoss is an InternalServerError with the one code of gRPC that no
// predefined class has: it must not become another one on its way through a
// client.
type dataLoss struct {
	*exceptions.InternalServerError
}

var dataLossClass = func() *exceptions.Class {
	parent := exceptions.Describe(&exceptions.InternalServerError{}).Class
	return &exceptions.Class{Name: "DataLoss", Parent: parent, Status: parent.Status, Code: exceptions.CodeDataLoss}
}()

// DescribeException returns what an InternalServerError says, with its own class.
func (e *dataLoss) DescribeException() exceptions.Description {
	d := e.InternalServerError.DescribeException()
	d.Class = dataLossClass
	return d
}

// Unwrap returns the exception as its type has it.
func (e *dataLoss) Unwrap() error { return e.InternalServerError }

// classOf returns the class that status and code have together, if it is not
// the one that the status has alone.
func classOf(status int, code string) (subclass, bool) {
	i := slices.IndexFunc(subclasses, func(s subclass) bool { return s.status == status && s.code.String() == code })
	if i < 0 {
		return subclass{}, false
	}
	return subclasses[i], true
}

// options returns what is attached to the exception. cause says what is wrong
// with the body, for logs.
func (t *told) options(header http.Header, cause error) []exceptions.Option {
	known := exceptions.Describe(t.declared)
	options := []exceptions.Option{
		exceptions.Cause(cause),
		exceptions.Domain(t.domain),
		exceptions.RetryAfter(t.retryAfter),
		exceptions.Violations(t.violations...),
		exceptions.Details(without(t.details, known.Details)...),
	}
	if !sameReason(t.reason, known.Reason) {
		options = append(options, exceptions.Reason(t.reason))
	}
	if t.value != nil {
		options = append(options, exceptions.Value(t.value))
	}
	for name, values := range header {
		if !belongs(name) {
			continue
		}
		for _, v := range values {
			options = append(options, exceptions.Header(name, v))
		}
	}
	return options
}

// without returns the details that are not of a type that known has: those come
// with the exception.
func without(details, known []proto.Message) []proto.Message {
	return slices.DeleteFunc(details, func(d proto.Message) bool {
		return slices.ContainsFunc(known, func(k proto.Message) bool {
			return d.ProtoReflect().Descriptor().FullName() == k.ProtoReflect().Descriptor().FullName()
		})
	})
}

// retryAfter reads Retry-After (RFC 9110, section 10.2.3): seconds or a date,
// which counts from the date of the reply. 0: there is none that makes sense.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	when, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(when.Sub(now), 0)
}

// belongs says whether a field of the header is part of an exception, and not of
// the reply, the connection or what lies between.
func belongs(name string) bool {
	name = textproto.CanonicalMIMEHeaderKey(name)
	switch name {
	case "Age", "Alt-Svc", "Cache-Control", "Connection", "Date", "Etag", "Expires",
		"Keep-Alive", "Last-Modified", "Nel", "Permissions-Policy", "Pragma", "Proxy-Connection",
		"Referrer-Policy", "Report-To", "Server", "Server-Timing", "Set-Cookie",
		"Strict-Transport-Security", "Te", "Traceparent", "Tracestate", "Trailer",
		"Transfer-Encoding", "Vary", "Via", "X-Cloud-Trace-Context", "X-Content-Type-Options",
		"X-Accel-Buffering", "X-Frame-Options", "X-Powered-By", "X-Request-Id", "X-Xss-Protection":
		return false
	}
	for _, prefix := range []string{"Access-Control-", "Connect-", "Content-", "Cross-Origin-", "Grpc-", "Sec-"} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	return true
}
