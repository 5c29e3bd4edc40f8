package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"
)

// endToEnd is the measurement over loopback: every server runs on one core, the
// client on another. Rounds go scenario by scenario and contestant by contestant.
// Each has servers of its own: how lucky a process is with the places of its
// memory decides over five percent, for as long as it lives.
type endToEnd struct {
	contestants, scenarios []string
	rounds                 int
	duration               time.Duration
}

// A server is a contestant in a process of its own.
type server struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	addr string
}

func start(contestant string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := pinned("0", self, "serve", "-contestant", contestant)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	if !s.out.Scan() {
		s.stop()
		return nil, fmt.Errorf("%s does not listen", contestant)
	}
	s.addr = s.out.Text()
	return s, nil
}

func (s *server) stop() {
	s.in.Close()
	s.cmd.Wait()
}

// cpu is the CPU time that the server has used so far, in nanoseconds.
func (s *server) cpu() (float64, error) {
	if _, err := io.WriteString(s.in, "\n"); err != nil {
		return 0, err
	}
	if !s.out.Scan() {
		return 0, fmt.Errorf("the server has ended: %w", s.out.Err())
	}
	return strconv.ParseFloat(s.out.Text(), 64)
}

// run measures all rounds into r, under "Loopback/get/endpoints".
func (e endToEnd) run(r *results) error {
	for round := range e.rounds {
		if err := e.round(r); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "loopback round %d of %d\n", round+1, e.rounds)
	}
	return nil
}

func (e endToEnd) round(r *results) error {
	servers := map[string]*server{}
	for _, name := range e.contestants {
		s, err := start(name)
		if err != nil {
			return err
		}
		defer s.stop()
		servers[name] = s
	}
	for _, scenario := range e.scenarios {
		for _, name := range e.contestants {
			if arena.FindContestant(name).Skips(scenario) {
				continue
			}
			s, err := e.once(servers[name], name, scenario)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", name, scenario, err)
			}
			r.add("Loopback/"+scenario+"/"+name, s)
		}
	}
	return nil
}

func (e endToEnd) once(s *server, contestant, scenario string) (sample, error) {
	// What a process does for the first time takes longer, and is not measured.
	if _, err := s.load(contestant, scenario, e.duration/4); err != nil {
		return sample{}, err
	}
	before, err := s.cpu()
	if err != nil {
		return sample{}, err
	}
	report, err := s.load(contestant, scenario, e.duration)
	if err != nil {
		return sample{}, err
	}
	after, err := s.cpu()
	if err != nil {
		return sample{}, err
	}
	n := float64(report.Requests)
	return sample{cpu: (after - before) / n, rps: n / report.Seconds, p50: report.P50, p99: report.P99}, nil
}

// load runs a client.
func (s *server) load(contestant, scenario string, duration time.Duration) (report loadReport, err error) {
	self, err := os.Executable()
	if err != nil {
		return report, err
	}
	client := pinned("1", self, "load", "-contestant", contestant, "-scenario", scenario, "-addr", s.addr, "-duration", duration.String())
	client.Env = append(os.Environ(), "GOMAXPROCS=1")
	client.Stderr = os.Stderr
	out, err := client.Output()
	if err != nil {
		return report, err
	}
	return report, json.Unmarshal(out, &report)
}

// print prints a table for every scenario.
func (e endToEnd) print(r *results) {
	for _, scenario := range e.scenarios {
		fmt.Printf("\n**Loopback/%s** (%d rounds of %v, 16 connections; ratio to floor)\n\n", scenario, e.rounds, e.duration)
		fmt.Println("| | server CPU µs, best | ratio of the best | ratio in a round: median [quartiles] | requests/s, best | p50 µs, best | p99 µs, best |")
		fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
		table := "Loopback/" + scenario + "/"
		names := slices.Clone(e.contestants)
		slices.SortStableFunc(names, func(a, b string) int {
			x, _ := r.best(table+a, cpu)
			y, _ := r.best(table+b, cpu)
			return int(x - y)
		})
		floor, _ := r.best(table+"floor", cpu)
		for _, name := range names {
			ns, ok := r.best(table+name, cpu)
			if !ok {
				continue
			}
			rps, _ := r.best(table+name, slowness)
			p50, _ := r.best(table+name, func(s sample) float64 { return s.p50 })
			p99, _ := r.best(table+name, func(s sample) float64 { return s.p99 })
			of := func(q float64) string { return number(r.quantile(table+name, table+"floor", cpu, q)) }
			round := fmt.Sprintf("%s [%s, %s]", of(.5), of(.25), of(.75))
			fmt.Printf("| %s |\n", strings.Join([]string{name, number(ns / 1e3), number(ns / floor), round,
				number(1 / rps), number(p50), number(p99)}, " | "))
		}
	}
}

// slowness is the time between two replies.
func slowness(s sample) float64 { return 1 / s.rps }
