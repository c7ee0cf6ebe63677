package crawler

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// frugalStart is the memory, in bytes, that Frugal leaves above what was held at its start, frugalLater
	// what it leaves above what is held later.
	frugalStart, frugalLater = 19 << 20, 10 << 20
	// frugalLook is how often it looks.
	frugalLook = 200 * time.Millisecond
)

// Frugal makes the process hold hardly more memory than it needs until stop is called. A crawl throws
// away a hundred times what it keeps, and would by itself fill twice the memory that is in use before
// it looks for garbage. The price is some more computing; a crawl mostly waits.
//
// The limit is soft and follows what is held, so that a process that needs more gets more. It is one for
// the whole process: call Frugal once at a time.
func Frugal() (stop func()) {
	runtime.GC()
	least := inUse() + frugalStart
	before := debug.SetMemoryLimit(least)
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(frugalLook)
		defer tick.Stop()
		for limit := least; ; {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			want := max(inUse()+frugalLater, least)
			if want > limit || want < limit-1<<20 {
				limit = want
				debug.SetMemoryLimit(limit)
			}
		}
	}()
	return func() {
		close(done)
		debug.SetMemoryLimit(before)
	}
}

// inUse is the memory, in bytes, that was live at the last collection, and what the runtime holds beside
// the heap.
func inUse() int64 {
	s := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/unused:bytes"},
	}
	metrics.Read(s)
	in := number(s[0]) + number(s[1])
	for _, heap := range s[2:] {
		in -= number(heap)
	}
	return in
}

func number(s metrics.Sample) int64 {
	if s.Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(min(s.Value.Uint64(), math.MaxInt64))
}
