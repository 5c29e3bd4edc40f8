package agentcore

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// An Invocation is one call of the entrypoint, or the handshake of a WebSocket:
// what was sent, and on whose behalf.
type Invocation struct {
	// Payload is the body: one valid JSON value in UTF-8. It is nil in the
	// handshake of a WebSocket.
	Payload json.RawMessage
	// RequestID identifies the request in the platform's logs; a random UUID if
	// the platform sent none.
	RequestID string
	// SessionID identifies the caller's session. HasSession is false if the
	// platform sent none. The value is not checked.
	SessionID  string
	HasSession bool
	// Header holds the header fields that the platform forwards from the caller:
	// Authorization and all that are not restricted. Nil: there are none.
	Header http.Header
	// WorkloadAccessToken lets the agent act for its workload identity. It is
	// empty if there is none.
	WorkloadAccessToken string
	// OAuth2CallbackURL is where a user ends up who had to grant access. It is
	// empty if there is none.
	OAuth2CallbackURL string
	// Baggage are the members of the W3C baggage, percent-decoded, without their
	// properties. Malformed members are left out. Among them are
	// aws.agentcore.gateway.routing_experiment_arn and
	// aws.agentcore.gateway.routing_experiment_variant_name.
	Baggage map[string]string
	// Logger writes records that carry the identifiers of this invocation.
	Logger *slog.Logger
}

// Typed makes a [Handler] of a function that takes the payload decoded, see
// [Invocation.Decode]. T may be a pointer to a message, which is never nil then.
func Typed[T any](f func(ctx context.Context, payload T, in *Invocation) (any, error)) Handler {
	return func(ctx context.Context, in *Invocation) (any, error) {
		var payload T
		target := any(&payload)
		if m, ok := any(payload).(proto.Message); ok { // a nil pointer, which knows its type
			made := m.ProtoReflect().Type().New().Interface()
			payload, target = made.(T), made
		}
		if err := in.Decode(target); err != nil {
			return nil, err
		}
		return f(ctx, payload, in)
	}
}

// Decode reads the payload into v, as [json.Unmarshal] does, or by the JSON
// mapping of protobuf if v is a [proto.Message]; unknown fields are ignored. If
// the payload does not fit, the error is a BadRequest exception that names the
// place and not the value.
func (in *Invocation) Decode(v any) error {
	if m, ok := v.(proto.Message); ok {
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(in.Payload, m); err != nil {
			return exceptions.Raise(exceptions.NewBadRequest("The payload does not fit."), exceptions.Cause(err))
		}
		return nil
	}
	err := json.Unmarshal(in.Payload, v)
	if err == nil {
		return nil
	}
	text := "The payload does not fit."
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		text = "The payload has a wrong type."
		if wrong.Field != "" {
			text = fmt.Sprintf("The field %q of the payload has a wrong type.", wrong.Field)
		}
	}
	return exceptions.Raise(exceptions.New(http.StatusBadRequest, "%s", text), exceptions.Cause(err))
}

// The header fields that the platform sends.
const (
	requestIDHeader = "X-Amzn-Bedrock-Agentcore-Runtime-Request-Id"
	sessionIDHeader = "X-Amzn-Bedrock-Agentcore-Runtime-Session-Id"
	customPrefix    = "X-Amzn-Bedrock-Agentcore-Runtime-Custom-"
	tokenHeader     = "X-Amz-Bedrock-Agentcore-Identity-Wat"
	oldTokenHeader  = "Workloadaccesstoken"
	callbackHeader  = "Oauth2callbackurl"
	baggageHeader   = "Baggage"
)

// newInvocation reads the header of a request.
func (a *App) newInvocation(h http.Header) *Invocation {
	in := &Invocation{
		RequestID:           h.Get(requestIDHeader),
		SessionID:           h.Get(sessionIDHeader),
		HasSession:          len(h[sessionIDHeader]) > 0,
		Header:              forwarded(h),
		WorkloadAccessToken: h.Get(tokenHeader),
		OAuth2CallbackURL:   h.Get(callbackHeader),
		Baggage:             baggage(h[baggageHeader]),
	}
	if in.RequestID == "" {
		in.RequestID = newUUID()
	}
	if len(h[tokenHeader]) == 0 {
		in.WorkloadAccessToken = h.Get(oldTokenHeader)
	}
	in.Logger = a.logger.With(slog.String("requestId", in.RequestID))
	if in.HasSession {
		in.Logger = in.Logger.With(slog.String("sessionId", in.SessionID))
	}
	return in
}

// baggage reads the field of that name (W3C Baggage, section 3.3).
func baggage(values []string) map[string]string {
	var all map[string]string
	for _, list := range values {
		for member := range strings.SplitSeq(list, ",") {
			member, _, _ = strings.Cut(member, ";")
			key, value, ok := strings.Cut(member, "=")
			key = strings.TrimSpace(key)
			value, err := url.PathUnescape(strings.TrimSpace(value))
			if !ok || key == "" || err != nil {
				continue
			}
			if all == nil {
				all = map[string]string{}
			}
			all[key] = value
		}
	}
	return all
}

// hasBundle says whether the baggage refers to a configuration bundle.
func hasBundle(baggage map[string]string) bool {
	for key := range baggage {
		if strings.Contains(key, "bundle") {
			return true
		}
	}
	return false
}

// newUUID returns a random UUID (RFC 9562, section 5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
