package catalog

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes the catalog for programs.
func (c *Catalog) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(c)
}

// WriteText writes the catalog for a terminal.
func (c *Catalog) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "Statuses under the policy %q.\n", c.Policy)
	for _, s := range c.Services {
		fmt.Fprintf(w, "\n%s\n", s.Name)
		for _, m := range s.Methods {
			fmt.Fprintf(w, "\n  %s  %s\n", m.Name, m.HTTP)
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintf(t, "    %s\n", s.success(m.Reply))
			for _, e := range m.Exceptions {
				fmt.Fprintf(t, "    %s\t%s\t%s", e.status(), e.Reason, s.line(e))
				if e.Message != "" {
					fmt.Fprintf(t, "\t%s", e.Message)
				}
				fmt.Fprintln(t)
			}
			if err := t.Flush(); err != nil {
				return err
			}
			if len(m.Exceptions) == 0 {
				fmt.Fprintln(w, "    declares no exceptions")
			}
		}
	}
	return nil
}

// WriteMarkdown writes the catalog as a page with a table for each service.
func (c *Catalog) WriteMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "# Replies and exceptions\n\nHow the methods answer: their reply, and what they declare to raise, with the status that is raised and the one that\na caller sees under the policy `%s`.\n", c.Policy)
	for _, s := range c.Services {
		fmt.Fprintf(w, "\n## %s\n\n| method | reply or exception | raised | sent | reason | gRPC code | message |\n| --- | --- | --- | --- | --- | --- | --- |\n", s.Name)
		for _, m := range s.Methods {
			method := cell(m.Name)
			if m.HTTP != "" {
				method += "<br>" + code(m.HTTP)
			}
			fmt.Fprintf(w, "| %s | %s | | %d | | | %s |\n", method, cell(s.replyLine(m.Reply)), m.Reply.Status, cell(m.Reply.headers()))
			if len(m.Exceptions) == 0 {
				fmt.Fprint(w, "| | none declared | | | | | |\n")
			}
			for _, e := range m.Exceptions {
				retry := ""
				if e.Retryable {
					retry = ", retryable"
				}
				fmt.Fprintf(w, "|  | %s | %d | %d | %s | %s%s | %s |\n",
					cell(s.line(e)), e.Raised, e.Sent, code(e.Reason), e.Code, retry, cell(e.Message))
			}
		}
	}
	return nil
}

// status returns what becomes of the status: "409", or "405 -> 501".
func (e Exception) status() string {
	if e.Raised == e.Sent {
		return strconv.Itoa(e.Raised)
	}
	return fmt.Sprintf("%d -> %d", e.Raised, e.Sent)
}

// line returns the class with all that it extends, without the package where it
// is that of the service.
func (s Service) line(e Exception) string {
	dot := strings.LastIndexByte(s.Name, '.')
	names := append([]string{e.Class}, e.Extends...)
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], s.Name[:dot+1])
	}
	return strings.Join(names, " < ")
}

// cell returns a text as it is in a cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "&", "&amp;", "\n", " ", "*", "\\*", "_", "\\_", "`", "\\`", "[", "\\[",
	).Replace(text)
}

// code returns a text that stands in a cell as code.
func code(text string) string { return "`" + strings.ReplaceAll(text, "|", "\\|") + "`" }
