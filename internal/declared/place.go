package declared

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// The numbers of google/protobuf/descriptor.proto that lead from a declaration
// to its options here.
var (
	exceptionPath = []int32{7, 57410} // DescriptorProto.options
	methodPath    = []int32{4, 57410} // MethodDescriptorProto.options
)

// place returns where an option of d is declared, as "file:line:column", or
// where d is if the option has no position of its own, or only the file.
func place(d protoreflect.Descriptor, option []int32) string {
	file := d.ParentFile()
	at := file.SourceLocations().ByDescriptor(d)
	if at.Path == nil {
		return file.Path()
	}
	if option != nil {
		within := slices.Concat(at.Path, option)
		locations := file.SourceLocations()
		for i := range locations.Len() {
			l := locations.Get(i)
			if len(l.Path) >= len(within) && slices.Equal(l.Path[:len(within)], within) {
				at = l
				break
			}
		}
	}
	return fmt.Sprintf("%s:%d:%d", file.Path(), at.StartLine+1, at.StartColumn+1)
}

// kind returns the word with which a declaration of d begins.
func kind(d protoreflect.Descriptor) string {
	switch d.(type) {
	case protoreflect.MethodDescriptor:
		return "rpc"
	case protoreflect.FieldDescriptor:
		return "field"
	}
	return "message"
}
