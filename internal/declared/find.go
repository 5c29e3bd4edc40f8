package declared

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
)

// find returns the exception that a name means in a scope of from's file: a
// message, or a predefined class.
func (r *Reader) find(from protoreflect.Descriptor, scope protoreflect.FullName, name string) (protoreflect.MessageDescriptor, *exceptions.Class, error) {
	if class, ok := exceptions.ClassByName(name); ok {
		return nil, class, nil
	}
	m := lookUp(closure(from.ParentFile()), scope, name)
	if m == nil {
		m = lookUp(r.others, scope, name)
	}
	switch {
	case m == nil:
		return nil, nil, fmt.Errorf("there is no predefined class of that name, and no message in this file, what it imports and what is compiled together with it")
	case !IsException(m):
		return nil, nil, fmt.Errorf("the message %s does not have the option (endpoints.v1.exception)", m.FullName())
	}
	return m, nil, nil
}

// lookUp returns the message that a name means in a scope, as protobuf looks up
// the type of a field: from the scope outwards.
func lookUp(files []protoreflect.FileDescriptor, scope protoreflect.FullName, name string) protoreflect.MessageDescriptor {
	if full, ok := strings.CutPrefix(name, "."); ok {
		return message(files, protoreflect.FullName(full))
	}
	for {
		full := protoreflect.FullName(name)
		if scope != "" {
			full = scope + "." + full
		}
		if m := message(files, full); m != nil {
			return m
		}
		if scope == "" {
			return nil
		}
		scope = scope.Parent()
	}
}

// message returns the message with a full name, or nil.
func message(files []protoreflect.FileDescriptor, name protoreflect.FullName) protoreflect.MessageDescriptor {
	for _, f := range files {
		rest := string(name)
		if p := f.Package(); p != "" {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, string(p)+"."); !ok {
				continue
			}
		}
		var m protoreflect.MessageDescriptor
		in := f.Messages()
		for step := range strings.SplitSeq(rest, ".") {
			if m = in.ByName(protoreflect.Name(step)); m == nil {
				break
			}
			in = m.Messages()
		}
		if m != nil {
			return m
		}
	}
	return nil
}

// closure returns a file and everything that it imports, over any number of
// steps.
func closure(f protoreflect.FileDescriptor) []protoreflect.FileDescriptor {
	files := []protoreflect.FileDescriptor{f}
	seen := map[string]bool{f.Path(): true}
	for i := 0; i < len(files); i++ {
		imports := files[i].Imports()
		for j := range imports.Len() {
			if next := imports.Get(j); !seen[next.Path()] && !next.IsPlaceholder() {
				seen[next.Path()] = true
				files = append(files, next.FileDescriptor)
			}
		}
	}
	return files
}
