package java

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	// DefaultDepth is how deep a body may nest. The original has no limit but its
	// stack.
	DefaultDepth = 5000
	// DefaultParameters is how many parameters a request may have. The servlet
	// container of the original had the same limit for forms.
	DefaultParameters = 1000
)

// A Binder reads requests as the original does. It puts body, query and path
// into one object, in which the body beats the query and the query beats the
// path, and then reads that object leniently into the message:
//
//   - The body is JSON in UTF-8 whatever its Content-Type, see the package's
//     reader, unless it is a form or multipart, whose fields become parameters.
//     It must be an object; an empty one may be left out.
//   - Every parameter of the query whose name is the lowerCamel name of a field
//     fills that field, whether the body has it or not; dotted names reach into
//     messages. A singular field takes the first of several values, a repeated
//     one takes all, and of a path variable the parts between commas.
//   - A number or bool may be a text, and the empty text and "null" are null. A
//     required one is a Java primitive, which has no null: it is 0 or false.
//   - A required field ((google.api.field_behavior) = REQUIRED or
//     (endpoints.v1.field).required) that is missing or null is an error, also
//     if the body has null where the path has a value. One that has a default
//     takes it if it is missing, not if it is null.
//   - Unknown names are ignored, null within lists and maps is an error.
//
// Errors are of type *[RequestError]. A Binder must not be copied; its zero
// value is ready for use.
type Binder struct {
	// Depth limits how deep objects and lists of a body may nest; zero:
	// DefaultDepth.
	Depth int
	// Parameters limits the number of those in the query and a form together, and
	// the parts of a multipart body; zero: DefaultParameters.
	Parameters int

	plans sync.Map // protoreflect.MessageDescriptor to *plan
}

var _ bind.Binder = (*Binder)(nil)

// Bind fills msg, which is empty, from in.
func (b *Binder) Bind(in *bind.Input, msg proto.Message) error {
	m := msg.ProtoReflect()
	r := request{
		in: in, m: m, plan: b.plan(m.Descriptor()),
		depth: cmp.Or(b.Depth, DefaultDepth), parameters: cmp.Or(b.Parameters, DefaultParameters),
	}
	if err := r.bind(); err != nil {
		return err
	}
	return nil
}

// A plan holds what the options of a message's fields say, by field index.
type plan struct {
	required []bool
	defaults []*string
}

func (b *Binder) plan(md protoreflect.MessageDescriptor) *plan {
	if p, ok := b.plans.Load(md); ok {
		return p.(*plan)
	}
	fields := md.Fields()
	p := &plan{required: make([]bool, fields.Len()), defaults: make([]*string, fields.Len())}
	for i := range fields.Len() {
		options := fields.Get(i).Options()
		behavior, _ := proto.GetExtension(options, annotations.E_FieldBehavior).([]annotations.FieldBehavior)
		field, _ := proto.GetExtension(options, endpointsv1.E_Field).(*endpointsv1.FieldOptions)
		p.required[i] = field.GetRequired() || slices.Contains(behavior, annotations.FieldBehavior_REQUIRED)
		if field != nil && field.Default != nil {
			p.defaults[i] = field.Default
		}
	}
	kept, _ := b.plans.LoadOrStore(md, p)
	return kept.(*plan)
}

// A request is one call of Bind.
type request struct {
	in                *bind.Input
	m                 protoreflect.Message
	plan              *plan
	depth, parameters int // limits

	reader   reader
	hasBody  bool                           // there is an object in reader
	bodyPath []protoreflect.FieldDescriptor // the field that it fills, if that is not the whole request
	merged   []source                       // by field index: where the value of each field is
	path     []bool                         // by field index: the field is a path variable
	nested   []nested
}

// A source is where the value of one field comes from: a member of the body,
// or texts; none of both if it is missing.
type source struct {
	node  uint32 // in the body, whose own index is 0
	texts []string
}

