package normalize

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Definition is what a [Policy] is compiled from. It is the same as the
// message endpoints.v1.Policy.
type Definition struct {
	// Name is that of the policy: lower-case letters, digits and hyphens, a
	// letter first.
	Name string
	// Description says for people what the policy is for.
	Description string
	// Raised are the rules for exceptions. The first whose range holds the
	// status decides; a status that no rule holds becomes 500.
	Raised []Rule
	// Replied are the rules for what handlers reply with. A status that no rule
	// holds stays if it is 2xx, and is answered as if it had been raised
	// otherwise.
	Replied []Rule
	// Nothing is the answer to neither a reply nor an error. A Status of 0
	// means 204.
	Nothing Answer
	// UnknownMessage is the text that a caller reads of an error that is no
	// exception. Empty: the phrase of the status that is sent.
	UnknownMessage string
}

// Compile returns the policy of a definition. The error names everything that
// is wrong at once, see [errors.Join]: a target outside 200 to 599, a status
// that is kept but cannot be sent, a rule that can never apply because earlier
// rules hold its whole range.
func Compile(d Definition) (*Policy, error) {
	d.Raised, d.Replied = normalRules(d.Raised), normalRules(d.Replied)
	p := &Policy{definition: d}
	err := errors.Join(
		checkName(d.Name),
		checkText("description", d.Description),
		checkText("unknown message", d.UnknownMessage),
		compileNothing(p),
		compileTable(&p.raised, "raised", p.definition.Raised),
		compileTable(&p.replied, "replied", p.definition.Replied),
	)
	if err != nil {
		return nil, fmt.Errorf("policy %q: %w", d.Name, err)
	}
	fillRaised(&p.raised)
	fillReplied(&p.replied, &p.raised)
	return p, nil
}

func normalRules(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i] = rules[i].normal()
	}
	return rules
}

func checkName(name string) error {
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return errors.New("a name is made of lower-case letters, digits and hyphens, with a letter first")
		}
	}
	if name == "" {
		return errors.New("the policy has no name")
	}
	return nil
}

func compileNothing(p *Policy) error {
	a := p.definition.Nothing
	a.rule = nil
	if a.Status == 0 {
		a.Status = 204
	}
	var err error
	if a.Status < minTarget || a.Status > maxTarget {
		err = fmt.Errorf("nothing: status is %d: it must be 200 to 599", a.Status)
	}
	if a.Status >= 400 {
		a = withUsual(a)
	}
	p.nothing, p.definition.Nothing = a, a
	return errors.Join(err, checkToken("nothing: reason", a.Reason), checkToken("nothing: domain", a.Domain),
		checkText("nothing: message", a.Message))
}

// withUsual returns a with reason and domain filled in.
func withUsual(a Answer) Answer {
	if a.Reason == "" {
		a.Reason = usualReason(a.Status)
	}
	if a.Domain == "" {
		a.Domain = DefaultDomain
	}
	return a
}

// compileTable lets each rule take the slots of its range that no earlier rule
// took.
func compileTable(t *table, question string, rules []Rule) error {
	if len(rules) > len(t) {
		return fmt.Errorf("%s: %d rules are too many: no more than %d can ever apply", question, len(rules), len(t))
	}
	var errs []error
	var owner [len(t)]int // 1-based; 0: none
	for i := range rules {
		r := &rules[i]
		fail := func(err error) {
			if err != nil {
				errs = append(errs, fmt.Errorf("%s rule %d (%v): %w", question, i+1, r, err))
			}
		}
		if wrong := r.check(); len(wrong) > 0 {
			for _, err := range wrong {
				fail(err)
			}
			continue
		}
		shadows, taken := []int(nil), []int(nil)
		for s := slot(r.From); s <= slot(r.To); s++ {
			if owner[s] == 0 {
				owner[s] = i + 1
				taken = append(taken, s)
			} else if !slices.Contains(shadows, owner[s]) {
				shadows = append(shadows, owner[s])
			}
		}
		if len(taken) == 0 {
			fail(shadowed(rules, shadows))
			continue
		}
		fail(t.take(r, taken, question == "raised"))
	}
	return errors.Join(errs...)
}

// shadowed names the rules that hold the whole range of another.
func shadowed(rules []Rule, shadows []int) error {
	var names []string
	for _, i := range shadows {
		names = append(names, fmt.Sprintf("rule %d (%v)", i, &rules[i-1]))
	}
	verb := " answers"
	if len(names) > 1 {
		verb = " answer"
	}
	return errors.New("it can never apply: " + strings.Join(names, " and ") + verb + " first")
}

// take writes the answers of r into its slots.
func (t *table) take(r *Rule, slots []int, raised bool) error {
	base := Answer{Status: r.Status, Reason: r.Reason, Domain: r.Domain, Message: r.Message, rule: r}
	var shared *Answer
	for _, s := range slots {
		if shared != nil && !r.Keep {
			t[s] = shared
			continue
		}
		a := base
		if r.Keep {
			if a.Status = s - 1; a.Status < minTarget || a.Status > maxKept {
				return fmt.Errorf("it would keep %s, which cannot be sent: only 200 to 999 can, so a rule before it must map the others",
					slotText(s))
			}
		}
		if raised || a.Status >= 400 {
			a = withUsual(a)
		}
		shared = &a
		t[s] = shared
	}
	return nil
}

func slotText(s int) string {
	switch s - 1 {
	case minStatus - 1:
		return "negative statuses"
	case maxStatus + 1:
		return "statuses above 999"
	}
	return fmt.Sprint(s - 1)
}

// fillRaised answers what no rule holds.
func fillRaised(t *table) {
	rest := withUsual(Answer{Status: 500})
	for i, a := range t {
		if a == nil {
			t[i] = &rest
		}
	}
}

// fillReplied answers what no rule holds.
func fillReplied(t, raised *table) {
	for i, a := range t {
		if a != nil {
			continue
		}
		if status := i - 1; status >= 200 && status <= 299 {
			t[i] = &Answer{Status: status}
		} else {
			t[i] = raised[i]
		}
	}
}
