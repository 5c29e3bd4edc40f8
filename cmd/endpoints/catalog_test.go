package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
)

// descriptors writes the compiled protos of the library to a file.
func descriptors(t *testing.T) string {
	t.Helper()
	set := new(descriptorpb.FileDescriptorSet)
	seen := map[string]bool{}
	var add func(f protoreflect.FileDescriptor)
	add = func(f protoreflect.FileDescriptor) {
		if seen[f.Path()] {
			return
		}
		seen[f.Path()] = true
		for i := range f.Imports().Len() {
			add(f.Imports().Get(i).FileDescriptor)
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(f))
	}
	add(libraryv1.File_library_v1_library_proto)
	add(libraryv1.File_library_v1_exceptions_proto)
	data, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "library.binpb")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestCatalogOfTheProgram: without a file, the catalog has what is linked in.
func TestCatalogOfTheProgram(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(t.Context(), &out, &errOut, []string{"catalog", "--policy", "identity"}); code != 0 {
		t.Fatalf("exit code %d: %s", code, &errOut)
	}
	if !bytes.Contains(out.Bytes(), []byte("\nlibrary.v1.Library\n")) || !bytes.Contains(out.Bytes(), []byte("BookLocked < ShelfLocked < ShelfError < Conflict")) {
		t.Errorf("the library is missing: %s", &out)
	}
}
