package endpoints

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Attach adds the routes of m. A method without an http rule has none, which
// is no error: other transports may serve it. The error joins all that is wrong
// with the rule, each with the name of the method.
func (t *rest) Attach(m *Method) error {
	rule, _ := proto.GetExtension(m.descriptor.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule == nil {
		return nil
	}
	wrong := t.checkStream(m, rule)
	wrong = append(wrong, t.attach(m, rule, rule.GetBody())...)
	for _, r := range rule.GetAdditionalBindings() {
		if len(r.GetAdditionalBindings()) > 0 {
			wrong = append(wrong, errors.New("additional_bindings must not have additional_bindings"))
		}
		wrong = append(wrong, t.attach(m, r, rule.GetBody())...)
	}
	for i, err := range wrong {
		wrong[i] = fmt.Errorf("%s: %w", m.fullName, err)
	}
	return errors.Join(wrong...)
}

// checkStream says why REST cannot carry the streams of m.
func (t *rest) checkStream(m *Method, rule *annotations.HttpRule) (wrong []error) {
	if m.descriptor.IsStreamingClient() {
		wrong = append(wrong, errors.New("an rpc whose client streams cannot have a google.api.http rule"))
	}
	if m.streams() && t.middle.api.streamWriter(nil) == nil {
		wrong = append(wrong, errors.New("a server-streaming rpc with a google.api.http rule needs a transport that writes streams over HTTP"))
	}
	if m.streams() && rule.GetResponseBody() != "" {
		wrong = append(wrong, errors.New("response_body has no meaning for a stream"))
	}
	return wrong
}

// attach adds the route of one rule and returns all that is wrong with it. body is
// the body clause of the first rule, which generated code knows.
func (t *rest) attach(m *Method, rule *annotations.HttpRule, body string) (wrong []error) {
	verb, path, err := pattern(rule)
	if err != nil {
		return []error{err}
	}
	wrong = append(wrong, t.addBase(m.api.GetBasePath(), path)...)
	b := &binding{method: m, way: &way{protocol: protocolREST, method: m}, verb: verb, bodyField: rule.GetBody()}
	if b.template, err = route.Parse(t.middle.api.basePath + path); err != nil {
		wrong = append(wrong, err)
	} else {
		for _, v := range b.template.Variables() {
			b.fields = append(b.fields, v.FieldPath)
		}
	}
	if b.binder, err = t.profile.binder(t, b); err != nil {
		wrong = append(wrong, each(err)...)
	} else if plan, ok := b.binder.(*bind.Plan); ok && plan.Straight() {
		b.straight = plan
		b.setters = bind.Setters{Text: m.SetText, Integer: m.SetInteger}
		if b.bodyField == body {
			b.newWithBody = m.NewWithBody
		}
	}
	if name := rule.GetResponseBody(); name != "" {
		if b.reply = m.descriptor.Output().Fields().ByName(protoreflect.Name(name)); b.reply == nil {
			wrong = append(wrong, fmt.Errorf("response_body %q is no field of %s", name, m.descriptor.Output().FullName()))
		}
	}
	if b.template != nil {
		wrong = append(wrong, t.addRoute(b)...)
	}
	return wrong
}

// plan compiles the declaration of requests by the strict rules. Profiles that
// bind in another way ask it what is wrong with the declaration.
func (t *rest) plan(b *binding) (*bind.Plan, error) {
	if t.compiler == nil {
		reject := t.profile.rejectUnknown
		t.compiler = bind.NewCompiler(bind.Options{
			MaxParameters: t.limits.Parameters, MaxDepth: t.limits.Depth,
			RejectUnknownFields: reject, RejectUnknownParameters: reject, OtherParameters: standardParameters,
		})
	}
	rule := bind.Rule{Method: b.verb, Template: b.template, Body: b.bodyField}
	for _, h := range b.method.inHeaders {
		if h.field != nil {
			rule.Headers = append(rule.Headers, bind.Header{Name: h.name, Field: string(h.field.Name()), Cookie: h.cookie})
		}
	}
	return t.compiler.Compile(b.method.descriptor.Input(), rule)
}

// addBase notes the base path that a service declares, and checks the path of a
// method against it.
func (t *rest) addBase(base, path string) (wrong []error) {
	if base == "" {
		return nil
	}
	if base[0] != '/' || base[len(base)-1] != '/' || strings.ContainsAny(base, "{}*?# ") {
		return []error{fmt.Errorf("base_path %q: want a plain path that begins and ends with a slash", base)}
	}
	if !strings.HasPrefix(path, base) {
		wrong = append(wrong, fmt.Errorf("path %q does not begin with the API's base_path %q", path, base))
	}
	if base = t.middle.api.basePath + base; !slices.Contains(t.bases, base) {
		t.bases = append(t.bases, base)
	}
	return wrong
}

// addRoute adds the route of b. A conflict names both methods.
func (t *rest) addRoute(b *binding) []error {
	tree := t.tree
	if t.escaped != nil && t.middle.api.escaped[b.method.fullName] {
		tree = t.escaped
	}
	err := tree.Add(b.verb, b.template, b)
	if conflict, ok := errors.AsType[*route.ConflictError](err); ok {
		err = fmt.Errorf("the route %s %s takes the same requests as %s %s of %s",
			b.verb, conflict.New, b.verb, conflict.Old, t.owners[conflict.Old].fullName)
	}
	if err != nil {
		return []error{err}
	}
	t.owners[b.template] = b.method
	t.routed = append(t.routed, b.verb)
	return nil
}

// pattern returns the verb and the path of a rule.
func pattern(rule *annotations.HttpRule) (verb, path string, err error) {
	if rule.GetPattern() == nil {
		return "", "", errors.New("the http rule has no pattern: give get, put, post, delete, patch or custom")
	}
	verb, path = route.Pattern(rule)
	if verb == "" || verb == "*" {
		return "", "", fmt.Errorf("custom http rule for %q: kind %q is not the name of one verb", path, verb)
	}
	return verb, path, nil
}
