package declared

import (
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
)

// typePrefix makes the type of a problem out of the name of a message that
// declares none: what google.protobuf.Any calls it, with the scheme that its
// documentation says to assume.
const typePrefix = "https://type.googleapis.com/"

// An Exception is a message that is an exception, with what it inherits filled
// in. It is read once and never changed.
type Exception struct {
	// Message is its declaration.
	Message protoreflect.MessageDescriptor
	// Parent is the message that it extends; nil if that is a predefined class
	// or if there is none.
	Parent *Exception
	// Class says what the class of the generated code says. It is another
	// value: classes are compared by pointer, and this one only by name.
	Class *exceptions.Class
	// Text is the text for the caller; empty if there is none.
	Text Template
	// Domain is the name space of the reason; empty: the policy supplies it.
	Domain string
	// Level is the level of its log records; nil: as the profile says.
	Level *slog.Level
}

// Predefined returns the predefined class that the exception extends directly
// or through its parents, or nil.
func (e *Exception) Predefined() *exceptions.Class {
	for e.Parent != nil {
		e = e.Parent
	}
	return e.Class.Parent
}

// IsException says whether a message is declared to be an exception.
func IsException(m protoreflect.MessageDescriptor) bool {
	return proto.HasExtension(m.Options(), endpointsv1.E_Exception)
}

// A Reader reads declarations. It remembers what it has read, so that every
// problem is reported once and parents are shared. It is for one goroutine.
type Reader struct {
	read     map[protoreflect.FullName]*Exception
	open     []protoreflect.FullName // on the way to the one that is read now
	problems []error
	others   []protoreflect.FileDescriptor
}

// NewReader returns a Reader. Names are looked up in a file and what it
// imports, and then in others: a file has no need to import what it only names
// in an option, and linters would call the import unused.
func NewReader(others ...protoreflect.FileDescriptor) *Reader {
	return &Reader{read: make(map[protoreflect.FullName]*Exception), others: others}
}

// Problems returns what was wrong with the declarations that were read since
// the last call, each with its place.
func (r *Reader) Problems() []error {
	problems := r.problems
	r.problems = nil
	return problems
}

// add reports a problem with an option of d; path leads from the options of d
// to it.
func (r *Reader) add(d protoreflect.Descriptor, path []int32, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: %s %s: %s", place(d, path), kind(d), d.FullName(), fmt.Sprintf(format, args...)))
}

// Exception returns the exception that m declares, or nil if it declares none.
// If there are problems, what they are about is left out.
func (r *Reader) Exception(m protoreflect.MessageDescriptor) *Exception {
	if e, ok := r.read[m.FullName()]; ok {
		return e
	}
	if !IsException(m) {
		return nil
	}
	options := proto.GetExtension(m.Options(), endpointsv1.E_Exception).(*endpointsv1.ExceptionOptions)
	e := &Exception{Message: m, Class: &exceptions.Class{Name: string(m.FullName()), Type: options.GetType()}}
	r.open = append(r.open, m.FullName())
	extends := r.extend(e, options.GetExtends())
	r.open = r.open[:len(r.open)-1]
	r.read[m.FullName()] = e

	r.inherit(e)
	r.setStatus(e, options, extends)
	r.setRest(e, options)
	r.setText(e, options)
	if e.Parent != nil {
		r.checkFields(e)
	}
	return e
}

// extend finds the parent of e, and says whether there is one, at least by
// name.
func (r *Reader) extend(e *Exception, name string) bool {
	if name == "" {
		return false
	}
	m, class, err := r.find(e.Message, e.Message.FullName(), name)
	switch {
	case err != nil:
		r.add(e.Message, exceptionPath, "extends %q: %v", name, err)
	case class != nil:
		e.Class.Parent = class
	case slices.Contains(r.open, m.FullName()):
		r.add(e.Message, exceptionPath, "extends %q: it extends itself: %s", name, r.cycle(m.FullName()))
	default:
		e.Parent = r.Exception(m)
		e.Class.Parent = e.Parent.Class
	}
	return true
}

// cycle returns the way from a message to itself.
func (r *Reader) cycle(name protoreflect.FullName) string {
	var b strings.Builder
	for _, step := range r.open[slices.Index(r.open, name):] {
		fmt.Fprintf(&b, "%s -> ", step)
	}
	return b.String() + string(name)
}

