package client_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestImports proves that clients do not import servers.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	imports := strings.Fields(string(out))
	if server := "github.com/endpoints-frameworks/endpoints-go/endpoints"; slices.Contains(imports, server) || !slices.Contains(imports, server+"/client") {
		t.Errorf("it imports %s, or itself not: %q", server, imports)
	}
}
