package normalize_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/base"
	"github.com/endpoints-frameworks/endpoints-go/internal/exceptiontest/lease"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

// TestDeclaredExceptions proves that what an exception is travels in both
// formats that have room for it: the message itself, and what it is to clients
// that know its parents alone.
func TestDeclaredExceptions(t *testing.T) {
	for _, e := range exceptiontest.All() {
		name := string(e.ProtoReflect().Descriptor().FullName())
		v := normalize.Identity().Verdict(e)
		want := exceptions.Describe(e).Details

		t.Run("aip193/"+name, func(t *testing.T) {
			var got endpointsv1.StatusEnvelope
			body := normalize.AIP193().Append(nil, &v)
			if err := protojson.Unmarshal(body, &got); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			s := got.GetError()
			var info errdetails.ErrorInfo
			if err := s.GetDetails()[0].UnmarshalTo(&info); err != nil {
				t.Fatal(err)
			}
			if int(s.GetCode()) != e.HTTPStatus() || s.GetStatus() != v.Class.Code.String() || normalize.LowerCamel(info.GetReason()) != v.Reason || info.GetDomain() != v.Domain {
				t.Errorf("the status says something else: %s", body)
			}
			sameDetails(t, s.GetDetails()[1:], want)
		})
		t.Run("problem/"+name, func(t *testing.T) {
			var got endpointsv1.Problem
			body := normalize.Problem().Append(nil, &v)
			members := map[string]json.RawMessage{}
			if err := json.Unmarshal(body, &members); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(body, &got); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if got.GetType() != v.Class.Type || got.GetReason() != v.Reason || got.GetDetail() != v.Message {
				t.Errorf("the problem says something else: %s", body)
			}
			sameDetails(t, got.GetDetails(), want)
			sameMembers(t, members, e)
		})
	}
}

func sameDetails(t *testing.T, got []*anypb.Any, want []proto.Message) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d details, want %d", len(got), len(want))
	}
	for i := range want {
		m, err := got[i].UnmarshalNew()
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(m, want[i]) {
			t.Errorf("detail %d is %v, want %v", i, m, want[i])
		}
	}
}

// sameMembers proves that the members of a problem are those of RFC 9457 and
// ours, and the fields of the exception.
func sameMembers(t *testing.T, members map[string]json.RawMessage, e exceptiontest.Exception) {
	t.Helper()
	text, err := protojson.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	own := e.ProtoReflect().New().Interface()
	rest := map[string]json.RawMessage{}
	for name := range fields {
		switch name {
		case "type", "title", "status", "detail", "instance", "reason", "domain", "errors", "details":
			delete(fields, name)
		}
	}
	for name, value := range members {
		switch name {
		case "type", "title", "status", "detail", "instance", "reason", "domain", "errors", "details":
		default:
			rest[name] = value
		}
	}
	if len(rest) != len(fields) {
		t.Errorf("members %v, want %v", rest, fields)
	}
	text, _ = json.Marshal(rest)
	if err := protojson.Unmarshal(text, own); err != nil {
		t.Fatal(err)
	}
	want := proto.Clone(e)
	for i := range want.ProtoReflect().Descriptor().Fields().Len() {
		f := want.ProtoReflect().Descriptor().Fields().Get(i)
		if _, ok := fields[f.JSONName()]; !ok {
			want.ProtoReflect().Clear(f)
		}
	}
	if !proto.Equal(own, want) {
		t.Errorf("members are %v, want %v", own, want)
	}
}

