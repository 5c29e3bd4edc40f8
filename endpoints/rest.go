package endpoints

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// protocolREST is the name of the transport that follows google.api.http.
const protocolREST = "rest"

// rest serves methods by their google.api.http rules, JSON in and out.
type rest struct {
	middle  *Middle
	profile *Profile
	limits  *Limits
	tree    *route.Tree[*binding]
	// escaped holds the methods of [WithEscapedPaths], which are looked up first
	// and by the undecoded path; nil where the profile matches so anyway.
	escaped *route.Tree[*binding]
	// bases are the base paths that the services declare, with a slash at the
	// end.
	bases []string
	// routed are the verbs of all routes.
	routed []string
	// compiler reads declarations, and makes the binders of the profiles that
	// bind strictly.
	compiler *bind.Compiler
	// owners are the methods by their templates, to name them in conflicts.
	owners map[*route.Template]*Method
	watch  bodyWatch
	// calls has the memory of requests, one pool for each API: what its profile is
	// need not be written for each of them.
	calls sync.Pool
	// lost is the way of requests that reach no method.
	lost way
}

// A binding is one http rule of a method: a route and the way its requests are
// read.
type binding struct {
	method    *Method
	way       *way
	verb      string
	template  *route.Template
	fields    []string // of the template's variables, in its order
	bodyField string
	binder    bind.Binder
	// reply is the field that is the reply's body; nil: the whole message.
	reply protoreflect.FieldDescriptor
}

// A restCall is one request on its way through the REST transport. The parts of
// a profile get it. It is used again for other requests, so that nobody may keep
// it, unlike the [Call], which handlers may hold as their context for as long as
// they like.
type restCall struct {
	profile *Profile
	w       http.ResponseWriter
	r       *http.Request
	verb    string   // after method override
	binding *binding // nil: no route
	call    *Call

	match     route.Match
	input     bind.Input
	variables [route.MaxVariables]bind.Variable
	outcome   Outcome
	written   *Outcome    // the failure that is about to be written; nil before
	reading   watchedRead // of the body
}

// release gives the memory back. What is left in it of the request is replaced
// by the next one.
func (t *rest) release(rc *restCall) {
	if rc.call != nil {
		rc.call.outcome, rc.call = nil, nil
	}
	switch o := &rc.outcome; {
	case o.before != nil || o.Response != nil || o.Header != nil || o.Trailer != nil || o.stream != nil:
		*o, rc.written = Outcome{}, nil
	case o.Failed:
		// All but the verdict, which the next failure replaces as a whole.
		o.Failed, o.Err, o.handled, o.Status = false, nil, false, 0
		rc.written = nil
	default: // as a rule, and cheaper
		o.Reply, o.handled, o.Status = nil, false, 0
	}
	t.calls.Put(rc)
}

func newREST() *rest {
	return &rest{owners: map[*route.Template]*Method{}, lost: way{protocol: protocolREST}}
}

func (t *rest) Name() string { return protocolREST }

func (t *rest) Open(m *Middle) {
	t.middle, t.profile, t.limits = m, &m.api.profile, &m.api.limits
	t.watch.limit = t.limits.BodyTime
	t.calls.New = func() any { return &restCall{profile: t.profile} }
	t.tree = route.New[*binding](t.profile.paths.tree)
	if t.profile.paths.escaped != nil {
		t.escaped = route.New[*binding](*t.profile.paths.escaped)
	}
}

func (t *rest) Accepts(*http.Request) bool { return true }

// ServeHTTP implements [Transport].
func (t *rest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rc := t.calls.Get().(*restCall)
	rc.w, rc.r, rc.verb, rc.binding = w, r, t.profile.override.verb(r), nil
	t.serve(rc)
	t.release(rc) // not after a panic, which may have left it anywhere
}

func (t *rest) serve(rc *restCall) {
	if t.profile.anyCase {
		rc.verb = strings.ToUpper(rc.verb)
	}
	response, err := t.route(rc, &rc.match)
	if t.profile.cors != nil {
		if answer := t.profile.cors(t, rc); answer != nil {
			response = answer
		}
	}
	if response != nil {
		h := rc.w.Header()
		maps.Copy(h, response.Header)
		t.send(rc, h, response.Status, response.Body)
		return
	}
	by := &t.lost
	if rc.binding != nil {
		by = rc.binding.way
	}
	var stream StreamWriter
	if by.method != nil && by.method.Stream != nil {
		stream = t.middle.api.streamWriter(rc.r)
		by = &way{protocol: stream.Name(), method: by.method}
	}
	// Never one of another request: handlers hold it as their context.
	rc.call = &Call{way: by, r: rc.r, outcome: &rc.outcome}
	rc.outcome.start = time.Since(clockZero)
	if end := t.timeout(rc); end != nil {
		defer end()
	}
	var request proto.Message
	if err == nil {
		request, err = t.read(rc)
	}
	if stream != nil {
		stream.ServeStream(rc.w, rc.r, rc.call, request, err)
		return
	}
	t.write(rc, t.middle.Run(rc.call, request, err))
	t.middle.End(rc.call)
}

// route finds the binding of the request. Instead of one, it returns an answer
// that concerns no method, or what interceptors and the caller get to see.
func (t *rest) route(rc *restCall, match *route.Match) (*Response, error) {
	escaped := escapedPath(rc.r.URL)
	if len(escaped) > t.limits.PathBytes {
		return nil, exceptions.NewURITooLong("The path is longer than %d bytes.", t.limits.PathBytes)
	}
	if len(rc.r.URL.RawQuery) > t.limits.QueryBytes {
		return nil, exceptions.NewURITooLong("The query is longer than %d bytes.", t.limits.QueryBytes)
	}
	var ok bool
	if t.escaped != nil {
		if rc.binding, ok = t.escaped.Lookup(rc.verb, escaped, match); ok {
			return nil, nil
		}
	}
	path, err := t.profile.paths.prepare(t, escaped)
	if err != nil {
		return nil, err
	}
	if rc.binding, ok = t.tree.Lookup(rc.verb, path, match); ok {
		return nil, nil
	}
	return t.profile.noRoute(t, rc, path, match)
}
