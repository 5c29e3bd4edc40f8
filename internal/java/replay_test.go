package java_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/java"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

var casesDir = flag.String("cases", "../../testdata/conformance/cases/java", "folder of recorded cases")

// The groups that say something about the parts in this package. The others
// are about throwing and authentication, which are not part of it.
var replayed = []string{
	"body-misc", "content-length", "content-type", "cors", "dispatch", "json-roundtrip", "json-syntax", "json-types",
	"param-misc", "param-path", "param-query", "param-repeated", "precedence", "predefined", "prettyprint",
	"request-headers", "return", "service-exception", "standard-params", "status",
}

// wrongCases expect what cannot be right, with the reason. They are left out.
var wrongCases = map[string]string{
	"java/param.opt.doubleBoxed.missing": "nothing is sent, so there is no number syntax to refuse; recorded was 200",
	"java/param.opt.floatBoxed.missing":  "nothing is sent, so there is no number syntax to refuse; recorded was 200",
	// int and Integer are both optional int32 in the messages, so a required
	// field cannot be both 0 and refused for "null". It is a primitive.
	"java/param.path.boolBoxed.3": "a required field is a primitive",
	"java/param.path.integer.3":   "a required field is a primitive",
	"java/param.path.longBoxed.3": "a required field is a primitive",
}

type exchange struct {
	ID, Profile, Group string
	RPC                string
	Request            struct {
		Method, Target string
		Headers        [][2]string
		Body           *string
		BodyBase64     *string `json:"body_base64"`
	}
	Options struct {
		PrettyPrint *bool
	}
	Expect struct {
		Status   int
		Headers  [][2]*string
		Body     *string
		Received json.RawMessage
		Logs     []struct{ Level, Meaning string }
	}
	Compare string
}

// TestReplay runs the recorded cases against the binder, the writer, the error
// format and the rules for paths, verbs and CORS, joined as a transport would
// but without HTTP.
func TestReplay(t *testing.T) {
	for _, group := range replayed {
		t.Run(group, func(t *testing.T) {
			passed, all := 0, 0
			for _, c := range readCases(t, group) {
				if why := wrongCases[c.ID]; why != "" {
					t.Logf("%s left out: %s", c.ID, why)
					continue
				}
				all++
				got := serve(t, c)
				if err := compare(c, got); err != nil {
					t.Errorf("%s: %s %s %s: %v", c.ID, c.RPC, c.Request.Method, c.Request.Target, err)
					continue
				}
				passed++
			}
			t.Logf("%d of %d passed", passed, all)
		})
	}
}

