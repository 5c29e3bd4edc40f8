package endpoints

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A headerField is a header field that a method declares.
type headerField struct {
	name   string // as declared
	field  protoreflect.FieldDescriptor
	cookie string // the cookie of a Cookie field that holds the value
}

// RequestHeaders returns the names of the request header fields that the method
// declares, as they are declared, but for cookies: whether browsers send those is
// not for a method to say. The slice belongs to the caller.
func (m *Method) RequestHeaders() []string { return headerNames(m.inHeaders) }

// ResponseHeaders returns the names of the response header fields that the
// method declares, as they are declared. The slice belongs to the caller.
func (m *Method) ResponseHeaders() []string { return headerNames(m.outHeaders) }

func headerNames(fields []headerField) []string {
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		if f.cookie == "" {
			names = append(names, f.name)
		}
	}
	return names
}

// readHeaders reads the header fields that the method declares.
func (m *Method) readHeaders(o *endpointsv1.MethodOptions) error {
	var in, out error
	m.inHeaders, in = readHeaders(o.GetRequestHeaders(), m.descriptor.Input())
	m.outHeaders, out = readHeaders(o.GetResponseHeaders(), m.descriptor.Output())
	for _, h := range m.outHeaders {
		if h.cookie != "" {
			out = errors.Join(out, fmt.Errorf("cookie %q: a reply sets cookies with Set-Cookie, through the call", h.cookie))
		}
	}
	if in != nil {
		in = fmt.Errorf("%s: request_headers: %w", m.fullName, in)
	}
	if out != nil {
		out = fmt.Errorf("%s: response_headers: %w", m.fullName, out)
	}
	return errors.Join(in, out)
}

func readHeaders(declared []*endpointsv1.Header, message protoreflect.MessageDescriptor) ([]headerField, error) {
	var (
		all   []headerField
		wrong []error
		seen  = map[string]bool{}
	)
	for _, h := range declared {
		key := http.CanonicalHeaderKey(h.GetName())
		if c := h.GetCookie(); c != "" {
			if key != "Cookie" || h.GetField() == "" || !isToken(c) {
				wrong = append(wrong, fmt.Errorf("cookie %q: it needs the name Cookie, a field of the request, and a name of its own", c))
				continue
			}
			key += " " + c
		}
		switch {
		case !isToken(h.GetName()):
			wrong = append(wrong, fmt.Errorf("%q is no name of a header field", h.GetName()))
			continue
		case reserved[key]:
			wrong = append(wrong, fmt.Errorf("%s belongs to the connection or the body and cannot be declared", key))
			continue
		case seen[key]:
			wrong = append(wrong, fmt.Errorf("%s is declared twice", key))
			continue
		}
		seen[key] = true
		f := headerField{name: h.GetName(), cookie: h.GetCookie()}
		if name := h.GetField(); name != "" {
			f.field = message.Fields().ByName(protoreflect.Name(name))
			switch {
			case f.field == nil:
				wrong = append(wrong, fmt.Errorf("%s: %s has no field %q", h.GetName(), message.FullName(), name))
				continue
			case f.field.Message() != nil:
				wrong = append(wrong, fmt.Errorf("%s: field %s is a message or a map", h.GetName(), f.field.FullName()))
				continue
			}
		}
		all = append(all, f)
	}
	return all, errors.Join(wrong...)
}

// noHeaderFields refuses header fields that fill fields of a request, for
// profiles of systems that did not have that.
func (b *binding) noHeaderFields(profile string) error {
	for _, h := range b.method.inHeaders {
		if h.field != nil {
			return fmt.Errorf("request header %s fills field %s, which profile %s does not do: leave the field out and read the header through the call",
				h.name, h.field.FullName(), profile)
		}
	}
	return nil
}

// reserved are the header fields that are the transport's.
var reserved = map[string]bool{
	"Connection": true, "Content-Length": true, "Content-Type": true, "Content-Encoding": true, "Host": true, "Keep-Alive": true,
	"Proxy-Connection": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
}

// isToken says whether s may be the name of a header field (RFC 9110, section
// 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// sendHeaders puts the fields of the reply that are declared as header fields
// into the header. What the handler set there itself stays. There is a method and
// a reply.
func (c *Call) sendHeaders(reply proto.Message) {
	for _, h := range c.method.outHeaders {
		if h.field == nil || len(c.choices().header[http.CanonicalHeaderKey(h.name)]) > 0 {
			continue
		}
		m := reply.ProtoReflect()
		if m.Descriptor() != h.field.ContainingMessage() || !m.Has(h.field) {
			continue
		}
		if !h.field.IsList() {
			c.Header().Add(h.name, headerText(h.field, m.Get(h.field)))
			continue
		}
		list := m.Get(h.field).List()
		for i := range list.Len() {
			c.Header().Add(h.name, headerText(h.field, list.Get(i)))
		}
	}
}

// headerText is a value as a query parameter would have it. What a header
// cannot carry becomes a blank.
func headerText(f protoreflect.FieldDescriptor, v protoreflect.Value) string {
	switch f.Kind() {
	case protoreflect.EnumKind:
		if value := f.Enum().Values().ByNumber(v.Enum()); value != nil {
			return string(value.Name())
		}
		return strconv.Itoa(int(v.Enum()))
	case protoreflect.BytesKind:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r
	}, v.String())
}