func TestDeclaredBodies(t *testing.T) {
	told := &lease.HeldUntilTold{Lease: new("l"), Holder: new("h"), Who: new("w")}
	tests := []struct {
		name   string
		format normalize.Format
		policy *normalize.Policy
		e      exceptions.ServiceException
		want   string
	}{
		{
			"the Google envelope says nothing new", normalize.Envelope(), normalize.Frameworks(), told,
			`{"error":{"errors":[{"domain":"global","reason":"heldUntilTold","message":"l is held by h until w says so."}],"code":404,"message":"l is held by h until w says so."}}`,
		},
		{
			"AIP-193", normalize.AIP193(), normalize.Identity(), told,
			`{"error":{"code":423,"message":"l is held by h until w says so.","status":"FAILED_PRECONDITION","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"HELD_UNTIL_TOLD","domain":"global","metadata":{"lease":"l","holder":"h","who":"w"}},` +
				`{"@type":"type.googleapis.com/exceptiontest.lease.HeldUntilTold","lease":"l","holder":"h","who":"w"},` +
				`{"@type":"type.googleapis.com/exceptiontest.lease.HeldUntil","lease":"l","holder":"h"},` +
				`{"@type":"type.googleapis.com/exceptiontest.lease.Held","lease":"l","holder":"h"}]}}`,
		},
		{
			"RFC 9457", normalize.Problem(), normalize.Identity(), told,
			`{"type":"https://type.googleapis.com/exceptiontest.lease.HeldUntilTold","title":"Locked","status":423,"detail":"l is held by h until w says so.",` +
				`"reason":"heldUntilTold","domain":"global","lease":"l","holder":"h","who":"w","details":[` +
				`{"@type":"type.googleapis.com/exceptiontest.lease.HeldUntilTold","lease":"l","holder":"h","who":"w"},` +
				`{"@type":"type.googleapis.com/exceptiontest.lease.HeldUntil","lease":"l","holder":"h"},` +
				`{"@type":"type.googleapis.com/exceptiontest.lease.Held","lease":"l","holder":"h"}]}`,
		},
		{
			"fields with the names of members", normalize.Problem(), normalize.Identity(), &base.Ordinary{Message: "m", Reason: "mine", Status: 7, HttpStatus: "h"},
			`{"type":"https://type.googleapis.com/exceptiontest.base.Ordinary","title":"Forbidden","status":403,"detail":"m","reason":"ordinary","domain":"global",` +
				`"message":"m","httpStatus":"h","details":[{"@type":"type.googleapis.com/exceptiontest.base.Ordinary","message":"m","reason":"mine","status":7,"httpStatus":"h"}]}`,
		},
		{
			"no fields", normalize.Problem(), normalize.Identity(), &base.Bare{},
			`{"type":"https://type.googleapis.com/exceptiontest.base.Bare","title":"I'm a teapot","status":418,"reason":"teapot","domain":"global",` +
				`"details":[{"@type":"type.googleapis.com/exceptiontest.base.Bare"}]}`,
		},
		{
			"its own type", normalize.Problem(), normalize.Identity(), &base.BrokenForGood{Times: 1},
			`{"type":"https://test.example.com/errors/broken","title":"Gone","status":410,"detail":"Gone after 1.","reason":"brokenForGood","domain":"good.example.com","times":1,"details":[` +
				`{"@type":"type.googleapis.com/exceptiontest.base.BrokenForGood","times":1},` +
				`{"@type":"type.googleapis.com/exceptiontest.base.BrokenAgain","times":1},{"@type":"type.googleapis.com/exceptiontest.base.Broken"}]}`,
		},
		{
			"values of the metadata", normalize.AIP193(), normalize.Identity(),
			&base.Broken{Name: "\"\n", Kind: 9, Count: -1, Size: 5, Ratio: 0.5, Fixable: true, Item: &base.Item{Name: "x"}},
			`{"error":{"code":409,"message":"\"\n {9}: -1 of 5 in 0.5 and 0, x 0, true.","status":"ABORTED","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"BROKEN","domain":"test.example.com","metadata":{"name":"\"\n","kind":"9","count":"-1","size":"5","ratio":"0.5","fixable":"true"}},` +
				`{"@type":"type.googleapis.com/exceptiontest.base.Broken","name":"\"\n","kind":9,"count":-1,"size":"5","ratio":0.5,"fixable":true,"item":{"name":"x"}}]}}`,
		},
		{
			"a value that is too long for the metadata", normalize.AIP193(), normalize.Identity(), &base.Outer_Innermost{Name: "n", Where: strings.Repeat("w", 1025)},
			`{"error":{"code":409,"message":"There is a n.","status":"ABORTED","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INNER","domain":"global","metadata":{"name":"n"}},` +
				`{"@type":"type.googleapis.com/exceptiontest.base.Outer.Innermost","name":"n","where":"` + strings.Repeat("w", 1025) + `"},` +
				`{"@type":"type.googleapis.com/exceptiontest.base.Outer.Inner","name":"n"}]}}`,
		},
		{
			"a string that is no UTF-8", normalize.AIP193(), normalize.Identity(), &base.Outer_Inner{Name: "\xff"},
			`{"error":{"code":409,"message":"There is a ` + "\ufffd" + `.","status":"ALREADY_EXISTS","details":[` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INNER","domain":"global"}]}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := tt.policy.Verdict(tt.e)
			if got := string(tt.format.Append(nil, &v)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestDeclaredText proves that a policy that replaces the text of an exception
// drops its fields with it.
func TestDeclaredText(t *testing.T) {
	policy, err := normalize.Compile(normalize.Definition{
		Name: "secretive", Raised: []normalize.Rule{{From: 400, To: 499, Keep: true, Message: "No."}},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := policy.Verdict(&base.Outer_Inner{Name: "secret"})
	for _, format := range []normalize.Format{normalize.AIP193(), normalize.Problem()} {
		if body := string(format.Append(nil, &v)); strings.Contains(body, "secret") {
			t.Error(body)
		}
	}
}

// TestDeclaredRPC proves that gRPC and Connect carry the details of AIP-193.
func TestDeclaredRPC(t *testing.T) {
	for _, e := range exceptiontest.All() {
		v := normalize.Identity().Verdict(e)
		var envelope endpointsv1.StatusEnvelope
		if err := protojson.Unmarshal(normalize.AIP193().Append(nil, &v), &envelope); err != nil {
			t.Fatal(err)
		}
		sameDetails(t, envelope.GetError().GetDetails(), v.RPCDetails(true))
	}
}

// FuzzDeclared proves that whatever an exception holds, both formats write JSON
// that reads back as it was.
func FuzzDeclared(f *testing.F) {
	for _, s := range []string{"", "a", `"`, `\`, `\"`, "},{", "]:", "\n\u2028<", "ü\x00", "\xff", strings.Repeat("\\", 33)} {
		f.Add(s, s+"x", int64(len(s)))
	}
	f.Fuzz(func(t *testing.T, a, b string, n int64) {
		for _, e := range []exceptiontest.Exception{
			&base.Outer_Innermost{Name: a, Where: b},
			&base.Every{Maybe: &a, Big: &n, Data: []byte(b), Items: map[string]*base.Item{a: {Name: b}}},
			&base.Ordinary{Message: b, Details: []string{a, b}, Title: a, Errors: []*base.Item{{Name: a, Copies: n}}},
		} {
			v := normalize.Identity().Verdict(e)
			body := normalize.AIP193().Append([]byte("x"), &v)
			var envelope endpointsv1.StatusEnvelope
			if err := protojson.Unmarshal(body[1:], &envelope); err != nil || body[0] != 'x' {
				t.Fatalf("%v in %s", err, body)
			}
			problem := normalize.Problem().Append([]byte("x"), &v)
			if !json.Valid(problem[1:]) || problem[0] != 'x' {
				t.Fatalf("%s", problem)
			}
			if !utf8.ValidString(a) || !utf8.ValidString(b) {
				continue
			}
			sameDetails(t, envelope.GetError().GetDetails()[1:], v.Details)
			sameDetails(t, envelope.GetError().GetDetails(), v.RPCDetails(true))
		}
	})
}
