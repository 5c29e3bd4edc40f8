package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A sample is what one round measured of one benchmark.
type sample struct {
	cpu    float64 // ns of the process for one operation
	bytes  float64
	allocs float64
	rps    float64 // over loopback only: requests a second
	p50    float64 // over loopback only: microseconds
	p99    float64
}

// Results hold the samples of every benchmark, one for each round, under
// "Handler/get/endpoints".
type results struct {
	samples map[string][]sample
	order   []string
}

func newResults() *results { return &results{samples: map[string][]sample{}} }

func (r *results) add(name string, s sample) {
	if _, ok := r.samples[name]; !ok {
		r.order = append(r.order, name)
	}
	r.samples[name] = append(r.samples[name], s)
}

// runGroups runs all groups in rounds. What is compared with each other is
// measured within seconds: a group is one process on one core with one P, and
// only after all groups begins the next round.
func runGroups(binary string, p plan, r *results) error {
	for round := range p.rounds {
		for _, g := range p.groups {
			args := append([]string{"-test.run", "^$", "-test.bench", g.pattern, "-test.benchtime", p.benchtime.String(), "-test.cpu", "1"}, g.args...)
			cmd := pinned("1", binary, args...)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", g.pattern, err, out)
			}
			r.parse(out)
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, p.rounds)
	}
	return nil
}

// parse adds what a test binary printed.
func (r *results) parse(out []byte) {
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		var s sample
		for i := 2; i+1 < len(fields); i += 2 {
			v, _ := strconv.ParseFloat(fields[i], 64)
			switch fields[i+1] {
			case "cpu-ns/op":
				s.cpu = v
			case "B/op":
				s.bytes = v
			case "allocs/op":
				s.allocs = v
			}
		}
		r.add(strings.TrimPrefix(fields[0], "Benchmark"), s)
	}
}

func cpu(s sample) float64 { return s.cpu }

// best is the smallest value over all rounds: what is above it is disturbance.
func (r *results) best(name string, of func(sample) float64) (float64, bool) {
	all := r.samples[name]
	if len(all) == 0 {
		return 0, false
	}
	v := of(all[0])
	for _, s := range all {
		v = min(v, of(s))
	}
	return v, true
}

// quantile is over all rounds the quantile of the ratio inside one round.
func (r *results) quantile(name, base string, of func(sample) float64, q float64) float64 {
	var ratios []float64
	for i, s := range r.samples[name] {
		if b := r.samples[base]; i < len(b) && of(b[i]) > 0 {
			ratios = append(ratios, of(s)/of(b[i]))
		}
	}
	if len(ratios) == 0 {
		return 0
	}
	slices.Sort(ratios)
	return ratios[int(q*float64(len(ratios)-1)+0.5)]
}

// print prints a table for every group.
func (r *results) print(groups []group) {
	base := map[string]string{}
	for _, g := range groups {
		base[strings.SplitN(g.pattern, "/", 2)[0]] = g.base
	}
	var tables []string
	rows := map[string][]string{}
	for _, name := range r.order {
		table := name[:strings.LastIndexByte(name, '/')]
		if rows[table] == nil {
			tables = append(tables, table)
		}
		rows[table] = append(rows[table], name)
	}
	for _, table := range tables {
		r.printTable(table, base[strings.SplitN(table, "/", 2)[0]], rows[table])
	}
}

func (r *results) printTable(table, base string, rows []string) {
	slices.SortStableFunc(rows, func(a, b string) int {
		x, _ := r.best(a, cpu)
		y, _ := r.best(b, cpu)
		return int(100 * (x - y))
	})
	against, ok := r.best(table+"/"+base, cpu)
	if !ok {
		base = rows[0][len(table)+1:]
		against, _ = r.best(rows[0], cpu)
	}
	fmt.Printf("\n**%s** (ratio to %s)\n\n", table, base)
	fmt.Println("| | CPU ns, best | ratio of the best | ratio in a round: median [quartiles] | B | allocations |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: |")
	for _, name := range rows {
		ns, _ := r.best(name, cpu)
		b, _ := r.best(name, func(s sample) float64 { return s.bytes })
		allocs, _ := r.best(name, func(s sample) float64 { return s.allocs })
		of := table + "/" + base
		fmt.Printf("| %s | %s | %s | %s [%s, %s] | %.0f | %.0f |\n", name[len(table)+1:], number(ns), number(ns/against),
			number(r.quantile(name, of, cpu, .5)), number(r.quantile(name, of, cpu, .25)), number(r.quantile(name, of, cpu, .75)), b, allocs)
	}
}

// number writes about three digits.
func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}
