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
	// Cookie is the cookie that holds the value; "": the header field does.
	Cookie string
}

// Values returns what a request has for the field.
func (h Header) Values(header http.Header) []string {
	if h.Cookie == "" {
		return header.Values(h.Name)
	}
	var values []string
	r := http.Request{Header: header}
	for _, c := range r.CookiesNamed(h.Cookie) {
		values = append(values, c.Value)
	}
	return values
}

// place returns how a caller is told where the value is.
func (h Header) place() string {
	if h.Cookie != "" {
		return h.Cookie
	}
	return h.Name
}

func (h Header) kind() string {
	if h.Cookie != "" {
		return "cookie"
	}
	return "header"
}

// header is a Header and the field that it fills.
type header struct {
	Header
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
			p.headers = append(p.headers, header{h, p.table.fields[d.Index()]})
		}
	}
	return errs
}

// headerOf returns the header that fills the field, nil if none does.
func (p *Plan) headerOf(f *field) *header {
	for i := range p.headers {
		if p.headers[i].field == f {
			return &p.headers[i]
		}
	}
	return nil
}

// readHeader fills the field of a header.
func (b *binding) readHeader(h *header) {
	values := h.Values(b.in.Header)
	if len(values) == 0 {
		return
	}
	if len(values) > 1 && !h.field.list {
		b.violate(invalidHeader(h, "it is given more than once"))
		return
	}
	b.inQuery.add(h.field.desc.Index()) // the request has something for it
	b.m.Clear(h.field.desc)
	for _, text := range values {
		if p := h.field.set(b.m, text); p != "" {
			b.violate(invalidHeader(h, p))
			return
		}
	}
}

func invalidHeader(h *header, p problem) exceptions.Violation {
	return exceptions.Violation{
		Location:     h.place(),
		LocationType: h.kind(),
		Reason:       "invalidParameter",
		Message:      "Invalid value for " + h.kind() + ` "` + h.place() + `": ` + string(p) + ".",
	}
}
