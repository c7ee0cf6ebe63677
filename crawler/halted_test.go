package crawler

import (
	"sync/atomic"
	"testing"

	"newsvigil/news"
)

// TestHalted: a source that is to be left alone while it is read is asked for nothing more, and what it
// showed waits.
func TestHalted(t *testing.T) {
	t.Parallel()
	s, paths := setup(t, 9)
	var asked atomic.Int64
	o := quick()
	o.Halted = func(source string) bool {
		if source != s.source().Name {
			t.Errorf("asked about %q", source)
		}
		return asked.Add(1) > 4 // a feed and some pages
	}
	m := NewMemory()
	got, sum := crawl(t, m, o, s.source())
	hits := 0
	for _, p := range paths {
		hits += len(s.seen(p))
	}
	if hits == 0 || hits > 4 || len(got.pages) != hits || sum.Sources[0].Waiting != 9-hits {
		t.Errorf("%d pages asked for, %d read: %+v", hits, len(got.pages), sum.Sources[0])
	}
	o.Halted = func(string) bool { return true }
	s.forget()
	if _, sum := crawl(t, m, o, s.source()); len(s.paths()) > 1 || sum.Sources[0].Trouble != news.TroubleQuarantined {
		t.Errorf("asked for %q; %+v", s.paths(), sum.Sources[0])
	}
	o.Halted = nil
	o.All = true
	if got, _ := crawl(t, m, o, s.source()); len(got.pages) != 9-hits {
		t.Errorf("%d pages are read afterwards, of %d", len(got.pages), 9-hits)
	}
}
