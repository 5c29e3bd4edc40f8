package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestServeAgent(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	var errOut bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, writer, &errOut, []string{"serve", "--app", "agentcore", "--addr", "127.0.0.1:0"})
		writer.Close()
	}()
	greeting := make([]byte, 2048)
	n, err := reader.Read(greeting)
	if err != nil {
		t.Fatalf("%v; standard error:\n%s", err, &errOut)
	}
	rest := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(reader)
		rest <- string(text)
	}()
	base := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`).FindString(string(greeting[:n]))
	resp, err := http.Get(base + "/ping")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 200 || !strings.HasPrefix(string(body), `{"status":"Healthy",`) {
		t.Errorf("ping: %d %s", resp.StatusCode, body)
	}
	stop()
	if c, text := <-code, <-rest; c != 0 || !strings.Contains(text, "Stopped") {
		t.Errorf("want a clean stop, got exit code %d and %q", c, text)
	}
}

func TestServeUnknownApp(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(t.Context(), &out, &errOut, []string{"serve", "--app", "nope"}); code != 2 || !strings.Contains(errOut.String(), "library or agentcore") {
		t.Errorf("exit code %d and %q", code, &errOut)
	}
}

// helper is set in processes that TestAgentTerminated starts.
const helper = "ENDPOINTS_TEST_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helper) != "" {
		os.Args = append([]string{"endpoints"}, strings.Fields(os.Getenv(helper))...)
		main()
		return
	}
	os.Exit(m.Run())
}

// A process that gets SIGTERM finishes what runs: no stream is cut off.
func TestAgentTerminated(t *testing.T) {
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), helper+"=serve --app agentcore --addr 127.0.0.1:0")
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer process.Process.Kill()
	greeting := make([]byte, 2048)
	n, err := stdout.Read(greeting)
	if err != nil {
		t.Fatal(err)
	}
	base := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`).FindString(string(greeting[:n]))
	const running = 20
	var begun, done sync.WaitGroup
	begun.Add(running)
	for range running {
		done.Go(func() {
			resp, err := http.Post(base+"/invocations", "", strings.NewReader(`{"prompt":"a b c","stream":true,"seconds":0.5}`))
			if err != nil {
				begun.Done()
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			stream := bufio.NewReader(resp.Body)
			first, _ := stream.ReadString('\n')
			begun.Done()
			rest, err := io.ReadAll(stream)
			if events := strings.Count(first+string(rest), "data: {\"word\":"); err != nil || events != 5 {
				t.Errorf("got %d events and %v", events, err)
			}
		})
	}
	begun.Wait()
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	done.Wait()
	text, _ := io.ReadAll(stdout)
	if err := process.Wait(); err != nil || !strings.Contains(string(text), "Stopped") {
		t.Errorf("ended with %v and %q", err, text)
	}
}
