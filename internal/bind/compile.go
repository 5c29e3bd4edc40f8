package bind

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Defaults of [Options].
const (
	DefaultMaxParameters = 1000
	DefaultMaxDepth      = 100
)

// Options say what a [Plan] accepts. The zero value is ready to use.
type Options struct {
	// MaxParameters is the largest number of parameters in a query. A query with
	// more is a BadRequest. 0 means [DefaultMaxParameters].
	MaxParameters int
	// MaxDepth is how deep messages may nest in a body, and how many names the
	// name of a parameter may have. 0 means [DefaultMaxDepth].
	MaxDepth int
	// RejectUnknownFields makes a body with a field that the message does not
	// have a BadRequest. Otherwise the field is ignored.
	RejectUnknownFields bool
	// RejectUnknownParameters makes a query with a parameter that is no field a
	// BadRequest, unless it is in OtherParameters. Otherwise it is ignored.
	RejectUnknownParameters bool
	// OtherParameters are parameters that mean something to others, such as
	// "key" and "prettyPrint".
	OtherParameters []string
}

// A Rule is the part of an http rule that matters for binding.
type Rule struct {
	// Method is the HTTP method. The body of a PATCH may be a part of a
	// resource, see [Plan].
	Method string
	// Template is the path template.
	Template *route.Template
	// Body is the body clause: "*", the name of a field, or "".
	Body string
	// Part is the field that holds a part of a resource although it is not the
	// body: requests that are one message have no body clause of their own.
	Part string
	// Headers are the header fields that fill fields of the message.
	Headers []Header
}

// A Compiler makes plans. Plans of one compiler share what they know about
// message types. It is not safe for concurrent use.
type Compiler struct {
	options Options
	tables  map[protoreflect.MessageDescriptor]*table
	fresh   []*table // not yet completed
}

// NewCompiler returns a compiler.
func NewCompiler(o Options) *Compiler {
	if o.MaxParameters <= 0 {
		o.MaxParameters = DefaultMaxParameters
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = DefaultMaxDepth
	}
	o.OtherParameters = slices.Clone(o.OtherParameters)
	return &Compiler{options: o, tables: map[protoreflect.MessageDescriptor]*table{}}
}

// Compile makes the plan for requests of one message type by one rule. The
// error holds all that is wrong with the declaration: variables and a body
// clause that name no field, or one that they cannot fill, and defaults that
// are no values of their fields.
func (c *Compiler) Compile(desc protoreflect.MessageDescriptor, rule Rule) (*Plan, error) {
	t := c.table(desc)
	errs := c.complete(t)
	p := &Plan{options: c.options, table: t, wholeBody: rule.Body == "*", json: bodyOptions(c.options)}
	errs = append(errs, p.body(rule)...)
	errs = append(errs, p.path(rule)...)
	if p.part = p.bodyField; rule.Method != http.MethodPatch {
		p.part = t.byName[rule.Part]
	}
	errs = append(errs, p.header(rule)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	p.findPlaces()
	p.findStraight()
	return p, nil
}

// body takes over the body clause.
func (p *Plan) body(rule Rule) []error {
	if rule.Body == "" || rule.Body == "*" {
		return nil
	}
	f := p.table.byName[rule.Body]
	if f == nil || string(f.desc.Name()) != rule.Body {
		return []error{fmt.Errorf("body %q: message %s has no field of this name", rule.Body, p.table.desc.FullName())}
	}
	p.bodyField = f
	return nil
}

// path takes over the variables.
func (p *Plan) path(rule Rule) []error {
	if rule.Template == nil {
		return nil
	}
	var errs []error
	for _, v := range rule.Template.Variables() {
		chain, err := p.table.chain(v.FieldPath)
		if err == nil && p.bodyField != nil && len(chain) == 1 && chain[0] == p.bodyField {
			err = fmt.Errorf("field %s is also the body", chain[0].desc.FullName())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("path variable {%s}: %w", v.FieldPath, err))
			continue
		}
		w := variable{path: v.FieldPath, name: pathOf(chain), chain: chain}
		if v.Multi {
			w.escapes = keepSlash
		}
		p.variables = append(p.variables, w)
		p.markPath(chain)
	}
	return errs
}