// A nested parameter is one with a dotted name. It has no texts if the body
// has its field.
type nested struct {
	fields []protoreflect.FieldDescriptor
	texts  []string
}

func (r *request) bind() *RequestError {
	fields := r.m.Descriptor().Fields()
	r.merged, r.path = make([]source, fields.Len()), make([]bool, fields.Len())
	params, err := r.readBody()
	if err != nil {
		return err
	}
	if r.m.Descriptor().FullName() == nameStruct {
		return r.bindMap(params)
	}
	r.mergeParams(params)
	if err := r.mergePath(); err != nil {
		return err
	}
	for i := range fields.Len() {
		if err := r.field(fields.Get(i)); err != nil {
			return err
		}
	}
	for _, n := range r.nested {
		if err := r.setNested(n); err != nil {
			return err
		}
	}
	return nil
}

// readBody reads the query and the body and merges what the latter has.
func (r *request) readBody() ([]param, *RequestError) {
	params, err := parseParams(nil, r.in.RawQuery, r.parameters)
	if err != nil {
		return nil, err
	}
	switch bodyTypeOf(r.in.Header) {
	case bodyForm:
		return parseParams(params, string(r.in.Body), r.parameters)
	case bodyMultipart:
		parts, err := parseMultipart(r.in.Header, r.in.Body, r.parameters)
		if err != nil {
			return nil, err
		}
		if r.m.Descriptor().FullName() == nameStruct {
			return append(parts, params...), nil
		}
		r.mergeParts(parts)
		return params, nil
	}
	return params, r.readJSON()
}

// readJSON reads a JSON body. One of nothing but blanks is an empty object.
func (r *request) readJSON() *RequestError {
	if isBlank(r.in.Body) {
		return nil
	}
	if err := r.reader.parse(repair(r.in.Body), r.depth); err != nil {
		return err
	}
	if r.reader.nodes[0].kind != kindObject {
		return refused("expected a JSON object body")
	}
	r.hasBody = true
	if name := r.in.BodyField; name != "" && name != "*" {
		return r.bindBodyField(name)
	}
	if r.m.Descriptor().FullName() == nameStruct {
		return nil
	}
	last := make([]uint32, len(r.merged))
	r.reader.members(r.m.Descriptor().Fields(), 0, last)
	for i, node := range last {
		r.merged[i].node = node
	}
	return nil
}

// isBlank reports whether b holds nothing but what String.trim removes.
func isBlank(b []byte) bool {
	for _, c := range b {
		if c > ' ' {
			return false
		}
	}
	return true
}

// bindMap fills a request that is a map: with the members of the body, and with
// the parameters that it does not have, as texts.
func (r *request) bindMap(params []param) *RequestError {
	fd := r.m.Descriptor().Fields().ByNumber(1)
	entries := r.m.Mutable(fd).Map()
	if r.hasBody {
		if f := r.reader.entries(entries, fd, 0); f != nil {
			return f.report("body")
		}
	}
	for _, p := range params {
		if key := protoreflect.ValueOfString(p.name).MapKey(); !entries.Has(key) {
			v, _ := scalarMessage(entries.NewValue(), scalar{kind: kindString, text: p.value})
			entries.Set(key, v)
		}
	}
	return nil
}

// bindBodyField puts the body into the field that the http rule names.
func (r *request) bindBodyField(name string) *RequestError {
	path := resolve(r.m.Descriptor(), name, byProtoName)
	if path == nil {
		return refused("the body has no place in the request")
	}
	r.bodyPath = path
	m, last := r.m, len(path)-1
	for _, fd := range path[:last] {
		m = m.Mutable(fd).Message()
	}
	if _, f := r.reader.property(m, path[last], 0); f != nil {
		return f.along(path).report("body")
	}
	return nil
}

