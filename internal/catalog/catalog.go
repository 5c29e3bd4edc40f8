// Package catalog lists how the methods of APIs answer: their replies, the
// exceptions that they declare, and what a caller sees of both under a policy.
package catalog

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/declared"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// A Catalog lists services under one policy.
type Catalog struct {
	// Policy is the name of the policy.
	Policy   string    `json:"policy"`
	Services []Service `json:"services"`
}

// A Service lists its methods in the order of their declaration.
type Service struct {
	// Name is the full name, such as "library.v1.Library".
	Name    string   `json:"name"`
	Methods []Method `json:"methods"`
}

// A Method lists its answers: its reply, and what it declares to raise.
type Method struct {
	Name string `json:"name"`
	// HTTP is its first binding, such as "GET /v1/shelves"; empty if it has none.
	HTTP       string      `json:"http,omitempty"`
	Reply      Reply       `json:"reply"`
	Exceptions []Exception `json:"exceptions"`
}

// An Exception is a class and what a caller sees of it.
type Exception struct {
	// Class is its name: "Conflict", or the full name of a message.
	Class string `json:"class"`
	// Extends lists the classes that it extends, the nearest first.
	Extends []string `json:"extends,omitempty"`
	// Raised is the status that the service means, Sent the one that a caller
	// sees under the policy.
	Raised int `json:"raised"`
	Sent   int `json:"sent"`
	// Code is the name of its gRPC code.
	Code string `json:"code"`
	// Reason and Domain are what a caller sees.
	Reason string `json:"reason"`
	Domain string `json:"domain"`
	// Message is the text with placeholders, or what the policy replaces it
	// with; empty if each occurrence has its own.
	Message string `json:"message,omitempty"`
	// Type names it in RFC 9457; empty for a predefined class.
	Type string `json:"type,omitempty"`
	// Retryable says that the same request may succeed later.
	Retryable bool `json:"retryable,omitempty"`
}

// Of returns the catalog of the services in files, ordered by name. Services
// that declare no exceptions are left out unless all is set. The error holds
// everything that is wrong with the declarations, a line each.
func Of(files *protoregistry.Files, p *normalize.Policy, all bool) (*Catalog, error) {
	var list []protoreflect.FileDescriptor
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		list = append(list, f)
		return true
	})
	slices.SortFunc(list, func(a, b protoreflect.FileDescriptor) int { return cmp.Compare(a.Path(), b.Path()) })
	r := declared.NewReader(list...)
	c := &Catalog{Policy: p.Name(), Services: []Service{}}
	for _, f := range list {
		for i := range f.Services().Len() {
			if s := service(f.Services().Get(i), r, p); all || s.declares() {
				c.Services = append(c.Services, s)
			}
		}
	}
	slices.SortStableFunc(c.Services, func(a, b Service) int { return cmp.Compare(a.Name, b.Name) })
	return c, errors.Join(r.Problems()...)
}

func (s Service) declares() bool {
	return slices.ContainsFunc(s.Methods, func(m Method) bool { return len(m.Exceptions) > 0 })
}

func service(d protoreflect.ServiceDescriptor, r *declared.Reader, p *normalize.Policy) Service {
	s := Service{Name: string(d.FullName()), Methods: []Method{}}
	for i := range d.Methods().Len() {
		method := d.Methods().Get(i)
		m := Method{Name: string(method.Name()), HTTP: binding(method), Reply: reply(method, p), Exceptions: []Exception{}}
		for _, t := range r.Throws(method) {
			m.Exceptions = append(m.Exceptions, exception(t, p))
		}
		s.Methods = append(s.Methods, m)
	}
	return s
}

// exception says what a caller sees of t. It asks the policy, as a server does.
func exception(t declared.Thrown, p *normalize.Policy) Exception {
	e := class{t}
	v := p.Verdict(e)
	x := Exception{
		Class: t.Class.Name, Raised: v.Raised, Sent: v.Status, Code: v.Code.String(),
		Reason: v.Reason, Domain: v.Domain, Message: v.Message, Type: t.Class.Type, Retryable: t.Class.Retryable,
	}
	for c := t.Class.Parent; c != nil; c = c.Parent {
		x.Extends = append(x.Extends, c.Name)
	}
	return x
}

// class is an exception of which only the class is known.
type class struct{ declared.Thrown }

func (c class) Error() string   { return c.Class.Name }
func (c class) HTTPStatus() int { return c.Class.Status }
func (c class) DescribeException() exceptions.Description {
	d := exceptions.Description{Class: c.Class}
	if c.Exception != nil {
		d.Domain, d.Message = c.Exception.Domain, c.Exception.Text.String()
	}
	return d
}

// binding returns the verb and path of a method's google.api.http option.
func binding(m protoreflect.MethodDescriptor) string {
	rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	verb, path := route.Pattern(rule)
	return strings.TrimSpace(strings.ToUpper(verb) + " " + path)
}
