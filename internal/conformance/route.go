package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// A routeSpec is the one route of a fastapi case.
type routeSpec struct {
	Route struct{ Method, Path string } `json:"route"`
	// DefaultStatus is the status that the route declares.
	DefaultStatus int        `json:"default_status"`
	Set           *setting   `json:"set"`
	SetBefore     *setting   `json:"set_before"`
	RaiseBefore   *raise     `json:"raise_before"`
	Request       *inputSpec `json:"request"`
	ErrorHandlers []struct {
		Match struct {
			Status int
			Type   string
		}
		Then script
	} `json:"error_handlers"`
}

// A setting is what is set on the response during the call.
type setting struct {
	Status  int
	Headers [][2]string
}

// apply sets status and header fields; the first value of a field replaces what
// was set before.
func (s *setting) apply(c *endpoints.Call) {
	if s == nil {
		return
	}
	if s.Status != 0 {
		c.SetStatus(s.Status)
	}
	seen := map[string]bool{}
	for _, h := range s.Headers {
		if !seen[h[0]] {
			c.Header().Del(h[0])
		}
		seen[h[0]] = true
		c.Header().Add(h[0], h[1])
	}
}

// newRoute builds the API of a fastapi case: a service with one method, whose
// declaration and messages are made from the case, with profile fastapi.
func newRoute(s *spec, logger *slog.Logger) (http.Handler, error) {
	h := &s.Handler
	if len(h.Socket) > 0 {
		return newSocketRoute(h, logger)
	}
	service, err := h.declare()
	if err != nil {
		return nil, err
	}
	options := []endpoints.Option{
		endpoints.WithProfile(endpoints.FastAPI()), endpoints.WithLogger(logger), endpoints.WithInterceptors(h.before),
	}
	handlers, err := h.exceptionHandlers()
	if err != nil {
		return nil, err
	}
	api := endpoints.New(append(options, handlers...)...)
	method := service.Methods().Get(0)
	return api, api.Register(endpoints.Service{Descriptor: service, Methods: []endpoints.Method{{
		Name:       string(method.Name()),
		NewRequest: func() proto.Message { return dynamicpb.NewMessage(method.Input()) },
		Call:       h.answer,
	}}})
}

// before is what runs in front of handler and validation. A status that the
// framework refuses to declare for a method that replies (204, 205, 304, and
// those that are no success) is set here instead.
func (s *script) before(next endpoints.HandlerFunc) endpoints.HandlerFunc {
	return func(ctx context.Context, call *endpoints.Call) (proto.Message, error) {
		if s.DefaultStatus != 0 && !s.declarable() {
			call.SetStatus(s.DefaultStatus)
		}
		s.SetBefore.apply(call)
		if s.RaiseBefore != nil {
			return nil, s.RaiseBefore.err()
		}
		return next(ctx, call)
	}
}

// replies says whether the handler has a value to reply with.
func (s *script) replies() bool { return s.Echo || s.has("return") && string(s.Return) != "null" }

func (s *script) declarable() bool {
	status := s.DefaultStatus
	return status >= 200 && status <= 299 && (normalize.BodyAllowed(status) || !s.replies())
}

// answer is the handler.
func (s *script) answer(ctx context.Context, request proto.Message) (proto.Message, error) {
	call := endpoints.CallFrom(ctx)
	s.Set.apply(call)
	switch {
	case s.Raise != nil:
		return nil, s.Raise.err()
	case s.RaiseError != nil:
		return nil, s.raised()
	case s.Response != nil:
		call.Respond(s.Response.reply())
		return nil, nil
	case s.Echo:
		return request, nil
	case !s.replies():
		return nil, nil
	}
	return freeValue(s.Return)
}

// freeValue is any JSON as a message.
func freeValue(text json.RawMessage) (proto.Message, error) {
	if x, ok := value(text).(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
		return structpb.NewNumberValue(x), nil
	}
	v := &structpb.Value{}
	return v, protojson.Unmarshal(text, v)
}

// reply makes the response as an endpoints handler writes it.
func (p *response) reply() *endpoints.Response {
	body, _ := p.Bytes()
	return &endpoints.Response{Status: p.Status, Header: p.header(), Body: append(body, strings.Join(p.Chunks, "")...)}
}

// exceptionHandlers registers the error handlers of the case.
func (s *script) exceptionHandlers() ([]endpoints.Option, error) {
	var all []endpoints.Option
	for i := range s.ErrorHandlers {
		h := &s.ErrorHandlers[i]
		then := func(_ context.Context, call *endpoints.Call, err error) error { return h.Then.recover(call, err) }
		switch h.Match.Type {
		case "":
			all = append(all, endpoints.OnStatus(h.Match.Status, func(ctx context.Context, call *endpoints.Call, e exceptions.ServiceException) error {
				return then(ctx, call, e)
			}))
		case "*":
			all = append(all, on[*exceptions.UnknownError](then))
		case "HTTPError":
			all = append(all, on[exceptions.ServiceException](then))
		case "ValidationError":
			all = append(all, on[*endpoints.ValidationError](then))
		default:
			option, err := s.onNamed(h.Match.Type, then)
			if err != nil {
				return nil, err
			}
			all = append(all, option)
		}
	}
	return all, nil
}

type errorHandler = func(context.Context, *endpoints.Call, error) error

func on[E error](then errorHandler) endpoints.Option {
	return endpoints.OnException(func(ctx context.Context, call *endpoints.Call, e E) error { return then(ctx, call, e) })
}

// recover is what an error handler of the case does.
func (s *script) recover(call *endpoints.Call, err error) error {
	switch {
	case s.Raise != nil:
		return s.Raise.err()
	case s.RaiseError != nil:
		return s.raised()
	case s.Response != nil:
		call.Respond(s.Response.reply())
		return nil
	case s.FromError != nil:
		// In place, so that the keys keep their order.
		detail, _ := json.Marshal(detailOf(err))
		var body bytes.Buffer
		_ = json.Compact(&body, bytes.ReplaceAll(s.FromError.Body, []byte(`"$detail"`), detail))
		call.Respond(&endpoints.Response{Status: s.FromError.Status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body.Bytes()})
		return nil
	}
	return fmt.Errorf("the error handler does nothing that is known: %v", slices.Collect(maps.Keys(s.keys)))
}

// detailOf is what the original calls the detail of an error.
func detailOf(err error) any {
	e, ok := errors.AsType[exceptions.ServiceException](err)
	if !ok {
		return err.Error()
	}
	v := normalize.Identity().Verdict(e)
	var body struct{ Detail any }
	_ = json.Unmarshal(normalize.Detail().Append(nil, &v), &body)
	return body.Detail
}
