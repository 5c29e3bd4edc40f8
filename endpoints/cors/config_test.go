package cors_test

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// rejected are configurations that must not become a policy.
func rejected() []struct {
	name   string
	config cors.Config
} {
	origins := func(list ...string) cors.Config { return cors.Config{Origins: list} }
	secret := func(list ...string) cors.Config { return cors.Config{Origins: list, Credentials: true} }
	expr := func(expr string, credentials bool) cors.Config {
		return cors.Config{OriginRegexp: expr, Credentials: credentials}
	}
	methods := func(list ...string) cors.Config {
		return with(listed(), func(c *cors.Config) { c.Methods = list })
	}
	headers := func(list ...string) cors.Config {
		return with(listed(), func(c *cors.Config) { c.RequestHeaders = list })
	}
	exposed := func(list ...string) cors.Config {
		return with(listed(), func(c *cors.Config) { c.ExposedHeaders = list })
	}
	aged := func(seconds int) cors.Config { return with(listed(), func(c *cors.Config) { c.MaxAge = seconds }) }
	return []struct {
		name   string
		config cors.Config
	}{
		{"no origins", origins()},
		{"any origin with credentials", secret("*")},
		{"any origin with credentials in a list", secret("https://a.example", "*")},
		{"null", origins("null")},
		{"empty origin", origins("")},
		{"no scheme", origins("app.example.com")},
		{"no scheme, no dot", origins("localhost:8080")},
		{"scheme-relative", origins("//app.example.com")},
		{"empty scheme", origins("://app.example.com")},
		{"bad scheme", origins("ht_tp://app.example.com")},
		{"path", origins("https://app.example.com/login")},
		{"trailing slash", origins("https://app.example.com/")},
		{"query", origins("https://app.example.com?a=b")},
		{"user", origins("https://me@app.example.com")},
		{"upper case", origins("https://App.Example.com")},
		{"upper-case scheme", origins("HTTPS://app.example.com")},
		{"non-ASCII", origins("https://bücher.example")},
		{"default port", origins("https://app.example.com:443")},
		{"default port of http", origins("http://app.example.com:80")},
		{"port 0", origins("https://app.example.com:0")},
		{"port too large", origins("https://app.example.com:65536")},
		{"no number as port", origins("https://app.example.com:http")},
		{"empty port", origins("https://app.example.com:")},
		{"port with leading zero", origins("https://app.example.com:08443")},
		{"file", origins("file:///srv/index.html")},
		{"WebSocket", origins("wss://app.example.com")},
		{"blanks", origins(" https://app.example.com")},
		{"two origins in one", origins("https://a.example https://b.example")},
		{"no host", origins("https://")},
		{"empty label", origins("https://app..example.com")},
		{"trailing dot", origins("https://app.example.com.")},
		{"label too long", origins("https://" + strings.Repeat("a", 64) + ".example.com")},
		{"host too long", origins("https://" + strings.Repeat("a.", 126) + "com")},
		{"much too long", origins("https://" + strings.Repeat("a.", 300) + "com")},
		{"bad character", origins("https://app!.example.com")},
		{"short IP", origins("http://127.1")},
		{"decimal IP", origins("http://2130706433")},
		{"hexadecimal IP", origins("http://0x7f000001")},
		{"octal IP", origins("http://0177.0.0.1")},
		{"long IPv6", origins("http://[0:0:0:0:0:0:0:1]:8080")},
		{"IPv6 with mixed notation", origins("http://[::ffff:127.0.0.1]")},
		{"IPv6 with zone", origins("http://[fe80::1%eth0]")},
		{"star for every host", origins("https://*")},
		{"star inside a label", origins("https://app*.example.com")},
		{"star as part of the first label", origins("https://*app.example.com")},
		{"star in the middle", origins("https://app.*.example.com")},
		{"two stars", origins("https://*.*.example.com")},
		{"star as port", origins("http://localhost:*")},
		{"star as scheme", origins("*://app.example.com")},
		{"star before an IP", origins("https://*.127.0.0.1")},
		{"public suffix with credentials", secret("https://*.com")},
		{"public suffix of a country with credentials", secret("https://*.co.uk")},
		{"rented host with credentials", secret("https://*.github.io")},
		{"http with credentials", secret("http://app.example.com")},
		{"http wildcard with credentials", secret("http://*.example.com:8080")},
		{"catch-all regexp with credentials", expr(".*", true)},
		{"regexp for every host with credentials", expr("https://.+", true)},
		{"regexp for every name with credentials", expr(`https://([a-z]+\.)+[a-z]+`, true)},
		{"regexp for a public suffix with credentials", expr(`https://[a-z0-9-]+\.(com|net)`, true)},
		{"invalid regexp", expr("https://(", false)},
		{"regexp that closes the group", expr("a)|(?:.*", false)},
		{"method that is no token", methods("GET, PUT")},
		{"empty method", methods("")},
		{"CONNECT", methods("CONNECT")},
		{"TRACE", methods("trace")},
		{"TRACK", methods("TRACK")},
		{"method in lower case", methods("put")},
		{"header that is no token", headers("X-Custom: 1")},
		{"empty header", headers("")},
		{"Cookie", headers("Cookie")},
		{"Host", headers("host")},
		{"Sec-Fetch-Mode", headers("Sec-Fetch-Mode")},
		{"Proxy-Authorization", headers("Proxy-Authorization")},
		{"request header of the protocol", headers("Access-Control-Request-Method")},
		{"response header of the protocol", headers("Access-Control-Allow-Origin")},
		{"expose, no token", exposed("X-A, X-B")},
		{"expose Set-Cookie", exposed("Set-Cookie")},
		{"expose a header of the protocol", exposed("access-control-allow-origin")},
		{"expose * with credentials", with(exposed("*"), func(c *cors.Config) { c.Credentials = true })},
		{"max-age below -1", aged(-2)},
		{"max-age above a day", aged(86401)},
		{"all at once", cors.Config{
			Origins: []string{"*", "https://a.example/"}, Credentials: true, OriginRegexp: "(", Methods: []string{"put"},
			RequestHeaders: []string{"X-Ok", "Cookie"}, ExposedHeaders: []string{"*"}, MaxAge: -5,
		}},
	}
}

