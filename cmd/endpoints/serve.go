package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/cmd/endpoints/internal/library"
	"github.com/endpoints-frameworks/endpoints-go/endpoints"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/rpc"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/sse"
	"github.com/endpoints-frameworks/endpoints-go/endpoints/websocket"
	"github.com/endpoints-frameworks/endpoints-go/gen/library/v1/libraryv1endpoints"
)

func newServe() *command {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	var s server
	flags.StringVar(&s.app, "app", "library", "the `example`: library, or agentcore for an AgentCore entrypoint")
	flags.StringVar(&s.addr, "addr", "", "the `address` to listen on; by default 127.0.0.1:8080, for agentcore in a container 0.0.0.0:8080")
	flags.StringVar(&s.file, "file", "library.db", "the SQLite `file` of the example; :memory: keeps nothing")
	flags.StringVar(&s.profile, "profile", "frameworks", "how the API behaves: "+strings.Join(endpoints.ProfileNames(), ", "))
	flags.StringVar(&s.policy, "policy", "", "the status policy, by `name or file`; by default that of the profile")
	flags.BoolVar(&s.accessLog, "access-log", false, "log successful calls too")
	return &command{name: "serve", summary: "Serve an example: the Library API, or an AgentCore entrypoint.", flags: flags,
		run: func(ctx context.Context, out io.Writer, args []string) error {
			if len(args) > 0 {
				return errUsage{fmt.Sprintf("unexpected argument %q", args[0])}
			}
			switch s.app {
			case "library":
				return s.serve(ctx, out)
			case "agentcore":
				return s.serveAgent(ctx, out)
			}
			return errUsage{fmt.Sprintf("no example is called %q: choose library or agentcore", s.app)}
		}}
}

// A server is the example with its settings.
type server struct {
	app, addr, file, profile, policy string
	accessLog                        bool
}

// serve runs until ctx ends, and then lets running calls finish.
func (s *server) serve(ctx context.Context, out io.Writer) error {
	options, err := s.options()
	if err != nil {
		return err
	}
	if s.file == "" {
		return errUsage{"-file is empty: name a file, or :memory:"}
	}
	store, err := library.Open(ctx, s.file)
	if err != nil {
		return err
	}
	defer store.Close()
	lib := library.New(store)
	if err := lib.Seed(ctx); err != nil {
		return err
	}
	api := endpoints.New(options...)
	desk := library.NewDesk(store, time.Second)
	if err := errors.Join(libraryv1endpoints.RegisterLibrary(api, lib), libraryv1endpoints.RegisterDesk(api, desk)); err != nil {
		return err
	}
	addr := s.addr
	if addr == "" {
		addr = "127.0.0.1:8080"
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s.greet(out, "http://"+listener.Addr().String())
	if err := endpoints.Serve(ctx, listener, http.Handler(api)); err != nil {
		return err
	}
	fmt.Fprintln(out, "Stopped: all running calls are done.")
	return nil
}

func (s *server) options() ([]endpoints.Option, error) {
	profile, ok := endpoints.ProfileByName(s.profile)
	if !ok {
		return nil, errUsage{fmt.Sprintf("no profile is called %q: choose one of %s", s.profile, strings.Join(endpoints.ProfileNames(), ", "))}
	}
	options := []endpoints.Option{
		endpoints.WithProfile(profile),
		endpoints.With(rpc.Transport(rpc.WithHealth(rpc.NewHealth()), rpc.WithReflection())),
		endpoints.With(sse.Transport()),
		endpoints.With(websocket.Transport()),
	}
	if s.policy != "" {
		policy, err := loadPolicy(s.policy)
		if err != nil {
			return nil, err
		}
		options = append(options, endpoints.WithPolicy(policy))
	}
	if s.accessLog {
		options = append(options, endpoints.WithAccessLog())
	}
	return options, nil
}

// greet says where the server listens and what is worth trying.
func (s *server) greet(out io.Writer, base string) {
	fmt.Fprintf(out, `The Library API listens on %[1]s (profile %[2]s, data in %[3]s). Try:

  curl -i %[1]s/library/v1/shelves/fiction                 # a success
  curl -i %[1]s/library/v1/shelves/nowhere                 # a NotFound exception
  curl -i '%[1]s/library/v1/shelves?pageSize=many'         # a bad parameter
  curl -N '%[1]s/library/v1/shelves/fiction/loans:watch?limit=3'   # a stream, one message a second

Connect, gRPC and gRPC-Web clients and WebSockets use the same address, without TLS; there are health checks and reflection.

Stop it with Ctrl-C; a second one does not wait for running calls.
`, base, s.profile, s.file)
}
