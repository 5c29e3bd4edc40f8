package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A thrown is what a handler of JavaErr.Throw raises, see data/throw.json.
type thrown struct {
	Exception        string          `json:"exception"`
	Status           int             `json:"status"`
	Message          *string         `json:"message"`
	MessageFromCause bool            `json:"message_from_cause"`
	Reason           string          `json:"reason"`
	Domain           string          `json:"domain"`
	Cause            json.RawMessage `json:"cause"`
	Headers          [][2]string     `json:"headers"`
	Challenge        *challenge      `json:"challenge"`
	LogLevel         string          `json:"log_level"`
	Plain            *string         `json:"plain"`
	IllegalArgument  *string         `json:"illegal_argument"`

	keys map[string]json.RawMessage // which of them were given
}

// A challenge is scheme and parameters of WWW-Authenticate.
type challenge struct {
	Scheme *string     `json:"scheme"`
	Params [][2]string `json:"params"`
}

func (t *thrown) UnmarshalJSON(text []byte) error {
	type plain thrown
	if err := json.Unmarshal(text, (*plain)(t)); err != nil {
		return err
	}
	return json.Unmarshal(text, &t.keys)
}

func (t *thrown) has(key string) bool { _, ok := t.keys[key]; return ok }

// levels are the log levels of the original in terms of slog.
var levels = map[string]slog.Level{
	"SEVERE": slog.LevelError, "WARNING": slog.LevelWarn, "INFO": slog.LevelInfo,
	"CONFIG": slog.LevelDebug, "FINE": slog.LevelDebug, "FINER": slog.LevelDebug, "FINEST": slog.LevelDebug,
}

// realm is the challenge that the original sends where none is given.
const realm = `Bearer realm="https://accounts.google.com/"`

func addJavaErr(all map[string]handler, o Options) error {
	throws, err := read[map[string]*thrown]("throw.json")
	if err != nil {
		return err
	}
	all["JavaErr.Throw"] = func(_ context.Context, request proto.Message) (proto.Message, error) {
		kind := request.(*conformancev1.JavaKindRequest).GetKind()
		t, ok := throws[kind]
		if !ok {
			return nil, fmt.Errorf("nothing to throw is called %q", kind)
		}
		return nil, t.err(o)
	}
	status := func(_ context.Context, request proto.Message) (proto.Message, error) {
		return nil, exceptions.New(int(request.(*conformancev1.JavaCodeRequest).GetCode()), "the message")
	}
	all["JavaErr.Status"], all["JavaErr.StatusVoid"] = status, status
	return nil
}

// err makes the error that t describes.
func (t *thrown) err(o Options) error {
	switch {
	case t.has("illegal_argument"):
		if o.IllegalArgumentIsBackendError {
			// The original answers it like an unexpected error, and logs it like an
			// exception.
			return exceptions.NewInternalServerError("backend error")
		}
		return withText(400, t.IllegalArgument)
	case t.has("plain"):
		// One level only: what an ordinary error wraps deeper is its own affair.
		if cause := t.cause(o); cause != nil {
			if _, ok := cause.(exceptions.ServiceException); ok && t.causeIsException() {
				return fmt.Errorf("%s: %w", deref(t.Plain), cause)
			}
		}
		return errors.New(deref(t.Plain))
	}
	return t.exception(o)
}

// exception makes an exception of the API.
func (t *thrown) exception(o Options) error {
	status := t.Status
	if class, ok := exceptions.ClassByName(t.Exception); ok {
		status = class.Status
	}
	cause := t.cause(o)
	text := t.Message
	if t.MessageFromCause && cause != nil {
		text = new(cause.Error())
	}
	e, _ := withText(status, text).(exceptions.ServiceException)
	with := []exceptions.Option{exceptions.Reason(t.Reason), exceptions.Domain(t.Domain)}
	if cause != nil {
		with = append(with, exceptions.Cause(cause))
	}
	for _, h := range t.Headers {
		with = append(with, exceptions.Header(h[0], h[1]))
	}
	if level, ok := levels[t.LogLevel]; ok {
		with = append(with, exceptions.Level(level))
	}
	if t.Exception == "Unauthorized" {
		value, err := t.challenge()
		if err != nil {
			return err
		}
		with = append(with, exceptions.Header("WWW-Authenticate", value))
	}
	return exceptions.Raise(e, with...)
}

// challenge is the value of WWW-Authenticate.
func (t *thrown) challenge() (string, error) {
	if t.Challenge == nil {
		if t.has("reason") || t.has("domain") || t.Message != nil && t.has("cause") && !t.MessageFromCause {
			return "Bearer", nil
		}
		return realm, nil
	}
	if t.Challenge.Scheme == nil {
		return "", errors.New("a challenge without a scheme")
	}
	var params []string
	for _, p := range t.Challenge.Params {
		params = append(params, p[0]+"="+p[1])
	}
	if len(params) == 0 {
		return *t.Challenge.Scheme, nil
	}
	return *t.Challenge.Scheme + " " + strings.Join(params, ", "), nil
}

// causeIsException says whether the cause is an exception of the API, and no
// illegal argument.
func (t *thrown) causeIsException() bool {
	inner := &thrown{}
	return json.Unmarshal(t.Cause, inner) == nil && inner.has("exception")
}

// cause makes the error that t wraps, nil if there is none.
func (t *thrown) cause(o Options) error {
	if len(t.Cause) == 0 || string(t.Cause) == "null" {
		return nil
	}
	var text string
	if json.Unmarshal(t.Cause, &text) == nil {
		return errors.New(text)
	}
	inner := &thrown{}
	if err := json.Unmarshal(t.Cause, inner); err != nil {
		return fmt.Errorf("throw.json: cause: %w", err)
	}
	return inner.err(o)
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// copyField copies a field, and whether it is there.
func copyField(dst proto.Message, to protoreflect.Name, src proto.Message, from protoreflect.Name) {
	d, s := dst.ProtoReflect(), src.ProtoReflect()
	if field := s.Descriptor().Fields().ByName(from); field != nil && s.Has(field) {
		d.Set(d.Descriptor().Fields().ByName(to), s.Get(field))
	}
}

func newMessage(name protoreflect.FullName) (proto.Message, error) {
	t, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if err != nil {
		return nil, err
	}
	return t.New().Interface(), nil
}
