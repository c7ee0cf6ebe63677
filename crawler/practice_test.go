package crawler

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"newsvigil/internal/practice/outlets"
	"newsvigil/news"
)

// practice starts the practice outlets and gives them as configured sources.
func practice(t *testing.T) (*outlets.Network, []news.Source) {
	t.Helper()
	n, err := outlets.Start(outlets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	var due []news.Source
	for _, o := range n.Outlets() {
		src := news.Source{
			Name: o.Name, Home: o.Home, Feeds: o.Feeds, Sitemaps: o.Sitemaps, Sections: o.Sections, Hosts: o.Hosts,
			Language: o.Language, Label: o.Label, Wire: o.Wire,
		}
		if o.Article != "" {
			src.Article = regexp.MustCompile(o.Article)
		}
		if o.ID != "" {
			src.ID = regexp.MustCompile(o.ID)
		}
		if src.Zone, err = time.LoadLocation(o.Timezone); err != nil {
			t.Fatal(err)
		}
		due = append(due, src)
	}
	return n, due
}

func TestPracticeOutlets(t *testing.T) {
	t.Parallel()
	n, due := practice(t)
	m := NewMemory()
	var all []news.Page
	for round := 1; round <= 2; round++ {
		n.Publish(round)
		before := len(n.Requests())
		got, sum := crawl(t, m, quick(), due...)
		all = append(all, got.pages...)
		for _, s := range sum.Sources {
			t.Logf("round %d: %s: %d shown, %d new, %d fetched, %d failed, %q %q", round, s.Source, s.Candidates, s.New, s.Fetched, s.Failed, s.Trouble, s.Detail)
			if s.Trouble != news.TroubleNone {
				t.Errorf("%s: %q %q", s.Source, s.Trouble, s.Detail)
			}
		}
		for _, r := range n.Requests()[before:] {
			if !strings.HasPrefix(r.UserAgent, "newsvigil/") || r.Method != "GET" {
				t.Errorf("request %+v", r)
			}
		}
	}
	for _, want := range n.Pieces() {
		checkPiece(t, want, all)
	}
	before := len(n.Requests())
	again, _ := crawl(t, m, quick(), due...)
	if len(again.pages) != 0 {
		t.Errorf("a rerun with nothing new gave %v", again.outcomes())
	}
	for _, r := range n.Requests()[before:] {
		t.Logf("rerun: %s %s %d conditional=%v", r.Outlet, r.Path, r.Status, r.Conditional)
	}
}

func checkPiece(t *testing.T, want outlets.Piece, all []news.Page) {
	t.Helper()
	i := slices.IndexFunc(all, func(p news.Page) bool {
		return p.Candidate.URL == want.URL || p.URL == want.URL || want.Also != "" && p.Candidate.URL == want.Also
	})
	if i < 0 {
		t.Errorf("%s (%s, %s) was not found: %s", want.ID, want.Outlet, want.Expect, want.URL)
		return
	}
	outcome, kind := news.OutcomeRead, news.KindFull
	switch want.Expect {
	case "old":
		outcome, kind = news.OutcomeOld, ""
	case "refused":
		outcome, kind = news.OutcomeRefused, ""
	case "teaser":
		kind = news.KindTeaser
	case "pdf":
		kind = news.KindPDF
	}
	if p := all[i]; p.Outcome != outcome || p.Article.Kind != kind {
		t.Errorf("%s (%s, %s): %q %q, kind %q: %s", want.ID, want.Outlet, want.Expect, p.Outcome, p.Detail, p.Article.Kind, want.URL)
	}
}
