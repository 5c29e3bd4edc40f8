package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
	_ "github.com/endpoints-frameworks/endpoints-go/internal/bench/contestants" // registers them
)

// serve runs the server of one contestant. For every line on standard input it
// prints the CPU time that it has used so far, in nanoseconds; it ends with its
// input.
func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	name := flags.String("contestant", "endpoints", "who serves")
	addr := flags.String("addr", "127.0.0.1:0", "where")
	flags.Parse(args)
	c := arena.FindContestant(*name)
	if c == nil {
		return fmt.Errorf("no contestant %q", *name)
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- (&http.Server{Handler: c.New()}).Serve(l) }()
	fmt.Println(l.Addr())
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		fmt.Println(arena.CPUTime())
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}
