package normalize

import (
	"iter"
	"slices"
)

// A Policy says what a caller sees. It answers three questions: for a status
// that was raised ([Policy.Raised]), for one that a handler replied with
// ([Policy.Replied]), and for a handler that had nothing to say
// ([Policy.Nothing]). Every int is in its domain.
//
// Policies come from [Compile], [Parse] or [ByName]. They are never changed
// after that, so that they are safe for concurrent use. An answer costs one
// look-up in an array and no allocation.
type Policy struct {
	definition Definition
	raised     table
	replied    table
	nothing    Answer
}

// An Answer is what a policy says about one status.
type Answer struct {
	// Status is what is sent.
	Status int
	// Reason and Domain are those of an exception that names none. They are
	// never empty in the answer for a raised status; for what a handler replied
	// they are empty if the status that is sent is below 400.
	Reason, Domain string
	// Message replaces the text of the exception. Empty: it is kept or dropped,
	// see [Answer.MessageKept].
	Message string

	// Eight words in all: a ninth doubles what it costs to return one.
	rule *Rule
}

// MessageKept says that the caller reads the exception's own text.
func (a Answer) MessageKept() bool {
	return a.Message == "" && (a.rule == nil || !a.rule.DropMessage)
}

// Rule returns the rule that decided. It is false if none did: if the policy
// has no rule for the status, or the answer is that to nothing.
func (a Answer) Rule() (Rule, bool) {
	if a.rule == nil {
		return Rule{}, false
	}
	return *a.rule, true
}

// Because says for people why the answer is what it is; empty if the rule does
// not say.
func (a Answer) Because() string {
	if a.rule == nil {
		return ""
	}
	return a.rule.Because
}

// A table holds the answer to every status. The first slot is that of all
// statuses below 0, the last that of all above 999.
type table [maxStatus + 3]*Answer

// slot returns the index of a status; it is total.
func slot(status int) int { return min(max(status, minStatus-1), maxStatus+1) + 1 }

// Raised returns what a caller sees of an exception with the given status.
func (p *Policy) Raised(status int) Answer { return *p.raised[slot(status)] }

// Replied returns what a caller sees of a reply that a handler gave the given
// status.
func (p *Policy) Replied(status int) Answer { return *p.replied[slot(status)] }

// Nothing returns what a caller sees of a handler that returned neither a
// reply nor an error.
func (p *Policy) Nothing() Answer { return p.nothing }

// Name returns the policy's name, such as "frameworks".
func (p *Policy) Name() string { return p.definition.Name }

// Description returns what the policy is for, in a sentence or two.
func (p *Policy) Description() string { return p.definition.Description }

// UnknownMessage returns the text that a caller reads of an error that is no
// exception. Empty: the phrase of the status that is sent.
func (p *Policy) UnknownMessage() string { return p.definition.UnknownMessage }

// Definition returns what the policy was compiled from, with both ends of each
// range filled in. The caller owns it.
func (p *Policy) Definition() Definition {
	d := p.definition
	d.Raised = slices.Clone(d.Raised)
	d.Replied = slices.Clone(d.Replied)
	return d
}

// A Span is a range of statuses that are answered alike: by one rule, with the
// same status (or each with its own), reason, domain and text.
type Span struct {
	// From and To are the ends, both included; [Lowest] and [Highest] where
	// there is none.
	From, To int
	// Kept says that each status stays what it is. Otherwise Answer.Status is
	// sent.
	Kept bool
	// Answer is that of the first status of the span; of the last one if the
	// span has no lower end.
	Answer Answer
}

// RaisedSpans returns the answers to all raised statuses in ascending order,
// as few spans as possible.
func (p *Policy) RaisedSpans() iter.Seq[Span] { return p.raised.spans() }

// RepliedSpans is as [Policy.RaisedSpans], for what handlers replied with.
func (p *Policy) RepliedSpans() iter.Seq[Span] { return p.replied.spans() }

func (t *table) spans() iter.Seq[Span] {
	return func(yield func(Span) bool) {
		current := t.span(0)
		for i := 1; i < len(t); i++ {
			next := t.span(i)
			if joined, ok := join(current, next); ok {
				current = joined
				continue
			}
			if !yield(current) {
				return
			}
			current = next
		}
		yield(current)
	}
}

// span returns the slot i as a span of its own.
func (t *table) span(i int) Span {
	status := i - 1
	a := t[i]
	kept := a.Status == status && status <= 299 // what no rule holds, see fillReplied
	if a.rule != nil {
		kept = a.rule.Keep
	}
	s := Span{From: status, To: status, Kept: kept, Answer: *a}
	if i == 0 {
		s.From = Lowest
	}
	if i == len(t)-1 {
		s.To = Highest
	}
	return s
}

// join returns the two neighbours as one span if they are answered alike.
func join(a, b Span) (Span, bool) {
	x, y := a.Answer, b.Answer
	if a.Kept != b.Kept || !a.Kept && x.Status != y.Status {
		return a, false
	}
	x.Status, y.Status = 0, 0
	if x != y {
		return a, false
	}
	a.To = b.To
	return a, true
}
