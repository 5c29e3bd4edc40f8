package normalize

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// String returns the policy as the table that the documentation shows, for
// terminals: each range of statuses with what is sent, its reason, domain and
// text, and why.
func (p *Policy) String() string {
	rows := p.rows()
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	b.WriteString(p.title())
	for _, row := range rows {
		b.WriteByte('\n')
		blanks := 0 // written only where something follows
		for i, cell := range row {
			if cell != "" {
				b.WriteString(strings.Repeat(" ", blanks))
				b.WriteString(cell)
				blanks = 0
			}
			blanks += widths[i] - utf8.RuneCountInString(cell) + 2
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// Markdown returns the same table in Markdown, without the title.
func (p *Policy) Markdown() string {
	escape := strings.NewReplacer("|", `\|`, "<", "&lt;", "&", "&amp;")
	var b strings.Builder
	for i, row := range p.rows() {
		for _, cell := range row {
			b.WriteString("| ")
			b.WriteString(escape.Replace(cell))
			b.WriteByte(' ')
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	return b.String()
}

func (p *Policy) title() string {
	if p.definition.Description == "" {
		return "policy " + p.definition.Name + "\n"
	}
	return "policy " + p.definition.Name + ": " + oneLine(p.definition.Description) + "\n"
}

// rows returns the cells of the table, its heading first. What handlers reply
// with is left to one line where it is answered as if it had been raised.
func (p *Policy) rows() [][]string {
	rows := [][]string{{"status", "sent", "reason", "domain", "text", "because"}}
	for s := range p.RaisedSpans() {
		rows = append(rows, answerRow("raised", s))
	}
	for _, part := range p.repliedParts() {
		if part.asRaised {
			rows = append(rows, []string{"replied " + spanText(part.From, part.To), "as raised", "", "", "", ""})
			continue
		}
		rows = append(rows, answerRow("replied", part.Span))
	}
	nothing := answerRow("", Span{Answer: p.nothing})
	nothing[0] = "nothing"
	return append(rows, nothing)
}

// A repliedPart is a span, or a range in which all statuses are answered as if
// they had been raised.
type repliedPart struct {
	Span
	asRaised bool
}

func (p *Policy) repliedParts() []repliedPart {
	var parts []repliedPart
	for i := range p.replied {
		next := repliedPart{p.replied.span(i), p.replied[i] == p.raised[i]}
		if last := len(parts) - 1; last >= 0 && parts[last].asRaised == next.asRaised {
			if next.asRaised {
				parts[last].To = next.To
				continue
			}
			if joined, ok := join(parts[last].Span, next.Span); ok {
				parts[last].Span = joined
				continue
			}
		}
		parts = append(parts, next)
	}
	return parts
}

func answerRow(question string, s Span) []string {
	a := s.Answer
	sent, text := strconv.Itoa(a.Status), ""
	if s.Kept && s.From != s.To {
		sent = "the same"
	}
	switch {
	case a.Reason == "": // a success has none
	case a.Message != "":
		text = strconv.Quote(a.Message)
	case a.MessageKept():
		text = "kept"
	default:
		text = "dropped"
	}
	return []string{question + " " + spanText(s.From, s.To), sent, a.Reason, a.Domain, text, oneLine(a.Because())}
}

// oneLine returns s with blanks where it has line breaks and other controls.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
