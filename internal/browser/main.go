//go:build unix

// The browser test proves the CORS policy in a real browser: pages of an allowed
// and of a foreign origin call an API that stands on a third one, and say what
// they could read. It ends in a line "N passed, N failed".
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/endpoints"
)

//go:embed page.html
var pageHTML string

// A result is what a page says about one check.
type result struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// patience is how long a page may take before it counts as hanging.
const patience = 60 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: browser <chromium>")
		os.Exit(2)
	}
	passed, failed, err := run(context.Background(), os.Args[1], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		failed++
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

// run opens the page from the allowed and from the foreign origin. Both are the
// same server: for a browser localhost and 127.0.0.1 are different hosts.
func run(ctx context.Context, chromium string, out io.Writer) (passed, failed int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	_, pagePort, _ := net.SplitHostPort(pages.Addr().String())
	allowed, foreign := "http://localhost:"+pagePort, "http://127.0.0.1:"+pagePort
	handler, err := newAPI(allowed, slog.New(slog.DiscardHandler))
	if err != nil {
		return 0, 0, err
	}
	apiPort, err := serve(ctx, handler)
	if err != nil {
		return 0, 0, err
	}
	results := make(chan []result, 2)
	go func() { _ = endpoints.Serve(ctx, pages, newPages(apiPort, results)) }()
	for _, page := range []string{allowed + "/allowed", foreign + "/foreign"} {
		got, err := visit(ctx, chromium, page, results)
		if err != nil {
			return passed, failed, fmt.Errorf("%s: %w", page, err)
		}
		for _, r := range got {
			mark := "ok  "
			if r.OK {
				passed++
			} else {
				failed++
				mark = "FAIL"
			}
			fmt.Fprintf(out, "%s %s: %s\n", mark, r.Name, r.Detail)
		}
	}
	return passed, failed, nil
}

// serve serves the API on localhost and returns its port.
func serve(ctx context.Context, h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { _ = endpoints.Serve(ctx, l, h) }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// newPages serves the page under every path, and takes its results.
func newPages(apiPort string, results chan<- []result) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /results", func(w http.ResponseWriter, r *http.Request) {
		var all []result
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&all); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		results <- all
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(pageHTML, "API_PORT", apiPort))
	})
	return mux
}

// visit opens a page in the browser and waits for its results.
func visit(ctx context.Context, chromium, page string, results <-chan []result) ([]result, error) {
	profile, err := os.MkdirTemp("", "browser")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(profile)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// The sandbox needs rights that containers do not give; the only pages are
	// our own.
	process := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-proxy-server", "--user-data-dir="+profile, "--remote-debugging-port=0", page)
	var output strings.Builder
	process.Stderr = &output
	// The browser is many processes, which are ended together.
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGKILL) }
	process.WaitDelay = 5 * time.Second
	if err := process.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	select {
	case got := <-results:
		cancel() // ends the browser
		<-ended
		return got, nil
	case err := <-ended:
		if ctx.Err() != nil {
			err = errors.New("the page says nothing")
		}
		return nil, fmt.Errorf("%w\n%.2000s", errors.Join(errors.New("the browser ended"), err), output.String())
	}
}
