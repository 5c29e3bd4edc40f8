package client_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestImports proves that clients do not import servers, nor the protocols that
// they do not speak.
func TestImports(t *testing.T) {
	const (
		server    = "github.com/endpoints-frameworks/endpoints-go/endpoints"
		websocket = "github.com/coder/websocket"
		connect   = "connectrpc.com/connect"
	)
	servers := []string{server, server + "/rpc", server + "/sse", server + "/websocket"}
	tests := map[string][]string{
		".":           append(servers, websocket, connect),
		"./rpcclient": append(servers, websocket),
		"./wsclient":  append(servers, connect),
	}
	for path, without := range tests {
		out, err := exec.Command("go", "list", "-deps", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		imports := strings.Fields(string(out))
		if !slices.Contains(imports, server+"/client") {
			t.Errorf("%s does not import package client: %q", path, imports)
		}
		for _, foreign := range without {
			if slices.Contains(imports, foreign) {
				t.Errorf("%s imports %s", path, foreign)
			}
		}
	}
}
