package catalog_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	libraryv1 "github.com/endpoints-frameworks/endpoints-go/gen/library/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/catalog"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/store"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

var update = flag.Bool("update", false, "write the golden files anew")

// files holds the APIs of the tests.
func files(t *testing.T) *protoregistry.Files {
	t.Helper()
	files := new(protoregistry.Files)
	var add func(f protoreflect.FileDescriptor)
	add = func(f protoreflect.FileDescriptor) {
		if _, err := files.FindFileByPath(f.Path()); err == nil {
			return
		}
		for i := range f.Imports().Len() {
			add(f.Imports().Get(i).FileDescriptor)
		}
		if err := files.RegisterFile(f); err != nil {
			t.Fatal(err)
		}
	}
	add(libraryv1.File_library_v1_library_proto)
	add(libraryv1.File_library_v1_exceptions_proto)
	add(store.File_exceptiontest_store_store_proto)
	return files
}

func TestCatalog(t *testing.T) {
	tests := []struct {
		name   string
		policy *normalize.Policy
		write  func(*catalog.Catalog, *bytes.Buffer) error
	}{
		{"catalog.txt", normalize.Frameworks(), func(c *catalog.Catalog, b *bytes.Buffer) error { return c.WriteText(b) }},
		{"catalog.md", normalize.Identity(), func(c *catalog.Catalog, b *bytes.Buffer) error { return c.WriteMarkdown(b) }},
		{"catalog.json", normalize.Frameworks(), func(c *catalog.Catalog, b *bytes.Buffer) error { return c.WriteJSON(b) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := catalog.Of(files(t), tt.policy, false)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := tt.write(c, &got); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", tt.name)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want, got.Bytes()) {
				t.Errorf("%s differs; run with -update and look at the change. got:\n%s", file, &got)
			}
		})
	}
}

// TestDescriptorSet proves that the catalog of compiled protos is the same, and
// that problems are reported.
func TestDescriptorSet(t *testing.T) {
	set := new(descriptorpb.FileDescriptorSet)
	var add func(f protoreflect.FileDescriptor)
	seen := map[string]bool{}
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
	add(store.File_exceptiontest_store_store_proto)
	data, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	read := func(data []byte) (*catalog.Catalog, error) {
		set := new(descriptorpb.FileDescriptorSet)
		if err := proto.Unmarshal(data, set); err != nil {
			t.Fatal(err)
		}
		compiled, err := protodesc.NewFiles(set)
		if err != nil {
			t.Fatal(err)
		}
		return catalog.Of(compiled, normalize.Frameworks(), false)
	}
	c, err := read(data)
	if err != nil {
		t.Fatal(err)
	}
	linked, err := catalog.Of(files(t), normalize.Frameworks(), false)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Services) != 1 || len(linked.Services) != 2 {
		t.Fatalf("%d and %d services", len(c.Services), len(linked.Services))
	}
	linked.Services = linked.Services[:1]
	var got, want bytes.Buffer
	if err := c.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	if err := linked.WriteJSON(&want); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("got %s, want %s", &got, &want)
	}

	broken := bytes.Replace(data, []byte("lease.Held"), []byte("lease.Hold"), 1)
	if _, err := read(broken); err == nil || !strings.Contains(err.Error(), `rpc exceptiontest.store.Thrower.Throw: throws "lease.Hold"`) {
		t.Errorf("error = %v", err)
	}
}
