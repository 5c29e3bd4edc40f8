package bind

import (
	"fmt"
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Header is a header field that fills a field of the message.
type Header struct {
	Name  string // in any case
	Field string // of the message itself: no message, no map
}

// header is a Header and the field that it fills.
type header struct {
	name  string // as declared
	key   string // canonical
	field *field
}

// header takes over the header fields.
func (p *Plan) header(rule Rule) []error {
	var errs []error
	for _, h := range rule.Headers {
		d := p.table.desc.Fields().ByName(protoreflect.Name(h.Field))
		switch {
		case d == nil:
			errs = append(errs, fmt.Errorf("header %s: message %s has no field %q", h.Name, p.table.desc.FullName(), h.Field))
		case d.Message() != nil:
			errs = append(errs, fmt.Errorf("header %s: field %s is a message or a map", h.Name, d.FullName()))
		default:
			p.headers = append(p.headers, header{h.Name, http.CanonicalHeaderKey(h.Name), p.table.fields[d.Index()]})
		}
	}
	return errs
}

// headerOf returns the name of the header that fills the field, "" if none
// does.
func (p *Plan) headerOf(f *field) string {
	for i := range p.headers {
		if p.headers[i].field == f {
			return p.headers[i].name
		}
	}
	return ""
}

// readHeader fills the field of a header.
func (b *binding) readHeader(h *header) {
	values := b.in.Header[h.key]
	if len(values) == 0 {
		return
	}
	if len(values) > 1 && !h.field.list {
		b.violate(invalidHeader(h.name, "it is given more than once"))
		return
	}
	b.inQuery.add(h.field.desc.Index()) // the request has something for it
	b.m.Clear(h.field.desc)
	for _, text := range values {
		if p := h.field.set(b.m, text); p != "" {
			b.violate(invalidHeader(h.name, p))
			return
		}
	}
}

func invalidHeader(name string, p problem) exceptions.Violation {
	return exceptions.Violation{
		Location:     name,
		LocationType: "header",
		Reason:       "invalidParameter",
		Message:      `Invalid value for header "` + name + `": ` + string(p) + ".",
	}
}
