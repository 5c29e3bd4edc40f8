package normalize

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// The ends of a range that has no bound.
const (
	Lowest  = math.MinInt
	Highest = math.MaxInt
)

// Statuses that a policy tells apart: those below minStatus share one answer,
// as do those above maxStatus.
const (
	minStatus = 0
	maxStatus = 999
)

// Statuses that a rule may name as its target, and the highest that it may
// keep. net/http refuses to send more than three digits, and RFC 9110 section
// 15 knows five classes; 600 to 999 is kept for the servers that used them.
const (
	minTarget = 200
	maxTarget = 599
	maxKept   = 999
)

// A Rule says what becomes of the statuses of one range.
type Rule struct {
	// From and To are the ends of the range, both included, each 0 to 999 or
	// open: [Lowest], [Highest]. A To of 0 means From, so that a rule for one
	// status need not say it twice.
	From, To int
	// Status is what is sent instead, 200 to 599. It is 0 if Keep is set.
	Status int
	// Keep says that the status stays what it is. A status that is kept must be
	// within 200 to 999.
	Keep bool
	// Reason and Domain are those of an exception that names none. Empty: the
	// usual reason of the status that is sent, and "global".
	Reason, Domain string
	// Message is sent instead of the exception's own text. Empty: it is kept.
	Message string
	// DropMessage says that the exception's own text is not sent even if there
	// is no Message to take its place.
	DropMessage bool
	// Because says for people why the rule is there.
	Because string
}

// String returns the rule in one line, such as "405 -> 501 unsupportedMethod".
func (r Rule) String() string {
	r = r.normal()
	target := "keep"
	switch {
	case !r.Keep && r.Status == 0:
		target = "?" // no rule of a policy, but one that is wrong
	case !r.Keep:
		target = strconv.Itoa(r.Status)
	}
	s := spanText(r.From, r.To) + " -> " + target
	if r.Reason != "" {
		s += " " + r.Reason
	}
	return s
}

// normal returns r with both ends of its range filled in.
func (r Rule) normal() Rule {
	if r.To == 0 && r.From > 0 {
		r.To = r.From
	}
	return r
}

// spanText says a range in words.
func spanText(from, to int) string {
	switch {
	case from == Lowest && to == Highest:
		return "any"
	case from == Lowest:
		return "up to " + strconv.Itoa(to)
	case to == Highest:
		return strconv.Itoa(from) + " and above"
	case from == to:
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + " to " + strconv.Itoa(to)
}

// check returns everything that is wrong with the rule by itself.
func (r Rule) check() (wrong []error) {
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if r.From != Lowest && (r.From < minStatus || r.From > maxStatus) {
		fail("from is %d: a range begins at 0 to 999 or has no lower end", r.From)
	}
	if r.To != Highest && (r.To < minStatus || r.To > maxStatus) {
		fail("to is %d: a range ends at 0 to 999 or has no upper end", r.To)
	}
	if len(wrong) == 0 && r.To < r.From {
		fail("the range ends before it begins")
	}
	switch {
	case r.Keep && r.Status != 0:
		fail("it both keeps the status and sets it to %d", r.Status)
	case !r.Keep && r.Status == 0:
		fail("it says neither which status is sent nor that the status is kept")
	case !r.Keep && (r.Status < minTarget || r.Status > maxTarget):
		fail("status is %d: it must be 200 to 599", r.Status)
	}
	for _, err := range []error{checkToken("reason", r.Reason), checkToken("domain", r.Domain), checkText("message", r.Message)} {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	return wrong
}

// checkToken reports a constant for programs that holds spaces or controls.
func checkToken(what, s string) error {
	if err := checkText(what, s); err != nil {
		return err
	}
	for _, c := range s {
		if unicode.IsSpace(c) || unicode.IsControl(c) {
			return fmt.Errorf("%s %q holds white space or control characters", what, s)
		}
	}
	return nil
}

// checkText reports a text that is not UTF-8.
func checkText(what, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s %q is not valid UTF-8", what, s)
	}
	return nil
}

// phrase returns the text of a status for people: the registered phrase, or
// the number where there is none.
func phrase(status int) string {
	if s := http.StatusText(status); s != "" {
		return s
	}
	if status == statusClientClosedRequest {
		return "Client Closed Request"
	}
	return "Status " + strconv.Itoa(status)
}
