package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/exceptions"
	"github.com/endpoints-frameworks/endpoints-go/normalize"
)

func newExplain() *command {
	flags := flag.NewFlagSet("explain", flag.ContinueOnError)
	name := flags.String("policy", "frameworks", "the policy, by `name or file`")
	return &command{name: "explain", arguments: "STATUS", summary: "Say what a caller sees of one raised status, and why.", flags: flags,
		run: func(_ context.Context, out io.Writer, args []string) error {
			if len(args) != 1 {
				return errUsage{"want one status, such as 405"}
			}
			status, err := strconv.Atoi(args[0])
			if err != nil {
				return errUsage{fmt.Sprintf("%q is no status: want a number, such as 405", args[0])}
			}
			p, err := loadPolicy(*name)
			if err != nil {
				return err
			}
			explain(out, p, status)
			return nil
		}}
}

// explain prints what becomes of an exception with the given status.
func explain(out io.Writer, p *normalize.Policy, status int) {
	e := exceptions.New(status, "The text of the exception.")
	v := p.Verdict(e)
	fmt.Fprintf(out, "An exception that raises %s, under the policy %q:\n\n", named(status), p.Name())
	fmt.Fprintf(out, "  class      %s\n", className(e))
	fmt.Fprintf(out, "  sent       %s\n", named(v.Status))
	fmt.Fprintf(out, "  reason     %s (unless the exception sets one)\n", v.Reason)
	fmt.Fprintf(out, "  domain     %s (unless the exception sets one)\n", v.Domain)
	fmt.Fprintf(out, "  gRPC code  %s (of the class; no policy changes it)\n", v.Code)
	explainStreams(out, &v)
	answer := p.Raised(status)
	if because := answer.Because(); because != "" {
		fmt.Fprintf(out, "  because    %s\n", because)
	}
	if rule, ok := answer.Rule(); ok {
		fmt.Fprintf(out, "  rule       %s\n", rule)
	}
	fmt.Fprint(out, "\nIn every error format:\n")
	for name, format := range normalize.Formats() {
		fmt.Fprintf(out, "\n  %s (%s)\n", name, format.ContentType())
		if !normalize.BodyAllowed(v.Status) {
			fmt.Fprintln(out, "    no body: this status cannot have one")
			continue
		}
		fmt.Fprintf(out, "    %s\n", format.Append(nil, &v))
	}
}

// explainStreams prints what the protocols say that have no status to send.
func explainStreams(out io.Writer, v *normalize.Verdict) {
	connect := strings.ToLower(v.Code.String())
	if v.Code == exceptions.CodeCancelled {
		connect = "canceled" // so spelled there
	}
	fmt.Fprintf(out, "  Connect    %s\n", connect)
	fmt.Fprintf(out, "  WebSocket  closes with %d, or %d by status\n", websocket.CloseCode(v), websocket.StatusCloseCode(v))
	event, again := "the event \"error\"", "no"
	if class, ok := exceptions.ClassByStatus(v.Raised); ok && class.Retryable {
		event, again = event+" with retry", "yes"
	}
	level := slog.LevelWarn
	if v.Raised >= 500 {
		level = slog.LevelError
	}
	fmt.Fprintf(out, "  SSE        %s\n", event)
	fmt.Fprintf(out, "  retryable  %s\n", again)
	fmt.Fprintf(out, "  log level  %s (unless the exception sets one)\n", level)
}

// named is a status with its phrase.
func named(status int) string {
	if phrase := http.StatusText(status); phrase != "" {
		return fmt.Sprintf("%d %s", status, phrase)
	}
	return strconv.Itoa(status)
}

func className(e exceptions.ServiceException) string {
	if class := exceptions.Describe(e).Class; class != nil {
		return class.Name
	}
	return "none: only a status"
}
