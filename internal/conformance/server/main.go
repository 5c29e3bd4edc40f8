// The server serves the conformance API, for replayers in other processes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/internal/conformance"
)

func main() {
	profile := flag.String("profile", "documented", "the profile to follow: documented, python, java, java-nocompat, agentcore, fastapi or cors")
	addr := flag.String("addr", "127.0.0.1:8080", "the address to listen on")
	options := flag.String("options", "{}", `settings that a case asks for, as JSON: {"prettyPrint": false}`)
	verbose := flag.Bool("v", false, "write log records to standard error")
	flag.Parse()
	if err := serve(*profile, *addr, *options, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func serve(profile, addr, options string, verbose bool) error {
	var o conformance.Options
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return fmt.Errorf("-options: %w", err)
	}
	logger := slog.New(slog.DiscardHandler)
	if verbose {
		logger = slog.Default()
	}
	handler, err := conformance.NewHandler(profile, o, logger)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Printf("conformance API, profile %s, on http://%s\n", profile, listener.Addr())
	return endpoints.NewServer("", handler).Serve(listener)
}