// inherit fills in what e has from its parent, before it says otherwise.
func (r *Reader) inherit(e *Exception) {
	if p := e.Class.Parent; p != nil {
		e.Class.Status, e.Class.Code, e.Class.Reason, e.Class.Retryable = p.Status, p.Code, p.Reason, p.Retryable
	}
	if p := e.Parent; p != nil {
		e.Domain, e.Level = p.Domain, p.Level
	}
}

func (r *Reader) setStatus(e *Exception, options *endpointsv1.ExceptionOptions, extends bool) {
	switch status := options.GetStatus(); {
	case status == 0 && !extends:
		r.add(e.Message, exceptionPath, "it extends nothing, so it has to declare a status")
	case status == 0:
	case status < 400 || status > 599:
		r.add(e.Message, exceptionPath, "status %d is not that of an error: use 400 to 599", status)
	default:
		e.Class.Status = int(status)
		if !extends {
			e.Class.Code = exceptions.CodeOfStatus(int(status))
		}
	}
	switch code := exceptions.Code(options.GetCode()); {
	case code > exceptions.CodeUnauthenticated:
		r.add(e.Message, exceptionPath, "there is no code %d", int32(options.GetCode()))
	case code != exceptions.CodeOK:
		e.Class.Code = code
	}
}

func (r *Reader) setRest(e *Exception, options *endpointsv1.ExceptionOptions) {
	if reason := options.GetReason(); reason != "" {
		if err := checkReason(reason); err != nil {
			r.add(e.Message, exceptionPath, "reason %q: %v", reason, err)
		}
		e.Class.Reason = reason
	}
	if options.Retryable != nil {
		e.Class.Retryable = options.GetRetryable()
	}
	if options.GetDomain() != "" {
		e.Domain = options.GetDomain()
	}
	levels := map[endpointsv1.ExceptionOptions_LogLevel]slog.Level{
		endpointsv1.ExceptionOptions_LOG_LEVEL_DEBUG: slog.LevelDebug,
		endpointsv1.ExceptionOptions_LOG_LEVEL_INFO:  slog.LevelInfo,
		endpointsv1.ExceptionOptions_LOG_LEVEL_WARN:  slog.LevelWarn,
		endpointsv1.ExceptionOptions_LOG_LEVEL_ERROR: slog.LevelError,
	}
	if level, ok := levels[options.GetLogLevel()]; ok {
		e.Level = &level
	} else if options.GetLogLevel() != 0 {
		r.add(e.Message, exceptionPath, "there is no log_level %d", options.GetLogLevel())
	}
	switch u, err := url.Parse(e.Class.Type); {
	case e.Class.Type == "":
		e.Class.Type = typePrefix + e.Class.Name
	case err != nil || !u.IsAbs():
		r.add(e.Message, exceptionPath, "type %q is not a URI with a scheme, such as https://example.com/errors/locked", e.Class.Type)
	}
}

func (r *Reader) setText(e *Exception, options *endpointsv1.ExceptionOptions) {
	source := options.GetMessage()
	if source == "" {
		if e.Parent != nil {
			e.Text = e.Parent.Text.in(e.Message)
		}
		return
	}
	text, err := parseTemplate(source, e.Message)
	if err != nil {
		r.add(e.Message, exceptionPath, "message %q: %v", source, err)
		return
	}
	e.Text = text
}

// maxReason is how long a reason may be in google.rpc.ErrorInfo.
const maxReason = 63

// checkReason says what is wrong with a reason: google.rpc.ErrorInfo has it as
// UPPER_SNAKE, which a client turns back.
func checkReason(reason string) error {
	length := len(reason)
	for i := range len(reason) {
		switch c := reason[i]; {
		case c >= 'a' && c <= 'z':
		case c >= 'A' && c <= 'Z' && i > 0:
			length++ // for the underscore
		case c >= '0' && c <= '9' && i > 0:
		default:
			return fmt.Errorf("write it in lowerCamel, such as shelfLocked")
		}
	}
	if length > maxReason {
		return fmt.Errorf("it has %d characters in UPPER_SNAKE; %d are allowed", length, maxReason)
	}
	return nil
}
