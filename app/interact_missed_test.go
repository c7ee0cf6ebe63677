package app

import (
	"testing"
	"time"

	"newsvigil/news"
)

// TestMissedOldPiece: a piece that was dropped for its age is read when a reader misses it, to learn from,
// and no digest announces it.
func TestMissedOldPiece(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	d := newDesk(t, "\n[[source]]\nname = \"Gazette\"\nhome = \""+p.URL+"/\"\nfeeds = [\""+p.URL+"/feed\"]\n")
	now := d.clock.now()
	old := now.Add(-60 * 24 * time.Hour)
	p.feed("/feed", entry{link: "/news/2026/new-report", at: now.Add(-time.Hour)}, entry{link: "/news/2026/old-report", at: old})
	p.page("/news/2026/new-report", report(1, now.Add(-time.Hour)))
	p.page("/news/2026/old-report", report(2, old))
	d.poll(t, "Gazette")
	url := p.URL + "/news/2026/old-report"
	if x := d.explain(t, url); x.Code != string(news.OutcomeOld) {
		t.Fatalf("%s: %s", x.Code, x.Verdict)
	}
	if err := d.Remember(t.Context(), news.Feedback{URL: url, Label: news.LabelMissed, By: "U1"}); err != nil {
		t.Fatal(err)
	}
	if x := d.explain(t, url); x.Code != "queued" {
		t.Fatalf("%s: %s", x.Code, x.Verdict)
	}
	d.clock.advance(time.Hour)
	d.poll(t, "Gazette")
	if x := d.explain(t, url); x.Code != "seen" || len(x.Scores) == 0 {
		t.Errorf("%s: %s, scores %v", x.Code, x.Verdict, x.Scores)
	}
	if told := d.told(t); len(told) != 1 {
		t.Errorf("the next digest has %v", told)
	}
}
