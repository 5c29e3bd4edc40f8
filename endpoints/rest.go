package endpoints

import (
	"context"
	"maps"
	"net/http"
	"sync"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/route"
	"github.com/endpoints-frameworks/endpoints-go/jsonpb"
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
	// plainPaths says that a path without escapes is looked up as it is.
	plainPaths bool
	watch      bodyWatch
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
	straight  *bind.Plan // the same, if most requests need not more; else nil
	setters   bind.Setters
	// newWithBody is that of the method, if the body is the field that it means.
	newWithBody func() (request, body proto.Message)
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
	buf       *buffer        // for the body, and then for the reply; nil: none yet
	decoder   jsonpb.Decoder // of the body
	reading   watchedRead    // of the body
}

// buffer returns the memory for the body or for the reply, which is empty: they
// are not there at the same time.
func (rc *restCall) buffer() *buffer {
	if rc.buf == nil {
		rc.buf = takeBuffer()
	}
	return rc.buf
}

// shrink gives the memory to other calls if it is large.
func (rc *restCall) shrink() {
	if rc.buf != nil && cap(rc.buf.b) > maxOwn {
		rc.drop()
	}
}

// drop gives the memory to other calls.
func (rc *restCall) drop() {
	if rc.buf != nil {
		rc.buf.release()
		rc.buf = nil
	}
}

// release gives the memory back. What is left in it of the request is replaced
// by the next one.
func (t *rest) release(rc *restCall) {
	if rc.call != nil {
		rc.call.outcome = nil
	}
	o := &rc.outcome
	if o.Response != nil || o.chosen != nil || o.stream != nil || o.before != nil {
		*o = Outcome{}
	} else {
		// All but the verdict, which the next failure replaces as a whole, and the
		// request.
		o.Failed, o.Err, o.Reply, o.Status, o.handled = false, nil, nil, 0, false
	}
	rc.shrink()
	t.calls.Put(rc)
}

func newREST() *rest {
	return &rest{owners: map[*route.Template]*Method{}, lost: way{protocol: protocolREST}}
}

func (t *rest) Name() string { return protocolREST }

func (t *rest) Open(m *Middle) {
	t.middle, t.profile, t.limits = m, &m.api.profile, &m.api.limits
	t.watch.limit = t.limits.BodyTime
	t.calls.New = func() any {
		rc := &restCall{profile: t.profile}
		t.watch.add(&rc.reading)
		return rc
	}
	t.tree = route.New[*binding](t.profile.paths.tree)
	t.plainPaths = t.profile.paths.prepare == nil && t.profile.paths.escaped == nil
	if t.profile.paths.escaped != nil {
		t.escaped = route.New[*binding](*t.profile.paths.escaped)
	}
}

func (t *rest) Accepts(*http.Request) bool { return true }

// ServeHTTP implements [Transport].
func (t *rest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rc := t.calls.Get().(*restCall)
	rc.w, rc.r, rc.verb = w, r, r.Method
	if t.profile.override != OverrideNever || t.profile.anyCase {
		rc.verb = t.profile.verb(r)
	}
	t.serve(rc)
	t.release(rc) // not after a panic, which may have left it anywhere
}

// serve serves the request. What few requests need is left to functions of its
// own, here and in what it calls, so that the way of most calls is short; see
// package bind.
func (t *rest) serve(rc *restCall) {
	response, err := t.route(rc, &rc.match)
	if response != nil || t.profile.cors != nil {
		if t.answer(rc, response) {
			return
		}
	}
	by := &t.lost
	if rc.binding != nil {
		by = rc.binding.way
	}
	// Never one of another request: handlers hold it as their context.
	rc.call = &Call{way: by, r: rc.r, outcome: &rc.outcome}
	if t.middle.timed {
		rc.outcome.start = now()
	}
	if t.limits.CallTime > 0 || by.method != nil && by.method.Stream != nil {
		t.serveLong(rc, err)
		return
	}
	var request proto.Message
	if err == nil {
		request, err = t.read(rc)
	}
	t.write(rc, t.middle.Run(rc.call, request, err))
	t.middle.End(rc.call)
}

// answer sends what answers the request before it reaches its method, and
// reports whether there is something.
func (t *rest) answer(rc *restCall, response *Response) bool {
	if t.profile.cors != nil {
		if answer := t.profile.cors(t, rc); answer != nil {
			response = answer
		}
	}
	if response == nil {
		return false
	}
	rc.call = nil
	h := rc.w.Header()
	maps.Copy(h, response.Header)
	t.send(rc, h, response.Status, response.Body)
	return true
}

// serveLong serves a call of a streaming rpc, or one with a deadline.
func (t *rest) serveLong(rc *restCall, err error) {
	var stream StreamWriter
	if by := rc.call.way; by.method != nil && by.method.Stream != nil {
		stream = t.middle.api.streamWriter(rc.r)
		rc.call.way = &way{protocol: stream.Name(), method: by.method}
	}
	if t.limits.CallTime > 0 {
		ctx, end := context.WithTimeout(rc.call.context(), t.limits.CallTime)
		defer end()
		rc.call.within(ctx)
	}
	var request proto.Message
	if err == nil {
		request, err = t.read(rc)
	}
	if stream != nil {
		rc.drop() // of no use to a stream, which may take its time
		stream.ServeStream(rc.w, rc.r, rc.call, request, err)
		return
	}
	t.write(rc, t.middle.Run(rc.call, request, err))
	t.middle.End(rc.call)
}

// route finds the binding of the request. Instead of one, it returns an answer
// that concerns no method, or what interceptors and the caller get to see.
func (t *rest) route(rc *restCall, match *route.Match) (*Response, error) {
	u := rc.r.URL
	var ok bool
	if t.plainPaths && u.RawPath == "" && len(u.Path) <= t.limits.PathBytes/3 && len(u.RawQuery) <= t.limits.QueryBytes { // as a rule
		// What is escaped in such a path by default, such as a blank, can match but
		// a variable, whose value is not decoded again.
		if rc.binding, ok = t.tree.LookupPlain(rc.verb, u.Path, match); ok {
			return nil, nil
		}
	}
	return t.routeEscaped(rc, match)
}

// routeEscaped is route for all paths.
func (t *rest) routeEscaped(rc *restCall, match *route.Match) (*Response, error) {
	escaped := escapedPath(rc.r.URL)
	if len(escaped) > t.limits.PathBytes || len(rc.r.URL.RawQuery) > t.limits.QueryBytes {
		rc.binding = nil
		return nil, t.tooLong(escaped)
	}
	var ok bool
	if t.escaped != nil {
		if rc.binding, ok = t.escaped.Lookup(rc.verb, escaped, match); ok {
			return nil, nil
		}
	}
	path, err := t.profile.paths.path(t, escaped)
	if err != nil {
		rc.binding = nil
		return nil, err
	}
	if rc.binding, ok = t.tree.Lookup(rc.verb, path, match); ok {
		return nil, nil
	}
	return t.profile.noRoute(t, rc, path, match)
}

// tooLong says which limit a request has passed.
func (t *rest) tooLong(escaped string) error {
	if len(escaped) > t.limits.PathBytes {
		return exceptions.NewURITooLong("The path is longer than %d bytes.", t.limits.PathBytes)
	}
	return exceptions.NewURITooLong("The query is longer than %d bytes.", t.limits.QueryBytes)
}
