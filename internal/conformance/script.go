package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// handlerHeader brings a case's own handler along with the request.
const handlerHeader = "X-Conformance-Handler"

// A spec is what handlerHeader holds, base64url of JSON.
type spec struct {
	ID      string          `json:"id"`
	Handler script          `json:"handler"`
	Options json.RawMessage `json:"options"`
}

// A script is a handler as data: what it returns, raises or does.
type script struct {
	Return      json.RawMessage `json:"return"` // null counts, so look at has
	Raise       *raise          `json:"raise"`
	RaiseError  *raiseError     `json:"raise_error"`
	Response    *response       `json:"response"`
	Stream      []script        `json:"stream"`
	Item        json.RawMessage `json:"item"` // of a stream
	Echo        bool            `json:"echo"`
	EchoPayload bool            `json:"echo_payload"`
	EchoContext bool            `json:"echo_context"`
	IfFalsy     *choice         `json:"if_falsy"`
	Entrypoint  *bool           `json:"entrypoint"`
	Ping        *ping           `json:"ping"`
	CORS        json.RawMessage `json:"cors"`
	Socket      []socketStep    `json:"ws"`
	FromError   *fromError      `json:"response_from_error"`
	routeSpec

	keys map[string]json.RawMessage
}

func (s *script) UnmarshalJSON(text []byte) error {
	type plain script
	if err := json.Unmarshal(text, (*plain)(s)); err != nil {
		return err
	}
	return json.Unmarshal(text, &s.keys)
}

func (s *script) has(key string) bool { _, ok := s.keys[key]; return ok }

// A choice is taken by whether a key of the payload is missing, null or empty.
type choice struct {
	Key  string
	Then script
	Else script
}

// A fromError is a response with what the error says filled in.
type fromError struct {
	Status int
	Body   json.RawMessage
}

// A raise is a typed HTTP error.
type raise struct {
	Status  int             `json:"status"`
	Detail  json.RawMessage `json:"detail"`
	Headers [][2]string     `json:"headers"`
	Cause   string          `json:"cause"`
	Derived any             `json:"derived_type"`

	slots map[string]int // of the case
}

// A raiseError is an ordinary error. Some cases write it as its text alone.
type raiseError struct {
	Message string   `json:"message"`
	Type    string   `json:"type"`
	Is      []string `json:"is"`
}

func (e *raiseError) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &e.Message) == nil {
		return nil
	}
	type plain raiseError
	return json.Unmarshal(text, (*plain)(e))
}

// A response is a ready response.
type response struct {
	Status  int         `json:"status"`
	Headers [][2]string `json:"headers"`
	Content
	Chunks          []string `json:"chunks"`
	FailAfterChunks string   `json:"fail_after_chunks"`
}

func (p *response) header() http.Header {
	h := http.Header{}
	for _, field := range p.Headers {
		h.Add(field[0], field[1])
	}
	return h
}

// readSpec takes the spec out of the request.
func readSpec(r *http.Request) (*spec, error) {
	header := r.Header.Get(handlerHeader)
	r.Header.Del(handlerHeader)
	if header == "" {
		return nil, errors.New("no " + handlerHeader)
	}
	text, err := base64.URLEncoding.DecodeString(header)
	if err != nil {
		return nil, err
	}
	s := &spec{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, err
	}
	if s.Handler.Raise != nil {
		s.Handler.Raise.slots = s.Handler.slots()
	}
	return s, nil
}

// described serves requests that bring their handlers along, each by what build
// makes of it.
func described(build func(*spec) (http.Handler, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := readSpec(r)
		var h http.Handler
		if err == nil {
			h, err = build(s)
		}
		if err != nil {
			http.Error(w, fmt.Sprintf("%s: %v", handlerHeader, err), http.StatusNotImplemented)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// NewHandler serves the cases of a profile: by the conformance API, or for
// agentcore, fastapi and cors by the handlers that the requests bring along.
func NewHandler(profile string, o Options, logger *slog.Logger) (http.Handler, error) {
	switch profile {
	case "agentcore":
		return described(func(s *spec) (http.Handler, error) { return newAgent(s, logger) }), nil
	case "fastapi":
		return described(func(s *spec) (http.Handler, error) { return newRoute(s, logger) }), nil
	case "cors":
		return described(newCORS), nil
	}
	return NewAPI(profile, o, endpoints.WithLogger(logger))
}

// value decodes JSON as handlers return it: numbers keep their text, and
// {"$float": "NaN"} is that float.
func value(text json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return floats(v)
}

func floats(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		if name, ok := v["$float"]; ok && len(v) == 1 {
			return map[any]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[name]
		}
		for k := range v {
			v[k] = floats(v[k])
		}
	}
	return v
}

// err makes the exception that r describes. An object as detail keeps the order
// of its keys.
func (r *raise) err() error {
	e := exceptions.NewStatus(r.Status)
	var with []exceptions.Option
	var text *string
	switch {
	case json.Unmarshal(r.Detail, &text) == nil && text != nil:
		e = exceptions.New(r.Status, "%s", *text)
	case len(r.Detail) > 0 && string(r.Detail) != "null":
		with = append(with, exceptions.Value(detail(r.Detail)))
	}
	for _, h := range r.Headers {
		with = append(with, exceptions.Header(h[0], h[1]))
	}
	if r.Cause != "" {
		with = append(with, exceptions.Cause(errors.New(r.Cause)))
	}
	if name, ok := r.Derived.(string); ok {
		e = derived{e, &lineage{e.Error(), []string{name}, r.slots}}
	}
	return exceptions.Raise(e, with...)
}

// detail is a value, as text unless it holds something that JSON cannot.
func detail(text json.RawMessage) any {
	if bytes.Contains(text, []byte(`"$float"`)) {
		return value(text)
	}
	return text
}
