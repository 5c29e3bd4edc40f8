package main

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// problems collects what is wrong with the files of one run.
type problems struct {
	errs []error
}

// add reports that d cannot be translated. The text says what is wrong and
// names d itself if that helps; the place is put in front of it.
func (ps *problems) add(d protoreflect.Descriptor, format string, args ...any) {
	ps.errs = append(ps.errs, fmt.Errorf("%s: %s", place(d), fmt.Sprintf(format, args...)))
}

// err returns everything that was added, a line each, or nil.
func (ps *problems) err() error { return errors.Join(ps.errs...) }

// place returns where d is declared, as "file:line:column". A request without
// source positions leaves the file.
func place(d protoreflect.Descriptor) string {
	file := d.ParentFile()
	at := file.SourceLocations().ByDescriptor(d)
	if at.Path == nil {
		return file.Path()
	}
	return fmt.Sprintf("%s:%d:%d", file.Path(), at.StartLine+1, at.StartColumn+1)
}
