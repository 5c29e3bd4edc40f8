package normalize_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func TestCompileRefuses(t *testing.T) {
	keep := func(from, to int) normalize.Rule { return normalize.Rule{From: from, To: to, Keep: true} }
	send := func(from, to, status int) normalize.Rule {
		return normalize.Rule{From: from, To: to, Status: status}
	}
	tests := []struct {
		name string
		d    normalize.Definition
		want []string
	}{
		{"no name", normalize.Definition{}, []string{"the policy has no name"}},
		{"bad name", normalize.Definition{Name: "My policy"}, []string{"a name is made of"}},
		{"name begins with a digit", normalize.Definition{Name: "1st"}, []string{"a name is made of"}},
		{"target too low", normalize.Definition{Name: "x", Raised: []normalize.Rule{send(404, 0, 199)}},
			[]string{"raised rule 1 (404 -> 199): status is 199: it must be 200 to 599"}},
		{"target too high", normalize.Definition{Name: "x", Replied: []normalize.Rule{send(404, 0, 600)}},
			[]string{"replied rule 1 (404 -> 600): status is 600: it must be 200 to 599"}},
		{"no target", normalize.Definition{Name: "x", Raised: []normalize.Rule{{From: 404}}}, []string{"neither which status is sent nor"}},
		{"two targets", normalize.Definition{Name: "x", Raised: []normalize.Rule{{From: 404, Status: 404, Keep: true}}},
			[]string{"both keeps the status and sets it to 404"}},
		{"from out of range", normalize.Definition{Name: "x", Raised: []normalize.Rule{send(-5, 10, 400)}}, []string{"from is -5"}},
		{"to out of range", normalize.Definition{Name: "x", Raised: []normalize.Rule{send(500, 1200, 503)}}, []string{"to is 1200"}},
		{"backwards", normalize.Definition{Name: "x", Raised: []normalize.Rule{send(499, 400, 503)}}, []string{"ends before it begins"}},
		{"all that is wrong with a rule, each with its rule", normalize.Definition{Name: "x", Raised: []normalize.Rule{{From: 500, To: 400, Reason: "a b"}}},
			[]string{
				"raised rule 1 (500 to 400 -> ? a b): the range ends before it begins\n",
				"raised rule 1 (500 to 400 -> ? a b): it says neither which status is sent nor that the status is kept\n",
				`raised rule 1 (500 to 400 -> ? a b): reason "a b" holds white space or control characters`,
			}},
		{"keeps what cannot be sent", normalize.Definition{Name: "x", Raised: []normalize.Rule{keep(100, 599)}},
			[]string{"it would keep 100, which cannot be sent"}},
		{"keeps what is negative", normalize.Definition{Name: "x", Raised: []normalize.Rule{keep(normalize.Lowest, 599)}},
			[]string{"it would keep negative statuses"}},
		{"keeps what is above", normalize.Definition{Name: "x", Raised: []normalize.Rule{keep(200, normalize.Highest)}},
			[]string{"it would keep statuses above 999"}},
		{"shadowed", normalize.Definition{Name: "x", Raised: []normalize.Rule{send(400, 499, 404), send(404, 0, 410)}},
			[]string{"raised rule 2 (404 -> 410): it can never apply: rule 1 (400 to 499 -> 404) answers first"}},
		{"shadowed by two", normalize.Definition{Name: "x", Raised: []normalize.Rule{send(400, 450, 404), send(451, 499, 404), keep(440, 460)}},
			[]string{"raised rule 3 (440 to 460 -> keep): it can never apply: rule 1 (400 to 450 -> 404) and rule 2 (451 to 499 -> 404) answer first"}},
		{"reason with a space", normalize.Definition{Name: "x", Raised: []normalize.Rule{{From: 404, Keep: true, Reason: "not found"}}},
			[]string{`reason "not found" holds white space`}},
		{"message not UTF-8", normalize.Definition{Name: "x", Raised: []normalize.Rule{{From: 404, Keep: true, Message: "\xff"}}},
			[]string{"not valid UTF-8"}},
		{"nothing out of range", normalize.Definition{Name: "x", Nothing: normalize.Answer{Status: 100}}, []string{"nothing: status is 100"}},
		{"too many", normalize.Definition{Name: "x", Raised: make([]normalize.Rule, 2000)}, []string{"raised: 2000 rules are too many"}},
		{"all at once", normalize.Definition{Name: "X", Raised: []normalize.Rule{{From: 404}, send(405, 0, 99)}, Nothing: normalize.Answer{Status: 7}},
			[]string{"a name is made of", "raised rule 1", "raised rule 2", "nothing: status is 7"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := normalize.Compile(tt.d)
			if err == nil || p != nil {
				t.Fatalf("Compile = %v, %v", p, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %q, want it to say %q", err, want)
				}
			}
		})
	}
}

