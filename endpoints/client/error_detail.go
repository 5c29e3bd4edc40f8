package client

import (
	"encoding/json"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// readDetails reads the details of AIP-193, see takeDetails.
func (t *told) readDetails(list []json.RawMessage) {
	details := make([]proto.Message, 0, len(list))
	for _, raw := range list {
		if m := readMessage(raw); m != nil {
			details = append(details, m)
		}
	}
	t.takeDetails(details)
}

// takeDetails takes over typed details. Those that say what a Description has
// fields for become these fields. The first one that is an exception is what was
// raised, as far as this program knows it.
func (t *told) takeDetails(details []proto.Message) {
	var info *errdetails.ErrorInfo
	for _, m := range details {
		switch m := m.(type) {
		case *errdetails.ErrorInfo:
			t.reason, t.domain = normalize.LowerCamel(m.GetReason()), m.GetDomain()
			info = m
		case *errdetails.RetryInfo:
			t.retryAfter = m.GetRetryDelay().AsDuration()
		case *errdetails.BadRequest:
			t.readFieldViolations(m)
		case exceptions.ServiceException:
			if t.declared == nil {
				t.declared = m
				if len(t.details) == 0 {
					info = nil // its metadata are the fields of m
				}
				continue
			}
			t.details = append(t.details, m.(proto.Message))
		default:
			t.details = append(t.details, m)
		}
	}
	if len(info.GetMetadata()) > 0 {
		t.details = append(t.details, info)
	}
}

func (t *told) readFieldViolations(m *errdetails.BadRequest) {
	for _, f := range m.GetFieldViolations() {
		v := exceptions.Violation{Location: f.GetField(), Message: f.GetDescription()}
		if reason := f.GetReason(); reason != "" {
			v.Reason = normalize.LowerCamel(reason)
		}
		t.violations = append(t.violations, v)
	}
}

// sameReason says whether a reason that was received is that of the type, which
// may have gone through UPPER_SNAKE.
func sameReason(received, own string) bool {
	return received == own || normalize.UpperSnake(received) == normalize.UpperSnake(own)
}

// readMessage reads a google.protobuf.Any: as the message that it holds if this
// program knows its type, else as a google.protobuf.Struct. It returns nil for
// what is no object.
func readMessage(raw json.RawMessage) proto.Message {
	o := jsonpb.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: maxDepth}
	var held anypb.Any
	if raw[0] == '{' && jsonpb.Unmarshal(raw, &held, o) == nil && held.TypeUrl != "" {
		if m, err := held.UnmarshalNew(); err == nil {
			return m
		}
	}
	var other structpb.Struct
	if jsonpb.Unmarshal(raw, &other, o) != nil {
		return nil
	}
	return &other
}

// maxDepth is how deep details may nest.
const maxDepth = 100
