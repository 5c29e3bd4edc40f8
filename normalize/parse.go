package normalize

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"

	endpointsv1 "github.com/endpoints-frameworks/endpoints-go/gen/endpoints/v1"
)

// Parse reads a policy that is written as the message endpoints.v1.Policy, in
// the protobuf text format or as JSON; what begins with a brace is JSON. A text
// that cannot be read gives a [*ParseError]; one that can, but is no policy, the
// error of [Compile].
func Parse(data []byte) (*Policy, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	m := &endpointsv1.Policy{}
	var err error
	if isJSON := bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")); isJSON {
		err = protojson.Unmarshal(data, m)
	} else {
		err = prototext.Unmarshal(data, m)
	}
	if err != nil {
		return nil, parseError(err)
	}
	return FromProto(m)
}

// A ParseError says where a policy cannot be read.
type ParseError struct {
	// Line and Column are the place, both from 1; 0 if it is not known.
	Line, Column int
	problem      string
}

// Error returns the place and what is wrong there. The wording is not stable.
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return "policy: " + e.problem
	}
	return fmt.Sprintf("policy: line %d, column %d: %s", e.Line, e.Column, e.problem)
}

// place is how the readers of package protobuf say where an error is.
var place = regexp.MustCompile(`\(line (\d+):(\d+)\):? ?`)

// parseError takes the place out of the text of err; package protobuf has it
// nowhere else.
func parseError(err error) error {
	// After the prefix comes a blank, or at random one that does not break.
	text := strings.TrimLeft(strings.TrimPrefix(err.Error(), "proto:"), " \u00a0")
	e := &ParseError{problem: text}
	if at := place.FindStringSubmatchIndex(text); at != nil {
		e.Line, _ = strconv.Atoi(text[at[2]:at[3]])
		e.Column, _ = strconv.Atoi(text[at[4]:at[5]])
		e.problem = text[:at[0]] + text[at[1]:]
	}
	return e
}

// FromProto returns the policy of a message. The error is that of [Compile].
func FromProto(m *endpointsv1.Policy) (*Policy, error) {
	raised, err := rulesOf("raised", m.GetRaised())
	replied, err2 := rulesOf("replied", m.GetReplied())
	d := Definition{
		Name:           m.GetName(),
		Description:    m.GetDescription(),
		Raised:         raised,
		Replied:        replied,
		UnknownMessage: m.GetUnknownMessage(),
	}
	if n := m.GetNothing(); n != nil {
		d.Nothing = Answer{Status: int(n.GetStatus()), Reason: n.GetReason(), Domain: n.GetDomain(), Message: n.GetMessage()}
		if n.GetStatus() == 0 {
			err = errors.Join(err, errors.New("nothing: no status"))
		}
	}
	if err = errors.Join(err, err2); err != nil {
		_, more := Compile(d)
		return nil, errors.Join(fmt.Errorf("policy %q: %w", d.Name, err), more)
	}
	return Compile(d)
}

func rulesOf(question string, ms []*endpointsv1.Policy_Rule) ([]Rule, error) {
	var errs []error
	rules := make([]Rule, len(ms))
	for i, m := range ms {
		r := Rule{
			From: Lowest, To: Highest,
			Reason: m.GetReason(), Domain: m.GetDomain(),
			Message: m.GetMessage(), DropMessage: m.GetDropMessage(),
			Because: m.GetBecause(),
		}
		if m.From != nil {
			r.From = int(m.GetFrom())
		}
		if m.To != nil {
			r.To = int(m.GetTo())
		}
		switch target := m.GetTarget().(type) {
		case *endpointsv1.Policy_Rule_Status:
			r.Status = int(target.Status)
		case *endpointsv1.Policy_Rule_Keep:
			if r.Keep = target.Keep; !r.Keep {
				errs = append(errs, fmt.Errorf("%s rule %d: keep is false: say which status is sent instead", question, i+1))
			}
		}
		rules[i] = r
	}
	return rules, errors.Join(errs...)
}

// Proto returns the policy as a message, from which [FromProto] makes an equal
// policy. The caller owns it.
func (p *Policy) Proto() *endpointsv1.Policy {
	n := p.definition.Nothing
	return &endpointsv1.Policy{
		Name:        p.definition.Name,
		Description: p.definition.Description,
		Raised:      protoRules(p.definition.Raised),
		Replied:     protoRules(p.definition.Replied),
		Nothing: &endpointsv1.Policy_Answer{
			Status: int32(n.Status), Reason: n.Reason, Domain: n.Domain, Message: n.Message,
		},
		UnknownMessage: p.definition.UnknownMessage,
	}
}

func protoRules(rules []Rule) []*endpointsv1.Policy_Rule {
	ms := make([]*endpointsv1.Policy_Rule, len(rules))
	for i, r := range rules {
		m := &endpointsv1.Policy_Rule{
			Reason: r.Reason, Domain: r.Domain,
			Message: r.Message, DropMessage: r.DropMessage,
			Because: r.Because,
		}
		if r.From != Lowest {
			m.From = new(int32(r.From))
		}
		if r.To != Highest {
			m.To = new(int32(r.To))
		}
		if r.Keep {
			m.Target = &endpointsv1.Policy_Rule_Keep{Keep: true}
		} else {
			m.Target = &endpointsv1.Policy_Rule_Status{Status: int32(r.Status)}
		}
		ms[i] = m
	}
	return ms
}
