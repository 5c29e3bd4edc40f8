package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// REST is the transport for HTTP with JSON as google.api.http rules describe it.
// It is an [Opener].
//
// A request is what the rule of its method says: fields of the path in the
// path, those of the body in the body, all others in the query. If a method has
// several bindings, the first one is used whose path the request can fill. What
// cannot be sent is an error before anything is sent: a field of the path that
// does not have its form, a map or a list of messages in the query. An empty
// message in the query is as if it were not set.
//
// A field of the path must not have "." or ".." as a segment: proxies would
// make another path of it.
//
// It is a [StreamTransport] for server-streaming methods that have a rule. Their
// messages come as server-sent events, which it asks for, or as lines of JSON
// from a server that has only these or if the call's Accept says so. Events are
// the default since they tell an error from a message by a name, show by
// keep-alives that the server is there, and have ids to come back with
// ([Answer]). It does not connect again by itself.
func REST(t Target) (Transport, error) {
	origin := url.URL{Scheme: t.BaseURL.Scheme, Host: t.BaseURL.Host}
	r := &rest{
		Target:  t,
		base:    origin.String() + t.BaseURL.EscapedPath(),
		methods: make(map[protoreflect.FullName]*restMethod),
	}
	var wrong []error
	for i := range t.Service.Methods().Len() {
		d := t.Service.Methods().Get(i)
		if d.IsStreamingClient() {
			continue
		}
		m, err := compile(d, t.ProtoNames)
		if err != nil {
			wrong = append(wrong, err)
		}
		r.methods[d.FullName()] = m
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return r, nil
}

// accept asks for JSON, and for errors in a format that carries the fields of
// exceptions: where JSON is a format that cannot, problem details can.
var accept = []string{"application/json, application/problem+json;q=0.9"}

type rest struct {
	Target
	base    string // what all URLs begin with
	methods map[protoreflect.FullName]*restMethod
}

// Do implements [Transport].
func (r *rest) Do(ctx context.Context, call *Call) error {
	request, binding, err := r.request(ctx, call, accept)
	if err != nil {
		return err
	}
	answer, err := r.HTTPClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	call.Answer.Status, call.Answer.Header = answer.StatusCode, answer.Header
	defer func() { call.Answer.Trailer = answer.Trailer }() // net/http fills it with the end of the body
	if err := ReadReply(answer, call.Method); err != nil {
		return err
	}
	return r.reply(answer, binding, call.Reply)
}

// request makes the HTTP request of a call. accept is what it asks for, unless
// the call says so itself.
func (r *rest) request(ctx context.Context, call *Call, accept []string) (*http.Request, *binding, error) {
	m := r.methods[call.Method.FullName()]
	if m == nil || len(m.bindings) == 0 {
		return nil, nil, errors.New("it has no google.api.http rule, so it cannot be called over REST")
	}
	if d := call.Request.ProtoReflect().Descriptor(); d.FullName() != call.Method.Input().FullName() {
		return nil, nil, fmt.Errorf("the request is a %s, want %s", d.FullName(), call.Method.Input().FullName())
	}
	message := call.Request.ProtoReflect()
	binding, path, err := m.choose(message)
	if err != nil {
		return nil, nil, err
	}
	query, err := binding.query(message)
	if err != nil {
		return nil, nil, err
	}
	body, err := binding.body(message)
	if err != nil {
		return nil, nil, err
	}
	target := r.base + path
	if query != "" {
		target += "?" + query
	}
	request, err := http.NewRequestWithContext(ctx, binding.verb, target, reader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header = call.Header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	if body != nil {
		request.Header["Content-Type"] = []string{"application/json"}
	}
	if _, ok := request.Header["Accept"]; !ok {
		request.Header["Accept"] = accept
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	return request, binding, nil
}

// reader returns a body for a request; untyped nil for none.
func reader(body []byte) io.Reader {
	if body == nil {
		return nil
	}
	return bytes.NewReader(body)
}

// reply reads a successful answer.
func (r *rest) reply(answer *http.Response, b *binding, reply proto.Message) error {
	proto.Reset(reply)
	body, err := readBody(answer, r.ReplyBytes)
	if err == nil {
		err = b.readReply(body, reply)
	}
	if err != nil {
		return fmt.Errorf("reply with status %d (%s): %w", answer.StatusCode, mediaType(answer.Header), err)
	}
	return nil
}