// mergeParts merges the fields of a multipart body, of which the last counts.
func (r *request) mergeParts(parts []param) {
	fields := r.m.Descriptor().Fields()
	for _, p := range parts {
		fd := fields.ByJSONName(p.name)
		if fd == nil {
			continue
		}
		s := &r.merged[fd.Index()]
		if !fd.IsList() {
			s.texts = s.texts[:0]
		}
		s.texts = append(s.texts, p.value)
	}
}

// mergeParams merges the parameters of the query and of a form.
func (r *request) mergeParams(params []param) {
	fields := r.m.Descriptor().Fields()
	taken := make([]bool, len(r.merged))
	for i, s := range r.merged {
		taken[i] = s.node != 0 || s.texts != nil
	}
	if len(r.bodyPath) > 0 {
		taken[r.bodyPath[0].Index()] = true
	}
	for _, p := range params {
		if fd := fields.ByJSONName(p.name); fd != nil {
			if s := &r.merged[fd.Index()]; !taken[fd.Index()] {
				s.texts = append(s.texts, p.value)
			}
		} else if strings.IndexByte(p.name, '.') > 0 {
			if path := resolve(r.m.Descriptor(), p.name, protoreflect.FieldDescriptors.ByJSONName); path != nil {
				r.addNested(path, p.value, true)
			}
		}
	}
}

// mergePath merges the path variables.
func (r *request) mergePath() *RequestError {
	for _, v := range r.in.Variables {
		path := resolve(r.m.Descriptor(), v.FieldPath, byProtoName)
		if path == nil {
			continue
		}
		text, err := DecodeVariable(v.Raw)
		if err != nil {
			return refused("the path has a malformed percent-encoding")
		}
		if len(path) > 1 {
			r.addNested(path, text, false)
			continue
		}
		fd := path[0]
		r.path[fd.Index()] = true
		if s := &r.merged[fd.Index()]; s.node == 0 && s.texts == nil {
			s.texts = []string{text}
			if fd.IsList() {
				s.texts = strings.Split(text, ",")
			}
		}
	}
	return nil
}

// resolve returns the fields that a dotted name stands for; nil if it stands
// for none.
func resolve(md protoreflect.MessageDescriptor, name string, find func(protoreflect.FieldDescriptors, string) protoreflect.FieldDescriptor) []protoreflect.FieldDescriptor {
	var path []protoreflect.FieldDescriptor
	for {
		first, rest, more := strings.Cut(name, ".")
		fd := find(md.Fields(), first)
		if fd == nil {
			return nil
		}
		path = append(path, fd)
		if !more {
			return path
		}
		if fd.Message() == nil || fd.Cardinality() == protoreflect.Repeated {
			return nil
		}
		md, name = fd.Message(), rest
	}
}

func byProtoName(fields protoreflect.FieldDescriptors, name string) protoreflect.FieldDescriptor {
	return fields.ByName(protoreflect.Name(name))
}

// addNested notes a value for the field at the end of path, unless the body
// has one. Further values of the same field are added if more.
func (r *request) addNested(path []protoreflect.FieldDescriptor, text string, more bool) {
	for i := range r.nested {
		if n := &r.nested[i]; slices.Equal(n.fields, path) {
			if more && n.texts != nil {
				n.texts = append(n.texts, text)
			}
			return
		}
	}
	n := nested{fields: path}
	if !r.bodyHas(path) {
		n.texts = []string{text}
	}
	r.nested = append(r.nested, n)
}

// bodyHas reports whether the body has a member where path leads, or something
// on the way that is no object.
func (r *request) bodyHas(path []protoreflect.FieldDescriptor) bool {
	if !r.hasBody {
		return false
	}
	if n := len(r.bodyPath); n >= len(path) || !slices.Equal(r.bodyPath, path[:n]) {
		if n > 0 {
			return false
		}
	} else {
		path = path[n:]
	}
	at := uint32(0)
	for _, fd := range path {
		if r.reader.nodes[at].kind != kindObject {
			return true
		}
		if at = r.reader.member(at, fd.JSONName()); at == 0 {
			return false
		}
	}
	return true
}