func TestCompile(t *testing.T) {
	p, err := normalize.Compile(normalize.Definition{
		Name: "gateway",
		Raised: []normalize.Rule{
			{From: normalize.Lowest, To: 199, Status: 500},
			{From: 429, Keep: true, Message: "Slow down."},
			{From: 418, Status: 404, Reason: "noCoffee", Domain: "kitchen"},
			{From: normalize.Lowest, To: 499, Keep: true, DropMessage: true},
		},
		Replied: []normalize.Rule{{From: 302, Status: 404}, {From: 201, Status: 200}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		got  normalize.Answer
		want string
		rule string
	}{
		{"below", p.Raised(-9), "500 internalError global kept", "up to 199 -> 500"},
		{"first match wins", p.Raised(429), "429 rateLimitExceeded global Slow down.", "429 -> keep"},
		{"own reason and domain", p.Raised(418), "404 noCoffee kitchen kept", "418 -> 404 noCoffee"},
		{"dropped", p.Raised(409), "409 conflict global dropped", "up to 499 -> keep"},
		{"no rule", p.Raised(502), "500 internalError global kept", ""},
		{"replied with a rule", p.Replied(302), "404 notFound global kept", "302 -> 404"},
		{"replied, success to success", p.Replied(201), "200   kept", "201 -> 200"},
		{"replied without a rule", p.Replied(204), "204   kept", ""},
		{"replied as raised", p.Replied(409), "409 conflict global dropped", "up to 499 -> keep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := answerText(tt.got); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			rule, ok := tt.got.Rule()
			if ok != (tt.rule != "") || ok && rule.String() != tt.rule {
				t.Errorf("decided by %v, %v, want %q", rule, ok, tt.rule)
			}
		})
	}
}

// answerText says an answer in one line.
func answerText(a normalize.Answer) string {
	text := "kept"
	switch {
	case a.Message != "":
		text = a.Message
	case !a.MessageKept():
		text = "dropped"
	}
	return strings.Join([]string{strconv.Itoa(a.Status), a.Reason, a.Domain, text}, " ")
}

func TestSpans(t *testing.T) {
	var got []string
	for s := range normalize.Frameworks().RaisedSpans() {
		got = append(got, fmt.Sprintf("%d..%d %v %s", s.From, s.To, s.Kept, answerText(s.Answer)))
	}
	if len(got) != 16 || !strings.HasSuffix(got[0], "..399 false 404 unsupportedProtocol global kept") {
		t.Errorf("%d spans:\n%s", len(got), strings.Join(got, "\n"))
	}
}

func TestRuleString(t *testing.T) {
	tests := []struct {
		rule normalize.Rule
		want string
	}{
		{normalize.Rule{From: 405, Status: 501, Reason: "unsupportedMethod"}, "405 -> 501 unsupportedMethod"},
		{normalize.Rule{From: 400, To: 499, Keep: true}, "400 to 499 -> keep"},
		{normalize.Rule{From: 500, To: normalize.Highest, Status: 503}, "500 and above -> 503"},
		{normalize.Rule{From: normalize.Lowest, Status: 404}, "up to 0 -> 404"},
		{normalize.Rule{From: normalize.Lowest, To: normalize.Highest, Status: 404}, "any -> 404"},
	}
	for _, tt := range tests {
		if got := tt.rule.String(); got != tt.want {
			t.Errorf("String() = %q, want %q", got, tt.want)
		}
	}
}

func TestDefinitionIsTheCallers(t *testing.T) {
	rules := []normalize.Rule{{From: 404, Status: 410}}
	p, err := normalize.Compile(normalize.Definition{Name: "x", Raised: rules})
	if err != nil {
		t.Fatal(err)
	}
	rules[0].Status = 500
	p.Definition().Raised[0].Reason = "changed"
	if a := p.Raised(404); a.Status != 410 || p.Definition().Raised[0].Reason != "" {
		t.Errorf("the policy changed with what it was made from: %+v", a)
	}
}
