// The command endpoints serves the example API, and shows what status policies
// do and which exceptions APIs declare.
//
//	endpoints serve                 serve the example, the Library API
//	endpoints serve --app agentcore serve an AgentCore entrypoint
//	endpoints table                 print a status policy as a table
//	endpoints explain 405           say what a caller sees of one raised status
//	endpoints catalog               list the exceptions that methods declare
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// A command is one verb of the command line.
type command struct {
	name, arguments, summary string
	// run gets the arguments that are no flags.
	run func(ctx context.Context, out io.Writer, args []string) error
	// flags declares the flags of the command.
	flags *flag.FlagSet
}

// errUsage says that the command line is wrong; what is wrong is in the text.
type errUsage struct{ text string }

func (e errUsage) Error() string { return e.text }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Stdout, os.Stderr, os.Args[1:]))
}

// run runs one command line and returns the exit code: 0, 1 for a failure, 2
// for a command line that is wrong.
func run(ctx context.Context, out, errOut io.Writer, args []string) int {
	commands := []*command{newServe(), newTable(), newExplain(), newCatalog()}
	if len(args) == 0 {
		printUsage(errOut, commands)
		return 2
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.main(ctx, out, errOut, args[1:])
		}
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		printUsage(out, commands)
		return 0
	}
	fmt.Fprintf(errOut, "endpoints: there is no command %q\n\n", args[0])
	printUsage(errOut, commands)
	return 2
}

func (c *command) main(ctx context.Context, out, errOut io.Writer, args []string) int {
	c.flags.SetOutput(errOut)
	c.flags.Usage = func() {
		fmt.Fprintf(c.flags.Output(), "usage: endpoints %s [flags] %s\n\n%s\n\nflags:\n", c.name, c.arguments, c.summary)
		c.flags.PrintDefaults()
	}
	rest, err := parse(c.flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	err = c.run(ctx, out, rest)
	var usage errUsage
	switch {
	case errors.As(err, &usage):
		fmt.Fprintf(errOut, "endpoints %s: %s\n", c.name, usage.text)
		return 2
	case err != nil:
		fmt.Fprintf(errOut, "endpoints %s: %v\n", c.name, err)
		return 1
	}
	return 0
}

// parse takes flags before, between and after other arguments, which it
// returns.
func parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, flags.Arg(0)), flags.Args()[1:]
	}
}

func printUsage(w io.Writer, commands []*command) {
	fmt.Fprint(w, "usage: endpoints <command> [flags]\n\ncommands:\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-18s %s\n", c.name+" "+c.arguments, c.summary)
	}
	fmt.Fprint(w, "\n\"endpoints <command> -h\" lists the flags of a command.\n")
}
