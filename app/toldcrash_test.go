package app

import (
	"testing"
	"time"

	"newsvigil/news"
)

// TestToldBeforeACrash holds that an outlet whose trouble was told counts as told, although the program
// died before its health said so: else nobody would hear that it is well again. Another trouble soon after
// is not told.
func TestToldBeforeACrash(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	at := r.now().Truncate(time.Second)
	before := news.Health{Source: "Bridge Notes", Trouble: news.TroubleBlocked, Since: at, Failures: tellAfter - 1}
	sick := before
	sick.Failures, sick.Polled = tellAfter, at.Add(time.Hour)
	for i, want := range []bool{true, true} { // the second time it is asked again, after the crash
		sick.Polled = sick.Polled.Add(time.Duration(i) * time.Minute)
		if told, err := r.tellHealth(t.Context(), before, sick); told != want || err != nil {
			t.Errorf("%d: told %v, %v", i, told, err)
		}
	}
	sick.Since, sick.Polled = sick.Polled.Add(10*time.Minute), sick.Polled.Add(20*time.Minute)
	if told, err := r.tellHealth(t.Context(), before, sick); told || err != nil {
		t.Errorf("another trouble: told %v, %v", told, err)
	}
	if n, err := r.db.Queued(t.Context()); n != 1 || err != nil {
		t.Errorf("%d notices, %v", n, err)
	}
}
