package cors

import "strings"

// The public suffix list has some ten thousand entries and changes weekly; it
// would need a dependency and would still be out of date. What follows catches
// the mistakes that are likely, and no more: a suffix of a single label, the
// usual second levels of country domains, and hosts that rent out their
// subdomains. A suffix that is not caught is not thereby safe.

// isPublicSuffix reports whether suffix (such as ".co.uk") is known to be open
// for registration by anybody.
func isPublicSuffix(suffix string) bool {
	name := strings.TrimPrefix(suffix, ".")
	second, top, ok := strings.Cut(name, ".")
	if !ok || rentedHosts[name] {
		return true
	}
	return len(top) == 2 && openSecondLevels[second]
}

// openSecondLevels are the second levels that country domains use for
// registrations.
var openSecondLevels = map[string]bool{
	"ac": true, "co": true, "com": true, "edu": true, "go": true, "gob": true, "gov": true, "ltd": true,
	"mil": true, "ne": true, "net": true, "or": true, "org": true, "plc": true,
}

// rentedHosts are well-known hosts whose subdomains belong to their customers.
var rentedHosts = map[string]bool{
	"amplifyapp.com": true, "appspot.com": true, "azurewebsites.net": true, "azurestaticapps.net": true, "blogspot.com": true,
	"cloudfront.net": true, "deno.dev": true, "firebaseapp.com": true, "fly.dev": true, "github.io": true, "gitlab.io": true,
	"glitch.me": true, "herokuapp.com": true, "myshopify.com": true, "netlify.app": true, "ngrok.app": true, "ngrok.io": true,
	"ngrok-free.app": true, "onrender.com": true, "pages.dev": true, "railway.app": true, "repl.co": true, "replit.app": true,
	"run.app": true, "s3.amazonaws.com": true, "surge.sh": true, "vercel.app": true, "web.app": true, "workers.dev": true,
}

// triedSuffixes are those that an expression is tried with.
var triedSuffixes = []string{
	".com", ".net", ".org", ".io", ".dev", ".app", ".de", ".uk", ".co.uk", ".com.au", ".co.jp",
	".github.io", ".appspot.com", ".web.app", ".vercel.app", ".netlify.app", ".pages.dev", ".run.app", ".herokuapp.com",
}
