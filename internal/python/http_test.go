package python_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func TestDecodePath(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"/a%2Fb", "/a/b"},
		{"/a%2Bb+c", "/a+b+c"},
		{"/a%252Fb", "/a%2Fb"},
		{"/%FF", "/\xff"},
	} {
		if got, err := python.DecodePath(tt.in); err != nil || got != tt.want {
			t.Errorf("DecodePath(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, bad := range []string{"/%", "/%z", "/%zz"} {
		_, err := python.DecodePath(bad)
		checkError(t, err, "The path of the request is not escaped properly.", "")
	}
}

// TestRouteRecorded checks that the rules for paths find the recorded methods
// with the route tree of this module.
func TestRouteRecorded(t *testing.T) {
	rules := route.Options{AllowEmpty: true, Exact: true, Slash: route.SlashOptional, Excluded: python.Excluded}
	decoded, undecoded := route.New[string](rules), route.New[string](route.Options{AllowEmpty: true, Slash: route.SlashOptional})
	file, err := protoregistry.GlobalFiles.FindFileByPath("conformance/v1/python.proto")
	if err != nil {
		t.Fatal(err)
	}
	for i := range file.Services().Len() {
		service := file.Services().Get(i)
		for j := range service.Methods().Len() {
			m := service.Methods().Get(j)
			name := string(service.Name()) + "." + string(m.Name())
			tree := decoded
			if name == "UriApi.Uri" {
				tree = undecoded
			}
			add(t, tree, m, name)
		}
	}
	for _, group := range []string{"path", "routing", "routing-base-path", "routing-precedence", "routing-request-uri", "routing-version", "method-override"} {
		t.Run(group, func(t *testing.T) {
			for _, c := range cases(t, group) {
				if c.Expect.Status/100 == 3 || strings.Contains(c.Request.Target, "/static/proxy.html") {
					continue // built-in pages
				}
				t.Run(c.ID, func(t *testing.T) {
					verb := c.Request.Method
					if override, ok := c.header()["X-Http-Method-Override"]; ok {
						verb = strings.ToUpper(override[0])
					}
					escaped, _, _ := strings.Cut(c.Request.Target, "?")
					path, err := python.DecodePath(escaped)
					if err != nil {
						if c.Expect.Status != http.StatusBadRequest {
							t.Fatal(err)
						}
						return
					}
					var match route.Match
					got, _ := undecoded.Lookup(verb, escaped, &match)
					if got == "" {
						got, _ = decoded.Lookup(verb, path, &match)
					}
					if got != c.RPC {
						t.Errorf("%s %s: got %q, want %q", verb, path, got, c.RPC)
					}
				})
			}
		})
	}
}

func add(t *testing.T, tree *route.Tree[string], m protoreflect.MethodDescriptor, name string) {
	t.Helper()
	verb, text := split(proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule))
	template, err := route.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Add(verb, template, name); err != nil {
		t.Fatal(err)
	}
}

// TestCORSRecorded replays the header fields that the answers must have or must
// not have.
func TestCORSRecorded(t *testing.T) {
	for _, c := range cases(t, "cors") {
		outside := !strings.HasPrefix(c.Request.Target, "/_ah/api/")
		builtin := strings.Contains(c.Request.Target, "/explorer") || strings.Contains(c.Request.Target, "/static/") ||
			c.Request.Method != http.MethodOptions && strings.Contains(c.Request.Target, "/discovery/")
		if outside || builtin {
			continue // the rule is not asked
		}
		t.Run(c.ID, func(t *testing.T) {
			reply := make(http.Header)
			allowed := python.CORS(c.header(), reply)
			if c.Request.Method == http.MethodOptions && allowed != (c.Expect.Status == http.StatusOK) {
				t.Errorf("preflight is %v, want status %d", allowed, c.Expect.Status)
			}
			for _, field := range c.Expect.Headers {
				name, want := *field[0], field[1]
				if !strings.HasPrefix(name, "Access-Control-") {
					continue
				}
				switch got, ok := reply[name]; {
				case want == nil && ok:
					t.Errorf("%s is %q, want none", name, got)
				case want != nil && (len(got) != 1 || got[0] != *want):
					t.Errorf("%s is %q, want %q", name, got, *want)
				}
			}
		})
	}
}
