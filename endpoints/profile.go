package endpoints

import (
	"log/slog"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/protobuf/proto"
)

// A Profile is how an API behaves where documents and systems differ. It is
// made of parts; the functions that return profiles say which. Single parts can
// be replaced by options of [New].
//
// The zero value is no profile: take one of [Frameworks], [Modern], [Java],
// [JavaModern], [Python] and [FastAPI], or one by [ProfileByName].
type Profile struct {
	name string

	// What a caller sees of an exception and of a reply.
	policy *normalize.Policy
	format formatRule
	log    logRule

	// How messages are written.
	layout      func(dst []byte, m proto.Message, rc *restCall) ([]byte, error)
	contentType []string
	json        jsonpb.AppendOptions // of the canonical layout
	compact     bool                 // of Java's layout
	// emptyIsNothing: google.protobuf.Empty is answered without a body.
	emptyIsNothing bool
	// nullForNothing: nothing, and google.protobuf.Empty, are the JSON null.
	nullForNothing bool
	// responseAlone: an explicit response drops the header fields that were set
	// through the call.
	responseAlone bool
	// byTypeOnly says which exceptions the handlers by status do not see.
	byTypeOnly func(exceptions.ServiceException) bool

	// How requests are routed.
	paths    pathRules
	noRoute  noRouteRule
	override MethodOverride
	anyCase  bool // verbs are matched in any case
	// cors sets header fields once the route is known, and may answer.
	cors func(*rest, *restCall) *Response

	// How requests are read.
	binder        func(*rest, *binding) (bind.Binder, error)
	rejectUnknown bool
	mediaTypes    bool // refuse bodies that do not claim to be JSON
	looseCoding   bool // take a body that is not in its content coding as it is
}

// A formatRule chooses the format of an error reply; the verdict is nil if there
// is none yet.
type formatRule func(*restCall, *normalize.Verdict) normalize.Format

// Name is the name by which [ProfileByName] finds the profile.
func (p Profile) Name() string { return p.name }

// profiles are all there are, by all their names.
var profiles = map[string]func() Profile{
	"frameworks":    Frameworks,
	"documented":    Frameworks,
	"java":          Java,
	"java-modern":   JavaModern,
	"java-nocompat": JavaModern,
	"python":        Python,
	"modern":        Modern,
	"fastapi":       FastAPI,
}

// ProfileByName finds a profile by one of its names: frameworks (also
// documented), java, java-modern (also java-nocompat), python, modern, fastapi.
func ProfileByName(name string) (Profile, bool) {
	if make, ok := profiles[name]; ok {
		return make(), true
	}
	return Profile{}, false
}

// always chooses one error format.
func always(f normalize.Format) formatRule {
	return func(*restCall, *normalize.Verdict) normalize.Format { return f }
}

// canonical writes replies as proto JSON.
func canonical(dst []byte, m proto.Message, rc *restCall) ([]byte, error) {
	return jsonpb.Append(dst, m, rc.profile.json)
}

// silently wraps a log rule so that requests that reached no route leave no
// record, as in the old frameworks.
func silently(rule logRule) logRule {
	return func(l *slog.Logger, c *Call) {
		if c.method != nil {
			rule(l, c)
		}
	}
}

const jsonUTF8 = "application/json; charset=UTF-8"

// ProfileNames returns the names of all profiles, without their aliases.
func ProfileNames() []string {
	return []string{"fastapi", "frameworks", "java", "java-modern", "modern", "python"}
}
