package java

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// field sets one field of the request from where its value is.
func (r *request) field(fd protoreflect.FieldDescriptor) *RequestError {
	i := fd.Index()
	s := r.merged[i]
	required := r.plan.required[i]
	if s.node == 0 && s.texts == nil && r.plan.defaults[i] != nil {
		s.texts = []string{*r.plan.defaults[i]}
	}
	var set bool
	var f *fault
	where := "parameter"
	switch {
	case s.node != 0:
		where = "body"
		set, f = r.reader.property(r.m, fd, s.node)
		if isText := r.reader.nodes[s.node].kind == kindString; f == nil && !set && required && isText {
			set = setPrimitive(r.m, fd)
		}
	case s.texts != nil:
		set, f = setTexts(r.m, fd, s.texts)
		if f == nil && !set && required {
			set = setPrimitive(r.m, fd)
		}
	}
	if f != nil {
		err := f.in(fd.JSONName()).report(where)
		if f.date && !fd.IsList() && !fd.IsMap() && isNamed(r, fd) {
			err.unreadable, err.severe = false, true
		}
		return err
	}
	if len(r.bodyPath) > 0 && r.bodyPath[0] == fd {
		set = r.m.Has(fd) // the body as a whole fills it
	}
	if required && !set {
		return missing(fd.JSONName())
	}
	return nil
}

// isNamed reports whether a field was a parameter of its own of the original's
// method, and not a property of the object in the body.
func isNamed(r *request, fd protoreflect.FieldDescriptor) bool {
	return r.in.BodyField == "" || r.path[fd.Index()] || r.plan.required[fd.Index()]
}

// setPrimitive sets a number or bool to the value that stands for null in its
// Java type, and reports whether fd is one.
func setPrimitive(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	if fd.Cardinality() == protoreflect.Repeated || !isPrimitive(fd.Kind()) {
		return false
	}
	m.Set(fd, fd.Default())
	return true
}

// setTexts sets a field to the texts of a parameter, of which a singular field
// takes the first, and reports whether that is not null.
func setTexts(m protoreflect.Message, fd protoreflect.FieldDescriptor, texts []string) (set bool, f *fault) {
	switch {
	case fd.IsMap():
		return false, &fault{text: "is not an object"}
	case fd.IsList():
		l := m.Mutable(fd).List()
		for i, text := range texts {
			v, f := fromText(fd, text, l.NewElement)
			if f == nil && !v.IsValid() {
				f = &fault{text: textNull}
			}
			if f != nil {
				return false, f.in("[" + strconv.Itoa(i) + "]")
			}
			l.Append(v)
		}
		return true, nil
	}
	v, f := fromText(fd, texts[0], func() protoreflect.Value { return m.NewField(fd) })
	if f != nil || !v.IsValid() {
		return false, f
	}
	m.Set(fd, v)
	return true, nil
}

func fromText(fd protoreflect.FieldDescriptor, text string, newValue func() protoreflect.Value) (protoreflect.Value, *fault) {
	s := scalar{kind: kindString, text: text}
	switch {
	case fd.Message() == nil:
		return convert(fd, s)
	case isScalarMessage(fd.Message()):
		return scalarMessage(newValue(), s)
	}
	return protoreflect.Value{}, &fault{text: "is not an object"}
}

// setNested sets the field that a dotted parameter names.
func (r *request) setNested(n nested) *RequestError {
	m, last := r.m, len(n.fields)-1
	if n.texts == nil {
		return nil
	}
	for _, fd := range n.fields[:last] {
		m = m.Mutable(fd).Message()
	}
	_, f := setTexts(m, n.fields[last], n.texts)
	if f == nil {
		return nil
	}
	return f.along(n.fields).report("parameter")
}
