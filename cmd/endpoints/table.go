package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func newTable() *command {
	flags := flag.NewFlagSet("table", flag.ContinueOnError)
	name := flags.String("policy", "frameworks", "the policy, by `name or file`")
	asJSON := flags.Bool("json", false, "print one JSON object a line")
	return &command{name: "table", summary: "Print a status policy: every raised status, every reply, and nothing.", flags: flags,
		run: func(_ context.Context, out io.Writer, args []string) error {
			if len(args) > 0 {
				return errUsage{fmt.Sprintf("unexpected argument %q", args[0])}
			}
			p, err := loadPolicy(*name)
			if err != nil {
				return err
			}
			if *asJSON {
				return printRows(out, p)
			}
			fmt.Fprint(out, p)
			printFindings(out, p)
			return nil
		}}
}

// The statuses that the table lists: those that HTTP knows.
const firstStatus, lastStatus = 100, 599

// A raisedRow is the answer to an exception; Raised is null for nothing.
type raisedRow struct {
	Raised  *int   `json:"raised"`
	Status  int    `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Domain  string `json:"domain,omitempty"`
	Message string `json:"message,omitempty"`
}

// A repliedRow is the answer to a reply.
type repliedRow struct {
	Replied int    `json:"replied"`
	Status  int    `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Domain  string `json:"domain,omitempty"`
}

// printRows prints the policy for programs.
func printRows(out io.Writer, p *normalize.Policy) error {
	w := bufio.NewWriter(out)
	lines := json.NewEncoder(w)
	for status := firstStatus; status <= lastStatus; status++ {
		a := p.Raised(status)
		if err := lines.Encode(raisedRow{&status, a.Status, a.Reason, a.Domain, a.Message}); err != nil {
			return err
		}
	}
	for status := firstStatus; status <= lastStatus; status++ {
		a := p.Replied(status)
		if err := lines.Encode(repliedRow{status, a.Status, a.Reason, a.Domain}); err != nil {
			return err
		}
	}
	a := p.Nothing()
	if err := lines.Encode(raisedRow{nil, a.Status, a.Reason, a.Domain, a.Message}); err != nil {
		return err
	}
	return w.Flush()
}

// printFindings says what the policy does that surprises clients.
func printFindings(out io.Writer, p *normalize.Policy) {
	for i, finding := range normalize.Lint(p) {
		if i == 0 {
			fmt.Fprintln(out, "\nWorth knowing:")
		}
		fmt.Fprintf(out, "  %s\n", finding)
	}
}
