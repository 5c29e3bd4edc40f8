package arena

import (
	"syscall"
	"testing"
	"unsafe"
)

// CPUTime is the CPU time this process has used, in nanoseconds.
func CPUTime() int64 {
	var ts syscall.Timespec
	const clockProcessCPUTimeID = 2
	if _, _, e := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockProcessCPUTimeID, uintptr(unsafe.Pointer(&ts)), 0); e != 0 {
		return 0
	}
	return ts.Nano()
}

// Loop is the body of every benchmark: f in b.Loop, with allocations and the
// CPU time per operation ("cpu-ns/op"). On a shared machine wall time includes
// being preempted; CPU time does not, and it includes the garbage collector's
// background work.
func Loop(b *testing.B, f func()) {
	b.Helper()
	b.ReportAllocs()
	start := CPUTime()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(CPUTime()-start)/float64(b.N), "cpu-ns/op")
}