// chain returns the fields of a path in the proto file that ends at a field
// which one text can fill.
func (t *table) chain(path string) ([]*field, error) {
	var chain []*field
	for rest, name := path, ""; rest != ""; {
		name, rest = cutDot(rest)
		var f *field
		if d := t.desc.Fields().ByName(protoreflect.Name(name)); d != nil {
			f = t.fields[d.Index()]
		}
		if f == nil {
			return nil, fmt.Errorf("message %s has no field %q", t.desc.FullName(), name)
		}
		chain = append(chain, f)
		switch {
		case f.desc.IsMap():
			return nil, fmt.Errorf("field %s is a map", f.desc.FullName())
		case f.list:
			return nil, fmt.Errorf("field %s is repeated", f.desc.FullName())
		case rest == "" && f.shape != scalar && f.shape != wellKnown:
			return nil, fmt.Errorf("field %s is a message", f.desc.FullName())
		case rest != "" && f.shape != message:
			return nil, fmt.Errorf("field %s has no fields", f.desc.FullName())
		}
		t = f.table
	}
	return chain, nil
}

func cutDot(s string) (first, rest string) {
	for i := range len(s) {
		if s[i] == '.' {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// complete reads the options of the fields of all new tables. root is the
// message of a request: only its own fields may have a default without having
// presence, because only for them is it known whether the request had them.
func (c *Compiler) complete(root *table) []error {
	var errs []error
	for _, t := range c.fresh {
		for _, f := range t.fields {
			errs = append(errs, t.annotate(f)...)
		}
	}
	for again := true; again; { // until no more table leads to another
		again = false
		for _, t := range c.fresh {
			for _, f := range t.fields {
				if f.table != nil && f.table.busy() && !slices.Contains(t.below, f) {
					t.below = append(t.below, f)
					again = true
				}
			}
		}
	}
	c.fresh = nil
	return append(errs, root.nestedDefaults()...)
}

// busy reports whether messages of the type need a look after binding.
func (t *table) busy() bool { return len(t.required)+len(t.defaults)+len(t.below) > 0 }

// annotate takes over the options of a field.
func (t *table) annotate(f *field) []error {
	options := f.desc.Options()
	if options == nil {
		return nil
	}
	ours, _ := proto.GetExtension(options, endpointsv1.E_Field).(*endpointsv1.FieldOptions)
	behavior, _ := proto.GetExtension(options, annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	required := ours.GetRequired() || slices.Contains(behavior, annotations.FieldBehavior_REQUIRED)
	if required {
		t.required = append(t.required, f)
	}
	if ours == nil || ours.Default == nil {
		return nil
	}
	name := f.desc.FullName()
	switch {
	case required:
		return []error{fmt.Errorf("field %s: a required field cannot have a default", name)}
	case f.list || f.desc.IsMap():
		return []error{fmt.Errorf("field %s: a repeated field or map cannot have a default", name)}
	case f.oneof != nil:
		return []error{fmt.Errorf("field %s: a member of a oneof cannot have a default", name)}
	}
	if p := f.check(ours.GetDefault()); p != "" {
		return []error{fmt.Errorf("field %s: default %q: %s", name, ours.GetDefault(), p)}
	}
	f.fallback = ours.GetDefault()
	t.defaults = append(t.defaults, f)
	return nil
}

// nestedDefaults finds fields below the request message t that have a default
// but no presence.
func (t *table) nestedDefaults() []error {
	var errs []error
	seen := map[*table]bool{}
	var walk func(t *table)
	walk = func(t *table) {
		for _, f := range t.below {
			if seen[f.table] {
				continue
			}
			seen[f.table] = true
			for _, d := range f.table.defaults {
				if !d.presence {
					errs = append(errs, fmt.Errorf("field %s: with a default inside another message it must be optional, to tell its zero value from none", d.desc.FullName()))
				}
			}
			walk(f.table)
		}
	}
	walk(t)
	return errs
}
