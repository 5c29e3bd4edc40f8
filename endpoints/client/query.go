package client

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// query returns the query for a request: every field that is neither in the
// path nor in the body, in the order of the proto file.
func (b *binding) query(request protoreflect.Message) (string, error) {
	if b.wholeBody {
		return "", nil
	}
	w := queryWriter{binding: b}
	if err := w.message(request); err != nil {
		return "", err
	}
	return string(w.text), nil
}

type queryWriter struct {
	binding *binding
	text    []byte
	chain   []protoreflect.FieldDescriptor // the way to the field that is written
}

// message writes the fields of a message, and of those inside it.
func (w *queryWriter) message(m protoreflect.Message) error {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !m.Has(f) || len(w.chain) == 0 && w.binding.isBody(f) {
			continue
		}
		w.chain = append(w.chain, f)
		if !w.binding.inPath(w.chain) {
			if err := w.field(f, m.Get(f)); err != nil {
				return err
			}
		}
		w.chain = w.chain[:len(w.chain)-1]
	}
	return nil
}

func (b *binding) isBody(f protoreflect.FieldDescriptor) bool {
	return b.bodyField != nil && b.bodyField.Number() == f.Number()
}

func (w *queryWriter) field(f protoreflect.FieldDescriptor, v protoreflect.Value) error {
	message := f.Message()
	switch {
	case f.IsMap():
		return fmt.Errorf("field %s: a query cannot hold a map", w.name())
	case message != nil && !isText(message) && f.IsList():
		return fmt.Errorf("field %s: a query cannot hold a list of messages", w.name())
	case message != nil && !isText(message):
		return w.message(v.Message())
	case !f.IsList():
		return w.parameter(f, v)
	}
	list := v.List()
	for i := range list.Len() {
		if err := w.parameter(f, list.Get(i)); err != nil {
			return err
		}
	}
	return nil
}

func (w *queryWriter) parameter(f protoreflect.FieldDescriptor, v protoreflect.Value) error {
	value, err := valueText(f, v)
	if err != nil {
		return fmt.Errorf("field %s: %w", w.name(), err)
	}
	if len(w.text) > 0 {
		w.text = append(w.text, '&')
	}
	w.text = appendEscaped(w.text, w.name())
	w.text = append(w.text, '=')
	w.text = appendEscaped(w.text, value)
	return nil
}

// name returns the names on the way to the field, joined by dots.
func (w *queryWriter) name() string {
	if len(w.chain) == 1 {
		return w.binding.name(w.chain[0])
	}
	var name []byte
	for i, f := range w.chain {
		if i > 0 {
			name = append(name, '.')
		}
		name = append(name, w.binding.name(f)...)
	}
	return string(name)
}