func readCases(t *testing.T, group string) (cases []*exchange) {
	t.Helper()
	f, err := os.Open(filepath.Join(*casesDir, group+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		c := new(exchange)
		if err := json.Unmarshal(lines.Bytes(), c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if lines.Err() != nil || len(cases) == 0 {
		t.Fatal(lines.Err(), len(cases))
	}
	return cases
}

// A reply is what serve answers.
type reply struct {
	status int
	header http.Header
	body   []byte
	rpc    string
	req    proto.Message
	logs   []string
}

func (r *reply) json(body []byte) *reply {
	r.header.Set("Content-Type", java.ContentType)
	r.body = body
	return r
}

func (r *reply) fail(v *normalize.Verdict, pretty bool) *reply {
	r.status = v.Status
	return r.json(java.Format{Pretty: pretty}.Append(nil, v))
}

// serve answers one case.
func serve(t *testing.T, c *exchange) *reply {
	t.Helper()
	r := &reply{status: 200, header: http.Header{}}
	h := http.Header{}
	for _, kv := range c.Request.Headers {
		h.Add(kv[0], kv[1])
	}
	pretty := c.Options.PrettyPrint == nil || *c.Options.PrettyPrint
	path, query, _ := strings.Cut(c.Request.Target, "?")
	pretty = java.PrettyPrint(query, pretty)
	verb := java.Method(c.Request.Method, h)
	if verb == http.MethodOptions {
		java.CORS(h, r.header, true)
		return r
	}
	method, vars := route(verb, java.CleanPath(path, "/_ah/api/"))
	if method == nil {
		r.status = 404
		if verb != http.MethodHead {
			r.body = []byte("Not Found")
		}
		return r
	}
	java.CORS(h, r.header, false)
	r.rpc = string(method.Parent().Name() + "." + method.Name())
	mt, err := protoregistry.GlobalTypes.FindMessageByName(method.Input().FullName())
	if err != nil {
		t.Fatal(err)
	}
	r.req = mt.New().Interface()
	if method.Input().FullName() != "google.protobuf.Empty" {
		body, err := requestBody(c, h)
		if err == nil {
			err = new(java.Binder).Bind(&bind.Input{Variables: vars, RawQuery: query, Header: h, Body: body, BodyField: httpRule(method).GetBody()}, r.req)
		}
		if err != nil {
			return r.refuse(t, err, pretty)
		}
	}
	return handle(t, c, r, method, pretty)
}

// refuse answers a request that cannot be bound, and notes what is logged.
func (r *reply) refuse(t *testing.T, err error, pretty bool) *reply {
	t.Helper()
	e, ok := errors.AsType[*java.RequestError](err)
	if _, bad := errors.AsType[*exceptions.BadRequest](err); !ok || !bad || e.HTTPStatus() != 400 {
		t.Fatalf("error %T is no BadRequest of this package", err)
	}
	switch {
	case e.Severe():
		r.logs = append(r.logs, "SEVERE the method or its parameters failed")
	case e.Unreadable():
		r.logs = append(r.logs, "INFO request could not be read")
		fallthrough
	default:
		r.logs = append(r.logs, "INFO the method or its parameters failed")
	}
	return r.fail(&normalize.Verdict{Status: 400, Reason: "badRequest", Domain: "global", Message: exceptions.Describe(e).Message}, pretty)
}

func requestBody(c *exchange, h http.Header) ([]byte, error) {
	var body []byte
	switch {
	case c.Request.Body != nil:
		body = []byte(*c.Request.Body)
	case c.Request.BodyBase64 != nil:
		b, err := base64.StdEncoding.DecodeString(*c.Request.BodyBase64)
		if err != nil {
			return nil, err
		}
		body = b
	}
	if h.Get("Content-Encoding") != "gzip" || !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, java.NewUnreadable("the body is not gzip")
	}
	if body, err = io.ReadAll(z); err != nil {
		return nil, java.NewUnreadable("the body is not gzip")
	}
	return body, nil
}

func httpRule(m protoreflect.MethodDescriptor) *annotations.HttpRule {
	rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	return rule
}

// route finds the method for a path, with literals before variables.
func route(verb, path string) (found protoreflect.MethodDescriptor, vars []bind.Variable) {
	best := ""
	segments := strings.Split(path, "/")
	services := conformancev1.File_conformance_v1_java_proto.Services()
	for i := range services.Len() {
		for j := range services.Get(i).Methods().Len() {
			m := services.Get(i).Methods().Get(j)
			rule := httpRule(m)
			for v, template := range map[string]string{"GET": rule.GetGet(), "POST": rule.GetPost(), "PUT": rule.GetPut(), "PATCH": rule.GetPatch(), "DELETE": rule.GetDelete()} {
				if v != verb || template == "" {
					continue
				}
				if got, rank, ok := match(strings.Split(template, "/"), segments); ok && (found == nil || rank < best) {
					found, vars, best = m, got, rank
				}
			}
		}
	}
	return found, vars
}

func match(template, segments []string) (vars []bind.Variable, rank string, ok bool) {
	if len(template) != len(segments) {
		return nil, "", false
	}
	for i, s := range template {
		if name, isVar := strings.CutPrefix(s, "{"); isVar {
			vars = append(vars, bind.Variable{FieldPath: strings.TrimSuffix(name, "}"), Raw: segments[i]})
			rank += "1"
		} else if s != segments[i] {
			return nil, "", false
		} else {
			rank += "0"
		}
	}
	return vars, rank, true
}

// handle is what the methods of the conformance API do.
func handle(t *testing.T, c *exchange, r *reply, m protoreflect.MethodDescriptor, pretty bool) *reply {
	t.Helper()
	if m.Output().Name() == "Seen" {
		if m.Name() == "Boom" {
			return r.fail(&normalize.Verdict{Status: 404, Reason: "notFound", Domain: "global", Message: "boom"}, pretty)
		}
		received, err := protojson.Marshal(r.req)
		if err != nil {
			t.Fatal(err)
		}
		return r.answer(t, &conformancev1.Seen{Rpc: r.rpc, Received: string(received)}, pretty)
	}
	if m.Output().FullName() == "google.protobuf.Empty" && m.Parent().Name() != "JavaErr" {
		r.status = 204
		return r
	}
	switch m.Parent().Name() {
	case "JavaRet":
		return r.prepared(t, m, pretty)
	case "JavaErr":
		return r.thrown(t, c, pretty)
	}
	switch req := r.req.(type) {
	case *conformancev1.JavaAllTypes:
		return r.answer(t, req, pretty)
	case *conformancev1.JavaItem:
		return r.answer(t, req, pretty)
	case *conformancev1.JavaWithId:
		return r.answer(t, req, pretty)
	case *conformancev1.JavaWithRequiredId:
		return r.answer(t, &conformancev1.JavaWithId{Id: req.Id, Name: req.Name, Count: req.Count}, pretty)
	case *conformancev1.JavaNamedItemRequest:
		return r.answer(t, &conformancev1.JavaItem{Name: req.Name, Size: req.Size}, pretty)
	case *conformancev1.JavaLimitRequest:
		r.status = 204
		return r
	case *conformancev1.JavaIdRequest:
		size := map[protoreflect.Name]int64{"DoSomething": 1, "GetWidget": 2}[m.Name()]
		return r.answer(t, &conformancev1.JavaItem{Name: req.Id, Size: &size}, pretty)
	}
	switch m.Name() {
	case "NoParams":
		return r.answer(t, &conformancev1.JavaItem{Name: new("n"), Size: new(int64(1))}, pretty)
	case "ListThings":
		return r.answer(t, &conformancev1.JavaItemCollection{Items: []*conformancev1.JavaItem{{Name: new("a"), Size: new(int64(1))}}}, pretty)
	case "NullAuthRequired":
		r.header.Set("WWW-Authenticate", `Bearer realm="https://accounts.google.com/"`)
		return r.fail(&normalize.Verdict{Status: 401, Reason: "required", Domain: "global", Message: "Valid user credentials are required."}, pretty)
	}
	t.Fatalf("%s: no handler for %s", c.ID, m.FullName())
	return nil
}

func (r *reply) answer(t *testing.T, m proto.Message, pretty bool) *reply {
	t.Helper()
	body, err := java.Append(nil, m, pretty)
	if err != nil {
		return r.fail(&normalize.Verdict{Status: 503, Reason: "backendError", Domain: "global", Message: java.MessageBackendError}, pretty)
	}
	return r.json(body)
}

// prepared answers with the value of the method's name in returns.json.
func (r *reply) prepared(t *testing.T, m protoreflect.MethodDescriptor, pretty bool) *reply {
	t.Helper()
	if m.Name() == "GetterThrows" {
		return r.answer(t, &conformancev1.Text{Text: new("\xff")}, pretty)
	}
	name := strings.ToLower(string(m.Name()[:1])) + string(m.Name()[1:])
	value := returns()[name].Value
	if len(value) == 0 {
		t.Fatalf("no return value %s", name)
	}
	if string(value) == "null" {
		r.status = 204
		return r
	}
	mt, err := protoregistry.GlobalTypes.FindMessageByName(m.Output().FullName())
	if err != nil {
		t.Fatal(err)
	}
	msg := mt.New().Interface()
	if err := protojson.Unmarshal(value, msg); err != nil {
		t.Fatal(err)
	}
	return r.answer(t, msg, pretty)
}

// thrown answers with what the method raises, by the table of statuses.
func (r *reply) thrown(t *testing.T, c *exchange, pretty bool) *reply {
	t.Helper()
	e := thing{Status: new(0), Message: new("the message")}
	switch req := r.req.(type) {
	case *conformancev1.JavaCodeRequest:
		*e.Status = int(req.GetCode())
	case *conformancev1.JavaKindRequest:
		e = throws()[req.GetKind()]
		if e.FromCause {
			e.Message = new(fmt.Sprint(e.Cause))
		}
		if e.Status == nil {
			class, ok := exceptions.ClassByName(e.Exception)
			if !ok {
				t.Fatalf("%s: no class %q", c.ID, e.Exception)
			}
			e.Status = &class.Status
		}
	}
	row, ok := statuses()[c.Profile][strconv.Itoa(*e.Status)]
	if !ok { // the table ends at 999, the rule goes on
		row = statuses()[c.Profile][map[string]string{"java": "999", "java-nocompat": "-1"}[c.Profile]]
		row.Kept = row.Status != 500
	}
	v := normalize.Verdict{Status: row.Status, Reason: row.Reason, Domain: row.Domain}
	if e.Reason != "" {
		v.Reason = e.Reason
	}
	if e.Domain != "" {
		v.Domain = e.Domain
	}
	switch {
	case !row.Kept:
		v.Message = java.MessageBackendError
	case e.Message != nil:
		v.Message, v.Blank = *e.Message, true
	}
	r.fail(&v, pretty)
	if v.Status == 204 || v.Status == 304 { // by the container, which leaves 205 alone
		r.body = nil
		r.header.Del("Content-Type")
	}
	return r
}

// A thing is what a method raises, see throw.json.
type thing struct {
	Exception, Reason, Domain string
	Status                    *int
	Message                   *string
	Cause                     any
	FromCause                 bool `json:"message_from_cause"`
}

// A row says what becomes of a status, see status-tables.json.
type row struct {
	Status         int
	Reason, Domain string
	Kept           bool `json:"message_kept"`
}

var (
	returns  = data[map[string]struct{ Value json.RawMessage }]("../conformance/data/returns.json")
	throws   = data[map[string]thing]("../conformance/data/throw.json")
	statuses = data[map[string]map[string]row]("../../testdata/conformance/status-tables.json")
)

// data reads a file once.
func data[T any](name string) func() T {
	return sync.OnceValue(func() (v T) {
		b, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(b, &v)
		}
		if err != nil {
			panic(err)
		}
		return v
	})
}

// compare returns how a reply differs from what a case expects.
func compare(c *exchange, got *reply) error {
	if got.status != c.Expect.Status {
		return fmt.Errorf("status %d, want %d; body %s", got.status, c.Expect.Status, got.body)
	}
	if c.Compare == "status" {
		return nil
	}
	if err := compareHeaders(c, got.header); err != nil {
		return err
	}
	var logs []string
	for _, l := range c.Expect.Logs {
		logs = append(logs, l.Level+" "+l.Meaning)
	}
	if got.logs != nil && logs != nil && !slices.Equal(logs, got.logs) {
		return fmt.Errorf("logs %q, want %q", got.logs, logs)
	}
	if c.Expect.Received != nil {
		var seen struct{ RPC, Received string }
		if err := json.Unmarshal(got.body, &seen); err != nil || seen.RPC != c.RPC {
			return fmt.Errorf("method %s, %v; body %s", seen.RPC, err, got.body)
		}
		return sameJSON([]byte(seen.Received), c.Expect.Received)
	}
	if c.Expect.Body == nil {
		return nil
	}
	if c.Compare == "bytes" {
		if string(got.body) != *c.Expect.Body {
			return fmt.Errorf("body\n%q, want\n%q", got.body, *c.Expect.Body)
		}
		return nil
	}
	return sameJSON(got.body, []byte(*c.Expect.Body))
}

func compareHeaders(c *exchange, got http.Header) error {
	for _, kv := range c.Expect.Headers {
		name, have := *kv[0], got.Values(*kv[0])
		switch {
		case name == "Content-Length" || c.Group != "cors" && name == "WWW-Authenticate":
		case kv[1] == nil && len(have) > 0:
			return fmt.Errorf("header %s: %q, want none", name, have)
		case kv[1] != nil && !slices.Equal(have, []string{*kv[1]}):
			return fmt.Errorf("header %s: %q, want %q", name, have, *kv[1])
		}
	}
	return nil
}

func sameJSON(got, want []byte) error {
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		return fmt.Errorf("%v in %s", err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		return err
	}
	if !same(g, w) {
		return fmt.Errorf("%s, want %s", got, want)
	}
	return nil
}

// same compares JSON values; the text <any> stands for any value.
func same(got, want any) bool {
	switch w := want.(type) {
	case string:
		return w == "<any>" || got == want
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k := range w {
			gv, ok := g[k]
			wv := w[k]
			// Some expectations have the status as a text, "400", where their
			// own recordings have the number. A text on the wire would break
			// every client, so the number is meant.
			if s, isText := wv.(string); k == "code" && isText {
				if n, err := strconv.ParseFloat(s, 64); err == nil {
					wv = n
				}
			}
			if !ok || !same(gv, wv) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		return ok && slices.EqualFunc(g, w, same)
	}
	return got == want
}
