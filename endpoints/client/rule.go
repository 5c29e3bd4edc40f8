package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A restMethod is how a method is called over REST.
type restMethod struct {
	bindings []*binding // in the order of the rule; none: the method has no rule
}

// A binding is one google.api.http rule, taken apart. It is never changed.
type binding struct {
	verb      string
	template  *route.Template
	segments  []route.Segment
	variables []variable
	wholeBody bool                         // the body is the message without what is in the path
	bodyField protoreflect.FieldDescriptor // the body is this field
	reply     protoreflect.FieldDescriptor // the reply's body is this field
	// protoNames says that fields are sent under their names in the proto file.
	protoNames bool
}

// name returns the name under which a field is sent.
func (b *binding) name(f protoreflect.FieldDescriptor) string {
	if b.protoNames {
		return string(f.Name())
	}
	return f.JSONName()
}

// A variable is a part of the path, and the field that fills it.
type variable struct {
	route.Variable
	// chain leads from the request to the field.
	chain []protoreflect.FieldDescriptor
}

// rules returns the google.api.http rules of a method: its own and its
// additional bindings.
func rules(d protoreflect.MethodDescriptor) []*annotations.HttpRule {
	rule, _ := proto.GetExtension(d.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule == nil {
		return nil
	}
	return append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...)
}

func verbAndPath(r *annotations.HttpRule) (verb, path string) {
	verb, path = route.Pattern(r)
	if verb == "*" {
		verb = http.MethodPost // any verb will do
	}
	return verb, path
}

// compile takes the rules of a method apart. The error holds all that is wrong
// with them.
func compile(d protoreflect.MethodDescriptor, protoNames bool) (*restMethod, error) {
	m := &restMethod{}
	var wrong []error
	for _, rule := range rules(d) {
		b, err := newBinding(d, rule)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", d.FullName(), err))
			continue
		}
		b.protoNames = protoNames
		m.bindings = append(m.bindings, b)
	}
	return m, errors.Join(wrong...)
}

func newBinding(d protoreflect.MethodDescriptor, rule *annotations.HttpRule) (*binding, error) {
	verb, path := verbAndPath(rule)
	if verb == "" {
		return nil, errors.New("google.api.http: there is no path")
	}
	template, err := route.Parse(path)
	if err != nil {
		return nil, err
	}
	b := &binding{verb: verb, template: template, segments: template.Segments()}
	for _, v := range template.Variables() {
		chain, err := fieldChain(d.Input(), v.FieldPath)
		if err != nil {
			return nil, fmt.Errorf("path variable {%s}: %w", v.FieldPath, err)
		}
		b.variables = append(b.variables, variable{v, chain})
	}
	switch name := rule.GetBody(); name {
	case "":
	case "*":
		b.wholeBody = true
	default:
		if b.bodyField = d.Input().Fields().ByName(protoreflect.Name(name)); b.bodyField == nil {
			return nil, fmt.Errorf("body %q: %s has no field of this name", name, d.Input().FullName())
		}
	}
	if name := rule.GetResponseBody(); name != "" {
		if b.reply = d.Output().Fields().ByName(protoreflect.Name(name)); b.reply == nil {
			return nil, fmt.Errorf("response_body %q: %s has no field of this name", name, d.Output().FullName())
		}
	}
	return b, nil
}

// fieldChain returns the fields that a path in the proto file leads through. The
// last one is one that a text can hold.
func fieldChain(m protoreflect.MessageDescriptor, path string) ([]protoreflect.FieldDescriptor, error) {
	var chain []protoreflect.FieldDescriptor
	for name := range strings.SplitSeq(path, ".") {
		if m == nil {
			return nil, fmt.Errorf("%s has no fields", chain[len(chain)-1].FullName())
		}
		f := m.Fields().ByName(protoreflect.Name(name))
		switch {
		case f == nil:
			return nil, fmt.Errorf("%s has no field %q", m.FullName(), name)
		case f.IsList(), f.IsMap():
			return nil, fmt.Errorf("%s is repeated", f.FullName())
		}
		chain = append(chain, f)
		m = f.Message()
	}
	if m != nil && !isText(m) {
		return nil, fmt.Errorf("%s is a message", chain[len(chain)-1].FullName())
	}
	return chain, nil
}

// choose returns the first binding whose path the request can fill, and the
// path.
func (m *restMethod) choose(request protoreflect.Message) (*binding, string, error) {
	var first error
	for _, b := range m.bindings {
		path, err := b.path(request)
		if err == nil {
			return b, path, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, "", first
}

// inPath says whether a variable of the path holds the field.
func (b *binding) inPath(chain []protoreflect.FieldDescriptor) bool {
	return slices.ContainsFunc(b.variables, func(v variable) bool {
		return slices.EqualFunc(v.chain, chain, func(x, y protoreflect.FieldDescriptor) bool { return x.Number() == y.Number() })
	})
}
