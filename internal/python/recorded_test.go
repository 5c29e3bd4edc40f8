package python_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	conformancev1 "github.com/endpoints-frameworks/endpoints-go/gen/conformance/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/bind"
	"github.com/endpoints-frameworks/endpoints-go/internal/python"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A recordedMethod is a method of the conformance API.
type recordedMethod struct {
	request   protoreflect.MessageType
	path      *regexp.Regexp
	variables []string
	body      string
}

var templateVariable = regexp.MustCompile(`\\\{([^}]*)\\\}`)

// split returns verb and template of a rule.
func split(rule *annotations.HttpRule) (verb, template string) {
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return http.MethodGet, p.Get
	case *annotations.HttpRule_Post:
		return http.MethodPost, p.Post
	case *annotations.HttpRule_Put:
		return http.MethodPut, p.Put
	case *annotations.HttpRule_Patch:
		return http.MethodPatch, p.Patch
	case *annotations.HttpRule_Delete:
		return http.MethodDelete, p.Delete
	case *annotations.HttpRule_Custom:
		return p.Custom.GetKind(), p.Custom.GetPath()
	}
	return "", ""
}

func method(t *testing.T, rpc string) *recordedMethod {
	t.Helper()
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName("conformance.v1." + rpc))
	if err != nil {
		t.Fatal(err)
	}
	md := d.(protoreflect.MethodDescriptor)
	rule := proto.GetExtension(md.Options(), annotations.E_Http).(*annotations.HttpRule)
	_, template := split(rule)
	m := &recordedMethod{body: rule.GetBody()}
	pattern := templateVariable.ReplaceAllStringFunc(regexp.QuoteMeta(template), func(v string) string {
		m.variables = append(m.variables, strings.NewReplacer(`\`, "", "{", "", "}", "").Replace(v))
		return "([^" + regexp.QuoteMeta(python.Excluded) + "]*)"
	})
	m.path = regexp.MustCompile("^" + pattern + "/?$")
	if m.request, err = protoregistry.GlobalTypes.FindMessageByName(md.Input().FullName()); err != nil {
		t.Fatal(err)
	}
	return m
}

// input takes the request of a case apart.
func (m *recordedMethod) input(t *testing.T, c *testCase) *bind.Input {
	t.Helper()
	path, query, _ := strings.Cut(c.Request.Target, "?")
	path, err := python.DecodePath(path)
	if err != nil {
		t.Fatal(err)
	}
	match := m.path.FindStringSubmatch(path)
	if match == nil {
		t.Fatalf("%s does not match %s", path, m.path)
	}
	in := &bind.Input{RawQuery: query, Header: make(http.Header), Body: c.body(t), BodyField: m.body}
	for i, name := range m.variables {
		in.Variables = append(in.Variables, bind.Variable{FieldPath: name, Raw: match[i+1]})
	}
	return in
}

// answer is what a caller gets for err.
func answer(t *testing.T, err error) (int, []byte) {
	t.Helper()
	e, ok := exceptions.Of(err)
	if !ok {
		t.Fatalf("error %v is no exception", err)
	}
	v := normalize.Python().Verdict(e)
	return v.Status, python.Format{}.Append(nil, &v)
}

// contradictory are cases that cannot be met, with the reason.
var contradictory = map[string]string{
	"python/decode-required-0002": "an empty body names the second missing field, the same request with {} the first",
}

// replay runs check for the cases of the groups that reach a method.
func replay(t *testing.T, groups []string, check func(*testing.T, *testCase)) {
	for _, group := range groups {
		t.Run(group, func(t *testing.T) {
			all, tried, passed := cases(t, group), 0, 0
			for _, c := range all {
				if c.RPC == "" {
					continue
				}
				tried++
				if reason := contradictory[c.ID]; reason != "" {
					t.Logf("%s cannot be met: %s", c.ID, reason)
					continue
				}
				if t.Run(c.ID, func(t *testing.T) { check(t, c) }) {
					passed++
				}
			}
			t.Logf("%s: %d cases, %d reach a method, %d passed", group, len(all), tried, passed)
		})
	}
}

func TestBindRecorded(t *testing.T) {
	replay(t, []string{
		"collision", "decode-body", "decode-bytes", "decode-ctype", "decode-datetime", "decode-echo", "decode-enum",
		"decode-gzip", "decode-method", "decode-nested", "decode-required", "decode-value", "decode-void",
		"method-override", "path", "path-typed", "query-bytes", "query-datetime", "query-enum", "query-form",
		"query-legacy", "query-nested", "query-required", "query-value",
	}, bindRecorded)
}

func bindRecorded(t *testing.T, c *testCase) {
	m := method(t, c.RPC)
	msg := m.request.New().Interface()
	err := python.Binder{}.Bind(m.input(t, c), msg)
	if c.Expect.Status != http.StatusOK {
		status, body := answer(t, err)
		if status != c.Expect.Status {
			t.Fatalf("status %d, error %v; want %d", status, err, c.Expect.Status)
		}
		compare(t, c, body)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if c.RPC == "Decode.Echo" {
		body, err := python.Append(nil, msg)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, c, body)
		return
	}
	got, err := protojson.Marshal(msg)
	if err != nil {
		t.Fatal(err)
	}
	if !equalJSON(t, c.Expect.Received, got) {
		t.Errorf("got  %s\nwant %s", got, c.Expect.Received)
	}
}

// TestRaiseRecorded replays exceptions: the status is bound from the path, the
// exception raised, and what the policy makes of it is written.
func TestRaiseRecorded(t *testing.T) {
	texts := table[*string](t, "messages.json")
	replay(t, []string{"exception", "status"}, func(t *testing.T, c *testCase) {
		m := method(t, c.RPC)
		msg := m.request.New().Interface()
		if err := (python.Binder{}).Bind(m.input(t, c), msg); err != nil {
			t.Fatal(err)
		}
		var e exceptions.ServiceException
		switch req := msg.(type) {
		case *conformancev1.RaiseRequest:
			e = exceptions.New(int(req.GetCode()), "%s", req.GetMsg())
		case *conformancev1.KindRequest:
			what, text, _ := strings.Cut(req.GetKind(), "~")
			status, ok := predefined[strings.TrimSuffix(what, "Exception")]
			if !ok {
				var err error
				if status, err = strconv.Atoi(what); err != nil {
					t.Fatal(err)
				}
			}
			if message := texts[text]; message != nil {
				e = exceptions.New(status, "%s", *message)
			} else {
				e = exceptions.New(status, "")
			}
		}
		status, body := answer(t, e)
		if status != c.Expect.Status {
			t.Fatalf("status %d, want %d", status, c.Expect.Status)
		}
		compare(t, c, body)
	})
}

var predefined = map[string]int{
	"BadRequest": 400, "Unauthorized": 401, "Forbidden": 403, "NotFound": 404, "Conflict": 409, "Gone": 410,
	"PreconditionFailed": 412, "RequestEntityTooLarge": 413, "InternalServerError": 500,
}

func compare(t *testing.T, c *testCase, got []byte) {
	t.Helper()
	want := []byte(*c.Expect.Body)
	if c.Compare == "bytes" && string(got) != string(want) || c.Compare == "json" && !equalJSON(t, want, got) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// equalJSON compares JSON values. The text <any> in want stands for anything.
func equalJSON(t *testing.T, want, got []byte) bool {
	t.Helper()
	var w, g any
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatal(err)
	}
	return matches(w, g)
}

func matches(want, got any) bool {
	switch w := want.(type) {
	case string:
		if w == "<any>" {
			return true
		}
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k := range w {
			if v, ok := g[k]; !ok || !matches(w[k], v) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !matches(w[i], g[i]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(want, got)
}
