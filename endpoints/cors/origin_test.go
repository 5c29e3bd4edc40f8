package cors_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/cors"
)

func TestAllowsOrigin(t *testing.T) {
	list := cors.Config{Origins: []string{
		"https://a.example", "http://localhost:3000", "https://*.example.com", "https://*.example.org:8443", "http://[::1]:8080"}}
	expr := cors.Config{OriginRegexp: `https?://(.+\.)?example\.com(:\d+)?`}
	secret := with(expr, func(c *cors.Config) { c.Credentials = true })
	for _, tt := range []struct {
		name   string
		config cors.Config
		origin string
		want   bool
	}{
		{"listed", list, "https://a.example", true},
		{"listed with port", list, "http://localhost:3000", true},
		{"listed address", list, "http://[::1]:8080", true},
		{"other port", list, "http://localhost:3001", false},
		{"other scheme", list, "http://a.example", false},
		{"empty", list, "", false},
		{"null", list, "null", false},
		{"endless", list, "https://" + strings.Repeat("a.", 1<<20) + "example.com", false},

		{"wildcard, one label", list, "https://b.example.com", true},
		{"wildcard, two labels", list, "https://c.b.example.com", true},
		{"wildcard, digits, hyphen, underscore", list, "https://b-1_x.example.com", true},
		{"wildcard, port", list, "https://b.example.org:8443", true},
		{"wildcard, no label", list, "https://example.com", false},
		{"wildcard, empty label", list, "https://.example.com", false},
		{"wildcard, empty label between", list, "https://c..example.com", false},
		{"wildcard, empty label in front", list, "https://.c.example.com", false},
		{"wildcard, part of a label", list, "https://notexample.com", false},
		{"wildcard, slash", list, "https://evil.org/.example.com", false},
		{"wildcard, user", list, "https://evil.org@b.example.com", false},
		{"wildcard, port before", list, "https://evil.org:1.example.com", false},
		{"wildcard, upper case", list, "https://B.example.com", false},
		{"wildcard, non-ASCII", list, "https://é.example.com", false},
		{"wildcard, NUL", list, "https://b\x00.example.com", false},
		{"wildcard, long label", list, "https://" + strings.Repeat("b", 64) + ".example.com", false},
		{"wildcard, longest label", list, "https://" + strings.Repeat("b", 63) + ".example.com", true},
		{"wildcard, long host", list, "https://" + strings.Repeat("b.", 130) + "example.com", false},
		{"wildcard, other scheme", list, "http://b.example.com", false},
		{"wildcard, other port", list, "https://b.example.com:8443", false},
		{"wildcard, lacking port", list, "https://b.example.org", false},
		{"wildcard, continued", list, "https://b.example.com.evil.org", false},
		{"wildcard, the pattern itself", list, "https://*.example.com", false},

		{"regexp", expr, "https://b.example.com", true},
		{"regexp, http", expr, "http://b.example.com:8080", true},
		{"regexp, slash", expr, "https://evil.org/x.example.com", false},
		{"regexp, question mark", expr, "https://evil.org?.example.com", false},
		{"regexp, default port", expr, "https://b.example.com:443", false},
		{"regexp, suffix", expr, "https://b.example.com.evil.org", false},
		{"regexp, newline", expr, "https://b.example.com\n", false},
		{"regexp, null", cors.Config{OriginRegexp: ".*"}, "null", false},
		{"regexp with credentials", secret, "https://b.example.com", true},
		{"regexp with credentials, http", secret, "http://b.example.com", false},
		{"regexp with credentials, http overridden", with(secret, func(c *cors.Config) { c.DangerouslyAllowHTTPWithCredentials = true }),
			"http://b.example.com", true},
		{"regexp with credentials, local http", cors.Config{Credentials: true, OriginRegexp: `http://localhost:\d+`}, "http://localhost:3000", true},

		{"any", cors.Config{Origins: []string{"*"}}, "https://b.example", true},
		{"any, null", cors.Config{Origins: []string{"*"}}, "null", true},
		{"any, empty", cors.Config{Origins: []string{"*"}}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := mustNew(t, tt.config)
			if got := p.AllowsOrigin(tt.origin); got != tt.want {
				t.Errorf("AllowsOrigin(%.80q) = %v, want %v", tt.origin, got, tt.want)
			}
			h := http.Header{}
			p.Apply(h, &http.Request{Method: "GET", Header: http.Header{"Origin": {tt.origin}}})
			if got := len(h["Access-Control-Allow-Origin"]) > 0; got != tt.want {
				t.Errorf("Apply grants %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAllowsUpgrade(t *testing.T) {
	p := mustNew(t, listed())
	for _, tt := range []struct {
		name, origin string
		want         bool
	}{
		{"listed", "Origin: https://a.example", true},
		{"foreign", "Origin: https://evil.example", false},
		{"null", "Origin: null", false},
		{"empty", "Origin:", false},
		{"the server's own", "Origin: https://example.com", true},
		{"the server's own with another port", "Origin: https://example.com:8443", false},
		{"no browser", "X-Other: 1", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.AllowsUpgrade(request("GET", tt.origin)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if p.AllowsUpgrade(request("GET", "Origin: https://a.example", "Origin: https://evil.example")) {
		t.Error("two origins are allowed")
	}
}

// FuzzOrigins configures one origin and asks for another. What New accepts must
// be what it says: an origin admits itself and nothing else, a pattern only what
// differs by whole labels. What it does not accept must be explained.
func FuzzOrigins(f *testing.F) {
	for _, tt := range rejected() {
		for _, origin := range tt.config.Origins {
			f.Add(origin, "https://a.example")
		}
	}
	f.Add("https://*.example.com", "https://b.example.com")
	f.Add("https://*.example.com", "https://evil.org/.example.com")
	f.Add("https://*.example.com:8443", "https://c.b.example.com:8443")
	f.Add("http://[::1]:80", "http://[::1]")
	f.Fuzz(func(t *testing.T, configured, asked string) {
		p, err := cors.New(cors.Config{Origins: []string{configured}})
		if err != nil {
			if _, fix, ok := strings.Cut(err.Error(), `; write "https://`); ok && !strings.Contains(err.Error(), "such as") {
				checkFix(t, "https://"+strings.TrimSuffix(fix, `"`), configured)
			}
			return
		}
		if configured == "*" {
			return
		}
		pattern, suffix, wildcard := strings.Cut(configured, "*")
		if !wildcard && !p.AllowsOrigin(configured) {
			t.Errorf("%q refuses itself", configured)
		}
		if !p.AllowsOrigin(asked) {
			return
		}
		if !wildcard && asked != configured {
			t.Errorf("%q admits %q", configured, asked)
		}
		star, ok := strings.CutPrefix(asked, pattern)
		star, end := strings.CutSuffix(star, suffix)
		if wildcard && (!ok || !end || strings.Trim(star, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" ||
			strings.Contains("."+star+".", "..")) {
			t.Errorf("%q admits %q", configured, asked)
		}
	})
}

// checkFix tries the origin that an error tells to write.
func checkFix(t *testing.T, fix, configured string) {
	if _, err := cors.New(cors.Config{Origins: []string{fix}}); err != nil {
		t.Errorf("for %q the error says to write %q, which is refused: %v", configured, fix, err)
	}
}

// FuzzPreflight sends anything and expects that only what is listed comes back.
func FuzzPreflight(f *testing.F) {
	f.Add("https://a.example", "PUT", "x-custom,content-type")
	f.Add("https://a.example", "put", " X-Custom ,, X-CUSTOM")
	f.Add("null", "", ",")
	p, err := cors.New(listed())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, origin, method, headers string) {
		h := http.Header{}
		err := p.Preflight(h, &http.Request{Method: "OPTIONS", Header: http.Header{
			"Origin": {origin}, "Access-Control-Request-Method": {method}, "Access-Control-Request-Headers": {headers},
		}})
		if err != nil {
			if len(h) != 1 || h.Get("Vary") != "Origin" {
				t.Errorf("refused with %v", h)
			}
			return
		}
		switch method {
		case "GET", "HEAD", "POST", "PUT", "DELETE":
		default:
			t.Errorf("method %q is allowed", method)
		}
		for _, name := range tokens(h.Get("Access-Control-Allow-Headers")) {
			if name != "x-custom" && name != "content-type" {
				t.Errorf("header %q is allowed", name)
			}
		}
		if origin != "https://a.example" || h.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("origin %q is allowed as %q", origin, h.Get("Access-Control-Allow-Origin"))
		}
	})
}