func TestRejected(t *testing.T) {
	var got strings.Builder
	for _, tt := range rejected() {
		_, err := cors.New(tt.config)
		if err == nil {
			t.Errorf("%s: accepted", tt.name)
			continue
		}
		fmt.Fprintf(&got, "# %s\n%v\n\n", tt.name, err)
	}
	golden := filepath.Join("testdata", "rejected.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestAccepted(t *testing.T) {
	for _, tt := range []struct {
		name     string
		config   cors.Config
		warnings int
	}{
		{"hosts, ports and addresses", cors.Config{Credentials: true, Origins: []string{
			"https://a.example", "https://a.example:8443", "https://xn--bcher-kva.example", "https://a_b.example", "https://127.0.0.1",
			"https://[::1]:8443", "https://[2001:db8::1]", "https://[::ffff:7f00:1]", "https://intranet", "https://0x7g.example"}}, 0},
		{"local pages with credentials", cors.Config{Credentials: true, Origins: []string{
			"http://localhost:3000", "http://127.0.0.1:3000", "http://127.8.9.1", "http://[::1]:3000", "http://app.localhost", "http://*.localhost:3000"}}, 0},
		{"other schemes", cors.Config{Origins: []string{"chrome-extension://abcdefghijklmnop", "capacitor://localhost", "app+x://a"}}, 0},
		{"patterns with credentials", cors.Config{Credentials: true, Origins: []string{"https://*.example.com", "https://*.a.co.uk:8443"}}, 0},
		{"public suffix without credentials", cors.Config{Origins: []string{"https://*.com"}}, 0},
		{"public suffix, overridden", cors.Config{Credentials: true, DangerouslyAllowPublicSuffixWithCredentials: true,
			Origins: []string{"https://*.github.io"}, OriginRegexp: `https://[a-z]+\.dev`}, 0},
		{"http, overridden", cors.Config{Credentials: true, DangerouslyAllowHTTPWithCredentials: true, Origins: []string{"http://a.example"}}, 0},
		{"catch-all regexp without credentials", cors.Config{OriginRegexp: "https://.*"}, 0},
		{"regexp with a bare dot", cors.Config{OriginRegexp: `https://.*.example\.com`}, 1},
		{"any origin in a list", cors.Config{Origins: []string{"*", "https://a.example"}}, 1},
		{"methods and headers * with credentials", with(listed(), func(c *cors.Config) {
			c.Credentials, c.Methods, c.RequestHeaders = true, []string{"*"}, []string{"*"}
		}), 2},
		{"expose *", with(listed(), func(c *cors.Config) { c.ExposedHeaders = []string{"X-A", "*"} }), 0},
		{"method of its own, header twice", with(listed(), func(c *cors.Config) {
			c.Methods, c.RequestHeaders = []string{"purge", "OPTIONS"}, []string{"X-A", "x-a", "User-Agent"}
		}), 0},
		{"Connect", cors.ForConnect("https://a.example"), 0},
		{"gRPC-Web", cors.ForGRPCWeb("https://a.example"), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			tt.config.Logger = slog.New(slog.NewTextHandler(&log, nil))
			p, err := cors.New(tt.config)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Warnings(); len(got) != tt.warnings {
				t.Errorf("warnings %q, want %d", got, tt.warnings)
			}
			if got := strings.Count(log.String(), "level=WARN"); got != tt.warnings {
				t.Errorf("log has %d warnings, want %d:\n%s", got, tt.warnings, log.String())
			}
			for _, origin := range tt.config.Origins {
				if !strings.Contains(origin, "*") && !p.AllowsOrigin(origin) {
					t.Errorf("%s is listed and refused", origin)
				}
			}
		})
	}
}

// TestConfigIsCopied changes the caller's slices after construction.
func TestConfigIsCopied(t *testing.T) {
	c := listed()
	p := mustNew(t, c)
	c.Origins[0], c.Methods[1], c.RequestHeaders[0] = "https://evil.example", "PATCH", "X-Evil"
	r := request("OPTIONS", "Origin: https://a.example", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-custom")
	p, err := p.With(cors.Offer{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Preflight(map[string][]string{}, r); err != nil {
		t.Error(err)
	}
}

func TestRefusalIsLogged(t *testing.T) {
	var log strings.Builder
	p := mustNew(t, with(listed(), func(c *cors.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}}))
	}))
	long := strings.Repeat("x", 1000)
	err := p.Preflight(map[string][]string{}, request("OPTIONS", "Origin: https://evil.example", "Access-Control-Request-Method: PATCH",
		"Access-Control-Request-Headers: "+long))
	refusal, ok := err.(*cors.Refusal)
	if !ok || *refusal != (cors.Refusal{Origin: true, Method: true, Headers: true}) || refusal.HTTPStatus() != 403 {
		t.Errorf("error %#v", err)
	}
	want := `level=WARN msg="CORS preflight refused: origin, method, request headers not allowed" origin=https://evil.example method=PATCH headers=` +
		long[:256] + "...\n"
	if log.String() != want {
		t.Errorf("log %q, want %q", log.String(), want)
	}
}
