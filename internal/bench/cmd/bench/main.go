// Command bench runs the benchmarks of this module in interleaved rounds and
// prints tables, and last what the framework is held to: every figure with its
// ratio, one a line, and once more all of them in one line.
//
//	GOWORK=off go run ./cmd/bench         # two minutes
//	GOWORK=off go run ./cmd/bench -all    # all contestants, sizes and scenarios; a quarter of an hour
//
// It also is the server and the client of the measurement over loopback:
//
//	bench serve -contestant NAME -addr ADDR
//	bench load -contestant NAME -scenario NAME -addr ADDR
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == "serve":
		err = serve(os.Args[2:])
	case len(os.Args) > 1 && os.Args[1] == "load":
		err = load(os.Args[2:])
	default:
		err = measure(os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A plan says what is measured and how often.
type plan struct {
	groups    []group
	rounds    int
	endToEnd  endToEnd
	benchtime time.Duration
}

// measure runs a plan and prints what came out.
func measure(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	all := flags.Bool("all", false, "measure everything there is")
	rounds := flags.Int("rounds", 0, "rounds (0: as the plan says)")
	loopback := flags.String("loopback", "", "measure only over loopback: `contestants`, separated by commas")
	flags.Parse(args)

	p := quick()
	if *all {
		p = everything()
	}
	if *rounds > 0 {
		p.rounds, p.endToEnd.rounds = *rounds, *rounds
	}
	if *loopback != "" {
		p.groups, p.endToEnd.contestants = nil, strings.Split(*loopback, ",")
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "bench.test")
	build := exec.Command("go", "test", "-c", "-o", binary, "github.com/endpoints-frameworks/endpoints-go/internal/bench")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the benchmarks: %w", err)
	}
	fmt.Printf("%s %s/%s, %d CPUs%s, %d rounds\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor(), p.rounds)
	r := newResults()
	if err := runGroups(binary, p, r); err != nil {
		return err
	}
	r.print(p.groups)
	if err := p.endToEnd.run(r); err != nil {
		return fmt.Errorf("over loopback: %w", err)
	}
	p.endToEnd.print(r)
	printFigures(r)
	return nil
}

// processor names the processor, where the system says.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return ", " + strings.Trim(name, "\t :\n")
		}
	}
	return ""
}

// pinned is a command that runs on one core, where the system can do that.
func pinned(core string, name string, args ...string) *exec.Cmd {
	if taskset, err := exec.LookPath("taskset"); err == nil && runtime.NumCPU() > 1 {
		return exec.Command(taskset, append([]string{"-c", core, name}, args...)...)
	}
	return exec.Command(name, args...)
}
