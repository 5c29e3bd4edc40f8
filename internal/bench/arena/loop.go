package arena

import (
	"syscall"
	"testing"
)

// CPUTime is the CPU time that this process has used, in nanoseconds.
func CPUTime() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// Loop is the body of every benchmark: f in b.Loop, with allocations and the
// CPU time of one operation ("cpu-ns/op"). Unlike the time of the clock, that
// holds the work of the garbage collector beside the benchmark, and not the time
// in which other processes ran.
func Loop(b *testing.B, f func()) {
	b.Helper()
	b.ReportAllocs()
	start := CPUTime()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(CPUTime()-start)/float64(b.N), "cpu-ns/op")
}
