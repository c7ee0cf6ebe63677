package crawler

import (
	"runtime/debug"
	"testing"
	"time"
)

// TestFrugal holds that the limit follows what is held, and is gone in the end. It is one for the whole
// process, so the test is not parallel.
func TestFrugal(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	stop := Frugal()
	first := debug.SetMemoryLimit(-1)
	if first >= before || first < inUse() {
		t.Errorf("limit %d, in use %d, before %d", first, inUse(), before)
	}
	held := make([]byte, 64<<20)
	for range 500 { // ten seconds at most
		debug.FreeOSMemory()
		if debug.SetMemoryLimit(-1) > first+int64(len(held))/2 {
			break
		}
		time.Sleep(frugalLook / 10)
	}
	if now := debug.SetMemoryLimit(-1); now < first+int64(len(held))/2 {
		t.Errorf("limit %d with %d bytes more in use than at %d", now, len(held), first)
	}
	held[0] = 1
	stop()
	if after := debug.SetMemoryLimit(-1); after != before {
		t.Errorf("limit %d in the end, %d before", after, before)
	}
}
