package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestExceptionErrors holds one golden file for each kind of mistake in the
// declaration of an exception.
func TestExceptionErrors(t *testing.T) {
	set := protos(t)
	for _, name := range []string{
		"exception_extends", "exception_cycle", "exception_placeholder", "exception_clash", "exception_clash_hybrid",
		"exception_status", "exception_rest", "exception_parent", "exception_throws",
	} {
		t.Run(name, func(t *testing.T) {
			response := translate(t, set, "paths=source_relative", "plugintest/bad/"+name+".proto")
			if len(response.File) != 0 {
				t.Errorf("%d files beside the error", len(response.File))
			}
			golden(t, name, response.GetError())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "errors", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
		t.Errorf("error (-want +got); run with -update if it is right:\n%s", diff)
	}
}

// TestExceptionsAlone proves that a file is translated the same whether its
// imports are part of the run or not.
func TestExceptionsAlone(t *testing.T) {
	set := protos(t)
	const parameter = "paths=source_relative"
	together := translate(t, set, parameter, "exceptiontest/base/base.proto", "exceptiontest/lease/lease.proto", "exceptiontest/store/store.proto")
	alone := translate(t, set, parameter, "exceptiontest/store/store.proto")
	if alone.Error != nil {
		t.Fatal(alone.GetError())
	}
	want := make(map[string]string)
	for _, f := range together.File {
		want[f.GetName()] = f.GetContent()
	}
	for _, f := range alone.File {
		if diff := cmp.Diff(want[f.GetName()], f.GetContent()); diff != "" {
			t.Errorf("%s (-together +alone):\n%s", f.GetName(), diff)
		}
	}
}
